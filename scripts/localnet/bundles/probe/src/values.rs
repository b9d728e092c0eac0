//! What a handler is told, and what it tells.

use at_run::{Context, Json, NoInput, Response, Result};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub(crate) struct Name {
    name: String,
}

#[derive(Serialize)]
pub(crate) struct Value {
    value: Option<String>,
}

/// The secret itself: this bundle has none that matters.
pub(crate) async fn secret(ctx: Context, Name { name }: Name) -> Result<Json<Value>> {
    Ok(Json(Value { value: Some(ctx.secret(&name)?.expose().to_owned()) }))
}

pub(crate) async fn config(ctx: Context, Name { name }: Name) -> Result<Json<Value>> {
    Ok(Json(Value { value: ctx.config(&name) }))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Echo {
    method: String,
    request_id: String,
    accept: Option<String>,
    authorization: Option<String>,
    range: Option<String>,
    now: u64,
}

pub(crate) async fn echo(ctx: Context, _: NoInput) -> Result<Json<Echo>> {
    Ok(Json(Echo {
        method: ctx.method().to_owned(),
        request_id: ctx.request_id().to_owned(),
        accept: ctx.header("accept"),
        authorization: ctx.header("authorization"),
        range: ctx.header("range"),
        now: ctx.now(),
    }))
}

pub(crate) async fn echo_body(_: Context, body: serde_json::Value) -> Result<Json<serde_json::Value>> {
    Ok(Json(body))
}

#[derive(Deserialize)]
pub(crate) struct Line {
    text: String,
}

pub(crate) async fn log(ctx: Context, Line { text }: Line) -> Result<Response> {
    ctx.log().info(&text);
    Ok(Response::empty(204))
}

#[allow(clippy::panic)]
pub(crate) async fn panic(_: Context, Line { text }: Line) -> Result<Response> {
    panic!("{text}")
}
