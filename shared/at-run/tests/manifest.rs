//! What a bundle declares.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use at_run::{Bundle, Cache, Context, NoInput, Response, Result};
use serde::Deserialize;
use serde_json::json;

async fn nothing(_: Context) -> Result<()> {
    Ok(())
}

async fn page(_: Context, _: NoInput) -> Result<Response> {
    Ok(Response::text("page"))
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Input {
    uri: String,
    limit: Option<u32>,
}

async fn work(_: Context, _: Input) -> Result<()> {
    Ok(())
}

#[test]
fn everything_declared_stands_in_it() {
    let bundle = Bundle::new("whole", "1.2.3-rc.1")
        .net(["stream.place"])
        .net(["config:INDEX_URL"])
        .blobs(1 << 20)
        .bundles(["did:web:b.dev/other", "config:INDEX_URL"])
        .secrets(["TOKEN"])
        .config(["INDEX_URL"])
        .limits(10, 20)
        .get("page", page)
        .cached(Cache::immutable())
        .post("page", work)
        .task("work", 2, 16, work)
        .job("sync", "*/10 1-5 * JAN,FEB MON", nothing);
    assert_eq!(
        serde_json::to_value(bundle.manifest().unwrap()).unwrap(),
        json!({
            "name": "whole",
            "version": "1.2.3-rc.1",
            "endpoints": [
                {"name": "page", "method": "GET", "cache": "public, max-age=31536000, immutable"},
                {"name": "page", "method": "POST", "input": [{"name": "uri"}, {"name": "limit"}]},
            ],
            "jobs": [{"name": "sync", "cron": "*/10 1-5 * JAN,FEB MON"}],
            "tasks": [{"name": "work", "concurrency": 2, "retries": 16}],
            "permissions": {
                "net": ["stream.place", "config:INDEX_URL"],
                "blobs": {"maxBytes": 1 << 20},
                "bundles": ["did:web:b.dev/other", "config:INDEX_URL"],
            },
            "secrets": ["TOKEN"],
            "config": ["INDEX_URL"],
            "limits": {"cpuMs": 10, "subRequests": 20},
        })
    );
}

#[test]
fn what_breaks_a_rule_is_named() {
    let new = || Bundle::new("b", "1.0.0");
    let long = "x".repeat(65);
    for (bundle, expect) in [
        (Bundle::new("B", "1.0.0"), "`B` is not a bundle name"),
        (Bundle::new("b", "1"), "`1` is not a version"),
        (new().get("a-b", page), "`a-b` is not a name of an endpoint"),
        (new().post(&long, page), "is not a name of an endpoint"),
        (new().job("1", "* * * * *", nothing), "`1` is not a name of a job"),
        (new().task("", 1, 1, work), "`` is not a name of a task"),
        (new().secrets(["lower"]), "`lower` is not a name of a secret"),
        (new().config(["_A"]), "`_A` is not a name of a setting"),
        (new().get("a", page).get("a", page), "endpoint `a` is declared twice"),
        (new().job("a", "* * * * *", nothing).job("a", "* * * * *", nothing), "job `a` is declared twice"),
        (new().task("a", 1, 1, work).task("a", 1, 1, work), "task `a` is declared twice"),
        (new().secrets(["A"]).config(["A"]), "setting `A` is declared twice"),
        (new().job("a", "* * * *", nothing), "`* * * *` of job `a`"),
        (new().job("a", "* * * * * *", nothing), "of job `a`"),
        (new().job("a", "@daily", nothing), "of job `a`"),
        (new().job("a", "*  * * * *", nothing), "of job `a`"),
        (new().job("a", "* * * * ?", nothing), "of job `a`"),
        (new().task("a", 0, 1, work), "task `a` wants concurrency 0"),
        (new().task("a", 65, 1, work), "concurrency 65"),
        (new().task("a", 1, 17, work), "17 retries"),
        (new().bundles(["alice.dev/b"]), "`alice.dev/b` names no bundle"),
        (new().bundles(["config:lower"]), "`config:lower` names no bundle"),
        (new().cached(Cache::no_store()), "follows no endpoint"),
        (
            new().get("a", page).job("j", "* * * * *", nothing).cached(Cache::no_store()),
            "follows no endpoint",
        ),
    ] {
        let error = bundle.manifest().unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }
    let same = new().get("a", page).post("a", page).job("a", "* * * * *", nothing).task("a", 1, 0, work);
    assert!(same.manifest().is_ok(), "a name is taken once for each kind and method");
}
