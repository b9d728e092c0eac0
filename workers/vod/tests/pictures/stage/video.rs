//! A video as its node tells of it: a record, renditions, and playlists over the bytes of fixtures.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use streamhut_atproto::{BlobRef, RecordCid};

use super::fixture::fixture;

pub const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
/// The session that a node writes into its playlists.
const SESSION: &str = "S";

#[derive(Clone)]
pub struct Video {
    pub rkey: String,
    version: u32,
    title: String,
    pub seconds: Option<f64>,
    warned: bool,
    thumb: Option<BlobRef>,
    pub renditions: Vec<Rendition>,
}

#[derive(Clone)]
pub struct Rendition {
    size: Option<(u32, u32)>,
    codecs: Option<String>,
    pub playlist: Playlist,
}

/// A media playlist, and the files that it names.
#[derive(Clone, Default)]
pub struct Playlist {
    text: String,
    map: String,
    pub seconds: f64,
    /// By name; the init segments have names of their own.
    pub files: BTreeMap<String, Vec<u8>>,
    live: bool,
}

impl Video {
    /// A video of one rendition, 160x96 in H.264.
    pub fn of(rkey: &str, playlist: Playlist) -> Self {
        Self {
            rkey: rkey.to_owned(),
            version: 1,
            title: format!("Video {rkey}"),
            seconds: Some(playlist.seconds),
            warned: false,
            thumb: None,
            renditions: vec![Rendition::of(160, 96, "avc1.42c00b,opus", playlist)],
        }
    }

    /// So many segments of two seconds, all with the same picture.
    pub fn plain(rkey: &str, segments: usize) -> Self {
        Self::of(rkey, Playlist::default().segments(segments, 2.0, "high-8x8-cabac", 0))
    }

    pub fn renditions(mut self, renditions: impl IntoIterator<Item = Rendition>) -> Self {
        self.renditions = renditions.into_iter().collect();
        self
    }

    /// The record says another duration than the playlist, or none.
    pub fn said_to_last(mut self, seconds: Option<f64>) -> Self {
        self.seconds = seconds;
        self
    }

    /// The same video under a record that was edited: another CID.
    pub fn edited(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    pub fn titled(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    pub fn warned(mut self) -> Self {
        self.warned = true;
        self
    }

    pub fn with_thumb(mut self, thumb: BlobRef) -> Self {
        self.thumb = Some(thumb);
        self
    }

    pub fn uri(&self) -> String {
        format!("at://{DID}/place.stream.video/{}", self.rkey)
    }

    pub fn cid(&self) -> RecordCid {
        RecordCid::of(format!("{} {}", self.rkey, self.version).as_bytes())
    }

    /// The query that names it.
    pub fn query(&self) -> String {
        format!("uri={}", encoded(&self.uri()))
    }

    /// The query that names this version of it.
    pub fn query_with_cid(&self) -> String {
        format!("{}&cid={}", self.query(), self.cid())
    }

    pub fn view(&self) -> Value {
        let mut record = json!({"$type": "place.stream.video", "title": self.title});
        if let Some(seconds) = self.seconds {
            record["durationMs"] = json!((seconds * 1_000.0) as u64);
        }
        if self.warned {
            record["contentWarnings"] = json!({"warnings": ["place.stream.metadata.contentWarnings#nudity"]});
        }
        if let Some(thumb) = &self.thumb {
            record["thumb"] = serde_json::to_value(thumb).unwrap();
        }
        let author = json!({"did": DID, "handle": "aurora.test", "displayName": "Aurora"});
        json!({"uri": self.uri(), "cid": self.cid().to_string(), "author": author, "record": record})
    }

    pub fn master(&self) -> String {
        let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:6\n");
        for (track, rendition) in (1..).zip(&self.renditions) {
            let codecs = rendition.codecs.as_ref().map(|codecs| format!(",CODECS=\"{codecs}\""));
            let size = rendition.size.map(|(width, height)| format!(",RESOLUTION={width}x{height}"));
            text += &format!(
                "#EXT-X-STREAM-INF:BANDWIDTH={track}00000{}{}\n{}\n",
                codecs.unwrap_or_default(),
                size.unwrap_or_default(),
                self.playlist_path(track),
            );
        }
        text
    }

    /// Counts from 1, as the node's do.
    pub fn playlist_path(&self, track: usize) -> String {
        format!(
            "/xrpc/place.stream.playback.getVideoPlaylist?sid={SESSION}&track={track}&uri={}",
            encoded(&self.uri())
        )
    }
}

impl Rendition {
    pub fn of(width: u32, height: u32, codecs: &str, playlist: Playlist) -> Self {
        Self { size: Some((width, height)), codecs: Some(codecs.to_owned()), playlist }
    }

    pub fn unsaid(playlist: Playlist) -> Self {
        Self { size: None, codecs: None, playlist }
    }
}

impl Playlist {
    /// Adds segments that are all the same fragment of a fixture.
    pub fn segments(mut self, count: usize, seconds: f64, name: &str, fragment: usize) -> Self {
        let fixture = fixture(name);
        let (offset, length) = fixture.fragments()[fragment];
        let map = format!("#EXT-X-MAP:URI=\"{}\"\n", media_path(&format!("{name}-init")));
        if self.map != map {
            if !self.map.is_empty() {
                self.text += "#EXT-X-DISCONTINUITY\n";
            }
            self.text += &map;
            self.map = map;
        }
        self.files.insert(format!("{name}-init"), fixture.init());
        self.files.insert(name.to_owned(), fixture.bytes);
        for _ in 0..count {
            self.text +=
                &format!("#EXTINF:{seconds:.6},\n#EXT-X-BYTERANGE:{length}@{offset}\n{}\n", media_path(name));
            self.seconds += seconds;
        }
        self
    }

    /// Each fragment of a fixture in turn, `seconds` each.
    pub fn whole(self, name: &str, seconds: f64) -> Self {
        let fragments = fixture(name).fragments().len();
        (0..fragments).fold(self, |playlist, fragment| playlist.segments(1, seconds, name, fragment))
    }

    /// A segment whose bytes are the file of that name, which is given.
    pub fn file(mut self, seconds: f64, name: &str, bytes: Vec<u8>) -> Self {
        self.text += &format!("#EXTINF:{seconds:.6},\n{}\n", media_path(name));
        self.files.insert(name.to_owned(), bytes);
        self.seconds += seconds;
        self
    }

    pub fn line(mut self, line: &str) -> Self {
        self.text += line;
        self.text += "\n";
        self
    }

    /// No end is said.
    pub fn live(mut self) -> Self {
        self.live = true;
        self
    }

    pub fn text(&self) -> String {
        let end = if self.live { "" } else { "#EXT-X-ENDLIST\n" };
        format!("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:60\n{}{end}", self.text)
    }
}

/// Root-relative, as the node writes it.
pub fn media_path(name: &str) -> String {
    format!("/xrpc/place.stream.playback.getVideoBlob?did={DID}&sid={SESSION}&cid={name}.m4s")
}

pub fn encoded(text: &str) -> String {
    text.replace(':', "%3A").replace('/', "%2F")
}
