//! `getSprite`: a sheet of a storyboard.

use at_run::{Cache, Context, Error, Response, Result};
use serde::Deserialize;

use super::{
    ask::{RETRY_SECONDS, ask_for},
    state::board,
};
use crate::{
    pictures::{
        answer::{Named, kept, not_yet, stand_in},
        key::Version,
        known::known,
        parameters::{self, SheetName},
        trouble::Trouble,
    },
    upstream,
};

#[derive(Deserialize)]
pub(crate) struct GetSprite {
    uri: String,
    sheet: Option<String>,
    cid: Option<String>,
}

/// Size of what stands in for a sheet, in pixels.
const STAND_IN: (u32, u32) = (320, 180);

pub(crate) async fn get_sprite(ctx: Context, input: GetSprite) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let sheet = parameters::sheet(input.sheet.as_deref())?;
    let asked = parameters::cid(input.cid.as_deref())?;
    if let Some(cid) = &asked
        && let Some(response) = sheet_of(&ctx, &Version::of(&uri, cid), sheet, Named::ByContent).await?
    {
        return Ok(response);
    }
    let known = match known(&ctx, &uri, asked.as_ref()).await {
        Ok(known) => known,
        Err(error) if error.status < 500 => return Err(error),
        Err(error) => return stand_in(STAND_IN.0, STAND_IN.1, &Trouble::from(error).reason()),
    };
    let version = known.version();
    let named = if asked == Some(known.cid) { Named::ByContent } else { Named::ByVideo };
    if asked != Some(known.cid)
        && let Some(response) = sheet_of(&ctx, &version, sheet, named).await?
    {
        return Ok(response);
    }
    let board = board(&ctx, &version).await;
    if let Some(board) = &board {
        let beyond = matches!(sheet, SheetName::Number(sheet) if sheet >= board.plan.sheets());
        if beyond || (sheet == SheetName::Coarse && board.coarse().is_none()) {
            let text = format!("there is no such sheet: the storyboard has {}", board.plan.sheets());
            return Err(Error::not_found("NoSuchSheet", text));
        }
        if board.is_whole() && sheet == SheetName::Coarse {
            let text = "the storyboard is whole by now, and getVtt names its sheets";
            return Err(Error::not_found("NoSuchSheet", text));
        }
        // It was there, and is not any more. Storage that is away has it still.
        if board.is_whole()
            && let SheetName::Number(sheet) = sheet
            && let Ok(None) = ctx.blobs().head(&version.sheet(sheet)).await
            && let Err(error) = ctx.blobs().delete(&version.board()).await
        {
            ctx.log().warn(format!("{} stays without its sheets: {error}", version.board()));
        }
    }
    let reason = ask_for(&ctx, &known).await;
    // Until the sheet is there, a sheet of the whole time is better than nothing.
    if board.is_some_and(|board| board.has_coarse())
        && let Some(response) = kept(&ctx, &version.coarse_sheet(), Named::ByVideo).await?
    {
        return Ok(response.cache(Cache::public(10)));
    }
    match reason {
        Ok(Some(reason)) => stand_in(STAND_IN.0, STAND_IN.1, &reason),
        Ok(None) => not_yet(STAND_IN.0, STAND_IN.1, RETRY_SECONDS),
        Err(error) => stand_in(STAND_IN.0, STAND_IN.1, &Trouble::from(error).reason()),
    }
}

async fn sheet_of(
    ctx: &Context,
    version: &Version,
    sheet: SheetName,
    named: Named,
) -> Result<Option<Response>> {
    match sheet {
        SheetName::Number(sheet) => kept(ctx, &version.sheet(sheet), named).await,
        SheetName::Coarse => kept(ctx, &version.coarse_sheet(), named).await,
    }
}
