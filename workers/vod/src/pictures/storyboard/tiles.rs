//! Tiles between their decoding and their sheet: in memory, and kept where a later call goes on.

use std::collections::BTreeMap;

use at_run::{BlobError, Context, Put, Result};
use streamhut_media::{
    Picture,
    storyboard::{Sheet, Storyboard},
};

use super::chunk::Chunk;
use crate::pictures::{key::Version, trouble::Trouble};

/// More than any chunk's tiles have.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Pictures by the index of their tile. One that could not be made is `None`.
pub(super) type Tiles = BTreeMap<u32, Option<Picture>>;

/// Keeps the tiles of a chunk: for each a byte that says whether there is a picture, and its pixels.
pub(super) async fn keep(
    ctx: &Context,
    version: &Version,
    index: u32,
    chunk: &Chunk,
    tiles: &Tiles,
) -> Result<()> {
    let mut bytes = Vec::new();
    for tile in &chunk.tiles {
        match tiles.get(tile) {
            Some(Some(picture)) => {
                bytes.push(1);
                bytes.extend_from_slice(&picture.rgb);
            }
            _ => bytes.push(0),
        }
    }
    let put = Put::new().content_type("application/octet-stream");
    ctx.blobs().put_with(&version.tiles(index), bytes, put).await?;
    Ok(())
}

/// Reads the tiles of a chunk back; `false` when they are not there, or not whole.
///
/// # Errors
/// Storage's: they may be there.
pub(super) async fn restore(
    ctx: &Context,
    version: &Version,
    index: u32,
    chunk: &Chunk,
    plan: &Storyboard,
    tiles: &mut Tiles,
) -> Result<bool, BlobError> {
    let Some(blob) = ctx.blobs().get(&version.tiles(index)).await? else { return Ok(false) };
    let bytes = blob.bytes(MAX_BYTES).await?;
    let (width, height) = plan.tile_size();
    let size = width as usize * height as usize * 3;
    let mut rest = bytes.as_slice();
    let mut read = Tiles::new();
    for tile in &chunk.tiles {
        let Some((there, after)) = rest.split_first() else { return Ok(false) };
        rest = after;
        let picture = match there {
            0 => None,
            _ => {
                let Some((rgb, after)) = rest.split_at_checked(size) else { return Ok(false) };
                rest = after;
                Some(Picture { width, height, rgb: rgb.to_vec() })
            }
        };
        read.insert(*tile, picture);
    }
    tiles.append(&mut read);
    Ok(true)
}

/// Forgets what was kept for a sheet that is drawn.
pub(super) async fn forget(ctx: &Context, version: &Version, indices: impl Iterator<Item = u32>) {
    for index in indices {
        if let Err(error) = ctx.blobs().delete(&version.tiles(index)).await {
            ctx.log().warn(format!("{} stays: {error}", version.tiles(index)));
        }
    }
}

/// libjpeg's. Tiles are looked at for a moment.
const QUALITY: u8 = 72;

/// The sheet as JPEG. A coarse board's tiles have the pictures of the whole board's.
pub(super) fn draw(board: &Storyboard, sheet: u32, tiles: &Tiles) -> Result<Vec<u8>, Trouble> {
    let mut canvas = Sheet::new(board, sheet)?;
    for tile in board.sheet_tiles(sheet).filter_map(|index| board.tile(index)) {
        if let Some(Some(picture)) = tiles.get(&tile.part) {
            canvas.put(tile.index, picture)?;
        }
    }
    Ok(canvas.jpeg(QUALITY)?)
}
