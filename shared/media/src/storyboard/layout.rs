//! Which tiles a video has, and where they are.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::StoryboardError;
use super::stored::Stored;

/// Tiles are never closer than this.
const LEAST_SPACING_US: u64 = 2_000_000;

/// Tiles are never further apart than this, up to [`MAX_TILES`].
const MOST_SPACING_US: u64 = 60_000_000;

/// Columns of a sheet, and its rows.
pub(super) const SIDE: u32 = 10;

/// Tiles of a full sheet.
pub(super) const SHEET_TILES: u32 = SIDE * SIDE;

/// Tiles of the longest videos: each costs a keyframe. 60 s apart, they last for 16 h 40 min.
pub(super) const MAX_TILES: u32 = 1000;

/// Width of a tile, unless it would get too tall.
pub(super) const TILE_WIDTH: u32 = 160;

/// Tiles of portrait videos get narrower instead of taller than this: a tile of 9:16 has 120 px by 214 then, twice the
/// pixels of one of 16:9. A sheet of 160 by 284 would take three times as many, and an encoder holds several copies of
/// it in the 128 MB of an isolate.
pub(super) const MAX_TILE_HEIGHT: u32 = 214;

/// The layout of a storyboard.
///
/// The video's duration is divided into equal parts, each to within a microsecond. A tile stands for one part, or, on a
/// coarse board, for several. Tiles fill sheets of 10 columns and 10 rows, row by row; a board of fewer than 100 has as
/// many columns as leave the fewest cells empty.
///
/// Serialises to an object of numbers; what is read back is checked, so that it can be stored where others write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Storyboard {
    pub(super) duration_us: u64,
    /// Parts of the duration; 0 when that is 0.
    pub(super) parts: u32,
    /// Parts that a tile stands for, at least 1; the last tile may have fewer.
    pub(super) merged: u32,
    pub(super) columns: u32,
    pub(super) tile_width: u32,
    pub(super) tile_height: u32,
}

