use m3u8_rs::{AlternativeMedia, AlternativeMediaType, ClosedCaptionGroupId, MasterPlaylist, VariantStream};

use crate::variants::shorter_side;
use crate::{Master, Quality};

impl Master {
    /// The playlist with one quality only: exactly the one asked for, else the nearest below,
    /// else the lowest. Renditions of that quality all stay (they differ in codec, bit rate or
    /// audio group, and the player chooses), renditions of unknown size go. Audio, subtitles and
    /// the other groups stay when a rendition that stays refers to them; I-frame renditions stay
    /// when they are not larger. Where no rendition says its size, nothing is left out.
    #[must_use]
    pub fn select(&self, quality: Quality) -> Master {
        let Some(side) = chosen_side(&self.playlist, quality) else {
            return self.clone();
        };
        let mut playlist = self.playlist.clone();
        playlist.variants.retain(|stream| match shorter_side(stream) {
            Some(own) if stream.is_i_frame => own <= side,
            own => own == Some(side),
        });
        let MasterPlaylist { variants, alternatives, .. } = &mut playlist;
        alternatives.retain(|media| variants.iter().any(|stream| refers_to(stream, media)));
        Master { playlist }
    }
}

fn chosen_side(playlist: &MasterPlaylist, quality: Quality) -> Option<u64> {
    let sides = || playlist.variants.iter().filter(|stream| !stream.is_i_frame).filter_map(shorter_side);
    sides().filter(|side| *side <= quality.lines()).max().or_else(|| sides().min())
}

fn refers_to(stream: &VariantStream, media: &AlternativeMedia) -> bool {
    let group = match media.media_type {
        AlternativeMediaType::Audio => stream.audio.as_deref(),
        AlternativeMediaType::Video => stream.video.as_deref(),
        AlternativeMediaType::Subtitles => stream.subtitles.as_deref(),
        AlternativeMediaType::ClosedCaptions => match &stream.closed_captions {
            Some(ClosedCaptionGroupId::GroupId(group)) => Some(group.as_str()),
            _ => None,
        },
        AlternativeMediaType::Other(_) => None,
    };
    group == Some(media.group_id.as_str())
}
