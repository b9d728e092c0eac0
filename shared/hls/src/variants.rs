use m3u8_rs::{AlternativeMedia, AlternativeMediaType, VariantStream};
use serde::Serialize;

use crate::Master;

/// What a master playlist offers to choose from, for people. As JSON: `{streams, audioTracks, subtitles}`, without the URIs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Streams {
    /// See [`Master::variants`].
    pub streams: Vec<Variant>,
    /// See [`Master::audio_tracks`].
    pub audio_tracks: Vec<AudioTrack>,
    /// See [`Master::subtitles`].
    pub subtitles: Vec<Subtitles>,
}

/// One rendition of the picture. As JSON: `{quality, width, height, bandwidth, codecs, frameRate}`, without what is unknown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Variant {
    /// `1080p` and the like from the shorter side; `audio` without any picture; `source` when
    /// the playlist doesn't say the size.
    pub quality: String,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u64>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// Bits per second at the peak.
    pub bandwidth: u64,
    /// RFC 6381, such as `avc1.64002a,mp4a.40.2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codecs: Option<String>,
    /// Pictures per second, the number that the playlist writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// The media playlist, absolute.
    #[serde(skip)]
    pub uri: String,
}

/// One audio rendition of its own (`EXT-X-MEDIA:TYPE=AUDIO`). As JSON: `{name, default, language}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AudioTrack {
    /// The playlist's name for it; Streamplace puts the codec here.
    pub name: String,
    /// What a player takes when nobody chooses.
    pub default: bool,
    /// BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The media playlist, absolute; `None` when the sound is muxed with the picture.
    #[serde(skip)]
    pub uri: Option<String>,
}

/// One rendition of subtitles (`EXT-X-MEDIA:TYPE=SUBTITLES`). As JSON: `{name, default, language}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subtitles {
    /// The playlist's name for them.
    pub name: String,
    /// What a player shows when nobody chooses.
    pub default: bool,
    /// BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The media playlist, absolute; RFC 8216 section 4.3.4.1 wants one of subtitles.
    #[serde(skip)]
    pub uri: Option<String>,
}

impl Master {
    /// The renditions to choose from, in the playlist's order, without those of I-frames only.
    pub fn variants(&self) -> Vec<Variant> {
        self.playlist.variants.iter().filter(|stream| !stream.is_i_frame).map(variant).collect()
    }

    /// The audio renditions in the playlist's order.
    pub fn audio_tracks(&self) -> Vec<AudioTrack> {
        let track = |media: &AlternativeMedia| AudioTrack {
            name: media.name.clone(),
            default: media.default,
            language: media.language.clone(),
            uri: media.uri.clone(),
        };
        self.media(AlternativeMediaType::Audio).map(track).collect()
    }

    /// The renditions of subtitles in the playlist's order.
    pub fn subtitles(&self) -> Vec<Subtitles> {
        let subtitles = |media: &AlternativeMedia| Subtitles {
            name: media.name.clone(),
            default: media.default,
            language: media.language.clone(),
            uri: media.uri.clone(),
        };
        self.media(AlternativeMediaType::Subtitles).map(subtitles).collect()
    }

    /// All of them.
    pub fn streams(&self) -> Streams {
        Streams { streams: self.variants(), audio_tracks: self.audio_tracks(), subtitles: self.subtitles() }
    }

    fn media(&self, of: AlternativeMediaType) -> impl Iterator<Item = &AlternativeMedia> {
        self.playlist.alternatives.iter().filter(move |media| media.media_type == of)
    }
}

/// The shorter side in pixels; `None` when unknown. Streamplace writes `0x0` for a track whose
/// size it doesn't know.
pub(crate) fn shorter_side(stream: &VariantStream) -> Option<u64> {
    let size = stream.resolution?;
    Some(size.width.min(size.height)).filter(|side| *side > 0)
}

fn variant(stream: &VariantStream) -> Variant {
    let side = shorter_side(stream);
    let size = side.and(stream.resolution);
    Variant {
        quality: match side {
            Some(side) => format!("{side}p"),
            None if sound_only(stream) => "audio".to_owned(),
            None => "source".to_owned(),
        },
        width: size.map(|size| size.width),
        height: size.map(|size| size.height),
        bandwidth: stream.bandwidth,
        codecs: stream.codecs.clone(),
        frame_rate: stream.frame_rate,
        uri: stream.uri.clone(),
    }
}

fn sound_only(stream: &VariantStream) -> bool {
    const SOUND: [&str; 6] = ["mp4a", "opus", "ac-3", "ec-3", "flac", "mp3"];
    stream.codecs.as_deref().is_some_and(|codecs| {
        codecs.split(',').all(|codec| {
            let codec = codec.trim().to_ascii_lowercase();
            SOUND.iter().any(|sound| codec.starts_with(sound))
        })
    })
}
