//! Answers of elsewhere that are not whole, or not what was asked for: never a success.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::any::Any;

use at_run::{
    Body, BodyError, BodyParts, Bundle, Context, HttpError, HttpRequest, Incomplete, Json, NoInput, Pieces,
    PlatformBody, Result,
    testing::{Harness, Scripted},
};
use futures_util::{FutureExt, StreamExt, stream};
use serde_json::{Value, json};

const URL: &str = "https://a.dev/media";

fn answer(status: u16, head: &str, body: &str) -> Scripted {
    let headers = head.lines().map(|line| line.split_once(": ").unwrap());
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Scripted::Answer { status, headers, body: body.as_bytes().to_vec(), url: None }
}

fn said(result: Result<Vec<u8>, HttpError>) -> Value {
    match result {
        Ok(bytes) => json!(String::from_utf8(bytes).unwrap()),
        Err(HttpError::Incomplete { url, reason }) => {
            assert_eq!(url, URL);
            json!({"incomplete": reason.to_string()})
        }
        Err(HttpError::Failed { reason, .. }) => json!({"failed": reason}),
        Err(error) => json!({"error": error.to_string()}),
    }
}

/// What a bundle makes of an answer: read whole, and read as it comes.
async fn both(ctx: &Context, ask: impl Fn(HttpRequest) -> HttpRequest) -> Value {
    let request = || ask(ctx.http().get(URL));
    let sent = request().send().await.map(|answer| answer.bytes().to_vec());
    let opened = match request().open().await {
        Ok(answer) => answer.bytes(100).await,
        Err(error) => Err(error),
    };
    json!([said(sent), said(opened)])
}

fn harness(ask: fn(HttpRequest) -> HttpRequest, scripted: &Scripted) -> Harness {
    let handler = move |ctx: Context, _: NoInput| async move { Result::Ok(Json(both(&ctx, ask).await)) };
    Harness::new(Bundle::new("b", "1.0.0").net(["a.dev"]).get("x", handler)).http(URL, scripted.clone())
}

fn heard(ask: fn(HttpRequest) -> HttpRequest, scripted: &Scripted) -> Value {
    harness(ask, scripted).get("x").json()
}

#[test]
fn bad_input_07_a_body_shorter_or_longer_than_promised() {
    let whole = |request| request;
    for (scripted, outcome) in [
        (answer(200, "content-length: 4", "abcd"), json!(["abcd", "abcd"])),
        (answer(200, "", "abcd"), json!(["abcd", "abcd"])),
        (answer(200, "content-encoding: gzip\ncontent-length: 30", "abcd"), json!(["abcd", "abcd"])),
        (answer(304, "content-length: 30", ""), json!(["", ""])),
    ] {
        assert_eq!(heard(whole, &scripted), outcome, "{scripted:?}");
    }
    for (length, body) in [("5", "abcd"), ("3", "abcd"), ("9", ""), ("0", "abcd")] {
        let why = format!("{length} bytes were promised, and {} came", body.len());
        let outcome = heard(whole, &answer(200, &format!("content-length: {length}"), body));
        let broken = format!("the body broke off: {why}");
        assert_eq!(outcome[0], json!({"incomplete": why}));
        assert!([json!({"failed": why}), json!({"failed": broken})].contains(&outcome[1]), "{outcome}");
    }
    for length in ["4, 5", "-4", "four"] {
        let why = json!({"incomplete": format!("`{length}` is not the length of one body")});
        assert_eq!(
            heard(whole, &answer(200, &format!("content-length: {length}"), "abcd")),
            json!([why, why])
        );
    }
    let why = json!({"incomplete": "the whole was asked for, and `bytes 0-3/9` came"});
    assert_eq!(heard(whole, &answer(206, "content-range: bytes 0-3/9", "abcd")), json!([why, why]));
}

#[test]
fn a_range_is_sent_and_its_part_comes() {
    let middle = |request: HttpRequest| request.range(3, 5);
    let file = Scripted::File(b"0123456789".to_vec());
    let asking = harness(middle, &file);
    assert_eq!(asking.get("x").json(), json!(["345", "345"]));
    let sent = &asking.raw_requests()[0];
    assert_eq!(
        sent.headers,
        [("range", "bytes=3-5"), ("accept-encoding", "identity")].map(|(a, b)| (a.into(), b.into()))
    );
    assert_eq!(heard(|request| request.range(8, 1_000), &file), json!(["89", "89"]), "the whole ends there");
    assert_eq!(heard(|request| request.range(10, 12), &file), json!(["", ""]), "416 is an answer");
    assert_eq!(heard(|request| request, &file), json!(["0123456789", "0123456789"]));
    let none = json!({"error": "bytes 5 to 3 are no range"});
    assert_eq!(heard(|request| request.range(5, 3), &file), json!([none, none]));
}

