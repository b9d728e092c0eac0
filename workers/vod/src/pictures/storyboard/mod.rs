//! Storyboards: `getVtt`, `getSprite`, and the task that makes them.

mod ask;
mod chunk;
mod make;
mod sprite;
mod state;
mod task;
mod tiles;
mod track;

pub(crate) use sprite::get_sprite;
pub(super) use state::board;
pub(crate) use task::{Order, storyboard};
pub(crate) use track::get_vtt;
