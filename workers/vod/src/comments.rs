//! `getComments`: what people say of a video, by the node's word, newest first.

use std::collections::{BTreeMap, BTreeSet};

use at_run::{Cache, Context, Error, Response, Result};
use serde::{Deserialize, Serialize};
use streamhut_accounts::{
    known_profiles,
    told::{self, DAY, Rule, told},
};
use streamhut_atproto::{AtUri, Did};
use streamhut_streamplace::{
    Comment, Profile,
    xrpc::{MAX_PAGE, get_comments_url, parse_comments},
};

use crate::{upstream, video::stale};

const DEFAULT_LIMIT: u32 = 25;
const MAX_CURSOR: usize = 1024;
/// People of a page of whom more is asked than the node tells.
const MAX_PEOPLE: usize = 50;
/// Whoever has said something wants to see it.
const RULE: Rule = Rule { fresh: 5, keep: DAY };

#[derive(Deserialize)]
pub(crate) struct GetComments {
    uri: String,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// A page of comments.
#[derive(Serialize, Deserialize)]
struct Page {
    comments: Vec<Comment>,
    /// The node's own, for the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

pub(crate) async fn get_comments(ctx: Context, input: GetComments) -> Result<Response> {
    let video = upstream::video_uri(&input.uri)?;
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Error::invalid("InvalidInput", format!("`limit`: {limit} is not 1 to {MAX_PAGE}")));
    }
    let cursor = input.cursor.filter(|cursor| !cursor.is_empty());
    if cursor.as_ref().is_some_and(|cursor| cursor.len() > MAX_CURSOR) {
        return Err(Error::invalid("InvalidInput", format!("`cursor`: longer than {MAX_CURSOR} bytes")));
    }
    let key = told::key("comments", &format!("{video} {limit} {}", cursor.as_deref().unwrap_or_default()));
    let told = told(&ctx, &key, RULE, async || {
        let page = ask(&ctx, &video, limit, cursor.as_deref()).await?;
        serde_json::to_vec(&page).map_err(|error| Error::internal(error.to_string()))
    });
    let told = told.await?;
    if told.is_stale {
        return stale(&told);
    }
    let response = Response::new("application/json", told.content().to_vec());
    Ok(response.etag(&told.tag()).cache(Cache::public(10)))
}

async fn ask(ctx: &Context, video: &AtUri, limit: u32, cursor: Option<&str>) -> Result<Page> {
    let url = get_comments_url(&upstream::node(ctx)?, video, limit, cursor);
    let Some(answer) = upstream::ask_twice_if_known(ctx, &url).await? else {
        return Err(Error::new(501, "NoComments", "the node knows of no comments"));
    };
    let page = parse_comments(answer.bytes());
    let page = page.map_err(|error| Error::from(answer.unexpected(error.to_string())))?;
    for error in &page.refused {
        ctx.log().warn(format!("left out of the comments: {error}"));
    }
    let mut comments = page.comments;
    introduce(ctx, &mut comments).await;
    Ok(Page { comments, cursor: page.cursor })
}

/// Says of people what is known of them beyond the node's word.
async fn introduce(ctx: &Context, comments: &mut [Comment]) {
    let authors = comments.iter().map(|comment| &comment.author);
    let answered = comments.iter().filter_map(|comment| Some(&comment.reply_to.as_ref()?.author));
    let mut people = BTreeSet::new();
    for person in authors.chain(answered) {
        if people.len() < MAX_PEOPLE {
            people.insert(person.did.clone());
        }
    }
    let known = known_profiles(ctx, people).await;
    for comment in comments {
        complete(&mut comment.author, &known);
        if let Some(answered) = &mut comment.reply_to {
            complete(&mut answered.author, &known);
        }
    }
}

fn complete(person: &mut Profile, known: &BTreeMap<Did, Profile>) {
    let Some(Profile { handle, display_name, avatar, .. }) = known.get(&person.did).cloned() else { return };
    person.handle = handle.or(person.handle.take());
    person.display_name = display_name.or(person.display_name.take());
    person.avatar = avatar.or(person.avatar.take());
}
