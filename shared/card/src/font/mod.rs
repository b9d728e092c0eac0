//! The font: a rounded monoline sans of our own, drawn for this project.
//!
//! A glyph is the skeleton that a round pen follows. In units of 1/1000 of the size: the baseline's skeleton is at
//! 0, that of x-height at [`X_HEIGHT`], of capitals at [`CAPITALS`], of ascenders at [`ASCENDERS`] and of
//! descenders at -205; the pen of the regular weight is [`REGULAR`] wide, so the capitals' outline is 700 high.

pub(crate) mod compose;
mod cyrillic;
mod digits;
mod greek;
pub(crate) mod kerning;
mod latin;
mod lower;
pub(crate) mod mark;
mod punctuation;
mod symbols;
mod upper;

/// Skeleton of the top of x, n and o.
pub(crate) const X_HEIGHT: i16 = 430;
/// Skeleton of the top of capitals and figures.
pub(crate) const CAPITALS: i16 = 610;
/// Skeleton of the top of b, d, h, k and l.
pub(crate) const ASCENDERS: i16 = 655;
/// Width of the regular pen.
pub(crate) const REGULAR: f32 = 90.0;

/// One letter or sign.
#[derive(Debug)]
pub(crate) struct Glyph {
    /// The character that it draws.
    pub ch: char,
    /// Space before the outline.
    pub left: i16,
    /// Width of the skeleton, which begins at 0.
    pub width: i16,
    /// Space after the outline.
    pub right: i16,
    /// The skeleton, in the notation of [`crate::draw::path`].
    pub path: &'static str,
}

const fn glyph(ch: char, left: i16, width: i16, right: i16, path: &'static str) -> Glyph {
    Glyph { ch, left, width, right, path }
}

/// Space beside a straight stem, a bowl, an open side and a slope.
const STEM: i16 = 74;
const BOWL: i16 = 52;
const OPEN: i16 = 36;
const SLOPE: i16 = 30;

/// All tables of glyphs, the most used first.
pub(crate) const TABLES: [&[Glyph]; 8] = [
    lower::GLYPHS,
    upper::GLYPHS,
    digits::GLYPHS,
    punctuation::GLYPHS,
    latin::GLYPHS,
    symbols::GLYPHS,
    cyrillic::GLYPHS,
    greek::GLYPHS,
];

/// The glyph of a character that is drawn whole; letters with marks are put together in [`compose`].
pub(crate) fn find(ch: char) -> Option<&'static Glyph> {
    let ch = greek::same_shape(ch).or_else(|| cyrillic::same_shape(ch)).unwrap_or(ch);
    TABLES.iter().flat_map(|table| table.iter()).find(|glyph| glyph.ch == ch)
}

/// The box for a letter that isn't known.
pub(crate) static UNKNOWN: Glyph = glyph(
    '\u{fffd}',
    STEM,
    300,
    STEM,
    "W70M0 0V610H300V0ZM85 430C85 500 220 500 220 420C220 350 150 350 150 270D150 150",
);
