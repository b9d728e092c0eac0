//! What comes out of an endpoint.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::{any::Any, cell::Cell, rc::Rc};

use at_run::{
    Body, BodyError, BodyParts, Bundle, Cache, Call, CallKind, Context, Error, IntoResponse, Json, NoInput,
    Pieces, PlatformBody, Response, Result,
    testing::{Answer, Harness},
};
use futures_util::{FutureExt, StreamExt, stream};
use serde_json::json;

type Make = fn() -> Result<Response>;

/// A bundle with the one endpoint `x`, for GET and POST.
fn answering<O: IntoResponse + 'static>(make: impl Fn() -> Result<O> + Clone + 'static) -> Bundle {
    let of = |make: Rc<dyn Fn() -> Result<O>>| move |_: Context, _: NoInput| std::future::ready(make());
    let make: Rc<dyn Fn() -> Result<O>> = Rc::new(make);
    Bundle::new("one", "1.0.0").get("x", of(make.clone())).post("x", of(make))
}

fn get<O: IntoResponse + 'static>(make: impl Fn() -> Result<O> + Clone + 'static) -> Answer {
    Harness::new(answering(make)).get("x")
}

#[test]
fn kinds_of_answers() {
    let table: [(Make, u16, Option<&str>, &str); 12] = [
        (|| Json(json!({"a": 1})).into_response(), 200, Some("application/json"), "{\"a\":1}"),
        (|| Ok(Response::new("image/png", b"png".to_vec())), 200, Some("image/png"), "png"),
        (|| Ok(Response::text("hi")), 200, Some("text/plain; charset=utf-8"), "hi"),
        (|| Ok(Response::html("<p>")), 200, Some("text/html; charset=utf-8"), "<p>"),
        (|| Ok(Response::m3u8("#EXTM3U")), 200, Some("application/vnd.apple.mpegurl"), "#EXTM3U"),
        (|| Ok(Response::vtt("WEBVTT")), 200, Some("text/vtt; charset=utf-8"), "WEBVTT"),
        (|| ().into_response(), 204, None, ""),
        (|| (201, Json("made")).into_response(), 201, Some("application/json"), "\"made\""),
        (|| (202, Response::empty(200)).into_response(), 202, None, ""),
        (|| Ok(Response::see_other("/a")), 303, None, ""),
        (|| Ok(Response::temporary_redirect("/a")), 307, None, ""),
        (|| Ok(Response::permanent_redirect("/a")), 308, None, ""),
    ];
    for (i, (make, status, kind, text)) in table.into_iter().enumerate() {
        let answer = get(make);
        let seen = (answer.status(), answer.header("content-type"), answer.text());
        assert_eq!(seen, (status, kind, text.to_owned()), "row {i}");
        let location = (300..400).contains(&status).then_some("/a");
        assert_eq!(answer.header("location"), location, "row {i}");
    }
}

#[test]
fn a_stream_comes_piece_by_piece() {
    let pieces = || stream::iter(["one ", "two"]).map(|piece| Ok(piece.into()));
    assert_eq!(get(move || Ok(Response::stream("text/plain", pieces()))).text(), "one two");
}

#[test]
fn headers_hold_what_headers_may() {
    for (value, kept) in [
        ("plain", "plain"),
        ("a\r\nset-cookie: b", "aset-cookie: b"),
        ("a\0b\u{7f}c", "abc"),
        ("naïve\tüber", "nave\tber"),
        ("", ""),
    ] {
        let value = value.to_owned();
        let answer = get(move || Ok(Response::text("x").header("x-it", &value).header("location", &value)));
        assert_eq!((answer.header("x-it"), answer.header("location")), (Some(kept), Some(kept)));
    }
    let twice = Response::text("x").header("a", "1").header("a", "2");
    assert_eq!(twice.headers.iter().filter(|(name, _)| name == "a").count(), 1);
}

