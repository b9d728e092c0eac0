//! Pictures of a video, made when somebody asks for them and kept under names of their content.

mod answer;
mod film;
mod key;
mod keyframe;
mod known;
mod made;
mod moment;
mod own_thumb;
mod parameters;
mod ready;
mod share_image;
mod still;
mod storyboard;
mod sweep;
mod sync;
mod thumbnail;
mod trouble;

pub(crate) use known::is_kept;
pub(crate) use ready::{batch_metadata_ready, is_metadata_ready};
pub(crate) use share_image::get_share_image;
pub(crate) use storyboard::{get_sprite, get_vtt, storyboard};
pub(crate) use sweep::forget;
pub(crate) use sync::{list_page, pictures, sync_and_process_videos};
pub(crate) use thumbnail::get_thumbnail;
