//! Records that are odd.

use serde_json::{Value, json};

use crate::repo::Repo;
use crate::site::Site;

fn titled(title: &str) -> Value {
    json!({ "$type": "place.stream.video", "title": title, "createdAt": "2026-03-01T12:00:00Z" })
}

/// A record whose JSON has that many bytes.
fn of_size(bytes: usize) -> Value {
    let mut record = titled("Long");
    record["more"] = json!("");
    let short = record.to_string().len();
    record["more"] = json!("x".repeat(bytes - short));
    assert_eq!(record.to_string().len(), bytes);
    record
}

fn deep(levels: usize, with_type: bool) -> Value {
    let inner = (0..levels).fold(json!(1), |inner, _| json!({ "a": inner }));
    let mut record = json!({ "title": "Deep", "createdAt": "2026-03-01T12:00:00Z", "a": inner });
    if with_type {
        record["$type"] = json!("place.stream.video");
    }
    record
}

fn with(name: &str, value: Value) -> Value {
    let mut record = titled("Odd");
    record[name] = value;
    record
}

#[test]
fn bad_input_27_each_odd_record_is_refused_or_tolerated_and_the_sync_goes_on() {
    let cases: Vec<(&str, Value, Option<&str>)> = vec![
        ("no type", json!({ "title": "No type" }), Some("No type")),
        ("another type", json!({ "$type": "app.bsky.feed.post", "title": "Post" }), None),
        ("a type that is no string", json!({ "$type": 7, "title": "Seven" }), None),
        ("null", Value::Null, None),
        ("an array", json!([titled("In an array")]), None),
        ("a string", json!("place.stream.video"), None),
        ("a number", json!(1e300), None),
        ("an empty object", json!({}), Some("")),
        ("depth 33", deep(33, true), Some("Deep")),
        ("depth 100 without a type", deep(100, false), Some("Deep")),
        ("131,073 elements", with("more", vec![0; 131_073].into()), Some("Odd")),
        (
            "unknown fields",
            with("\u{0}unknown \"field\"", json!({ "$type": "x.y.z", "b": [null] })),
            Some("Odd"),
        ),
        ("1 MiB", of_size(1024 * 1024), Some("Long")),
        ("1 MiB and a byte", of_size(1024 * 1024 + 1), None),
        ("a title that is no text", with("title", json!({ "en": "Title" })), Some("")),
        ("a title of 100 kB", with("title", json!("t".repeat(100_000))), Some("t")),
        ("NUL and controls", with("title", json!("Odd\u{0}\u{1b}[2J\u{202e}one")), Some("Odd")),
        ("a title in markup", with("title", json!("Odd</title><script>")), Some("Odd</title><script>")),
        ("a negative duration", with("duration", json!(-5)), Some("Odd")),
        ("a duration beyond 64 bits", with("duration", json!(1e30)), Some("Odd")),
        ("tags that are none", with("tags", json!({ "a": "b" })), Some("Odd")),
        ("a thousand tags", with("tags", (0..1_000).map(|n| format!("tag{n}")).collect()), Some("Odd")),
        ("a creator that is none", with("creator", json!("nobody")), Some("Odd")),
        ("a source of an unknown kind", with("source", json!({ "$type": "x.y#z" })), Some("Odd")),
    ];
    for (what, record, expect) in cases {
        let mut repo = Repo::new(0);
        repo.put("aa", titled("First"));
        repo.put("mm", record);
        repo.put("zz", titled("Last"));
        let site = Site::with(vec![repo]);
        let line = site.later();
        let refused = u64::from(expect.is_none());
        assert!(line.contains("0 failed"), "{what}: {line}");
        assert!(line.contains(&format!("{refused} refused")), "{what}: {line}");
        let mut titles = site.titles();
        titles.retain(|title| title != "First" && title != "Last");
        assert_eq!(site.list("limit=100").len(), 2 + titles.len(), "{what}");
        match (expect, titles.as_slice()) {
            (None, []) => {}
            (Some(""), [title]) => assert_eq!(title, "", "{what}"),
            (Some(start), [title]) => assert!(title.starts_with(start), "{what}: {title:.80?}"),
            (expect, found) => panic!("{what}: {found:?}, not {expect:?}"),
        }
        for title in titles {
            assert!(title.len() <= 1_400 && !title.chars().any(char::is_control), "{what}: {title:?}");
        }
        assert_eq!(site.creator(0)["state"], "active", "{what}");
        let runs = site.harness.get("getStats").json();
        assert_eq!(runs["runs"][0]["refused"], refused, "{what}");
    }
}

#[test]
fn bad_input_27_a_video_that_becomes_something_else_goes() {
    for record in [json!({ "$type": "app.bsky.feed.post" }), json!("text"), of_size(1024 * 1024 + 1)] {
        let mut repo = Repo::new(0);
        repo.put("aa", titled("First"));
        repo.put("mm", titled("Second"));
        let site = Site::with(vec![repo]);
        site.later();
        assert_eq!(site.titles().len(), 2);
        site.edit(0, |repo| repo.put("mm", record.clone()));
        let line = site.later();
        assert!(line.contains("1 gone, 1 refused"), "{line}");
        assert_eq!(site.titles(), ["First"]);
        site.edit(0, |repo| repo.put("mm", titled("Third")));
        site.later();
        assert_eq!(site.titles().len(), 2);
    }
}
