//! Streamplace's XRPC methods, and those of a PDS and of Bluesky's AppView that tell of videos and of who made them:
//! where to ask, and what the answers hold. All are public GETs.

mod address;
mod answer;
mod caption;
mod comment;
mod error;
mod profiles;
mod records;
mod view;

pub use address::{
    MAX_PAGE, MAX_PROFILES, get_captions_url, get_comments_url, get_profiles_url, get_video_list_url,
    get_video_part_url, get_video_playlist_url, get_video_url, list_caption_tracks_url, list_records_url,
};
pub use answer::AnswerError;
pub use caption::parse_caption_tracks;
pub use comment::{CommentPage, parse_comments};
pub use error::UpstreamError;
pub use profiles::parse_profiles;
pub use records::parse_records;
pub(crate) use view::place;
pub use view::{VideoPage, VideoView, ViewError, parse_video, parse_video_list};
