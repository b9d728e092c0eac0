//! `ctx.http()` and `ctx.websocket()`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use at_run::{
    Bundle, Context, Error, HttpError, IntoResponse, Json, Message, NoInput, Response, Result, SocketError,
    testing::{Harness, Scripted, SocketEvent},
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct To {
    url: String,
}

#[test]
fn a_request_goes_where_the_release_says() {
    let fetch = async |ctx: Context, to: To| -> Result<Response> {
        Ok(Response::text(ctx.http().get(to.url).send().await?.text()))
    };
    let bundle = || {
        Bundle::new("b", "1.0.0")
            .net(["a.dev", "*.b.dev", "config:NODE", "config:UNDECLARED"])
            .config(["NODE"])
            .get("x", fetch)
    };
    for (url, status, error) in [
        ("https://a.dev/", 200, None),
        ("https://x.b.dev/", 200, None),
        ("https://node.dev/", 200, None),
        ("https://b.dev/", 500, Some("NotPermitted")),
        ("https://c.dev/", 500, Some("NotPermitted")),
        ("https://undeclared.dev/", 500, Some("NotPermitted")),
        ("http://a.dev/", 500, Some("NotPermitted")),
        ("https://a.dev:8443/", 500, Some("NotPermitted")),
        ("https://127.0.0.1/", 500, Some("NotPermitted")),
        ("not a url", 502, Some("UpstreamFailed")),
    ] {
        let harness = Harness::new(bundle())
            .config("NODE", "https://node.dev/base")
            .config("UNDECLARED", "https://undeclared.dev/")
            .http(url, Scripted::text(200, "hi"));
        let answer = harness.get(&format!("x?url={url}"));
        assert_eq!(answer.status(), status, "{url}");
        if let Some(error) = error {
            assert_eq!(answer.json()["error"], error, "{url}");
            assert!(harness.requests().is_empty(), "{url}");
        }
    }
}

