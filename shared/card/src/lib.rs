//! Pictures that are drawn: share cards and stand-ins, with a font of our own.
//!
//! [`share_card`] makes the picture that social networks show beside a link to a video, [`neutral_card`] the one of
//! a video that carries a content warning, and [`stand_in`] what is shown where a thumbnail can't be made.
//!
//! All of them are plain functions from values to RGB bytes: no I/O, no clock, and no dependency. Text is foreign;
//! at most 300 characters of it are looked at, and nothing in it can make them fail.

mod background;
mod brand;
mod card;
mod draw;
mod duration;
mod font;
mod rgb;
mod stand_in;
#[cfg(test)]
mod tests;
mod text;

pub use card::{CARD_HEIGHT, CARD_WIDTH, ShareCard, neutral_card, share_card};
pub use rgb::{Rgb, RgbRef};
pub use stand_in::{StandIn, stand_in};
pub use text::read::coverage;
