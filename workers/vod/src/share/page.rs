//! `shareVideo` and `shareCreator`: what a link looks like on other people's sites, and a person's way to the player.

use at_run::{Context, Response, Result};
use serde::Deserialize;
use streamhut_pages::{Frames, creator_page, video_page};

use super::{
    document::{html, site},
    shown::{creator, newest, shown, start},
};
use crate::upstream;
use streamhut_accounts::did_of;

/// Videos that a creator's page shows.
const SHOWN: u32 = 12;

#[derive(Deserialize)]
pub(crate) struct ShareVideo {
    uri: String,
    t: Option<String>,
}

pub(crate) async fn share_video(ctx: Context, input: ShareVideo) -> Result<Response> {
    let uri = upstream::video_uri(&input.uri)?;
    let start = start(input.t.as_deref())?;
    let site = site(&ctx)?;
    let key = format!("shareVideo {} {uri} {}", site.bundle(), start.unwrap_or_default());
    html(&ctx, &site, &key, Frames::Nobody, async || Ok(video_page(&site, &shown(&ctx, &uri).await?, start)))
        .await
}

#[derive(Deserialize)]
pub(crate) struct ShareCreator {
    creator: String,
}

pub(crate) async fn share_creator(ctx: Context, input: ShareCreator) -> Result<Response> {
    let site = site(&ctx)?;
    let key = format!("shareCreator {} {:.300}", site.bundle(), input.creator);
    html(&ctx, &site, &key, Frames::Nobody, async || {
        let did = did_of(&ctx, "creator", &input.creator).await?;
        let creator = creator(&ctx, &did).await?;
        // Without a list the page still says who it is.
        let videos = newest(&ctx, Some(&did), SHOWN).await.unwrap_or_else(|error| {
            ctx.log().warn(format!("no videos on the page of {did}: {error}"));
            Vec::new()
        });
        Ok(creator_page(&site, &creator, &videos))
    })
    .await
}
