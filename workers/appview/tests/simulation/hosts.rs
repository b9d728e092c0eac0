//! Servers of many creators that are away, or ask for time.

use at_run::testing::Scripted;
use serde_json::json;

use crate::repo::Repo;
use crate::site::Site;

#[test]
fn a_server_that_is_away_stops_nobody_elses_creators() {
    // More than a portion of one server's that is off, all due for longer than the other's.
    let mut repos: Vec<Repo> = (0..20).map(Repo::new).collect();
    for repo in &mut repos {
        repo.host = 1;
        repo.put("aa", json!({ "title": "One" }));
    }
    let site = Site::with(repos);
    site.settle();
    let letters =
        |n: u32| -> String { format!("{n:0>24}").bytes().map(|digit| char::from(digit + 49)).collect() };
    let row = |n| format!("('did:plc:{}', 1, 0, 0, 'https://off.dev')", letters(n));
    let rows: Vec<String> = (1..=200).map(row).collect();
    let sql = "INSERT INTO creators (did, registered, added_ms, next_sync_ms, pds) VALUES ";
    site.network.database.execute(&format!("{sql}{}", rows.join(", ")));
    site.edit(3, |repo| repo.put("bb", json!({ "title": "New" })));
    site.later();
    assert_eq!(site.titles().len(), 21);
}

#[test]
fn a_server_that_asks_for_time_gets_it_for_all_its_creators() {
    let mut repos: Vec<Repo> = (0..4).map(Repo::new).collect();
    for repo in &mut repos {
        repo.put("aa", json!({ "title": "One" }));
    }
    repos[3].host = 2;
    let site = Site::with(repos);
    site.settle();
    let commit = format!(
        "https://one.dev/xrpc/com.atproto.sync.getLatestCommit?did=did%3Aplc%3A{}",
        site.network.repos.borrow()[0].did.as_str().trim_start_matches("did:plc:")
    );
    let wait = Scripted::Answer {
        status: 429,
        headers: vec![("retry-after".to_owned(), "7200".to_owned())],
        body: Vec::new(),
        url: None,
    };
    site.harness.rescript(&commit, [wait]);
    for number in 0..4 {
        site.edit(number, |repo| repo.put("bb", json!({ "title": "Two" })));
    }
    let asked = |site: &Site| {
        let requests = site.harness.requests();
        let of = |host: &str| requests.iter().filter(|request| request.contains(host)).count();
        (of("one.dev"), of("three.dev"))
    };
    let before = asked(&site);
    site.later();
    let first = asked(&site);
    assert_eq!(first.0 - before.0, 1, "the others are not asked for in the same run");
    assert!(first.1 > before.1, "another server is");
    for _ in 0..7 {
        site.later();
    }
    assert_eq!(asked(&site).0, first.0, "nor before the time is over");
    assert_eq!(site.titles().len(), 5);
    site.harness.rescript(&commit, [Scripted::text(500, "still not")]);
    for _ in 0..3 {
        site.later();
    }
    assert_eq!(site.titles().len(), 7, "then they are");
}
