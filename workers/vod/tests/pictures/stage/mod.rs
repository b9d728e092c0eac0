//! A Streamplace node, a directory and a PDS, scripted from videos made of fixtures, so that tests read as sentences.

mod board;
mod cues;
mod fixture;
mod video;

use std::{cell::Cell, ops::Deref};

use at_run::{
    Bundle,
    testing::{Answer, Harness, Scripted},
};
use image::RgbImage;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use streamhut_atproto::{BlobCid, BlobRef};
use url::Url;

pub use board::{IMMUTABLE, coarse, covers, gives, is_dark, sheets_are_there, whole};
pub use cues::{Cue, cues};
pub use fixture::fixture;
pub use video::{DID, Playlist, Rendition, Video, encoded, media_path};

const NODE: &str = "https://stream.place";
const PDS: &str = "https://pds.example-site.dev";

/// The bundle before its node.
pub struct Stage {
    harness: Harness,
    /// Requests that were looked at.
    seen: Cell<usize>,
}

impl Deref for Stage {
    type Target = Harness;

    fn deref(&self) -> &Harness {
        &self.harness
    }
}

impl Stage {
    pub fn of<'a>(videos: impl IntoIterator<Item = &'a Video>) -> Self {
        Self::before(Harness::new(streamhut_vod::bundle()), videos)
    }

    /// Of a bundle that declares something else.
    pub fn of_bundle<'a>(bundle: Bundle, videos: impl IntoIterator<Item = &'a Video>) -> Self {
        Self::before(Harness::new(bundle), videos)
    }

    pub fn before<'a>(harness: Harness, videos: impl IntoIterator<Item = &'a Video>) -> Self {
        let stage = Self { harness, seen: Cell::new(0) };
        for video in videos {
            stage.show(video);
        }
        stage
    }

    /// From now on the node has that video, as it is now.
    pub fn show(&self, video: &Video) {
        self.rescript(&video_url(video), [Scripted::json(200, &video.view())]);
        self.rescript(&master_url(video), [Scripted::text(200, &video.master())]);
        for (track, rendition) in (1..).zip(&video.renditions) {
            self.rescript(&playlist_url(video, track), [Scripted::text(200, &rendition.playlist.text())]);
            for (name, bytes) in &rendition.playlist.files {
                self.rescript(&media_url(name), [Scripted::File(bytes.clone())]);
            }
        }
    }

    /// From now on the node lists these, newest first.
    pub fn list<'a>(&self, videos: impl IntoIterator<Item = &'a Video>) {
        let views: Vec<Value> = videos.into_iter().map(Video::view).collect();
        self.rescript(&list_url(None), [Scripted::json(200, &json!({ "videos": views }))]);
    }

    /// From now on the node's playlists name other addresses, and the old ones answer so.
    pub fn move_to_another_session(&self, video: &Video, expired: Scripted) {
        let moved = |text: &str| text.replace("sid=S", "sid=T");
        self.rescript(&master_url(video), [Scripted::text(200, &moved(&video.master()))]);
        for (track, rendition) in (1..).zip(&video.renditions) {
            let text = moved(&rendition.playlist.text());
            self.rescript(&moved(&playlist_url(video, track)), [Scripted::text(200, &text)]);
            for (name, bytes) in &rendition.playlist.files {
                self.rescript(&moved(&media_url(name)), [Scripted::File(bytes.clone())]);
                self.rescript(&media_url(name), [expired.clone()]);
            }
        }
    }

    /// From now on the account's PDS answers so for that blob.
    pub fn pds_has(&self, blob: &BlobRef, answer: Scripted) {
        let document = json!({"id": DID, "service": [{
            "id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": PDS,
        }]});
        self.rescript(&format!("https://plc.directory/{DID}"), [Scripted::json(200, &document)]);
        self.rescript(&blob_url(blob), [answer]);
    }

    /// What was asked since the last look, in short: `video a`, `master a`, `playlist a 1`, `x-init from 0`,
    /// `x from 764`, `list`, `directory`, `blob`.
    pub fn asked(&self) -> Vec<String> {
        let requests = self.raw_requests();
        let from = self.seen.replace(requests.len());
        requests[from..].iter().map(short).collect()
    }

    /// How many requests since the last look were for a keyframe.
    pub fn keyframes_asked(&self) -> usize {
        self.asked().iter().filter(|line| is_media(line)).count()
    }

    /// The one stored key that ends so.
    pub fn key(&self, end: &str) -> String {
        let mut keys = self.blob_keys();
        keys.retain(|key| key.ends_with(end));
        assert_eq!(keys.len(), 1, "{end}: {keys:?}");
        keys.remove(0)
    }

    /// The keys of pictures, without their folders.
    pub fn pictures(&self) -> Vec<String> {
        let keys = self.blob_keys();
        let pictures = keys.iter().filter(|key| key.ends_with(".jpg"));
        pictures.map(|key| key.rsplit('/').next().unwrap().to_owned()).collect()
    }
}

