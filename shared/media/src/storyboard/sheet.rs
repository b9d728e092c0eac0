//! A sheet of tiles.

use super::{Storyboard, StoryboardError};
use crate::jpeg::encodable;
use crate::{Picture, PictureError};

/// What a cell holds before its tile is there: a dark grey that is no frame's black.
const EMPTY: [u8; 4] = [26, 26, 26, 255];

/// A picture of many tiles, which come in any order, from frames or from storage.
pub struct Sheet {
    board: Storyboard,
    sheet: u32,
    width: u32,
    height: u32,
    /// As the encoder takes it, to spare a copy of the largest picture there is.
    rgba: Vec<u8>,
}

impl Sheet {
    /// A sheet without tiles.
    ///
    /// # Errors
    /// [`StoryboardError::NoSheet`].
    pub fn new(board: &Storyboard, sheet: u32) -> Result<Self, StoryboardError> {
        let (width, height) = board.sheet_size(sheet)?;
        let rgba = EMPTY.repeat(width as usize * height as usize);
        Ok(Self { board: board.clone(), sheet, width, height, rgba })
    }

    /// Puts the picture where the board's tile of this index is. It has the size of
    /// [`Storyboard::tile_size`], as `Target::Exact` makes it.
    ///
    /// # Errors
    /// [`StoryboardError::NoTile`] and [`StoryboardError::TilePicture`]; the sheet is then as it was.
    pub fn put(&mut self, tile: u32, picture: &Picture) -> Result<(), StoryboardError> {
        let no_tile = StoryboardError::NoTile { tile, sheet: self.sheet };
        let tile = self.board.tile(tile).filter(|tile| tile.sheet == self.sheet).ok_or(no_tile)?;
        if (picture.width, picture.height) != self.board.tile_size() || picture.check().is_err() {
            let (width, height, bytes) = (picture.width, picture.height, picture.rgb.len());
            return Err(StoryboardError::TilePicture { width, height, bytes });
        }
        let rows = self.rgba.as_chunks_mut::<4>().0.chunks_exact_mut(self.width as usize);
        let pictured = picture.rgb.as_chunks::<3>().0.chunks_exact(tile.width as usize);
        for (row, pixels) in rows.skip(tile.y as usize).zip(pictured) {
            for (to, &[r, g, b]) in row.iter_mut().skip(tile.x as usize).zip(pixels) {
                *to = [r, g, b, 255];
            }
        }
        Ok(())
    }

    /// The sheet as it is now.
    pub fn picture(&self) -> Picture {
        let rgb = self.rgba.as_chunks().0.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
        Picture { width: self.width, height: self.height, rgb }
    }

    /// The sheet as JPEG; `quality` as in [`jpeg`](crate::jpeg).
    ///
    /// # Errors
    /// [`PictureError::JpegSide`], which the tiles of no board amount to.
    pub fn jpeg(self, quality: u8) -> Result<Vec<u8>, PictureError> {
        Ok(encodable(self.rgba, self.width, self.height)?.get_bytes_jpeg(quality))
    }
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sheet({} of {} tiles, {}x{})", self.sheet, self.board.tiles(), self.width, self.height)
    }
}
