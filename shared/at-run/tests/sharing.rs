//! `ctx.cache()` and `ctx.single_flight()`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::{cell::Cell, pin::pin, rc::Rc};

use at_run::{
    Bundle, Context, Error, Json, MAX_KEY_BYTES, NoInput, Response, Result,
    testing::{Elsewhere, Harness},
};
use futures_util::future::{Either, ready, select};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Point {
    x: i32,
}

#[test]
fn the_cache_keeps_for_a_while_and_fails_never() {
    let put = async |ctx: Context, _: NoInput| -> Result<()> {
        let long = "k".repeat(MAX_KEY_BYTES + 1);
        let cache = ctx.cache();
        cache.put("bytes", b"b".to_vec(), 60).await;
        cache.put_json("point", &Point { x: 1 }, 120).await;
        cache.put("not for a second", b"b".to_vec(), 0).await;
        for key in ["", ".", &long] {
            cache.put(key, b"b".to_vec(), 60).await;
            cache.delete(key).await;
            assert_eq!(cache.get(key).await, None);
        }
        // A map whose keys are no strings can't be written as JSON.
        cache.put_json("bad", &std::collections::BTreeMap::from([(vec![1], 2)]), 60).await;
        cache.put("gone", b"b".to_vec(), 60).await;
        cache.delete("gone").await;
        Ok(())
    };
    let look = async |ctx: Context, _: NoInput| -> Result<Json<serde_json::Value>> {
        let cache = ctx.cache();
        let point = cache.get_json::<Point>("point").await;
        let other_shape = cache.get_json::<Vec<u8>>("point").await;
        let none = ["not for a second", "bad", "gone", "never"].map(|key| cache.get(key));
        for none in none {
            assert_eq!(none.await, None);
        }
        Ok(Json(json!([cache.get("bytes").await.is_some(), point.map(|p| p.x), other_shape])))
    };
    let harness = Harness::new(Bundle::new("b", "1.0.0").get("put", put).get("look", look));
    harness.get("put");
    for (ms, expect) in [
        (0, json!([true, 1, null])),
        (59_999, json!([true, 1, null])),
        (1, json!([false, 1, null])),
        (60_000, json!([false, null, null])),
    ] {
        harness.advance(ms);
        assert_eq!(harness.get("look").json(), expect);
    }
    harness.get("put");
    harness.forget_cache();
    assert_eq!(harness.get("look").json(), json!([false, null, null]));
}

/// A bundle that makes `made` once; `found_at` says at which look somebody else's result is there.
struct Flight {
    harness: Harness,
    looks: Rc<Cell<u32>>,
    worked: Rc<Cell<u32>>,
}

fn flight(found_at: u32, work: Result<&'static str, Error>) -> Flight {
    let (looks, worked) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let (looked, did) = (looks.clone(), worked.clone());
    let handler = move |ctx: Context, _: NoInput| {
        let (looked, did, work) = (looked.clone(), did.clone(), work.clone());
        async move {
            let check = async || {
                looked.set(looked.get() + 1);
                Ok((looked.get() >= found_at).then_some("theirs"))
            };
            let work = async || {
                did.set(did.get() + 1);
                work
            };
            let text = ctx.single_flight("k").ttl_ms(5_000).wait_ms(2_000).run(check, work).await?;
            Ok(Response::text(text))
        }
    };
    Flight { harness: Harness::new(Bundle::new("b", "1.0.0").get("x", handler)), looks, worked }
}

const NEVER: u32 = u32::MAX;

