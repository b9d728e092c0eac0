//! Share cards: what social networks show beside a link to a video.

mod caption;
mod neutral;
mod picture;
mod pill;

use crate::background::{SCREEN, warm};
use crate::brand::{EMBER, NIGHT, Side, wordmark};
use crate::draw::canvas::Canvas;
use crate::rgb::{Rgb, RgbRef};
use caption::Caption;

pub use neutral::neutral_card;

/// Width of a share card in pixels.
pub const CARD_WIDTH: u32 = 1200;
/// Height of a share card in pixels.
pub const CARD_HEIGHT: u32 = 630;

/// Free space at the edges.
const MARGIN: f32 = 56.0;
/// Baseline of the lowest line.
const BASELINE: f32 = 566.0;
/// Height of the strip along the lower edge.
const STRIP: u32 = 8;

/// What a share card shows. All text is foreign: it may be of any length and hold anything.
#[derive(Clone, Copy, Debug)]
pub struct ShareCard<'a> {
    /// A picture of the video. One that can't be read (see [`RgbRef::rgb`]) counts as none.
    pub picture: Option<RgbRef<'a>>,
    /// The video's title.
    pub title: &'a str,
    /// Who made it: a display name, or the handle.
    pub creator: &'a str,
    /// The creator's handle, with or without `@`.
    pub handle: Option<&'a str>,
    /// How long the video is, in milliseconds.
    pub duration_ms: Option<u64>,
}

/// Draws a share card, 1200 by 630 pixels.
///
/// A picture between 4:3 and 2.4:1 fills the card; any other stands whole on a blurred, dark copy of itself. Without
/// a picture there is a background of our own. A title of which less than half of the letters can be drawn is left
/// out, and the handle takes its place.
pub fn share_card(card: &ShareCard<'_>) -> Rgb {
    let (mut canvas, stage) = match card.picture.and_then(RgbRef::readable) {
        Some(picture) => picture::stage(picture),
        None => (warm(CARD_WIDTH, CARD_HEIGHT, SCREEN), picture::Stage::Designed),
    };
    let right = stage.text_end();
    // Where text runs to the right edge, its lowest line leaves room for the wordmark.
    let wordmark_below = right > CARD_WIDTH as f32 * 0.9;
    let lowest = if wordmark_below { right - 300.0 } else { right };
    let caption = Caption::of(card, stage.title_end() - MARGIN, lowest - MARGIN);
    if let picture::Stage::Full = stage {
        canvas.scrim(NIGHT, picture::scrim_under(caption.top(BASELINE)));
    }
    caption.draw(&mut canvas, MARGIN, BASELINE);
    if wordmark_below {
        wordmark(&mut canvas, Side::Right(CARD_WIDTH as f32 - MARGIN), BASELINE, 32.0);
    } else {
        wordmark(&mut canvas, Side::Left(MARGIN), 48.0 + 30.0, 32.0);
    }
    if let Some(figures) = card.duration_ms.and_then(crate::duration::figures) {
        pill::draw(&mut canvas, &figures, stage.pill_corner());
    }
    sign_off(&mut canvas);
    canvas.into_rgb()
}

/// Draws the strip along the lower edge.
fn sign_off(canvas: &mut Canvas) {
    canvas.scrim(EMBER, |y| if y > (CARD_HEIGHT - STRIP) as f32 { 1.0 } else { 0.0 });
}
