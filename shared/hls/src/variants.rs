use m3u8_rs::{AlternativeMediaType, VariantStream};

use crate::Master;

/// One rendition of the picture, as `getVideoStreams` lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// `1080p` and the like from the shorter side; `audio` without any picture; `source` when
    /// the playlist doesn't say the size.
    pub quality: String,
    /// Pixels.
    pub width: Option<u64>,
    /// Pixels.
    pub height: Option<u64>,
    /// Bits per second at the peak.
    pub bandwidth: u64,
    /// RFC 6381, such as `avc1.64002a,mp4a.40.2`.
    pub codecs: Option<String>,
    /// Pictures per second.
    pub frame_rate: Option<f64>,
    /// The media playlist, absolute.
    pub uri: String,
}

/// One audio rendition of its own (`EXT-X-MEDIA:TYPE=AUDIO`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioTrack {
    /// The playlist's name for it; Streamplace puts the codec here.
    pub name: String,
    /// What a player takes when nobody chooses.
    pub default: bool,
    /// BCP 47.
    pub language: Option<String>,
    /// The media playlist, absolute; `None` when the sound is muxed with the picture.
    pub uri: Option<String>,
}

impl Master {
    /// The renditions to choose from, in the playlist's order, without those of I-frames only.
    pub fn variants(&self) -> Vec<Variant> {
        self.playlist.variants.iter().filter(|stream| !stream.is_i_frame).map(variant).collect()
    }

    /// The audio renditions in the playlist's order.
    pub fn audio_tracks(&self) -> Vec<AudioTrack> {
        let audio = self.playlist.alternatives.iter().filter(|a| a.media_type == AlternativeMediaType::Audio);
        audio
            .map(|media| AudioTrack {
                name: media.name.clone(),
                default: media.default,
                language: media.language.clone(),
                uri: media.uri.clone(),
            })
            .collect()
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
