//! Dates that nobody should believe.

use serde_json::{Value, json};

use crate::repo::Repo;
use crate::site::Site;

const FUTURE: &str = "2126-01-01T00:00:00Z";

#[test]
fn bad_input_32_dates_are_held_within_reason_for_order_and_shown_as_given() {
    // Keys are no times here.
    let dates = [
        ("year-10000", "10000-01-01T00:00:00Z"),
        ("future", FUTURE),
        ("leap", "2016-12-31T23:59:60Z"),
        ("after-leap", "2017-01-01T00:00:00Z"),
        ("before-leap", "2016-12-31T23:59:59.5Z"),
        ("year-0", "0000-01-01T00:00:00Z"),
        ("negative", "-10000-01-01T00:00:00Z"),
        ("plain", "2026-03-01T12:00:00.250+01:00"),
    ];
    let mut repo = Repo::new(0);
    for (key, date) in dates {
        repo.put(key, json!({ "title": key, "createdAt": date }));
    }
    let site = Site::with(vec![repo]);
    site.later();
    let listed = site.list("limit=3");
    for (key, date) in dates {
        let item = listed.iter().find(|item| item["title"] == key).unwrap();
        assert_eq!(item["createdAt"], date, "{key}");
    }
    let titles: Vec<&str> = listed.iter().map(|item| item["title"].as_str().unwrap()).collect();
    let (first, rest) = titles.split_at(2);
    let (middle, last) = rest.split_at(4);
    assert_eq!(middle, ["plain", "after-leap", "leap", "before-leap"]);
    assert!(first.contains(&"year-10000") && first.contains(&"future"), "{titles:?}");
    assert!(last.contains(&"year-0") && last.contains(&"negative"), "{titles:?}");
    // What comes later stands above what said it was from the future.
    site.harness.advance(60_000);
    let now = site.harness.now();
    let date = streamhut_streamplace::datetime::iso(i64::try_from(now).unwrap()).unwrap();
    site.edit(0, |repo| repo.put("later", json!({ "title": "later", "createdAt": date })));
    site.later();
    assert_eq!(site.titles()[0], "later");
    // An edit doesn't lift it.
    site.edit(0, |repo| repo.put("future", json!({ "title": "future, edited", "createdAt": FUTURE })));
    site.later();
    assert_eq!(site.titles()[0], "later");
    let oldest: Vec<Value> = site.list("sort=oldest&limit=2");
    let newest: Vec<Value> = site.list("limit=2");
    assert_eq!(oldest.into_iter().rev().collect::<Vec<_>>(), newest);
    let kept = site
        .network
        .database
        .dump("SELECT created_ms FROM videos WHERE created_ms < 0 OR created_ms > indexed_ms");
    assert_eq!(kept, [""; 0]);
}

#[test]
fn bad_input_32_what_is_no_date_is_that_of_the_key_or_none() {
    let mut repo = Repo::new(0);
    repo.put("3l3qo2vutsw2b", json!({ "title": "By its key", "createdAt": "yesterday" }));
    repo.put("nokey", json!({ "title": "Without", "createdAt": 7 }));
    repo.put("long", json!({ "title": "Long", "createdAt": "2026-03-01T12:00:00Z".repeat(100) }));
    let site = Site::with(vec![repo]);
    site.later();
    let of = |title: &str| {
        let listed = site.list("limit=100");
        listed.iter().find(|item| item["title"] == title).unwrap()["createdAt"].as_str().unwrap().to_owned()
    };
    assert!(of("By its key").starts_with("2024-09-"), "{}", of("By its key"));
    assert_eq!(of("Without"), "1970-01-01T00:00:00.000Z");
    assert_eq!(of("Long"), "1970-01-01T00:00:00.000Z");
}