#[test]
fn a_tag_that_the_caller_has_is_answered_304() {
    for (tag, header, status) in [
        ("v1", "\"v1\"", 304),
        ("\"v1\"", "\"v1\"", 304),
        ("v1", "W/\"v1\"", 304),
        ("W/\"v1\"", "\"v1\"", 304),
        ("v1", "\"v0\", \"v1\"", 304),
        ("v1", "*", 304),
        ("v1", "\"v2\"", 200),
        ("v1", "v1", 200),
        ("v1", "", 200),
    ] {
        let make =
            move || Ok(Response::text("body").etag(tag).cache(Cache::public(9)).header("vary", "accept"));
        let harness = Harness::new(answering(make));
        for method in ["GET", "HEAD"] {
            let answer = harness.request().header("if-none-match", header).send(method, "x", &[]);
            assert_eq!(answer.status(), status, "{method} {tag} against {header}");
            assert!(answer.header("etag").is_some() && answer.header("vary").is_some());
            assert_eq!(answer.header("cache-control"), Some("public, max-age=9"));
            if status == 304 {
                let of_the_body: Vec<_> =
                    answer.headers().iter().filter(|(name, _)| name.starts_with("content-")).collect();
                assert_eq!((answer.text().as_str(), of_the_body), ("", vec![]));
            }
        }
        let posted = harness.request().header("if-none-match", header).post("x", &json!({}));
        assert_eq!((posted.status(), posted.text().as_str()), (200, "body"), "POST knows no 304");
    }
}

#[test]
fn only_a_success_is_answered_304() {
    for status in [201, 404, 500] {
        let harness = Harness::new(answering(move || Ok(Response::text("x").etag("a").with_status(status))));
        assert_eq!(harness.request().header("if-none-match", "*").get("x").status(), status);
    }
    let untagged = Harness::new(answering(|| Ok(Response::text("x"))));
    assert_eq!(untagged.request().header("if-none-match", "*").get("x").status(), 200);
}

#[test]
fn head_is_get_without_the_body() {
    let answer = Harness::new(answering(|| Ok(Response::text("12345")))).request().head("x");
    assert_eq!((answer.status(), answer.bytes().len()), (200, 0));
    assert_eq!(answer.header("content-length"), Some("5"));
    let streamed = || Ok(Response::stream("text/plain", stream::pending::<Result<Vec<u8>, BodyError>>()));
    let answer = Harness::new(answering(streamed)).request().head("x");
    assert_eq!(
        (answer.bytes().len(), answer.header("content-length")),
        (0, None),
        "nobody waits for its pieces"
    );
}

#[test]
fn the_declared_policy_is_for_answers_without_their_own() {
    let policy = Cache::public(30).stale_while_revalidate(300);
    let declared = policy.to_string();
    let table: [(Make, &str); 4] = [
        (|| Ok(Response::text("x")), declared.as_str()),
        (|| Ok(Response::text("x").cache(Cache::no_store())), "no-store"),
        (|| Err(Error::not_found("No", "no")), "public, max-age=10"),
        (|| Err(Error::internal("no")), "no-store"),
    ];
    for (make, expect) in table {
        let bundle = Bundle::new("one", "1.0.0")
            .get("x", move |_: Context, _: NoInput| std::future::ready(make()))
            .cached(policy)
            .get("y", |_: Context, _: NoInput| async { Ok(Response::text("y")) });
        let manifest = bundle.manifest().unwrap();
        let caches: Vec<_> = manifest.endpoints.iter().map(|endpoint| endpoint.cache.as_deref()).collect();
        assert_eq!(caches, [Some(declared.as_str()), None]);
        let harness = Harness::new(bundle);
        assert_eq!(harness.get("x").header("cache-control"), Some(expect));
        assert_eq!(harness.get("y").header("cache-control"), None);
    }
}

#[test]
fn errors_have_a_name_and_tell_what_may_be_told() {
    let told = |status| Error::new(status, "Name", "the secret detail");
    for (error, status, message, cache) in [
        (told(400), 400, "the secret detail", "public, max-age=10"),
        (told(404), 404, "the secret detail", "public, max-age=10"),
        (told(401), 401, "the secret detail", "no-store"),
        (told(412), 412, "the secret detail", "no-store"),
        (told(429), 429, "the secret detail", "no-store"),
        (told(500), 500, "the bundle failed", "no-store"),
        (told(501), 501, "the bundle failed", "no-store"),
        (told(502), 502, "an upstream service answered with something unusable", "no-store"),
        (told(503), 503, "not available at the moment", "no-store"),
        (told(504), 504, "an upstream service did not answer in time", "no-store"),
        (told(507), 507, "the bundle's storage is full", "no-store"),
        (told(508), 508, "bundles call one another too deeply", "no-store"),
        (told(200), 500, "the bundle failed", "no-store"),
        (told(999), 500, "the bundle failed", "no-store"),
    ] {
        let harness = Harness::new(answering({
            let error = error.clone();
            move || Err::<Response, _>(error.clone())
        }));
        let answer = harness.get("x");
        assert_eq!(answer.json(), json!({"error": "Name", "message": message}));
        assert_eq!((answer.status(), answer.header("cache-control")), (status, Some(cache)));
        let logged = harness.log().iter().any(|line| line.contains("the secret detail"));
        assert_eq!(logged, error.status >= 500, "{error:?}");
    }
    let busy = get(|| Err::<Response, _>(Error::unavailable("later", 7)));
    assert_eq!((busy.status(), busy.header("retry-after")), (503, Some("7")));
}

