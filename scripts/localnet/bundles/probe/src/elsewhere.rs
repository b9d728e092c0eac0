//! Requests to elsewhere: over HTTP, over a WebSocket, to other bundles.

use at_run::{Body, Context, HttpRequest, Json, Message, Response, Result};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Target {
    url: String,
    deadline_ms: Option<u32>,
    max_bytes: Option<usize>,
    /// The first byte of a part, from 0.
    first: Option<u64>,
    /// Its last byte.
    last: Option<u64>,
    /// Takes the whole where a part was asked for.
    #[serde(default)]
    or_whole: bool,
}

impl Target {
    fn request(&self, ctx: &Context) -> HttpRequest {
        let mut request = ctx.http().get(&self.url);
        if let Some(ms) = self.deadline_ms {
            request = request.deadline_ms(ms);
        }
        if let Some(bytes) = self.max_bytes {
            request = request.max_bytes(bytes);
        }
        if let (Some(first), Some(last)) = (self.first, self.last) {
            request = request.range(first, last);
        }
        if self.or_whole { request.or_whole() } else { request }
    }
}

#[derive(Serialize)]
pub(crate) struct Fetched {
    status: u16,
    /// Where it came from, after redirects.
    url: String,
    bytes: usize,
    text: String,
}

/// An answer read whole, with the beginning as text.
pub(crate) async fn fetch(ctx: Context, target: Target) -> Result<Json<Fetched>> {
    let answer = target.request(&ctx).send().await?;
    Ok(Json(Fetched {
        status: answer.status(),
        url: answer.url().to_string(),
        bytes: answer.bytes().len(),
        text: answer.text().chars().take(200).collect(),
    }))
}

/// An answer passed on: its status, its type, and its body as it comes.
pub(crate) async fn pass(ctx: Context, target: Target) -> Result<Response> {
    let answer = target.request(&ctx).open().await?;
    let kind = answer.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.clone());
    let kind = kind.unwrap_or_else(|| "application/octet-stream".to_owned());
    Ok(Response::new(&kind, answer.body).with_status(answer.status))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conversation {
    url: String,
    /// Texts to send; each is sent as text and as bytes.
    #[serde(default)]
    say: Vec<String>,
    deadline_ms: Option<u32>,
    /// Ends it with this code and the reason `enough`; else waits for the other side to.
    close: Option<u16>,
}

/// Says things, and lists what was heard: `text:…`, `binary:…`, `closed`.
pub(crate) async fn socket(ctx: Context, talk: Conversation) -> Result<Json<Vec<String>>> {
    let mut request = ctx.websocket(&talk.url);
    if let Some(ms) = talk.deadline_ms {
        request = request.deadline_ms(ms);
    }
    let mut socket = request.connect().await?;
    let mut heard = Vec::new();
    for text in &talk.say {
        for message in [Message::Text(text.clone()), Message::Binary(text.clone().into_bytes())] {
            socket.send(message).await?;
            let Some(answer) = socket.next().await? else {
                heard.push("closed".to_owned());
                return Ok(Json(heard));
            };
            heard.push(shown(answer));
        }
    }
    match talk.close {
        Some(code) => socket.close(code, "enough"),
        None => heard.push(socket.next().await?.map_or_else(|| "closed".to_owned(), shown)),
    }
    Ok(Json(heard))
}

fn shown(message: Message) -> String {
    match message {
        Message::Text(text) => format!("text:{text}"),
        Message::Binary(bytes) => format!("binary:{}", String::from_utf8_lossy(&bytes)),
    }
}

#[derive(Deserialize)]
pub(crate) struct OtherCall {
    /// `did/name`, or `config:OTHER`.
    bundle: String,
    endpoint: String,
    /// A query string, handed on as pairs.
    #[serde(default)]
    query: String,
    /// Reads the answer as JSON in place of passing it on.
    #[serde(default)]
    read: bool,
    #[serde(default)]
    body: serde_json::Value,
}

/// Another bundle's answer, passed on.
pub(crate) async fn call(ctx: Context, input: OtherCall) -> Result<Response> {
    let pairs: Vec<_> = input.query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let call = ctx.call(&input.bundle, &input.endpoint).query(&pairs);
    if input.read {
        return Response::json(&call.json::<serde_json::Value>().await?);
    }
    Ok(passed_on(call.send().await?))
}

/// The same with POST and a JSON body.
pub(crate) async fn call_post(ctx: Context, input: OtherCall) -> Result<Response> {
    Ok(passed_on(ctx.call(&input.bundle, &input.endpoint).body(&input.body).send().await?))
}

fn passed_on(answer: Response) -> Response {
    let kind = answer.header_value("content-type").unwrap_or("application/octet-stream").to_owned();
    let body: Body = answer.body;
    Response::new(&kind, body).with_status(answer.status)
}
