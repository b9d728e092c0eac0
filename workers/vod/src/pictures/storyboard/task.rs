//! The task `storyboard`: makes a board chunk by chunk, and goes on where it, or one that crashed, stopped.

use at_run::{Context, Error, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::{AtUri, RecordCid};

use super::{
    chunk::Then,
    make::{Allowance, PIXELS, make, plan},
    state::{self, Board, board},
    tiles::{self, Tiles},
};
use crate::pictures::{
    answer::{self, JPEG},
    film::{Film, Reach},
    key::Version,
    known::{self, Known, known},
    moment::with_film,
    trouble::{Trouble, remembered},
};

/// Which storyboard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub uri: AtUri,
    pub cid: RecordCid,
}

/// Milliseconds for which the board is one call's own.
const LEASE_MS: u64 = 120_000;
/// Pixels of a tile: the smallest rendition will do.
const TILE_WIDTH: u32 = 160;
/// From this attempt on, what the node refuses is left out.
const TOLERANT_FROM: u32 = 3;

/// Makes as much of a storyboard as one call may.
pub(crate) async fn storyboard(ctx: Context, order: Order) -> Result<String> {
    let known = known(&ctx, &order.uri).await?;
    if known.cid != order.cid {
        return Ok("the record was edited meanwhile".to_owned());
    }
    let version = known.version();
    let check = async || {
        let whole = board(&ctx, &version).await.is_some_and(|board| board.is_whole());
        Ok(whole.then(|| "it is whole".to_owned()))
    };
    let work = async || {
        let board = slice(&ctx, &known, ctx.attempt() >= TOLERANT_FROM).await?;
        Ok(match board {
            Ok(board) if board.is_whole() => {
                format!("{} tiles, {} missing", board.plan.tiles(), board.missing)
            }
            Ok(board) => {
                ctx.tasks().enqueue("storyboard", &order).await?;
                format!("chunk {} of {}", board.done, board.chunks().len())
            }
            Err(reason) => format!("no storyboard: {reason}"),
        })
    };
    let flight = ctx.single_flight(version.board()).ttl_ms(LEASE_MS).wait_ms(0);
    match flight.run(check, work).await {
        Err(Error { name, .. }) if name == "Busy" => Ok("another call is at it".to_owned()),
        outcome => outcome,
    }
}

/// Goes on with a board for as long as one call may. `Ok(Err(…))` when there never will be one; that is remembered.
pub(super) async fn slice(ctx: &Context, known: &Known, tolerant: bool) -> Result<Result<Board, String>> {
    let version = known.version();
    if let Some(reason) = remembered(ctx, &version, "board").await.filter(|reason| reason.lasting) {
        return Ok(Err(reason.message));
    }
    let made = with_film(ctx, known, TILE_WIDTH, Reach::Whole, async |film| {
        proceed(ctx, known, film, tolerant).await
    });
    match made.await {
        Ok(board) => Ok(Ok(board)),
        Err(trouble) if trouble.is_lasting() => {
            trouble.remember(ctx, &version, "board").await;
            Ok(Err(trouble.to_string()))
        }
        Err(Trouble::Bundle(error)) => Err(error),
        Err(trouble) => Err(Error::upstream(trouble.to_string())),
    }
}

async fn proceed(ctx: &Context, known: &Known, film: &Film, tolerant: bool) -> Result<Board, Trouble> {
    let version = known.version();
    let mut allowance = Allowance(PIXELS);
    let mut board = match board(ctx, &version).await {
        Some(board) if board.plan.duration_us() == film.index.duration_us() => board,
        _ => Board::new(plan(ctx, film).await?),
    };
    let chunks = board.chunks();
    let mut tiles = restored(ctx, &version, &mut board).await;
    while let Some(chunk) = chunks.get(board.done as usize) {
        let trouble = make(ctx, film, &board.plan, chunk, tolerant, &mut tiles, &mut allowance).await?;
        if let Some(trouble) = trouble
            && tiles.values().all(Option::is_none)
        {
            // Not one of them: the rest will be no better.
            return Err(trouble);
        }
        let without = |tile: &&u32| tiles.get(*tile).is_none_or(Option::is_none);
        board.missing += u32::try_from(chunk.tiles.iter().filter(without).count()).unwrap_or(u32::MAX);
        match chunk.then {
            Then::Coarse => {
                tiles::keep(ctx, &version, board.done, chunk, &tiles).await?;
                if let Some(coarse) = board.coarse() {
                    let jpeg = tiles::draw(&coarse, 0, &tiles)?;
                    answer::keep(ctx, &version.coarse_sheet(), JPEG, jpeg).await;
                }
            }
            Then::Part(_) => tiles::keep(ctx, &version, board.done, chunk, &tiles).await?,
            Then::Sheet(sheet) => {
                let jpeg = tiles::draw(&board.plan, sheet, &tiles)?;
                put(ctx, &version.sheet(sheet), jpeg).await?;
            }
        }
        board.done += 1;
        state::keep(ctx, &version, &board).await?;
        if let Then::Sheet(sheet) = chunk.then {
            done_with(ctx, &version, &board, sheet, &mut tiles).await;
        }
        if allowance.0 == 0 {
            break;
        }
    }
    known::keep(ctx, known).await;
    Ok(board)
}

/// A sheet that could not be kept was not made: the board may not say that it is there.
async fn put(ctx: &Context, key: &str, jpeg: Vec<u8>) -> Result<(), Trouble> {
    let put = at_run::Put::new().content_type(JPEG);
    ctx.blobs().put_with(key, jpeg, put).await.map(drop).map_err(|error| Error::from(error).into())
}

/// The tiles that earlier calls made and that are still needed. A board whose tiles are gone begins anew.
async fn restored(ctx: &Context, version: &Version, board: &mut Board) -> Tiles {
    let chunks = board.chunks();
    let mut found = Tiles::new();
    let done = board.done as usize;
    if done == 0 || done >= chunks.len() {
        return found;
    }
    let coarse = (0u32..).zip(&chunks).take(done.min(1)).filter(|(_, chunk)| chunk.then == Then::Coarse);
    for (index, chunk) in coarse.chain(tiles::of_same_sheet(&chunks, done)) {
        if !tiles::restore(ctx, version, index, chunk, &board.plan, &mut found).await {
            ctx.log()
                .warn(format!("{}: tiles of chunk {index} are gone, so it is made anew", version.board()));
            (board.done, board.missing) = (0, 0);
            return Tiles::new();
        }
    }
    found
}

/// Forgets the tiles of a sheet that is drawn; those of the coarse board with the last one.
async fn done_with(ctx: &Context, version: &Version, board: &Board, sheet: u32, tiles: &mut Tiles) {
    let chunks = board.chunks();
    let own = tiles::of_same_sheet(&chunks, board.done as usize - 1).map(|(index, _)| index);
    let coarse = board.is_whole() && board.coarse().is_some();
    tiles::forget(ctx, version, own.chain(coarse.then_some(0))).await;
    let coarse: Vec<u32> = match chunks.first() {
        Some(chunk) if chunk.then == Then::Coarse => chunk.tiles.clone(),
        _ => Vec::new(),
    };
    let gone = board.plan.sheet_tiles(sheet);
    tiles.retain(|tile, _| !gone.contains(tile) || coarse.contains(tile));
}