#[test]
fn bad_input_07_another_part_than_was_asked_for() {
    for content_range in ["bytes 4-6/10", "bytes 3-4/10", "bytes 3-6/10", "bytes */10", ""] {
        let head = match content_range {
            "" => String::new(),
            range => format!("content-range: {range}"),
        };
        let why = json!({"incomplete": format!("`bytes=3-5` was asked for, and `{content_range}` came")});
        assert_eq!(heard(|request| request.range(3, 5), &answer(206, &head, "345")), json!([why, why]));
    }
    for body in ["34", "3456", ""] {
        let scripted = answer(206, "content-range: bytes 3-5/10", body);
        let outcome = heard(|request| request.range(3, 5), &scripted);
        let why = format!("3 bytes were promised, and {} came", body.len());
        assert_eq!(outcome[0], json!({"incomplete": why}));
        assert!(outcome[1]["failed"].as_str().unwrap().ends_with(&why), "{outcome}");
    }
    let gzip = answer(206, "content-range: bytes 3-5/10\ncontent-encoding: gzip", "345");
    let why = json!({"incomplete": "`bytes=3-5` was asked for, and came encoded as gzip"});
    assert_eq!(heard(|request| request.range(3, 5), &gzip), json!([why, why]));
}

#[test]
fn bad_input_07_the_whole_in_place_of_a_part() {
    let whole = answer(200, "content-length: 10", "0123456789");
    let why = json!({"incomplete": "`bytes=3-5` was asked for, and the whole came with status 200"});
    assert_eq!(heard(|request| request.range(3, 5), &whole), json!([why, why]));
    assert_eq!(heard(|request| request.header("range", "bytes=3-5"), &whole), json!([why, why]));
    assert_eq!(heard(|request| request.range(3, 5).or_whole(), &whole), json!(["0123456789", "0123456789"]));
    let file = Scripted::File(b"0123456789".to_vec());
    assert_eq!(heard(|request| request.range(3, 5).or_whole(), &file), json!(["345", "345"]));
    let short = answer(200, "content-length: 10", "012345678");
    let outcome = heard(|request| request.range(3, 5).or_whole(), &short);
    assert_eq!(outcome[0], json!({"incomplete": "10 bytes were promised, and 9 came"}));
}

#[test]
fn an_incomplete_answer_is_the_upstreams_fault() {
    let ask = async |ctx: Context, _: NoInput| Ok(Json(ctx.http().get(URL).send().await?.text()));
    let harness = Harness::new(Bundle::new("b", "1.0.0").net(["a.dev"]).get("x", ask))
        .http(URL, answer(200, "content-length: 5", "abcd"));
    let answer = harness.get("x");
    assert_eq!((answer.status(), answer.json()["error"].clone()), (502, json!("UpstreamFailed")));
}

/// A platform's body: what it says of its length, and what it brings.
struct Said(Option<u64>, Vec<&'static str>);

impl PlatformBody for Said {
    fn length(&self) -> Option<u64> {
        self.0
    }

    fn pieces(self: Box<Self>) -> Pieces {
        stream::iter(self.1.into_iter().map(|piece| Ok(piece.as_bytes().to_vec()))).boxed_local()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[test]
fn bad_input_07_a_stream_that_ends_early_or_goes_on_is_broken() {
    for (length, pieces, outcome) in [
        (Some(4), vec!["ab", "cd"], Ok(b"abcd".to_vec())),
        (None, vec!["ab", "cd"], Ok(b"abcd".to_vec())),
        (Some(0), vec![], Ok(vec![])),
        (Some(5), vec!["ab", "cd"], Err((5, 4))),
        (Some(3), vec!["ab", "cd", "ef"], Err((3, 4))),
        (Some(1), vec![], Err((1, 0))),
    ] {
        let outcome = outcome
            .map_err(|(expected, got)| BodyError::Broken(Incomplete::Length { expected, got }.to_string()));
        let body = Body::from_platform(Said(length, pieces.clone()));
        assert_eq!(body.bytes(100).now_or_never().unwrap(), outcome, "{length:?}");
        // The same piece by piece: what came before the end was handed out, and the end is an error.
        let mut body = Body::from_platform(Said(length, pieces)).pieces();
        let last = std::iter::from_fn(|| body.next().now_or_never().unwrap()).last();
        assert_eq!(last.is_some_and(|piece| piece.is_err()), outcome.is_err(), "{length:?}");
        assert!(body.next().now_or_never().unwrap().is_none(), "an error is the end");
    }
    // A platform sends its own bodies itself.
    let untouched = Body::from_platform(Said(Some(5), vec!["ab"])).into_parts();
    assert!(matches!(untouched, BodyParts::Platform(_)));
}
