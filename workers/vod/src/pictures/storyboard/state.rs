//! How far a video's storyboard is.

use at_run::{BlobError, Context, Put, Result};
use serde::{Deserialize, Serialize};
use streamhut_media::storyboard::Storyboard;

use super::chunk::{self, Chunk, SheetOf};
use crate::pictures::key::Version;

const MAX_BYTES: usize = 16 * 1024;
/// Most tiles of the coarse board of a video with one sheet, and with several.
const COARSE_OF_ONE: u32 = 25;
const COARSE_OF_SEVERAL: u32 = 100;

/// A storyboard in the making, or made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Board {
    /// The whole board.
    pub plan: Storyboard,
    /// Chunks of tiles that are done, in the order of [`Board::chunks`].
    pub done: u32,
    /// Tiles for which there was no picture.
    pub missing: u32,
}

impl Board {
    pub(super) fn new(plan: Storyboard) -> Self {
        Self { plan, done: 0, missing: 0 }
    }

    /// The board that is there first; `None` for a video of few tiles.
    pub(super) fn coarse(&self) -> Option<Storyboard> {
        let most = if self.plan.sheets() > 1 { COARSE_OF_SEVERAL } else { COARSE_OF_ONE };
        self.plan.coarse(most)
    }

    /// All work, in order.
    pub(super) fn chunks(&self) -> Vec<Chunk> {
        chunk::chunks(&self.plan, self.coarse().as_ref())
    }

    /// Whether all sheets are there.
    pub(crate) fn is_whole(&self) -> bool {
        self.done as usize >= self.chunks().len()
    }

    /// Whether the coarse sheet is there.
    pub(super) fn has_coarse(&self) -> bool {
        let chunks = self.chunks();
        let done = chunks.iter().take(self.done as usize);
        done.filter(|chunk| chunk.is_last).any(|chunk| chunk.sheet == SheetOf::Coarse)
    }
}

/// What is kept of a version's storyboard; nothing when it can't be read.
pub(crate) async fn board(ctx: &Context, version: &Version) -> Option<Board> {
    find(ctx, version).await.ok().flatten()
}

/// As [`board`], telling what is not there, or makes no sense, from what can't be asked for now.
pub(super) async fn find(ctx: &Context, version: &Version) -> Result<Option<Board>, BlobError> {
    let Some(blob) = ctx.blobs().get(&version.board()).await? else { return Ok(None) };
    let bytes = blob.bytes(MAX_BYTES).await?;
    let board = serde_json::from_slice(&bytes);
    Ok(board.inspect_err(|error| ctx.log().warn(format!("{} is made anew: {error}", version.board()))).ok())
}

pub(super) async fn keep(ctx: &Context, version: &Version, board: &Board) -> Result<()> {
    let bytes = serde_json::to_vec(board).map_err(|error| at_run::Error::internal(error.to_string()))?;
    ctx.blobs().put_with(&version.board(), bytes, Put::new().content_type("application/json")).await?;
    Ok(())
}
