//! What a bundle is told: settings, secrets, the request; and what it says to its log.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use at_run::{Bundle, Context, Json, NoInput, Response, Result, testing::Harness};
use serde_json::{Value, json};

#[test]
fn a_bundle_is_told_what_was_declared_and_given() {
    let tell = async |ctx: Context, _: NoInput| -> Result<Json<Value>> {
        let names = ["GIVEN", "EMPTY", "UNSET", "UNDECLARED"];
        let config = names.map(|name| ctx.config(name));
        let secrets = names.map(|name| ctx.secret(name).map(|secret| secret.expose().to_owned()).ok());
        Ok(Json(json!([config, secrets])))
    };
    let declared = ["GIVEN", "EMPTY", "UNSET"];
    let mut harness =
        Harness::new(Bundle::new("b", "1.0.0").config(declared).secrets(declared).get("x", tell));
    for name in ["GIVEN", "UNDECLARED"] {
        harness = harness.config(name, "c").secret(name, "s");
    }
    harness = harness.config("EMPTY", "").secret("EMPTY", "");
    assert_eq!(harness.get("x").json(), json!([["c", null, null, null], ["s", null, null, null]]));
}

#[test]
fn a_secret_that_is_not_given_is_named_in_the_log_alone() {
    let tell = async |ctx: Context, _: NoInput| -> Result<()> { ctx.secret("API_KEY").map(|_| ()) };
    let harness = Harness::new(Bundle::new("b", "1.0.0").secrets(["API_KEY"]).get("x", tell));
    let answer = harness.get("x");
    assert_eq!((answer.status(), answer.json()["error"].as_str()), (503, Some("SecretMissing")));
    assert!(!answer.text().contains("API_KEY"));
    assert!(harness.log()[0].contains("`API_KEY`"), "{:?}", harness.log());
}

#[test]
fn a_secret_shows_itself_to_nobody() {
    let tell = async |ctx: Context, _: NoInput| -> Result<Response> {
        let secret = ctx.secret("K")?;
        Ok(Response::text(format!("{secret} {secret:?} {:?} {:#?}", Some(&secret), [&secret])))
    };
    let harness =
        Harness::new(Bundle::new("b", "1.0.0").secrets(["K"]).get("x", tell)).secret("K", "hunter2");
    let text = harness.get("x").text();
    assert!(!text.contains("hunter2") && text.contains("Secret(…)"), "{text}");
}

#[test]
fn bad_input_16_headers_and_log_lines() {
    let tell = async |ctx: Context, _: NoInput| -> Result<Json<Value>> {
        ctx.log().info("one\ntwo\r\nwarn 0 three");
        ctx.log().error("bad");
        let headers = ["accept", "x-none"].map(|name| ctx.header(name));
        Ok(Json(json!([ctx.request_id(), ctx.method(), ctx.attempt(), headers])))
    };
    for (id, shown) in
        [("00ff00ff00ff00ff", "00ff00ff00ff00ff"), ("a\nb", "-"), ("", "-"), (&"a".repeat(65), "-")]
    {
        let harness = Harness::new(Bundle::new("b", "1.0.0").get("x", tell));
        let request = harness.request().header("at-run-request-id", id).header("at-run-attempt", "7");
        let answer = request.header("accept", "text/html").get("x");
        assert_eq!(answer.json(), json!([shown, "GET", 1, ["text/html", null]]));
        let lines = [("info", "one"), ("info", "two"), ("info", "warn 0 three"), ("error", "bad")];
        assert_eq!(harness.log(), lines.map(|(level, text)| format!("{level} {shown} {text}")));
    }
}
