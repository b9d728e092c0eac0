//! Handles and lists of versions: what others say without proof, and every way in which they may say it wrong.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Lie, now};
use serde_json::{Value, json};
use streamhut_atproto::{Did, Handle, RecordCid};
use streamhut_runner::{Directory, Fault, Versions};

const OTHER: &str = "did:plc:44ybard66vv44zksje25o7dz";

fn directory() -> Directory {
    Directory::read(|_| None, false).unwrap()
}

fn told(result: Result<Did, Fault>) -> String {
    match result {
        Ok(did) => did.to_string(),
        Err(fault) => format!("{} {}", fault.status(), fault.public().1),
    }
}

/// An author whose document bears `alice.dev`, and DNS that says so.
fn alice() -> Author {
    let author = Author::new();
    author.world(|world| world.document["alsoKnownAs"] = json!(["at://alice.dev"]));
    dns(&author, DID);
    author.lie("atproto-did", Lie::Answer(404, Vec::new()));
    author
}

fn dns(author: &Author, did: &str) {
    let answer = json!({"Status": 0, "Answer": [{"type": 16, "data": format!("\"did={did}\"")}]});
    author.lie(
        "cloudflare-dns.com/dns-query?name=_atproto.alice.dev",
        Lie::Answer(200, answer.to_string().into()),
    );
}

fn did_of(author: &Author, directory: &Directory, handle: &str, at: u64) -> String {
    told(now(author.runner().did_of(directory, &Handle::parse(handle).unwrap(), at)))
}

#[test]
fn a_handle_counts_when_both_ends_say_so() {
    let author = alice();
    assert_eq!(did_of(&author, &directory(), "alice.dev", 0), DID);

    for document in [json!(["at://mallory.dev"]), json!([]), json!(["at://mallory.dev", "at://alice.dev"])] {
        author.world(|world| world.document["alsoKnownAs"] = document.clone());
        assert_eq!(did_of(&author, &directory(), "alice.dev", 0), "404 UnknownHandle", "{document}");
    }
}

#[test]
fn what_stands_in_the_way_has_its_name() {
    for (what, lie, expect) in [
        (
            "cloudflare-dns.com",
            Lie::Answer(200, json!({"Status": 3}).to_string().into()),
            "404 UnknownHandle",
        ),
        ("cloudflare-dns.com", Lie::Answer(500, Vec::new()), "502 HandleUnavailable"),
        ("cloudflare-dns.com", Lie::Deadline, "504 HandleUnavailable"),
        ("cloudflare-dns.com", Lie::Redirect("https://10.0.0.1/"), "502 HandleUnavailable"),
        ("plc.directory", Lie::Answer(404, Vec::new()), "404 UnknownAccount"),
        ("plc.directory", Lie::Failed, "502 IdentityUnavailable"),
    ] {
        let author = alice();
        author.world(|world| world.lies.retain(|part, _| !part.contains(what)));
        author.lie(what, lie.clone());
        assert_eq!(did_of(&author, &directory(), "alice.dev", 0), expect, "{what} {lie:?}");
    }
    for handle in ["alice.test", "alice.localhost", "alice.invalid"] {
        let author = alice();
        assert_eq!(did_of(&author, &directory(), handle, 0), "400 InvalidHandle", "{handle}");
        assert_eq!(author.requests(), 0, "{handle}");
    }
}

#[test]
fn an_answer_is_remembered_for_a_minute_and_a_failure_not_at_all() {
    let author = alice();
    let directory = directory();
    assert_eq!(did_of(&author, &directory, "alice.dev", 0), DID);
    let asked = author.requests();
    assert_eq!(did_of(&author, &directory, "alice.dev", 59_999), DID);
    assert_eq!(author.requests(), asked);
    author.lie(OTHER, Lie::Answer(404, Vec::new()));
    dns(&author, OTHER);
    assert_eq!(did_of(&author, &directory, "alice.dev", 60_000), "404 UnknownAccount");
    dns(&author, DID);
    assert_eq!(
        did_of(&author, &directory, "alice.dev", 69_999),
        "404 UnknownAccount",
        "remembered, but shorter"
    );
    author.lie("cloudflare-dns.com", Lie::Failed);
    assert_eq!(did_of(&author, &directory, "alice.dev", 70_000), "502 HandleUnavailable");
    author.world(|world| world.lies.remove("cloudflare-dns.com"));
    assert_eq!(did_of(&author, &directory, "alice.dev", 70_000), DID, "a failure is not remembered");
}

#[test]
fn settings_of_handles() {
    let read = |name: &'static str, value: &'static str, tests| {
        Directory::read(move |asked| (asked == name).then(|| value.to_owned()), tests).map_err(|e| e.name)
    };
    assert!(read("DOH_URL", "https://dns.dev/query", false).is_ok());
    assert_eq!(read("DOH_URL", "dns.dev", false).err(), Some("DOH_URL"));
    assert_eq!(read("HANDLE_URL", "nonsense", true).err(), Some("HANDLE_URL"));
    assert!(read("HANDLE_URL", "nonsense", false).is_ok(), "nobody reads it");
}

fn cid(text: &str) -> String {
    RecordCid::of(text.as_bytes()).to_string()
}

