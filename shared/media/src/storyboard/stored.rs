//! A storyboard's layout as it is stored: read back, it may be anybody's numbers.

use serde::{Deserialize, Serialize};

use super::layout::{MAX_TILE_HEIGHT, MAX_TILES, SIDE, TILE_WIDTH};
use super::{Storyboard, StoryboardError};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Stored {
    duration_us: u64,
    parts: u32,
    merged: u32,
    columns: u32,
    tile_width: u32,
    tile_height: u32,
}

impl From<Storyboard> for Stored {
    fn from(board: Storyboard) -> Self {
        let Storyboard { duration_us, parts, merged, columns, tile_width, tile_height } = board;
        Self { duration_us, parts, merged, columns, tile_width, tile_height }
    }
}

impl TryFrom<Stored> for Storyboard {
    type Error = StoryboardError;

    fn try_from(stored: Stored) -> Result<Self, StoryboardError> {
        let Stored { duration_us, parts, merged, columns, tile_width, tile_height } = stored;
        // A part is at least a microsecond long, and there are parts as soon as there is time.
        let most_parts = duration_us.min(MAX_TILES.into());
        for (field, value, range) in [
            ("parts", parts, most_parts.min(1)..=most_parts),
            ("merged", merged, 1..=u64::from(parts).max(1)),
            ("columns", columns, 1..=u64::from(SIDE)),
            ("tileWidth", tile_width, 1..=u64::from(TILE_WIDTH)),
            ("tileHeight", tile_height, 1..=u64::from(MAX_TILE_HEIGHT)),
        ] {
            if !range.contains(&value.into()) {
                return Err(StoryboardError::Stored { field, value: value.into() });
            }
        }
        Ok(Self { duration_us, parts, merged, columns, tile_width, tile_height })
    }
}
