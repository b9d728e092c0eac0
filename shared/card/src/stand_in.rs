//! Stand-ins: what is shown where a thumbnail can't be made.

use crate::background::{SCREEN, Sign, quiet};
use crate::brand::INK_SOFT;
use crate::rgb::Rgb;
use crate::text::pen::Pen;
use crate::text::read::read;

/// Why there is no thumbnail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandIn {
    /// It is being made.
    NotYet,
    /// The video's coding can't be read.
    Unsupported,
    /// The video can't be fetched at the moment.
    Unavailable,
}

/// Sides of stand-ins, in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 16..=1920;
/// The smallest text that can be read.
const SMALLEST_TEXT: f32 = 13.0;

impl StandIn {
    fn line(self) -> &'static str {
        match self {
            StandIn::NotYet => "Preview on its way",
            StandIn::Unsupported => "No preview for this video",
            StandIn::Unavailable => "Preview not available now",
        }
    }

    /// What is in the hut, in the mark's grid: dots, a screen that is struck out, a closed door.
    fn sign(self) -> Sign {
        let open = |path| Sign { path, solid: false, strike: "" };
        match self {
            StandIn::NotYet => open("W130D120 196D160 196D200 196"),
            StandIn::Unsupported => Sign { strike: "M112 232L212 140", ..SCREEN },
            StandIn::Unavailable => open("M130 250V172H190V250D172 214"),
        }
    }
}

/// Draws a stand-in. Each side is brought into 16 to 1920 pixels; the line of text is left out where it would be too
/// small to read.
pub fn stand_in(width: u32, height: u32, reason: StandIn) -> Rgb {
    let (width, height) =
        (width.clamp(*SIDES.start(), *SIDES.end()), height.clamp(*SIDES.start(), *SIDES.end()));
    let (w, h) = (width as f32, height as f32);
    let pen = Pen::regular((w.min(h * 1.6) * 0.046).min(44.0));
    let line = read(reason.line()).clusters;
    let shows = pen.size >= SMALLEST_TEXT && pen.width(&line) < w * 0.86 && h > pen.size * 9.0;
    let side = w.min(h) * if shows { 0.46 } else { 0.74 };
    let middle = h / 2.0 - if shows { pen.size * 1.1 } else { 0.0 };
    let mut canvas = quiet(width, height, (w / 2.0, middle), side, reason.sign());
    if shows {
        let baseline = middle + side * 0.36 + pen.size * 1.9;
        let x = (w - pen.width(&line)) / 2.0;
        canvas.paint(&pen.line(&line, x, baseline, 0.0), INK_SOFT, 1.0);
    }
    canvas.into_rgb()
}
