//! Streamplace's XRPC methods: where to ask, and what the answers hold. All are public GETs.

mod address;
mod error;
mod view;

pub use address::{MAX_PAGE, get_video_list_url, get_video_playlist_url, get_video_url};
pub use error::UpstreamError;
pub use view::{AnswerError, VideoPage, VideoView, ViewError, parse_video, parse_video_list};
