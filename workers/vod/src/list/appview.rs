//! The list of an AppView: the bundle `streamhut-appview`, on this runner or another.

use at_run::{Context, Error, Result};
use serde::Deserialize;
use serde_json::Value;
use streamhut_streamplace::VideoItem;
use url::Url;

use super::{Found, Listed, Query, highlights::Highlights};
use crate::setting;
use streamhut_accounts::refuse_other_status;

const DEADLINE_MS: u32 = 8_000;
const MAX_BYTES: usize = 4 * 1024 * 1024;

#[derive(Deserialize)]
struct Answer {
    videos: Vec<Value>,
    cursor: Option<String>,
}

pub(super) async fn ask(ctx: &Context, query: &Query, cursor: Option<&str>) -> Result<Found> {
    let base = ctx.config(setting::APPVIEW_URL).unwrap_or_default();
    let mut url = Url::parse(&format!("{}/listVideos", base.trim_end_matches('/')))
        .map_err(|error| Error::internal(format!("{} is `{base}`: {error}", setting::APPVIEW_URL)))?;
    url.query_pairs_mut().extend_pairs(query.pairs());
    if let Some(cursor) = cursor {
        url.query_pairs_mut().append_pair("cursor", cursor);
    }
    let answer = ctx.http().get(&url).deadline_ms(DEADLINE_MS).max_bytes(MAX_BYTES).send().await?;
    if answer.status() == 400 {
        return Err(Error::invalid(
            "InvalidRequest",
            "the AppView refuses a parameter, such as a cursor of another list",
        ));
    }
    refuse_other_status(&answer)?;
    let page: Answer = answer.json()?;
    let mut videos = Vec::with_capacity(page.videos.len());
    for item in page.videos {
        let highlights = item.get("highlights").cloned();
        match serde_json::from_value::<VideoItem>(item) {
            Ok(item) => {
                let highlights = highlights.and_then(|told| Highlights::read(&told, &item.title));
                videos.push(Listed { item, highlights });
            }
            Err(error) => ctx.log().warn(format!("left out of the list: {error}")),
        }
    }
    Ok(Found { videos, cursor: page.cursor.filter(|cursor| !cursor.is_empty()) })
}
