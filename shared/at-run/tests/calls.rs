//! `ctx.call()`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use at_run::{Bundle, CallError, Context, Error, Json, NoInput, Response, Result, testing::Harness};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const OTHER: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz/other";

#[derive(Serialize, Deserialize)]
struct Sum {
    sum: i64,
}

/// A bundle that asks `OTHER`, or what `bundle` names.
fn caller(bundle: &'static str) -> Harness {
    let ask = move |ctx: Context, _: NoInput| async move {
        let query = [("a", "1 2"), ("b", "ü")];
        let got: Sum = ctx.call(bundle, "add").query(&query).json().await?;
        let posted: Sum = ctx.call(bundle, "add").body(&json!({"c": 3})).json().await?;
        Ok(Json(json!([got.sum, posted.sum])))
    };
    let bundle =
        Bundle::new("b", "1.0.0").bundles([OTHER, "config:INDEX_URL"]).config(["INDEX_URL"]).get("x", ask);
    Harness::new(bundle).config("INDEX_URL", "https://run.dev/bundle/did:web:index.dev/index/latest")
}

#[test]
fn other_bundles_are_asked_by_name_or_by_url() {
    for (bundle, did_name) in [(OTHER, OTHER), ("config:INDEX_URL", "did:web:index.dev/index")] {
        let harness = caller(bundle).bundle(did_name, "add", move |called| {
            assert_eq!(called.bundle, did_name);
            match &called.body {
                Some(body) => Response::json(&Sum { sum: body["c"].as_i64().unwrap() }),
                None => {
                    assert_eq!(called.query, "a=1+2&b=%C3%BC");
                    Response::json(&Sum { sum: 12 })
                }
            }
        });
        assert_eq!(harness.get("x").json(), json!([12, 3]), "{bundle}");
    }
}

#[test]
fn calls_that_are_not_permitted_or_name_nobody() {
    for (bundle, name) in [
        ("did:web:b.dev/other", "NotPermitted"),
        ("did:plc:ewvi7nxzyoun6zhxrhs64oiz/another", "NotPermitted"),
        ("config:NOT_SET", "InternalError"),
        ("alice.dev/other", "InternalError"),
        ("", "InternalError"),
    ] {
        let answer = caller(bundle).get("x");
        assert_eq!((answer.status(), answer.json()["error"].as_str()), (500, Some(name)), "{bundle}");
    }
}

#[test]
fn bad_input_14_what_another_bundle_answers_has_a_status_here() {
    let error = |status| Err(Error::new(status, "TheirName", "their words"));
    let table: Vec<(Result<Response>, u16, &str, Option<&str>)> = vec![
        (error(404), 502, "UpstreamFailed", None),
        (error(400), 502, "UpstreamFailed", None),
        (error(500), 502, "UpstreamFailed", None),
        (error(504), 504, "UpstreamTimeout", None),
        (error(429), 503, "UpstreamUnavailable", Some("5")),
        (Err(Error::unavailable("later", 9)), 503, "UpstreamUnavailable", Some("9")),
        (Err(Error::new(508, "LoopDetected", "too deep")), 508, "LoopDetected", None),
        (Ok(Response::text("not json")), 502, "UpstreamFailed", None),
        (Response::json(&json!({"sum": "many"})), 502, "UpstreamFailed", None),
        (Ok(Response::text("<html>").with_status(503)), 503, "UpstreamUnavailable", Some("5")),
        (Ok(Response::see_other("/elsewhere")), 502, "UpstreamFailed", None),
    ];
    for (row, (theirs, status, name, retry_after)) in table.into_iter().enumerate() {
        let theirs = std::cell::RefCell::new(Some(theirs));
        let harness = caller(OTHER).bundle(OTHER, "add", move |_| theirs.borrow_mut().take().unwrap());
        let answer = harness.get("x");
        assert_eq!((answer.status(), answer.json()["error"].as_str()), (status, Some(name)), "row {row}");
        assert_eq!(answer.header("retry-after"), retry_after, "row {row}");
        assert!(!answer.text().contains("their words"), "row {row}: the details are for the log");
    }
    let unscripted = caller(OTHER).get("x");
    assert_eq!(unscripted.status(), 502);
}

#[test]
fn a_call_error_says_what_was_answered() {
    let ask = async |ctx: Context, _: NoInput| -> Result<Json<String>> {
        match ctx.call(OTHER, "x").json::<Value>().await {
            Err(CallError::Answered { status: 404, name, .. }) => Ok(Json(name)),
            other => Ok(Json(format!("{other:?}"))),
        }
    };
    let harness =
        Harness::new(Bundle::new("b", "1.0.0").bundles([OTHER]).get("x", ask))
            .bundle(OTHER, "x", |_| Err(Error::not_found("NoSuchThing", "no")));
    assert_eq!(harness.get("x").json(), "NoSuchThing");
}
