//! Storyboards: small pictures from all over a video, in sheets, for a player that shows them while one seeks.

mod layout;
mod sheet;
mod stored;
mod vtt;

pub use layout::{Storyboard, Tile};
pub use sheet::Sheet;
pub use vtt::vtt;

/// Why there is no such storyboard, sheet or list of cues.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoryboardError {
    /// A video without width or height.
    #[error("a video of {width}x{height} pixels has no tiles")]
    DisplaySize {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// A sheet beyond the last.
    #[error("there is no sheet {sheet}, only {sheets}, counted from 0")]
    NoSheet {
        /// As asked for.
        sheet: u32,
        /// Sheets there are.
        sheets: u32,
    },
    /// A tile that isn't on the sheet.
    #[error("tile {tile} is not on sheet {sheet}")]
    NoTile {
        /// As asked for.
        tile: u32,
        /// The sheet it was to be put on.
        sheet: u32,
    },
    /// A picture that doesn't have the size of a tile, or whose bytes don't make one.
    #[error("a picture of {width}x{height} pixels and {bytes} bytes is no tile")]
    TilePicture {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes of RGB.
        bytes: usize,
    },
    /// A sheet's URL that a cue can't hold.
    #[error("the URL of sheet {sheet} is empty, or has a fragment, a blank or a control character: {url:?}")]
    Url {
        /// Whose URL it is.
        sheet: u32,
        /// Its first 120 characters.
        url: String,
    },
    /// A stored layout that no video has.
    #[error("a stored storyboard has {field} {value}")]
    Stored {
        /// The field that can't be.
        field: &'static str,
        /// What it holds.
        value: u64,
    },
}
