//! The task `storyboard`: makes a board piece by piece, and goes on where it, or one that crashed, stopped.

use at_run::{BlobError, Context, Error, Result};
use serde::{Deserialize, Serialize};
use streamhut_atproto::{AtUri, RecordCid};

use super::{
    chunk::{Chunk, SheetOf},
    make::{Allowance, is_there, make, plan},
    state::{self, Board},
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

/// Milliseconds for which a piece is one call's own; a crash costs as long.
const LEASE_MS: u64 = 15_000;
/// Milliseconds after which a call that came while another is at it looks again.
const LATER_MS: u64 = 10_000;
/// Milliseconds that one call works.
const WORK_MS: u64 = 20_000;
/// From this attempt on, what the node refuses is left out.
const TOLERANT_FROM: u32 = 3;
/// Pixels of a tile: the smallest rendition will do.
const TILE_WIDTH: u32 = 160;

/// Makes as much of a storyboard as one call may, and sees to the rest.
pub(crate) async fn storyboard(ctx: Context, order: Order) -> Result<String> {
    let known = match known(&ctx, &order.uri, Some(&order.cid)).await {
        Ok(known) if known.cid == order.cid => known,
        Ok(_) => return Ok("the record was edited meanwhile".to_owned()),
        Err(error) if error.status < 500 => return Ok(format!("no video any more: {error}")),
        Err(error) => return Err(error),
    };
    let pace = Pace { tolerant: ctx.attempt() >= TOLERANT_FROM, until_ms: ctx.now().saturating_add(WORK_MS) };
    match proceed(&ctx, &known, pace).await? {
        Progress::Whole(board) => Ok(format!("{} tiles, {} missing", board.plan.tiles(), board.missing)),
        Progress::Never(reason) => Ok(format!("no storyboard: {reason}")),
        Progress::Part(board) => {
            ctx.tasks().enqueue("storyboard", &order).await?;
            Ok(format!("piece {} of {}", board.done, board.chunks().len()))
        }
        // It may have crashed, and then nobody else would go on.
        Progress::Elsewhere => {
            ctx.tasks().enqueue_in(LATER_MS, "storyboard", &order).await?;
            Ok("another call is at it".to_owned())
        }
    }
}

/// How a call works.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Whether tiles that the node refuses are left out.
    pub tolerant: bool,
    /// When it begins no further piece, in milliseconds since 1970.
    pub until_ms: u64,
}

/// Where a call left a board.
pub(super) enum Progress {
    Whole(Board),
    Part(Board),
    /// There never will be one; that is remembered.
    Never(String),
    /// Another call has the lease.
    Elsewhere,
}

/// Goes on with a board for as long as one call may.
pub(super) async fn proceed(ctx: &Context, known: &Known, pace: Pace) -> Result<Progress> {
    let version = known.version();
    if let Some(reason) = remembered(ctx, &version, "board").await.filter(|reason| reason.lasting) {
        return Ok(Progress::Never(reason.message));
    }
    let allowance = Allowance::new();
    let made = with_film(ctx, known, TILE_WIDTH, Reach::Whole, async |film| {
        pieces(ctx, known, film, pace, &allowance).await
    });
    match made.await {
        Ok(Progress::Whole(board)) => {
            known::keep(ctx, known).await;
            Ok(Progress::Whole(board))
        }
        Ok(progress) => Ok(progress),
        Err(trouble) if trouble.is_lasting() => {
            trouble.remember(ctx, &version, "board").await;
            Ok(Progress::Never(trouble.to_string()))
        }
        Err(Trouble::Bundle(error)) => Err(error),
        Err(trouble) => Err(Error::upstream(trouble.to_string())),
    }
}

/// Piece after piece, each under a lease of its own: a call that is cut off holds up the next for a short while only.
async fn pieces(
    ctx: &Context,
    known: &Known,
    film: &Film,
    pace: Pace,
    allowance: &Allowance,
) -> Result<Progress, Trouble> {
    let version = known.version();
    let mut work = Work { board: None, tiles: Tiles::new(), allowance };
    loop {
        let flight = ctx.single_flight(version.board()).ttl_ms(LEASE_MS).wait_ms(0);
        let done =
            flight.run(async || Ok(None), async || Ok(piece(ctx, &version, film, pace, &mut work).await));
        let board = match done.await {
            Ok(outcome) => outcome?,
            Err(Error { name, .. }) if name == "Busy" => return Ok(Progress::Elsewhere),
            Err(error) => return Err(error.into()),
        };
        if board.is_whole() {
            return Ok(Progress::Whole(board));
        }
        if work.allowance.is_spent() || ctx.now() >= pace.until_ms {
            return Ok(Progress::Part(board));
        }
    }
}

/// What a call knows from its last piece.
struct Work<'a> {
    board: Option<Board>,
    /// The tiles that sheets still need.
    tiles: Tiles,
    allowance: &'a Allowance,
}

