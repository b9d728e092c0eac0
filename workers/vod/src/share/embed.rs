//! `embed`: a player inside other people's pages, without script.

use at_run::{Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_pages::{Frames, embed_page};

use super::{
    document::{html, site},
    shown::{shown, start},
};
use crate::upstream;

#[derive(Deserialize)]
pub(crate) struct Embed {
    uri: String,
    t: Option<String>,
    autoplay: Option<String>,
}

pub(crate) async fn embed(ctx: Context, input: Embed) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let start = start(input.t.as_deref())?;
    let autoplay = match input.autoplay.as_deref() {
        None | Some("" | "0" | "false") => false,
        Some("1" | "true") => true,
        Some(_) => return Err(Error::invalid("InvalidInput", "`autoplay`: 1 or 0")),
    };
    let site = site(&ctx)?;
    let key = format!("embed {} {uri} {} {autoplay}", site.bundle(), start.unwrap_or_default());
    let response = html(&ctx, &site, &key, Frames::Everybody, async || {
        Ok(embed_page(&site, &shown(&ctx, &uri).await?, start, autoplay))
    });
    let response = response.await?;
    if response.status >= 400 {
        return Ok(response);
    }
    // A search engine shows the page around it.
    Ok(response.header("x-robots-tag", "noindex, indexifembedded"))
}
