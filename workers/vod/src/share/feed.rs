//! `rss`: new videos, of a creator or of all.

use at_run::{Context, Response, Result};
use serde::Deserialize;
use streamhut_pages::{Channel, rss as feed};

use super::{
    document::{document, site},
    shown::{creator, newest},
};
use streamhut_accounts::did_of;

const VIDEOS: u32 = 50;

#[derive(Deserialize)]
pub(crate) struct Rss {
    creator: Option<String>,
}

pub(crate) async fn rss(ctx: Context, input: Rss) -> Result<Response> {
    let site = site(&ctx)?;
    let who = input.creator.filter(|text| !text.is_empty());
    let key = format!("rss {} {:.300}", site.bundle(), who.as_deref().unwrap_or_default());
    document(&ctx, &key, "application/rss+xml; charset=utf-8", async || {
        let Some(who) = &who else {
            let videos = newest(&ctx, None, VIDEOS).await?;
            return Ok(feed(&site, Channel::Everyone, &videos, updated(&videos)));
        };
        let did = did_of(&ctx, "creator", who).await?;
        let creator = creator(&ctx, &did).await?;
        let videos = newest(&ctx, Some(&did), VIDEOS).await?;
        Ok(feed(&site, Channel::Creator(&creator), &videos, updated(&videos)))
    })
    .await
}

/// When the newest was made.
fn updated(videos: &[streamhut_pages::Video]) -> Option<i64> {
    videos.iter().filter_map(|video| video.created_ms).max()
}
