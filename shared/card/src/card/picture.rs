//! Where the picture stands on a card, and how much room that leaves for text.

use super::{CARD_HEIGHT, CARD_WIDTH, MARGIN};
use crate::brand::NIGHT;
use crate::draw::blur::blur_rgb;
use crate::draw::canvas::Canvas;
use crate::draw::mask::Mask;
use crate::draw::path::Point;
use crate::draw::scale::{Region, scale};
use crate::rgb::RgbRef;

/// Aspects of pictures that fill the card: of others, too much would be cut off.
const FILLS: std::ops::RangeInclusive<f32> = 1.33..=2.4;
/// The largest picture that stands beside text.
const BESIDE: (f32, f32) = (500.0, CARD_HEIGHT as f32 - 2.0 * 48.0);
/// The height within which a wide picture stands above text.
const ABOVE: f32 = 284.0;
/// How dark the blurred copy is: text stands on it, whatever the picture.
const DARK: f32 = 0.72;

/// What the card shows behind its text.
pub(super) enum Stage {
    /// The picture fills it.
    Full,
    /// The picture stands on the right, from this column on, with its right upper corner here.
    Beside(f32, Point),
    /// The picture stands above the text, with its right upper corner here.
    Above(Point),
    /// There is no picture.
    Designed,
}

impl Stage {
    /// Where lines of text end.
    pub(super) fn text_end(&self) -> f32 {
        match self {
            Stage::Beside(left, _) => left - 44.0,
            _ => CARD_WIDTH as f32 - MARGIN,
        }
    }

    /// Where lines of the title end.
    pub(super) fn title_end(&self) -> f32 {
        match self {
            Stage::Designed => CARD_WIDTH as f32 * 0.9 - MARGIN,
            _ => self.text_end(),
        }
    }

    /// The right upper corner of the pill.
    pub(super) fn pill_corner(&self) -> Point {
        match self {
            Stage::Beside(_, corner) | Stage::Above(corner) => Point::new(corner.x - 16.0, corner.y + 16.0),
            _ => Point::new(CARD_WIDTH as f32 - MARGIN, 48.0),
        }
    }
}

/// The card with the picture on it.
pub(super) fn stage(picture: RgbRef<'_>) -> (Canvas, Stage) {
    let aspect = picture.aspect();
    if FILLS.contains(&aspect) {
        let region = Region::cover(picture, CARD_WIDTH, CARD_HEIGHT);
        return (Canvas::of(scale(picture, region, CARD_WIDTH, CARD_HEIGHT)), Stage::Full);
    }
    let mut canvas = backdrop(picture);
    let (most_wide, most_high) =
        if aspect > 2.4 { (CARD_WIDTH as f32 - 2.0 * MARGIN, ABOVE) } else { BESIDE };
    let width = most_wide.min(most_high * aspect).max(1.0).round();
    let height = (width / aspect).clamp(1.0, most_high).round();
    let right = CARD_WIDTH as f32 - MARGIN;
    let (left, top) = if aspect > 2.4 {
        (right - width, 48.0 + ((ABOVE - height) / 2.0).floor())
    } else {
        (right - width, ((CARD_HEIGHT as f32 - height) / 2.0).floor())
    };
    let (upper, lower) = (Point::new(left, top), Point::new(left + width, top + height));
    let mut frame = Mask::around(upper, lower, 0.0);
    frame.rounded(upper, lower, 18.0);
    canvas.blit(
        &scale(picture, Region::whole(picture), width as u32, height as u32),
        left as i32,
        top as i32,
        &frame,
    );
    let corner = Point::new(right, top);
    (canvas, if aspect > 2.4 { Stage::Above(corner) } else { Stage::Beside(left, corner) })
}

/// A blurred, dark copy of the picture that fills the card.
fn backdrop(picture: RgbRef<'_>) -> Canvas {
    const PART: u32 = 8;
    let (width, height) = (CARD_WIDTH / PART, CARD_HEIGHT / PART);
    let mut small = scale(picture, Region::cover(picture, CARD_WIDTH, CARD_HEIGHT), width, height);
    blur_rgb(&mut small.rgb, width as usize, height as usize, 5);
    let mut canvas =
        Canvas::of(scale(small.as_ref(), Region::whole(small.as_ref()), CARD_WIDTH, CARD_HEIGHT));
    canvas.scrim(NIGHT, |_| DARK);
    canvas
}

/// The strength of the scrim for each row, when text begins at `top`.
pub(super) fn scrim_under(top: f32) -> impl Fn(f32) -> f32 {
    const RISE: f32 = 190.0;
    const AT_TEXT: f32 = 0.66;
    let start = top - RISE;
    move |y| {
        if y < top {
            let t = ((y - start) / RISE).clamp(0.0, 1.0);
            AT_TEXT * t * t * (3.0 - 2.0 * t)
        } else {
            AT_TEXT + (y - top) / (CARD_HEIGHT as f32 - top).max(1.0) * 0.24
        }
    }
}
