//! The card of videos that carry a content warning.

use super::caption::Caption;
use super::{BASELINE, CARD_HEIGHT, CARD_WIDTH, MARGIN, sign_off};
use crate::background::{Sign, warm};
use crate::brand::{Side, wordmark};
use crate::rgb::Rgb;

/// An exclamation mark.
const WARNING: Sign = Sign { path: "W140M160 138V186D160 220", solid: false, strike: "" };

/// The share card of a video that carries a content warning, 1200 by 630 pixels: nothing of the video itself.
pub fn neutral_card() -> Rgb {
    let mut canvas = warm(CARD_WIDTH, CARD_HEIGHT, WARNING);
    let width = CARD_WIDTH as f32 * 0.56;
    let caption =
        Caption::own("This video carries a content warning", "Open it on Streamhut to decide", width);
    caption.draw(&mut canvas, MARGIN, BASELINE);
    wordmark(&mut canvas, Side::Right(CARD_WIDTH as f32 - MARGIN), BASELINE, 32.0);
    sign_off(&mut canvas);
    canvas.into_rgb()
}
