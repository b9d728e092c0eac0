//! Drawing: paths, masks, the canvas, scaling and blurring. Nothing here knows of text or cards.

pub(crate) mod blur;
pub(crate) mod canvas;
pub(crate) mod mask;
pub(crate) mod path;
pub(crate) mod scale;
