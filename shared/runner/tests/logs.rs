//! Who may read a bundle's log, and what of it they may ask for.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Lie, now};
use serde_json::{Value, json};
use streamhut_atproto::{
    Did,
    testkit::{KeyKind, TestSigner, sign_service_token},
};
use streamhut_journal::{Level, Query};
use streamhut_runner::{AdminToken, Fault, LogsRequest, Reader};

const NOW: u64 = 1_800_000_000_000;
const ADMIN: &str = "an-operators-token";

fn claims() -> Value {
    let seconds = NOW / 1_000;
    json!({
        "iss": DID, "aud": "did:web:run.example.com", "lxm": "run.at.getLogs", "jti": "one", "iat": seconds,
        "exp": seconds + 60,
    })
}

fn read(author: &Author, authorization: Option<&str>) -> Result<Reader, Fault> {
    let runner = author
        .runner_with(|name| (name == "OWN_HOSTS").then(|| "run.example.com logs.example.com".to_owned()));
    let did = Did::parse(DID).unwrap();
    now(runner.reader(&did, authorization, &AdminToken::new(Some(ADMIN)), NOW))
}

fn signed(author: &Author, claims: &Value) -> String {
    format!("Bearer {}", author.world(|world| sign_service_token(world.repo.signer(), claims)))
}

#[test]
fn the_operator_and_the_author_read() {
    let author = Author::new();
    assert_eq!(read(&author, Some(&format!("Bearer {ADMIN}"))), Ok(Reader::Operator));
    assert_eq!(author.requests(), 0, "nobody is asked about the operator");
    let by_author = Reader::Author { token: "one".to_owned(), until: NOW + 65_000 };
    assert_eq!(read(&author, Some(&signed(&author, &claims()))), Ok(by_author.clone()));
    let mut elsewhere = claims();
    elsewhere["aud"] = json!("did:web:logs.example.com");
    assert_eq!(read(&author, Some(&signed(&author, &elsewhere))), Ok(by_author), "by any host of its own");
}

#[test]
fn bad_input_39_nobody_else_does_and_what_a_token_says_is_looked_at_first() {
    let author = Author::new();
    let seconds = NOW / 1_000;
    for (what, claim, value, status, word) in [
        ("another service", "aud", json!("did:web:elsewhere.example.com"), 401, "did:web:run.own.dev"),
        ("a service of it", "aud", json!("did:web:run.example.com#x"), 401, "did:web:run.own.dev"),
        ("another method", "lxm", json!("run.at.release"), 401, "run.at.release"),
        ("no method", "lxm", Value::Null, 401, "any method"),
        ("another account", "iss", json!("did:plc:44ybard66vv44zksje25o7dz"), 403, "is not for a bundle of"),
        ("over", "exp", json!(seconds), 401, ""),
        ("too long", "exp", json!(seconds + 61), 401, ""),
        ("not yet", "iat", json!(seconds + 30), 401, ""),
        ("no id", "jti", Value::Null, 401, "jti"),
    ] {
        let mut claims = claims();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(claim);
        } else {
            claims[claim] = value;
        }
        let fault = read(&author, Some(&signed(&author, &claims))).unwrap_err();
        assert_eq!(fault.status(), status, "{what}: {fault}");
        assert!(fault.to_string().contains(word), "{what}: {fault}");
    }
    for nothing in
        [None, Some(""), Some("Bearer "), Some("Basic YTpi"), Some("Bearer x"), Some("Bearer a.b.c")]
    {
        let fault = read(&author, nothing).unwrap_err();
        assert_eq!(fault.public().0, 401, "{nothing:?}: {fault}");
    }
    assert_eq!(author.requests(), 0, "nobody is asked for a key");
}

#[test]
fn bad_input_39_another_key_opens_nothing_and_an_author_without_one_is_not_the_callers_fault() {
    let author = Author::new();
    let token = sign_service_token(&TestSigner::from_seed(KeyKind::K256, 77), &claims());
    let fault = read(&author, Some(&format!("Bearer {token}"))).unwrap_err();
    assert_eq!(fault.public().1, "Unauthorized", "{fault}");
    author.lie("plc", Lie::Deadline);
    let fault = read(&author, Some(&signed(&author, &claims()))).unwrap_err();
    assert_eq!(fault.status(), 504, "{fault}");
}

#[test]
fn bad_input_23_a_query_is_read_whole_or_refused() {
    let some = Query { limit: 100, ..Query::default() };
    for (text, expect) in [
        (None, some.clone()),
        (Some(""), some.clone()),
        (Some("limit=500&level=warn"), Query { limit: 500, level: Some(Level::Warn), ..some.clone() }),
        (Some("since=12&after=0"), Query { since: Some(12), after: Some(0), ..some.clone() }),
        (Some("search=a+b%25"), Query { search: Some("a b%".into()), ..some }),
    ] {
        assert_eq!(LogsRequest::read(text), Ok(expect), "{text:?}");
    }
    let long = format!("search={}", "x".repeat(513));
    for text in [
        "limit=0",
        "limit=501",
        "limit=x",
        "level=loud",
        "level=",
        "since=-1",
        "since=1.5",
        "after=x",
        "line=1",
        "limit=1&limit=1",
        &long,
    ] {
        assert_eq!(LogsRequest::read(Some(text)).unwrap_err().status(), 400, "{text}");
    }
}