#[test]
fn what_is_not_declared_is_not_there() {
    let harness = Harness::new(
        Bundle::new("one", "1.0.0")
            .get("x", |_: Context, _: NoInput| async { Ok(Response::text("x")) })
            .job("j", "* * * * *", |_: Context| async { Ok(()) })
            .task("t", 1, 0, |_: Context, _: NoInput| async { Ok(()) }),
    );
    let call = |kind, method, name| {
        harness.call(Call { kind, name, method, query: "", headers: Rc::new(|_| None), body: &[] })
    };
    for (kind, method, name, status, error) in [
        (CallKind::Endpoint, "GET", "y", 404, "UnknownEndpoint"),
        (CallKind::Endpoint, "GET", "X", 404, "UnknownEndpoint"),
        (CallKind::Endpoint, "GET", "j", 404, "UnknownEndpoint"),
        (CallKind::Endpoint, "POST", "t", 404, "UnknownEndpoint"),
        (CallKind::Endpoint, "POST", "x", 405, "MethodNotAllowed"),
        (CallKind::Endpoint, "DELETE", "x", 405, "MethodNotAllowed"),
        (CallKind::Job, "POST", "x", 404, "UnknownJob"),
        (CallKind::Job, "GET", "j", 405, "MethodNotAllowed"),
        (CallKind::Task, "POST", "j", 404, "UnknownTask"),
        (CallKind::Task, "HEAD", "t", 405, "MethodNotAllowed"),
    ] {
        let answer = call(kind, method, name);
        assert_eq!(
            (answer.status(), answer.json()["error"].clone()),
            (status, json!(error)),
            "{method} {name}"
        );
        assert_eq!(answer.header("allow").is_some(), status == 405);
    }
    assert_eq!(call(CallKind::Job, "POST", "j").status(), 204);
    assert_eq!(call(CallKind::Task, "POST", "t").status(), 204);
}

/// A body of which nobody may touch a byte.
struct Untouchable(Rc<Cell<bool>>);

impl PlatformBody for Untouchable {
    fn length(&self) -> Option<u64> {
        Some(9)
    }

    fn pieces(self: Box<Self>) -> Pieces {
        self.0.set(true);
        stream::iter([Ok(b"was read!".to_vec())]).boxed_local()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[test]
fn a_platforms_body_passes_untouched() {
    let touched = Rc::new(Cell::new(false));
    let body = Body::from_platform(Untouchable(touched.clone()));
    let response = (Cache::public(1), Response::new("video/mp4", body)).into_response().unwrap();
    let BodyParts::Platform(body) = response.body.into_parts() else { panic!("it was read") };
    assert!(body.into_any().downcast::<Untouchable>().is_ok());
    assert!(!touched.get());
    let body = Body::from_platform(Untouchable(touched.clone()));
    assert_eq!(body.bytes(9).now_or_never().unwrap().unwrap(), b"was read!");
    assert!(touched.get());
}

#[test]
fn a_body_is_held_to_its_cap() {
    let pieces = |n: usize| Body::from_pieces(stream::iter(vec![Ok(vec![0; 4]); n]));
    let read = |body: Body, max| body.bytes(max).now_or_never().unwrap().map(|bytes| bytes.len());
    assert_eq!(read(pieces(2), 8), Ok(8));
    assert_eq!(read(pieces(3), 8), Err(BodyError::TooLarge { max: 8 }));
    assert_eq!(read(Body::from(vec![0; 9]), 8), Err(BodyError::TooLarge { max: 8 }));
    let endless = stream::repeat_with(|| Ok(vec![0; 4]));
    assert_eq!(read(Body::from_pieces(endless), 1 << 20), Err(BodyError::TooLarge { max: 1 << 20 }));
    let untouched = Rc::new(Cell::new(false));
    let declared = Body::from_platform(Untouchable(untouched.clone()));
    assert_eq!(read(declared, 8), Err(BodyError::TooLarge { max: 8 }));
    assert!(!untouched.get(), "what declares itself too large is not read");
    let broken = stream::iter([Ok(vec![0; 4]), Err(BodyError::Broken("reset".into())), Ok(vec![0; 4])]);
    assert_eq!(read(Body::from_pieces(broken), 100), Err(BodyError::Broken("reset".into())));
}