/// Whether a line of [`Stage::asked`] is a request for media, not for an initialisation segment.
pub fn is_media(line: &str) -> bool {
    line.contains(" from ") && !line.contains("-init ")
}

/// Where a video's pictures of that version are kept.
pub fn folder(video: &Video) -> String {
    let digest = Sha256::digest(video.uri());
    let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("p1/{name}/{}/", video.cid())
}

pub fn video_url(video: &Video) -> String {
    format!("{NODE}/xrpc/place.stream.media.getVideo?{}", video.query())
}

pub fn master_url(video: &Video) -> String {
    format!("{NODE}/xrpc/place.stream.playback.getVideoPlaylist?{}", video.query())
}

pub fn playlist_url(video: &Video, track: usize) -> String {
    format!("{NODE}{}", video.playlist_path(track))
}

pub fn media_url(name: &str) -> String {
    format!("{NODE}{}", media_path(name))
}

pub fn list_url(cursor: Option<&str>) -> String {
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    format!("{NODE}/xrpc/place.stream.media.getVideoList?limit=100{cursor}")
}

pub fn blob_url(blob: &BlobRef) -> String {
    format!("{PDS}/xrpc/com.atproto.sync.getBlob?did={}&cid={}", encoded(DID), blob.cid())
}

pub fn blob_ref(bytes: &[u8], mime_type: &str) -> BlobRef {
    BlobRef::new(BlobCid::of(bytes), mime_type, bytes.len() as u64)
}

/// A node's refusal.
pub fn refusal(status: u16, name: &str) -> Scripted {
    Scripted::json(status, &json!({"error": name, "message": "not so"}))
}

/// The pixels of an answer that is a JPEG.
pub fn pixels(answer: &Answer) -> RgbImage {
    assert_eq!(answer.header("content-type"), Some("image/jpeg"), "{}", answer.text());
    decoded(answer.bytes())
}

pub fn decoded(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap().into_rgb8()
}

/// Width and height of an answer that is a JPEG.
pub fn size(answer: &Answer) -> (u32, u32) {
    pixels(answer).dimensions()
}

/// The mean of red, green and blue over a picture.
pub fn mean(picture: &RgbImage) -> [u8; 3] {
    let mut sums = [0u64; 3];
    for pixel in picture.pixels() {
        for (sum, value) in sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(value);
        }
    }
    sums.map(|sum| (sum / u64::from(picture.width() * picture.height())) as u8)
}

/// Status, cache policy and reason of an answer: what a stand-in differs by.
pub fn told(answer: &Answer) -> (u16, &str, Option<&str>) {
    let reason = answer.header("x-bundle-reason").map(|text| text.split(':').next().unwrap());
    (answer.status(), answer.header("cache-control").unwrap_or_default(), reason)
}

fn short(request: &at_run::RawRequest) -> String {
    let query = |name: &str| {
        let mut pairs = request.url.query_pairs();
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let rkey = query("uri").rsplit('/').next().unwrap().to_owned();
    let range = request.headers.iter().find(|(name, _)| name == "range").map(|(_, value)| value.as_str());
    let path = request.url.path().rsplit('.').next().unwrap();
    match (path, query("track").as_str()) {
        ("getVideo", _) => format!("video {rkey}"),
        ("getVideoList", _) => "list".to_owned(),
        ("getVideoPlaylist", "") => format!("master {rkey}"),
        ("getVideoPlaylist", track) => format!("playlist {rkey} {track}"),
        ("getVideoBlob", _) => {
            let from = range.and_then(|range| range.strip_prefix("bytes=")?.split('-').next());
            format!("{} from {}", query("cid").trim_end_matches(".m4s"), from.unwrap_or("?"))
        }
        ("getBlob", _) => "blob".to_owned(),
        _ if request.url.host_str() == Some("plc.directory") => "directory".to_owned(),
        _ => other(&request.url),
    }
}

fn other(url: &Url) -> String {
    url.to_string()
}
