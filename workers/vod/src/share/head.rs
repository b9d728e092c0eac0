//! `getShareHead`: the head of a share page as data, for the web player's own pages.

use at_run::{Context, Error, Response, Result};
use serde::Deserialize;
use streamhut_pages::{creator_head, video_head};

use super::{
    document::{document, site},
    shown::{creator, newest, shown},
};
use crate::upstream;
use streamhut_accounts::did_of;

#[derive(Deserialize)]
pub(crate) struct GetShareHead {
    uri: Option<String>,
    creator: Option<String>,
}

pub(crate) async fn get_share_head(ctx: Context, input: GetShareHead) -> Result<Response> {
    let site = site(&ctx)?;
    match (input.uri, input.creator) {
        (Some(uri), None) => {
            let uri = upstream::video_uri(&uri)?;
            let key = format!("getShareHead {} {uri}", site.bundle());
            let make = async || json(&video_head(&site, &shown(&ctx, &uri).await?, None));
            document(&ctx, &key, "application/json", make).await
        }
        (None, Some(who)) => {
            let key = format!("getShareHead {} {who:.300}", site.bundle());
            let make = async || {
                let did = did_of(&ctx, "creator", &who).await?;
                let videos = newest(&ctx, Some(&did), 1).await.unwrap_or_default();
                json(&creator_head(&site, &creator(&ctx, &did).await?, &videos))
            };
            document(&ctx, &key, "application/json", make).await
        }
        _ => Err(Error::invalid("InvalidInput", "either `uri` or `creator`")),
    }
}

fn json(head: &streamhut_pages::Head) -> Result<String> {
    serde_json::to_string(head).map_err(|error| Error::internal(error.to_string()))
}
