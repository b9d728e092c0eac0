//! Text: from foreign characters to lines of glyphs on a canvas.

pub(crate) mod cluster;
pub(crate) mod lines;
pub(crate) mod pen;
pub(crate) mod read;