/// Makes the next piece, and keeps it.
async fn piece(
    ctx: &Context,
    version: &Version,
    film: &Film,
    pace: Pace,
    work: &mut Work<'_>,
) -> Result<Board, Trouble> {
    let kept = state::find(ctx, version).await.map_err(Error::from)?;
    let kept = kept.filter(|board| board.plan.duration_us() == film.index.duration_us());
    let mut board = match kept {
        // Another call was at it between two pieces of this one, or before the first.
        Some(mut board) if work.board.as_ref() != Some(&board) => {
            work.tiles = restored(ctx, version, &mut board).await.map_err(Error::from)?;
            board
        }
        Some(board) => board,
        None => {
            work.tiles = Tiles::new();
            Board::new(plan(ctx, film).await?)
        }
    };
    let chunks = board.chunks();
    let Some(chunk) = chunks.get(board.done as usize) else { return Ok(board) };
    let made = make(ctx, film, &board.plan, chunk, pace.tolerant, &mut work.tiles, work.allowance).await;
    work.allowance.asked(film);
    if let Some(trouble) = made? {
        // Not one of the first ten: the rest will be no better.
        let is_hopeless = board.done == 0 && work.tiles.values().all(Option::is_none);
        // A node that is away would leave the rest of the board dark.
        if is_hopeless || !trouble.is_lasting() && !is_there(ctx, film, &board.plan, &work.tiles).await {
            return Err(trouble);
        }
    }
    let without = |tile: &&u32| work.tiles.get(*tile).is_none_or(Option::is_none);
    board.missing += u32::try_from(chunk.tiles.iter().filter(without).count()).unwrap_or(u32::MAX);
    // The sheet of the coarse board is drawn from tiles that the whole board needs, too.
    if !chunk.is_last || chunk.sheet == SheetOf::Coarse {
        tiles::keep(ctx, version, board.done, chunk, &work.tiles).await?;
    }
    if chunk.is_last {
        draw(ctx, version, &board, chunk.sheet, &work.tiles).await?;
    }
    board.done += 1;
    state::keep(ctx, version, &board).await?;
    if let (SheetOf::Whole(sheet), true) = (chunk.sheet, chunk.is_last) {
        done_with(ctx, version, &board, sheet, &mut work.tiles).await;
    }
    work.board = Some(board.clone());
    Ok(board)
}

/// Draws a sheet. One that could not be kept was not made: the board may not say that it is there.
async fn draw(
    ctx: &Context,
    version: &Version,
    board: &Board,
    sheet: SheetOf,
    tiles: &Tiles,
) -> Result<(), Trouble> {
    let put = at_run::Put::new().content_type(JPEG);
    match sheet {
        SheetOf::Coarse => {
            if let Some(coarse) = board.coarse() {
                let jpeg = tiles::draw(&coarse, 0, tiles)?;
                answer::keep(ctx, &version.coarse_sheet(), JPEG, jpeg).await;
            }
        }
        SheetOf::Whole(sheet) => {
            let jpeg = tiles::draw(&board.plan, sheet, tiles)?;
            let kept = ctx.blobs().put_with(&version.sheet(sheet), jpeg, put).await;
            kept.map_err(Error::from)?;
        }
    }
    Ok(())
}

/// The pieces that sheets still to be drawn need: those of the coarse board, and the earlier ones of the next's sheet.
fn needed(chunks: &[Chunk], next: usize) -> impl Iterator<Item = (u32, &Chunk)> {
    let sheet = chunks.get(next).map(|chunk| chunk.sheet);
    let is_needed = move |chunk: &Chunk| chunk.sheet == SheetOf::Coarse || Some(chunk.sheet) == sheet;
    (0u32..).zip(chunks).take(next).filter(move |(_, chunk)| is_needed(chunk))
}

/// The tiles that earlier pieces left and that are still needed. A board whose tiles are gone begins anew.
///
/// # Errors
/// Storage's: then they may be there.
async fn restored(ctx: &Context, version: &Version, board: &mut Board) -> Result<Tiles, BlobError> {
    let mut found = Tiles::new();
    if board.is_whole() {
        return Ok(found);
    }
    let chunks = board.chunks();
    for (index, chunk) in needed(&chunks, board.done as usize) {
        if !tiles::restore(ctx, version, index, chunk, &board.plan, &mut found).await? {
            ctx.log()
                .warn(format!("{}: the tiles of piece {index} are gone, so it begins anew", version.board()));
            (board.done, board.missing) = (0, 0);
            return Ok(Tiles::new());
        }
    }
    Ok(found)
}

/// Forgets the tiles of a sheet that is drawn; those of the coarse board with the last one.
async fn done_with(ctx: &Context, version: &Version, board: &Board, sheet: u32, tiles: &mut Tiles) {
    let chunks = board.chunks();
    let gone = |chunk: &Chunk| match chunk.sheet {
        SheetOf::Coarse => board.is_whole(),
        SheetOf::Whole(own) => own == sheet && !chunk.is_last,
    };
    let indices = (0u32..).zip(&chunks).filter(|(_, chunk)| gone(chunk)).map(|(index, _)| index);
    tiles::forget(ctx, version, indices).await;
    let early: Vec<u32> = chunks
        .iter()
        .filter(|chunk| chunk.sheet == SheetOf::Coarse)
        .flat_map(|chunk| chunk.tiles.clone())
        .collect();
    let drawn = board.plan.sheet_tiles(sheet);
    tiles.retain(|tile, _| !drawn.contains(tile) || early.contains(tile));
}
