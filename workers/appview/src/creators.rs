//! `registerCreator`, `unregisterCreator`, `listCreators`.

use at_run::{Cache, Context, Error, Json, Result};
use serde::{Deserialize, Serialize};
use streamhut_accounts::did_of;
use streamhut_atproto::Did;
use streamhut_hrana::Repeat;
use streamhut_index::creators::{self, Creator, State};
use streamhut_streamplace::Profile;

use crate::{
    auth::{caller, milliseconds},
    database::{Db, index_error},
    method,
    sync::{Order, id},
};

const DEFAULT_LIMIT: u32 = 50;

/// Whom it is about: one of both.
#[derive(Deserialize)]
pub(crate) struct Register {
    did: Option<String>,
    handle: Option<String>,
}

impl Register {
    async fn did(&self, ctx: &Context) -> Result<Did> {
        match (self.did.as_deref(), self.handle.as_deref()) {
            (Some(did), None) => {
                Did::parse(did).map_err(|error| Error::invalid("InvalidInput", format!("`did`: {error}")))
            }
            (None, Some(handle)) => did_of(ctx, "handle", handle).await,
            _ => Err(Error::invalid("InvalidInput", "either `did` or `handle`")),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Registered {
    did: Did,
    registered: bool,
}

pub(crate) async fn register_creator(ctx: Context, input: Register) -> Result<Json<Registered>> {
    let db = Db::open(&ctx)?;
    let caller = caller(&ctx, &db, method::REGISTER_CREATOR).await?;
    let did = input.did(&ctx).await?;
    caller.may_act_for(&did)?;
    let statements = creators::register(&did, milliseconds(ctx.now()));
    db.write(&statements, Repeat::Idempotent).await.map_err(index_error)?;
    Order::all().enqueue(&ctx).await;
    Ok(Json(Registered { did, registered: true }))
}

pub(crate) async fn unregister_creator(ctx: Context, input: Register) -> Result<Json<Registered>> {
    let db = Db::open(&ctx)?;
    let caller = caller(&ctx, &db, method::UNREGISTER_CREATOR).await?;
    let did = input.did(&ctx).await?;
    caller.may_act_for(&did)?;
    db.run(&creators::unregister(&did, &id(&ctx, did.as_str()))).await.map_err(index_error)?;
    Ok(Json(Registered { did, registered: false }))
}

#[derive(Deserialize)]
pub(crate) struct ListCreators {
    limit: Option<u32>,
    cursor: Option<String>,
    /// Whether those are listed whose videos are not.
    all: Option<bool>,
}

#[derive(Serialize)]
pub(crate) struct Page {
    creators: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(flatten)]
    profile: Profile,
    state: State,
    videos: u64,
    registered: bool,
    discovered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_sync_ms: Option<i64>,
    next_sync_ms: i64,
    failures: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

impl From<Creator> for Listed {
    fn from(creator: Creator) -> Self {
        Self {
            profile: creator.profile(),
            state: creator.state,
            videos: creator.records,
            registered: creator.registered,
            discovered: creator.discovered,
            last_sync_ms: creator.last_sync_ms,
            next_sync_ms: creator.next_sync_ms,
            failures: creator.failures,
            last_error: creator.last_error,
        }
    }
}

pub(crate) async fn list_creators(ctx: Context, input: ListCreators) -> Result<(Cache, Json<Page>)> {
    let (limit, all) = (input.limit.unwrap_or(DEFAULT_LIMIT), input.all.unwrap_or(false));
    let cursor = input.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let statement = creators::list(limit, cursor, all).map_err(index_error)?;
    let rows = Db::open(&ctx)?.read(statement).await.map_err(index_error)?;
    let page = creators::page(limit, all, &rows).map_err(index_error)?;
    let creators = page.creators.into_iter().map(Listed::from).collect();
    Ok((Cache::public(15), Json(Page { creators, cursor: page.cursor })))
}
