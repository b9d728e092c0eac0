//! `ctx.blobs()`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use at_run::{
    Blob, BlobError, Blobs, Bundle, ByteRange, Context, Error, Json, MAX_KEY_BYTES, NoInput, Put, Response,
    Result,
    testing::{Answer, Harness},
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Key {
    key: String,
}

/// A bundle whose endpoint `x` does `work` with the storage and answers with what came of it.
fn with<F>(max: Option<u64>, work: impl Fn(Blobs) -> F + Clone + 'static) -> Harness
where
    F: Future<Output = Result<Value, BlobError>> + 'static,
{
    let handler = move |ctx: Context, _: NoInput| {
        let work = work(ctx.blobs());
        async move {
            Ok(Json(match work.await {
                Ok(value) => value,
                Err(error) => json!(format!("{error:?}").split([' ', '{']).next()),
            }))
        }
    };
    let bundle = Bundle::new("stores", "1.0.0").get("x", handler);
    Harness::new(match max {
        Some(max) => bundle.blobs(max),
        None => bundle,
    })
}

async fn text(blob: Option<Blob>) -> Result<Value, BlobError> {
    match blob {
        None => Ok(Value::Null),
        Some(blob) => Ok(json!(String::from_utf8_lossy(&blob.bytes(100).await?))),
    }
}

#[test]
fn stored_bytes_come_back_until_they_are_deleted() {
    let harness = with(Some(100), async |blobs| {
        let none = text(blobs.get("a/b").await?).await?;
        let put = Put::new().content_type("text/plain");
        let info = blobs.put_with("a/b", "hello", put).await?;
        let same = blobs.head("a/b").await?.as_ref() == Some(&info);
        let held = text(blobs.get("a/b").await?).await?;
        blobs.delete("a/b").await?;
        blobs.delete("a/b").await?;
        let gone = blobs.head("a/b").await?.is_none();
        Ok(json!([none, same, held, gone, info.size, info.uploaded, info.content_type]))
    });
    let now = harness.now();
    assert_eq!(harness.get("x").json(), json!([null, true, "hello", true, 5, now, "text/plain"]));
}

#[test]
fn ranges_of_a_blob() {
    for (range, expect) in [
        (ByteRange::From(7), json!("789")),
        (ByteRange::FromTo(2, 4), json!("234")),
        (ByteRange::FromTo(8, 100), json!("89")),
        (ByteRange::Last(2), json!("89")),
        (ByteRange::Last(100), json!("0123456789")),
        (ByteRange::From(10), json!("RangeNotSatisfiable")),
        (ByteRange::FromTo(5, 4), json!("RangeNotSatisfiable")),
        (ByteRange::Last(0), json!("RangeNotSatisfiable")),
    ] {
        let harness =
            with(Some(100), move |blobs| async move { text(blobs.get_range("k", range).await?).await });
        assert_eq!(harness.get("x").json(), Value::Null, "a missing blob has no ranges");
        harness.put_blob("k", "0123456789");
        assert_eq!(harness.get("x").json(), expect, "{range}");
    }
}

#[test]
fn a_put_may_depend_on_what_is_there() {
    let harness = with(Some(100), async |blobs| {
        let first = blobs.put_with("k", "1", Put::new().if_absent()).await?;
        let absent = blobs.put_with("k", "2", Put::new().if_absent()).await;
        let second = blobs.put_with("k", "2", Put::new().if_match(&format!("\"{}\"", first.etag))).await?;
        let stale = blobs.put_with("k", "3", Put::new().if_match(&first.etag)).await;
        let missing = blobs.put_with("other", "3", Put::new().if_match("x")).await;
        let refused = BlobError::PreconditionFailed { key: "k".into() };
        let all = (absent.err(), stale.err()) == (Some(refused.clone()), Some(refused));
        Ok(json!([all, missing.is_err(), first.etag != second.etag]))
    });
    assert_eq!(harness.get("x").json(), json!([true, true, true]));
    assert_eq!(harness.blob("k").unwrap(), b"2");
}

#[test]
fn the_quota_counts_what_is_kept() {
    let harness = with(Some(10), async |blobs| {
        blobs.put("a", vec![0; 6]).await?;
        let over = blobs.put("b", vec![0; 5]).await.unwrap_err();
        blobs.put("a", vec![0; 10]).await?;
        blobs.put("a", vec![0; 3]).await?;
        blobs.put("b", vec![0; 7]).await?;
        blobs.delete("b").await?;
        blobs.put("c", vec![0; 7]).await?;
        Ok(json!(over == BlobError::QuotaExceeded { used: Some(6), max: Some(10) }))
    });
    assert_eq!(harness.get("x").json(), json!(true));
    assert_eq!(harness.blob_keys(), ["a", "c"]);
}

#[test]
fn a_listing_comes_in_pages() {
    let harness = with(Some(1_000), async |blobs| {
        let mut seen = Vec::new();
        let mut cursor = None;
        for _ in 0..10 {
            let page = blobs.list("p/", cursor.as_deref(), 2).await?;
            seen.push(page.blobs.into_iter().map(|info| info.key).collect::<Vec<_>>());
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        let all = blobs.list("", None, 0).await?;
        Ok(json!([seen, all.blobs.len(), blobs.list("nothing", None, 9).await?.blobs]))
    });
    for key in ["p/5", "p/1", "q/1", "p/3", "o", "p/2", "p/4"] {
        harness.put_blob(key, "x");
    }
    assert_eq!(harness.get("x").json(), json!([[["p/1", "p/2"], ["p/3", "p/4"], ["p/5"]], 1, []]));
}

#[test]
fn bad_keys_reach_no_storage() {
    let long = "k".repeat(MAX_KEY_BYTES + 1);
    let umlauts = "ü".repeat(MAX_KEY_BYTES / 2 + 1);
    for key in ["", ".", "..", "a\0b", "a\nb", &long, &umlauts] {
        let harness =
            Harness::new(Bundle::new("b", "1.0.0").blobs(9).post("x", async |ctx: Context, k: Key| {
                let blobs = ctx.blobs();
                let all = [
                    blobs.get(&k.key).await.err(),
                    blobs.get_range(&k.key, ByteRange::From(0)).await.err(),
                    blobs.head(&k.key).await.err(),
                    blobs.put(&k.key, "x").await.err(),
                    blobs.delete(&k.key).await.err(),
                ];
                assert!(
                    all.iter().all(|error| matches!(error, Some(BlobError::InvalidKey { .. }))),
                    "{all:?}"
                );
                blobs.respond(&ctx, &k.key).await
            }));
        let answer = harness.post("x", &json!({"key": key}));
        assert_eq!((answer.status(), answer.json()["error"].clone()), (400, json!("InvalidKey")));
    }
    let harness = with(Some(9), async |blobs| Ok(json!(blobs.put("ü/.a/..b/%2e", "x").await?.key)));
    assert_eq!(harness.get("x").json(), json!("ü/.a/..b/%2e"));
}

#[test]
fn storage_that_is_not_declared_or_not_there() {
    let work = async |blobs: Blobs| text(blobs.get("k").await?).await;
    assert_eq!(with(None, work).get("x").json(), json!("NotPermitted"));
    let harness = with(Some(9), work);
    harness.fail_blobs(true);
    assert_eq!(harness.get("x").json(), json!("Unavailable"));
    harness.fail_blobs(false);
    assert_eq!(harness.get("x").json(), Value::Null);
}

#[test]
fn every_fault_has_a_status() {
    let key = || "k".to_owned();
    for (error, status, name) in [
        (BlobError::NotPermitted, 500, "NotPermitted"),
        (BlobError::InvalidKey { key: key(), reason: "r".into() }, 400, "InvalidKey"),
        (BlobError::PreconditionFailed { key: key() }, 412, "PreconditionFailed"),
        (BlobError::QuotaExceeded { used: None, max: Some(1) }, 507, "QuotaExceeded"),
        (BlobError::RangeNotSatisfiable { key: key(), size: None }, 416, "RangeNotSatisfiable"),
        (BlobError::Unavailable { reason: "r".into() }, 503, "StorageUnavailable"),
    ] {
        let error = Error::from(error);
        assert_eq!((error.status, error.name.as_str()), (status, name));
    }
}

/// A bundle that hands out the blob `k`, as a file server would.
fn serving() -> Harness {
    let handler =
        async |ctx: Context, _: NoInput| -> Result<Response> { ctx.blobs().respond(&ctx, "k").await };
    Harness::new(Bundle::new("serves", "1.0.0").blobs(100).get("x", handler))
}

#[test]
fn a_blob_is_handed_out_in_parts() {
    let harness = serving();
    assert_eq!(
        (harness.get("x").status(), harness.get("x").json()["error"].clone()),
        (404, json!("NoSuchBlob"))
    );
    harness.put_blob("k", "0123456789");
    let whole = harness.get("x");
    assert_eq!((whole.status(), whole.text().as_str()), (200, "0123456789"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let tag = whole.header("etag").unwrap().to_owned();
    let with = |headers: &[(&str, &str)]| -> Answer {
        headers.iter().fold(harness.request(), |r, (name, value)| r.header(name, value)).get("x")
    };
    for (range, status, text, content_range) in [
        ("bytes=0-0", 206, "0", Some("bytes 0-0/10")),
        ("bytes=5-", 206, "56789", Some("bytes 5-9/10")),
        ("bytes=-3", 206, "789", Some("bytes 7-9/10")),
        ("bytes=8-99", 206, "89", Some("bytes 8-9/10")),
        ("bytes=0-", 206, "0123456789", Some("bytes 0-9/10")),
        ("seconds=1-2", 200, "0123456789", None),
    ] {
        let answer = with(&[("range", range)]);
        let seen = (answer.status(), answer.text(), answer.header("content-range"));
        assert_eq!(seen, (status, text.to_owned(), content_range), "{range}");
    }
    assert_eq!(with(&[("range", "bytes=1-2"), ("if-range", &tag)]).text(), "12");
    for stale in ["\"old\"", "Sun, 06 Nov 1994 08:49:37 GMT", &format!("W/{tag}")] {
        assert_eq!(with(&[("range", "bytes=1-2"), ("if-range", stale)]).text(), "0123456789", "{stale}");
    }
    for range in [None, Some("bytes=1-2")] {
        let mut headers = vec![("if-none-match", tag.as_str())];
        headers.extend(range.map(|range| ("range", range)));
        let answer = with(&headers);
        assert_eq!((answer.status(), answer.header("content-range")), (304, None));
    }
    let head = harness.request().header("range", "bytes=1-2").head("x");
    assert_eq!((head.status(), head.header("content-length"), head.bytes().len()), (200, Some("10"), 0));
}

#[test]
fn bad_input_20_ranges_of_a_blob() {
    let harness = serving();
    harness.put_blob("k", "0123456789");
    let thousand = format!("bytes={}", ["1-2"; 1000].join(","));
    for (range, content_range) in [
        ("bytes=10-", Some("bytes */10")),
        ("bytes=99-100", Some("bytes */10")),
        ("bytes=-0", None),
        ("bytes=5-2", None),
        ("bytes=18446744073709551616-", None),
        ("bytes=", None),
        (&thousand, None),
    ] {
        let answer = harness.request().header("range", range).get("x");
        assert_eq!((answer.status(), answer.json()["error"].clone()), (416, json!("RangeNotSatisfiable")));
        assert_eq!(answer.header("content-range"), content_range, "{range}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn bad_input_34_storage_that_fails_or_lies_can_be_done_without() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Made {
        n: u32,
    }
    let handler = async |ctx: Context, _: NoInput| -> Result<Json<u32>> {
        let stored = match ctx.blobs().get("made").await {
            Ok(Some(blob)) => blob.json::<Made>(100).await,
            Ok(None) => return Ok(Json(0)),
            Err(error) => Err(error),
        };
        Ok(Json(stored.map_or_else(
            |error| {
                ctx.log().warn(format!("made again: {error}"));
                0
            },
            |made| made.n,
        )))
    };
    let harness = Harness::new(Bundle::new("makes", "1.0.0").blobs(1_000).get("x", handler));
    for (stored, expect, logged) in [
        (&b"{\"n\":7}"[..], 7, false),
        (b"{\"n\":", 0, true),
        (b"", 0, true),
        (b"{\"n\":\"seven\"}", 0, true),
        (&[b' '; 200], 0, true),
    ] {
        harness.put_blob("made", stored);
        let before = harness.log().len();
        assert_eq!(harness.get("x").json(), json!(expect));
        assert_eq!(harness.log().len() > before, logged);
    }
    harness.fail_blobs(true);
    assert_eq!(harness.get("x").json(), json!(0));
}
