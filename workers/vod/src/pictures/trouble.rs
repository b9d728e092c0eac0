//! Why there is no picture, for whoever asked and for whoever asks next.

use at_run::{Context, Error};
use serde::{Deserialize, Serialize};
use streamhut_hls::PlaylistError;
use streamhut_media::{MediaError, PictureError, storyboard::StoryboardError};

use super::key::Version;

/// Why a picture can't be made.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The node, or the network.
    #[error(transparent)]
    Bundle(#[from] Error),
    /// The bytes of the media.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// A playlist.
    #[error(transparent)]
    Playlist(#[from] PlaylistError),
    /// No rendition that is decoded here.
    #[error("no rendition in H.264, only {0}")]
    NoRendition(String),
    /// A playlist without segments, or none at that time.
    #[error("the playlist has no segment there")]
    NoSegment,
    /// The picture itself.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The layout of tiles.
    #[error(transparent)]
    Storyboard(#[from] StoryboardError),
    /// What was the trouble a moment ago, and would be again.
    #[error("{0:?}")]
    Remembered(Reason),
}

/// Why there is no picture, as it is told and remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reason {
    /// In CamelCase.
    pub name: String,
    /// For people.
    pub message: String,
    /// Whether it will be the same with every try.
    pub lasting: bool,
}

/// Seconds for which a reason that will be the same is remembered, and for which another is.
const LASTING_SECONDS: u32 = 3_600;
const PASSING_SECONDS: u32 = 15;
/// Seconds for which the node's refusal is.
const REFUSED_SECONDS: u32 = 60;

impl Trouble {
    pub(super) fn reason(&self) -> Reason {
        let name = match self {
            Self::Remembered(reason) => return reason.clone(),
            Self::Bundle(error) => error.name.as_str(),
            Self::Media(MediaError::Codec(_)) | Self::NoRendition(_) => "UnsupportedCodec",
            Self::Media(MediaError::Unsupported(_)) => "UnsupportedFormat",
            Self::Media(
                MediaError::TooLarge { .. } | MediaError::TooFar { .. } | MediaError::TooManySlices { .. },
            ) => "TooLarge",
            Self::Media(MediaError::NoKeyframe(_)) => "NoKeyframe",
            Self::Media(_) => "DamagedMedia",
            Self::Playlist(_) | Self::NoSegment => "DamagedPlaylist",
            Self::Picture(_) | Self::Storyboard(_) => "InternalError",
        };
        // What went wrong behind the bundle is for its log.
        let message = match self {
            Self::Bundle(error) if error.status >= 500 => "the video's node could not be asked".to_owned(),
            Self::Bundle(error) => error.message.clone(),
            Self::Picture(_) | Self::Storyboard(_) => "the picture could not be drawn".to_owned(),
            other => other.to_string(),
        };
        // Media that the node doesn't have may be on its way there.
        let lasting = self.is_lasting() && !matches!(self, Self::Bundle(_));
        Reason { name: name.to_owned(), message, lasting }
    }

    pub(super) fn is_lasting(&self) -> bool {
        match self {
            Self::Bundle(error) => error.status < 500,
            Self::Remembered(reason) => reason.lasting,
            // Somebody's page in place of a playlist.
            Self::Playlist(PlaylistError::Html { .. } | PlaylistError::NotAPlaylist { .. }) => false,
            Self::Media(_) | Self::Playlist(_) | Self::NoRendition(_) | Self::NoSegment => true,
            Self::Picture(_) | Self::Storyboard(_) => true,
        }
    }

    /// Remembers it briefly, so that the next who asks costs nothing.
    pub(super) async fn remember(&self, ctx: &Context, version: &Version, what: &str) {
        if matches!(self, Self::Remembered(_)) {
            return;
        }
        let seconds = match self {
            Self::Bundle(error) if error.status < 500 => REFUSED_SECONDS,
            other if other.is_lasting() => LASTING_SECONDS,
            _ => PASSING_SECONDS,
        };
        ctx.log().warn(format!("no picture at {}: {self}", version.reason(what)));
        ctx.cache().put_json(&version.reason(what), &self.reason(), seconds).await;
    }
}

/// The trouble of a moment ago, if there was any.
pub(super) async fn remembered(ctx: &Context, version: &Version, what: &str) -> Option<Reason> {
    ctx.cache().get_json(&version.reason(what)).await
}