#[test]
fn one_works_and_the_others_wait() {
    // found at which look; what another isolate does; the answer; looks; whether it worked itself; time passed
    for (row, (found_at, elsewhere, answer, looks, worked, passed)) in [
        (1, None, "theirs", 1, 0, 0),
        (NEVER, None, "ours", 2, 1, 0),
        (2, None, "theirs", 2, 0, 0),
        (2, Some(Elsewhere::GivesBackAfter(700)), "theirs", 2, 0, 700),
        (NEVER, Some(Elsewhere::GivesBackAfter(700)), "ours", 3, 1, 700),
        (NEVER, Some(Elsewhere::LapsesAfter(700)), "ours", 2, 1, 700),
        (2, Some(Elsewhere::LapsesAfter(700)), "theirs", 2, 0, 700),
        (1, Some(Elsewhere::LapsesAfter(60_000)), "theirs", 1, 0, 0),
    ]
    .into_iter()
    .enumerate()
    {
        let Flight { harness, looks: looked, worked: did } = flight(found_at, Ok("ours"));
        let start = harness.now();
        if let Some(elsewhere) = elsewhere {
            harness.hold_lease("k", elsewhere);
        }
        assert_eq!(harness.get("x").text(), answer, "row {row}");
        assert_eq!((looked.get(), did.get(), harness.now() - start), (looks, worked, passed), "row {row}");
        if elsewhere != Some(Elsewhere::LapsesAfter(60_000)) {
            assert!(harness.leases().is_empty(), "row {row}: {:?}", harness.leases());
        }
    }
}

#[test]
fn who_waits_too_long_is_told_when_to_come_back() {
    for elsewhere in [Elsewhere::GivesBackAfter(2_001), Elsewhere::LapsesAfter(60_000)] {
        let Flight { harness, worked, .. } = flight(NEVER, Ok("ours"));
        let start = harness.now();
        harness.hold_lease("k", elsewhere);
        let answer = harness.get("x");
        assert_eq!((answer.status(), answer.json()["error"].as_str()), (503, Some("Busy")));
        assert_eq!(
            (answer.header("retry-after"), answer.header("cache-control")),
            (Some("5"), Some("no-store"))
        );
        assert_eq!((harness.now() - start, worked.get()), (2_000, 0));
        harness.advance(60_000);
        assert_eq!(harness.get("x").text(), "ours", "the next call is fine");
    }
}

#[test]
fn a_lease_is_given_back_when_the_work_fails() {
    let Flight { harness, worked, .. } = flight(NEVER, Err(Error::upstream("no")));
    assert_eq!(harness.get("x").status(), 502);
    assert!(harness.leases().is_empty());
    assert_eq!(harness.get("x").status(), 502);
    assert_eq!(worked.get(), 2);
}

#[test]
fn work_that_was_begun_ends_though_its_call_does_not() {
    // Whether the call is given up while its work waits, as when whoever asked hangs up.
    for (is_given_up, answer) in [(false, "made"), (true, "given up")] {
        let handler = move |ctx: Context, _: NoInput| async move {
            let work = {
                let ctx = ctx.clone();
                async move {
                    if is_given_up {
                        futures_util::pending!();
                    }
                    ctx.cache().put("it", b"made".to_vec(), 60).await;
                    Ok("made")
                }
            };
            let check = async || Ok(ctx.cache().get("it").await.map(|_| "there"));
            let call = pin!(ctx.single_flight("it").run_to_end(check, work));
            match select(call, ready(())).await {
                Either::Left((made, _)) => made.map(Response::text),
                Either::Right(_) => Ok(Response::text("given up")),
            }
        };
        let harness = Harness::new(Bundle::new("b", "1.0.0").get("x", handler));
        assert_eq!(harness.get("x").text(), answer);
        assert!(harness.leases().is_empty(), "{:?}", harness.leases());
        assert_eq!(harness.get("x").text(), "there");
    }
}

#[test]
fn a_lease_is_of_its_key_alone() {
    let Flight { harness, worked, .. } = flight(NEVER, Ok("ours"));
    harness.hold_lease("another", Elsewhere::LapsesAfter(60_000));
    assert_eq!((harness.get("x").text().as_str(), worked.get()), ("ours", 1));
    assert_eq!(harness.leases(), ["another"]);
    let bad = async |ctx: Context, _: NoInput| -> Result<Response> {
        ctx.single_flight("").run(async || Ok(None), async || Ok(Response::text("made"))).await
    };
    let answer = Harness::new(Bundle::new("b", "1.0.0").get("x", bad)).get("x");
    assert_eq!((answer.status(), answer.json()["error"].as_str()), (400, Some("InvalidKey")));
}
