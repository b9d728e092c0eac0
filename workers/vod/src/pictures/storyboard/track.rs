//! `getVtt`: which part of which sheet shows what time.

use at_run::{Cache, Context, Error, Response, Result};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use streamhut_atproto::{AtUri, RecordCid};
use streamhut_media::storyboard::{Storyboard, vtt};
use url::form_urlencoded;

use super::{
    ask::{RETRY_SECONDS, ask_for},
    state::board,
};
use crate::{
    pictures::{
        answer::{Named, REASON, told},
        key::Version,
        known::known,
        parameters,
    },
    upstream,
};

#[derive(Deserialize)]
pub(crate) struct GetVtt {
    uri: String,
    cid: Option<String>,
}

/// A file without cues.
const EMPTY: &str = "WEBVTT\n";
/// Seconds for which a coarse board is shown before a better one is looked for.
const COARSE_SECONDS: u32 = 10;

pub(crate) async fn get_vtt(ctx: Context, input: GetVtt) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let asked = parameters::cid(input.cid.as_deref())?;
    if let Some(cid) = &asked
        && let Some(board) = board(&ctx, &Version::of(&uri, cid)).await
        && board.is_whole()
    {
        return cues(&board.plan, &uri, cid, false).map(|answer| answer.cache(Cache::immutable()));
    }
    let known = known(&ctx, &uri, asked.as_ref()).await?;
    let named = if asked == Some(known.cid) { Named::ByContent } else { Named::ByVideo };
    let board = board(&ctx, &known.version()).await;
    match board {
        Some(board) if board.is_whole() => {
            cues(&board.plan, &uri, &known.cid, false).map(|answer| answer.cache(named.cache()))
        }
        unfinished => {
            // A task that was lost on its way is asked for again.
            let reason = ask_for(&ctx, &known).await;
            if let Some(coarse) =
                unfinished.filter(|board| board.has_coarse()).and_then(|board| board.coarse())
            {
                let answer = cues(&coarse, &uri, &known.cid, true)?;
                return Ok(answer.cache(Cache::public(COARSE_SECONDS)));
            }
            Ok(match reason? {
                Some(reason) => Response::vtt(EMPTY).cache(Cache::public(15)).header(REASON, &told(&reason)),
                None => Response::vtt(EMPTY)
                    .with_status(202)
                    .cache(Cache::no_store())
                    .header("retry-after", &RETRY_SECONDS.to_string()),
            })
        }
    }
}

/// The cues, with the sheets' URLs relative to this endpoint's own: a bundle doesn't know where it is served.
fn cues(board: &Storyboard, uri: &AtUri, cid: &RecordCid, coarse: bool) -> Result<Response> {
    let url = |sheet: u32| {
        let sheet = if coarse { "coarse".to_owned() } else { sheet.to_string() };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("uri", uri.as_str());
        query.append_pair("sheet", &sheet).append_pair("cid", &cid.to_string());
        format!("getSprite?{}", query.finish())
    };
    let text = vtt(board, url).map_err(|error| Error::internal(error.to_string()))?;
    let tag: String = Sha256::digest(&text).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    Ok(Response::vtt(text).etag(&tag))
}
