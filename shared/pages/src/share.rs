//! Share pages: what a link to us looks like to other sites, and to a person on the way to the web player.

mod creator;
mod video;

pub use creator::creator_page;
pub use video::video_page;