fn record(collection: &str, rkey: &str, value: Value) -> Value {
    json!({"uri": format!("at://{DID}/{collection}/{rkey}"), "cid": cid(rkey), "value": value})
}

fn release(rkey: &str, message: Value) -> Value {
    record("run.at.release", rkey, json!({"createdAt": "2026-11-01T00:00:00Z", "message": message}))
}

fn page(records: &[Value], cursor: Option<&str>) -> Lie {
    let mut page = json!({"records": records});
    if let Some(cursor) = cursor {
        page["cursor"] = json!(cursor);
    }
    Lie::Answer(200, page.to_string().into())
}

fn versions(author: &Author, directory: &Directory, at: u64) -> Result<Versions, Fault> {
    now(author.runner().versions(directory, &Did::parse(DID).unwrap(), &"demo".parse().unwrap(), at))
}

#[test]
fn versions_are_listed_newest_first_and_say_that_they_are_not_proven() {
    let author = Author::new();
    let target = |uri: &str| json!({"$type": "run.at.channel", "release": {"uri": uri, "cid": cid("x")}, "createdAt": "x"});
    author.lie(
        "run.at.release&limit",
        page(
            &[
                release("demo:1.9.0", json!("nine")),
                release("demo:1.10.0", Value::Null),
                release("other:9.0.0", json!("another bundle")),
                release("demo2:9.0.0", json!("another bundle")),
                release("demo:nonsense", json!("no version")),
            ],
            Some("next"),
        ),
    );
    author.lie("cursor=next", page(&[release("demo:1.10.0-rc.1", json!(7)), json!("no record")], None));
    author.lie(
        "run.at.channel&limit",
        page(
            &[
                record(
                    "run.at.channel",
                    "demo:latest",
                    target(&format!("at://{DID}/run.at.release/demo:1.10.0")),
                ),
                record(
                    "run.at.channel",
                    "demo:away",
                    target(&format!("at://{DID}/run.at.release/other:1.0.0")),
                ),
                record(
                    "run.at.channel",
                    "demo:Bad",
                    target(&format!("at://{DID}/run.at.release/demo:1.9.0")),
                ),
            ],
            None,
        ),
    );
    let directory = directory();
    let listed = versions(&author, &directory, 0).unwrap();
    assert_eq!(
        serde_json::to_value(&listed).unwrap(),
        json!({
            "did": DID, "name": "demo", "proven": false, "truncated": false,
            "channels": [{"name": "latest", "version": "1.10.0", "cid": cid("x")}],
            "versions": [
                {"version": "1.10.0", "cid": cid("demo:1.10.0"), "createdAt": "2026-11-01T00:00:00Z", "url": format!("/bundle/{DID}/demo/1.10.0")},
                {"version": "1.10.0-rc.1", "cid": cid("demo:1.10.0-rc.1"), "createdAt": "2026-11-01T00:00:00Z", "url": format!("/bundle/{DID}/demo/1.10.0-rc.1")},
                {"version": "1.9.0", "cid": cid("demo:1.9.0"), "createdAt": "2026-11-01T00:00:00Z", "message": "nine", "url": format!("/bundle/{DID}/demo/1.9.0")},
            ],
        })
    );
    let asked = author.requests();
    assert_eq!(versions(&author, &directory, 1_999).unwrap(), listed);
    assert_eq!(author.requests(), asked, "a burst asks once");
    versions(&author, &directory, 2_000).unwrap();
    assert!(author.requests() > asked);
}

#[test]
fn bad_input_28_a_list_ends_whatever_the_pds_says() {
    for (what, lie) in [
        ("the same cursor for ever", page(&[release("demo:1.0.0", Value::Null)], Some("again"))),
        ("empty pages for ever", page(&[], Some("again"))),
    ] {
        let author = Author::new();
        author.lie("run.at.release&limit", lie);
        author.lie("run.at.channel&limit", page(&[], None));
        let listed = versions(&author, &directory(), 0).unwrap();
        assert!(listed.truncated, "{what}");
        assert!(author.requests() < 6, "{what}: {}", author.requests());
    }
    let none = Author::new();
    none.lie("&limit=100", page(&[release("other:1.0.0", Value::Null)], None));
    assert_eq!(versions(&none, &directory(), 0).unwrap_err().public().1, "UnknownBundle");
    let down = Author::new();
    down.lie("&limit=100", Lie::Failed);
    let directory = directory();
    assert_eq!(versions(&down, &directory, 0).unwrap_err().public().1, "PdsUnavailable");
    down.world(|world| world.lies.clear());
    down.lie("&limit=100", page(&[release("demo:1.0.0", Value::Null)], None));
    assert!(versions(&down, &directory, 1).is_ok(), "a failure is not remembered");
}

#[test]
fn what_the_policy_refuses_is_not_listed() {
    let author = Author::new();
    let runner = author.runner_with(|name| (name == "POLICY").then(|| "installed".to_owned()));
    let refused = now(runner.versions(&directory(), &Did::parse(DID).unwrap(), &"demo".parse().unwrap(), 0));
    assert_eq!((refused.unwrap_err().public().1, author.requests()), ("NotAdmitted", 0));
}