/// A tile of a [`Storyboard`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// From 0.
    pub index: u32,
    /// The first microsecond that it stands for.
    pub start_us: u64,
    /// The first that it doesn't: where the next begins, or the duration.
    pub end_us: u64,
    /// What it shows: the last keyframe at or before this microsecond, which is the middle of its time. Whoever points
    /// at any moment of a tile is then at most half a tile away from what they see, and the first tile isn't the black
    /// that many videos begin with.
    pub shown_us: u64,
    /// The part of the duration, from 0, that the picture is taken from: the index of the tile with the same picture on
    /// the whole board.
    pub part: u32,
    /// Its sheet, from 0.
    pub sheet: u32,
    /// Left edge on the sheet, in pixels.
    pub x: u32,
    /// Upper edge on the sheet, in pixels.
    pub y: u32,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Storyboard {
    /// The whole board of a video: 100 tiles, but never closer than 2 s and, up to 1000 tiles, never further apart than
    /// 60 s. A video of less than 4 s has one, a video without duration none.
    ///
    /// The display size is in pixels, after aspect and orientation ([`Frame::display_size`](crate::Frame::display_size)).
    /// Tiles are 160 px wide and at most 214 px tall, both even.
    ///
    /// # Errors
    /// [`StoryboardError::DisplaySize`] when a side is 0.
    pub fn plan(duration_us: u64, display_width: u32, display_height: u32) -> Result<Self, StoryboardError> {
        if display_width == 0 || display_height == 0 {
            return Err(StoryboardError::DisplaySize { width: display_width, height: display_height });
        }
        let (tile_width, tile_height) = tile_size(display_width, display_height);
        let parts = parts(duration_us);
        let columns = columns(parts);
        Ok(Self { duration_us, parts, merged: 1, columns, tile_width, tile_height })
    }

    /// A coarser board over the same duration with at most so many tiles: something to show while the whole one is
    /// made. Its pictures are some of the whole board's, so none is decoded twice. `None` when this board has so few.
    pub fn coarse(&self, at_most: u32) -> Option<Self> {
        if at_most == 0 || self.tiles() <= at_most {
            return None;
        }
        let merged = self.parts.div_ceil(at_most);
        Some(Self { merged, columns: columns(self.parts.div_ceil(merged)), ..self.clone() })
    }

    /// Duration of the video, in microseconds.
    pub fn duration_us(&self) -> u64 {
        self.duration_us
    }

    /// Number of tiles on all sheets.
    pub fn tiles(&self) -> u32 {
        self.parts.div_ceil(self.merged)
    }

    /// Number of sheets.
    pub fn sheets(&self) -> u32 {
        self.tiles().div_ceil(SHEET_TILES)
    }

    /// Width and height of each tile, in pixels.
    pub fn tile_size(&self) -> (u32, u32) {
        (self.tile_width, self.tile_height)
    }

    /// The tiles of a sheet; none when there is no such sheet.
    pub fn sheet_tiles(&self, sheet: u32) -> Range<u32> {
        let first = sheet.saturating_mul(SHEET_TILES).min(self.tiles());
        first..first.saturating_add(SHEET_TILES).min(self.tiles())
    }

    /// Width and height of a sheet in pixels: the rows and columns that have tiles.
    ///
    /// # Errors
    /// [`StoryboardError::NoSheet`].
    pub fn sheet_size(&self, sheet: u32) -> Result<(u32, u32), StoryboardError> {
        let tiles = self.sheet_tiles(sheet).len() as u32;
        if tiles == 0 {
            return Err(StoryboardError::NoSheet { sheet, sheets: self.sheets() });
        }
        let (columns, rows) = (tiles.min(self.columns), tiles.div_ceil(self.columns));
        Ok((columns * self.tile_width, rows * self.tile_height))
    }

    /// A tile; `None` beyond the last.
    pub fn tile(&self, index: u32) -> Option<Tile> {
        let parts = self.sheet_tiles(index / SHEET_TILES).contains(&index).then(|| {
            let first = index * self.merged;
            first..first.saturating_add(self.merged).min(self.parts)
        })?;
        let part = parts.start + (parts.end - parts.start - 1) / 2;
        let (cut, next) = (self.cut(part), self.cut(part + 1));
        let place = index % SHEET_TILES;
        Some(Tile {
            index,
            start_us: self.cut(parts.start),
            end_us: self.cut(parts.end),
            shown_us: cut + (next - cut) / 2,
            part,
            sheet: index / SHEET_TILES,
            x: place % self.columns * self.tile_width,
            y: place / self.columns * self.tile_height,
            width: self.tile_width,
            height: self.tile_height,
        })
    }

    /// All tiles, in order.
    pub fn all(&self) -> impl Iterator<Item = Tile> {
        (0..self.tiles()).filter_map(|index| self.tile(index))
    }

    /// Where a part begins, in microseconds.
    fn cut(&self, part: u32) -> u64 {
        let cut = u128::from(self.duration_us) * u128::from(part) / u128::from(self.parts.max(1));
        u64::try_from(cut).unwrap_or(self.duration_us)
    }
}

/// Into how many parts a duration is divided.
fn parts(duration_us: u64) -> u32 {
    if duration_us == 0 {
        return 0;
    }
    let wanted = duration_us.div_ceil(MOST_SPACING_US).clamp(SHEET_TILES.into(), MAX_TILES.into());
    (duration_us / LEAST_SPACING_US).clamp(1, wanted) as u32
}

/// Columns for so many tiles.
fn columns(tiles: u32) -> u32 {
    let tiles = tiles.clamp(1, SHEET_TILES);
    tiles.div_ceil(tiles.div_ceil(SIDE))
}

fn tile_size(width: u32, height: u32) -> (u32, u32) {
    let scaled = even(TILE_WIDTH, height, width);
    if scaled <= MAX_TILE_HEIGHT {
        (TILE_WIDTH, scaled)
    } else {
        (even(MAX_TILE_HEIGHT, width, height), MAX_TILE_HEIGHT)
    }
}

/// `side * by / of` to the nearest even number, at least 2.
fn even(side: u32, by: u32, of: u32) -> u32 {
    let (side, by, of) = (u64::from(side), u64::from(by), 2 * u64::from(of));
    let half = ((side * by + of / 2) / of).max(1);
    u32::try_from(2 * half).unwrap_or(u32::MAX)
}