#[test]
fn requests_carry_what_they_are_given() {
    let ask = async |ctx: Context, _: NoInput| -> Result<()> {
        let http = ctx.http();
        http.post("https://a.dev/p", "text/plain", "hello").header("x-a", "1").send().await?;
        http.post_json("https://a.dev/j", &json!({"a": 1})).send().await?;
        Ok(())
    };
    let harness = Harness::new(Bundle::new("b", "1.0.0").net(["a.dev"]).get("x", ask))
        .http("https://a.dev/p", Scripted::text(200, ""))
        .http("https://a.dev/j", Scripted::text(500, ""));
    assert_eq!(harness.get("x").status(), 204, "any status is an answer");
    assert_eq!(harness.requests(), ["POST https://a.dev/p", "POST https://a.dev/j"]);
    let sent = harness.raw_requests();
    assert_eq!(sent[0].body, b"hello");
    assert_eq!(
        sent[0].headers,
        [("content-type", "text/plain"), ("x-a", "1")].map(|(a, b)| (a.into(), b.into()))
    );
    assert_eq!(sent[1].body, br#"{"a":1}"#);
}

#[test]
fn an_answer_can_be_passed_on_unread() {
    let relay = async |ctx: Context, _: NoInput| -> Result<Response> {
        let answer = ctx.http().get("https://a.dev/v").header("range", "bytes=0-1").open().await?;
        assert_eq!((answer.status, answer.header("content-type")), (206, Some("video/mp4")));
        answer.into_response()
    };
    let headers = [
        ("content-type", "video/mp4"),
        ("content-range", "bytes 0-1/9"),
        ("set-cookie", "a=b"),
        ("etag", "\"e\""),
    ];
    let scripted = Scripted::Answer {
        status: 206,
        headers: headers.map(|(a, b)| (a.into(), b.into())).to_vec(),
        body: b"ab".to_vec(),
        url: None,
    };
    let harness = Harness::new(Bundle::new("b", "1.0.0").net(["a.dev"]).get("x", relay))
        .http("https://a.dev/v", scripted);
    let answer = harness.get("x");
    assert_eq!((answer.status(), answer.bytes()), (206, &b"ab"[..]));
    assert_eq!(answer.header("content-range"), Some("bytes 0-1/9"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[test]
fn bad_input_06_upstream_that_fails_is_told_from_one_that_is_slow() {
    for (scripted, sent, opened) in [
        (Scripted::Failed, "Failed", "Failed"),
        (Scripted::Deadline, "Deadline", "Deadline"),
        (Scripted::BreaksOff(b"abc".to_vec()), "Failed", "Failed"),
        (Scripted::text(200, &"x".repeat(11)), "TooLarge", "TooLarge"),
        (Scripted::text(200, &"x".repeat(10)), "", ""),
    ] {
        let both = async |ctx: Context, _: NoInput| -> Result<Json<Value>> {
            let request = || ctx.http().get("https://a.dev/").max_bytes(10).deadline_ms(5);
            let sent = request().send().await.map(|answer| answer.bytes().len());
            let opened = match request().open().await {
                Ok(answer) => answer.bytes(10).await.map(|bytes| bytes.len()),
                Err(error) => Err(error),
            };
            let name = |result: &Result<usize, HttpError>| match result {
                Ok(_) => String::new(),
                Err(error) => format!("{error:?}").split(' ').next().unwrap_or_default().to_owned(),
            };
            Ok(Json(json!([name(&sent), name(&opened)])))
        };
        let harness = Harness::new(Bundle::new("b", "1.0.0").net(["a.dev"]).get("x", both))
            .http("https://a.dev/", scripted.clone());
        assert_eq!(harness.get("x").json(), json!([sent, opened]), "{scripted:?}");
    }
}

#[test]
fn a_websocket_says_what_became_of_it() {
    let listen = async |ctx: Context, to: To| -> Result<Json<Value>> {
        let mut heard = Vec::new();
        let mut socket = match ctx.websocket(to.url).deadline_ms(7).connect().await {
            Ok(socket) => socket,
            Err(error) => return Ok(Json(json!([name(&error)]))),
        };
        socket.send("hello").await?;
        socket.send(vec![1, 2]).await?;
        loop {
            match socket.next().await {
                Ok(Some(Message::Text(text))) => heard.push(text),
                Ok(Some(Message::Binary(bytes))) => heard.push(format!("{bytes:?}")),
                Ok(None) => break,
                Err(error) => heard.push(name(&error)),
            }
        }
        if let Err(error) = socket.send("late").await {
            heard.push(name(&error));
        }
        socket.close(1000, "done");
        Ok(Json(json!(heard)))
    };
    fn name(error: &SocketError) -> String {
        format!("{error:?}").split([' ', '(']).next().unwrap_or_default().to_owned()
    }
    let events = || {
        let message = |text: &str| SocketEvent::from(text);
        vec![message("a"), SocketEvent::Silence, vec![9].into(), SocketEvent::Broken, message("never")]
    };
    for (url, expect) in [
        ("wss://a.dev/s", json!(["a", "Deadline", "[9]", "Failed", "Closed"])),
        ("wss://a.dev/other", json!(["Failed"])),
        ("wss://b.dev/s", json!(["Refused"])),
        ("ws://a.dev/s", json!(["Refused"])),
        ("wss://127.0.0.1/s", json!(["Refused"])),
        ("https://a.dev/s", json!(["NotAUrl"])),
        ("a.dev", json!(["NotAUrl"])),
    ] {
        let harness = Harness::new(Bundle::new("b", "1.0.0").net(["a.dev"]).get("x", listen))
            .websocket("wss://a.dev/s", events());
        assert_eq!(harness.get(&format!("x?url={url}")).json(), expect, "{url}");
        let sent = harness.sent();
        assert_eq!(sent.len(), if url == "wss://a.dev/s" { 2 } else { 0 });
    }
    for (error, status) in [
        (SocketError::NotAUrl("x".into()), 500),
        (SocketError::Refused { url: "u".into(), reason: "r".into() }, 500),
        (SocketError::Deadline { url: "u".into(), ms: 1 }, 504),
        (SocketError::Failed { url: "u".into(), reason: "r".into() }, 503),
        (SocketError::Closed { url: "u".into() }, 503),
    ] {
        assert_eq!(Error::from(error).status, status);
    }
}
