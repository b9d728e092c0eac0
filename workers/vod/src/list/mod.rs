//! `listVideos`: a page of videos, from the AppView, the node, or the creators' own repos.

mod appview;
mod cursor;
mod highlights;
mod node;
mod query;
mod records;

use at_run::{Cache, Context, Error, Response, Result};
use serde::{Deserialize, Serialize};
use streamhut_streamplace::VideoItem;

use crate::{setting, video::stale};
use cursor::Cursor;
use highlights::Highlights;
pub(crate) use query::{ListVideos, Query};
use streamhut_accounts::told::{self, DAY, Rule, Told, told};

const RULE: Rule = Rule { fresh: 30, keep: DAY };

/// Who says which videos there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Source {
    /// An index of many repos.
    AppView,
    /// The Streamplace node: what it hosts.
    Node,
    /// The repos of creators whom the operator names.
    Records,
}

/// A video of a page.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Listed {
    #[serde(flatten)]
    pub item: VideoItem,
    /// Where a search found its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    highlights: Option<Highlights>,
}

/// A page of videos.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Page {
    pub videos: Vec<Listed>,
    /// For the next page, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    pub source: Source,
}

/// What a source gives: its own cursor.
struct Found {
    videos: Vec<Listed>,
    cursor: Option<String>,
}

impl From<VideoItem> for Listed {
    /// As those list it who can't search.
    fn from(item: VideoItem) -> Self {
        Self { item, highlights: None }
    }
}

pub(crate) async fn list_videos(ctx: Context, input: ListVideos) -> Result<Response> {
    let query = Query::read(&ctx, input).await?;
    let told = page_told(&ctx, &query).await?;
    if told.is_stale {
        return stale(&told);
    }
    let response = Response::new("application/json", told.content().to_vec());
    Ok(response.etag(&told.tag()).cache(Cache::public(30).stale_while_revalidate(300)))
}

/// A page as others of this bundle need it, fresh or not.
///
/// # Errors
/// As the endpoint's.
pub(crate) async fn page(ctx: &Context, query: &Query) -> Result<Page> {
    page_told(ctx, query).await?.json()
}

async fn page_told(ctx: &Context, query: &Query) -> Result<Told> {
    told(ctx, &told::key("list", &query.text()), RULE, async || {
        let page = ask(ctx, query).await?;
        serde_json::to_vec(&page).map_err(|error| Error::internal(error.to_string()))
    })
    .await
}

/// Asks source after source. A page goes on where it began: cursors are their source's own.
async fn ask(ctx: &Context, query: &Query) -> Result<Page> {
    let mut last = None;
    for source in sources(ctx, query)? {
        let inner = query.cursor.as_ref().map(|cursor| cursor.inner.as_str());
        let found = match source {
            Source::AppView => appview::ask(ctx, query, inner).await,
            Source::Node => node::ask(ctx, query, inner).await,
            Source::Records => records::ask(ctx, query, inner).await,
        };
        match found {
            Ok(Found { videos, cursor }) => {
                let cursor = cursor.map(|inner| Cursor { source, inner }.to_string());
                return Ok(Page { videos, cursor, source });
            }
            // The next may know; a node without this method is one that doesn't.
            Err(error) if error.status >= 500 || error.status == 404 => {
                ctx.log().warn(format!("no list from {source:?}: {error}"));
                last = last.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| Error::unavailable("nobody to ask for videos", 60)))
}

/// Whom to ask, one after the other.
fn sources(ctx: &Context, query: &Query) -> Result<Vec<Source>> {
    let is_set = |name| ctx.config(name).is_some();
    let mut sources = vec![Source::AppView, Source::Node, Source::Records];
    sources.retain(|source| match source {
        Source::AppView => is_set(setting::APPVIEW_URL),
        Source::Node => !query.needs_index(),
        Source::Records => is_set(setting::CREATORS) && !query.needs_index(),
    });
    if sources.is_empty() {
        let text = "`q`, `tag`, `sort`, `minDuration` and `maxDuration` need an AppView, and none is set";
        return Err(Error::new(501, "NoAppView", text));
    }
    if let Some(cursor) = &query.cursor {
        sources.retain(|source| *source == cursor.source);
        if sources.is_empty() {
            let text = "`cursor`: whoever gave it is not asked any more, or can't answer this";
            return Err(Error::invalid("InvalidInput", text));
        }
    }
    Ok(sources)
}
