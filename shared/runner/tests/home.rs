//! The page of the runner itself.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Lie, Network, Shelf, now, resolve};
use serde_json::json;
use streamhut_atproto::{
    Did,
    testkit::{KeyKind, TestRepo},
};
use streamhut_runner::{Due, Runner, home_page};

const OPERATOR: &str = "did:plc:operatoroperatoroperator";
const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

fn runner(author: &Author, set: &[(&'static str, String)]) -> Runner<Network, Shelf> {
    let set = set.to_vec();
    author.runner_with(move |name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone()))
}

fn page(runner: &Runner<Network, Shelf>, at: u64) -> String {
    now(runner.know_installations(at));
    home_page(&now(runner.home(at)), "https://run.own.dev").unwrap()
}

fn assert_has(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

#[test]
fn a_runner_says_what_it_is_and_how_to_check_that() {
    let author = Author::new();
    let bundles = json!([
        {"did": DID, "name": "demo", "channel": "latest", "config": {"ORIGIN_URL": "https://secret-place.dev"}, "host": "demo.dev"},
        {"did": DID, "name": "other", "channel": "next"},
    ]);
    let runner = runner(
        &author,
        &[
            ("POLICY", "installed".into()),
            ("BUNDLES", bundles.to_string()),
            ("MAX_CPU_MS", "1500".into()),
            ("RUNNER_KEYS", KEY.into()),
        ],
    );
    let before = page(&runner, 1_000);
    assert_has(
        &before,
        &[
            "<title>run.own.dev, a runner</title>",
            "Those that the operator installed, and no others.",
            "POLICY=installed",
            &format!("<a href=\"https://run.own.dev/bundle/{DID}/demo/latest\">demo</a>"),
            &format!(
                "<a href=\"https://run.own.dev/bundle/{DID}/other\">All versions<span class=\"unseen\"> of other</span></a>"
            ),
            "<a href=\"https://demo.dev/\">demo.dev</a>",
            "Not called yet.",
            "none yet by this instance",
            "1500 ms of CPU time",
            "as many requests as its release declares",
            "begin within 30 seconds",
            "may take 10 minutes",
            "A request may bring 1 MB.",
            &format!("at-run verify {DID}/demo@latest --runner https://run.own.dev</pre>"),
            "at-run deploy --runner https://run.own.dev</pre>",
            "href=\"https://run.own.dev/health\"",
            "href=\"https://run.own.dev/.well-known/at-run.json\"",
            "<span class=\"tag\">current</span>",
        ],
    );
    let about = now(runner.about(0));
    assert_has(&before, &[about["keys"][0]["id"].as_str().unwrap()]);
    assert!(!before.contains("secret-place"), "settings are the operator's own");
    assert_eq!(author.requests(), 0, "nobody is asked for a page");

    resolve(&runner, "latest", 2_000).unwrap();
    let requests = author.requests();
    let after = page(&runner, 62_000);
    assert_has(
        &after,
        &[
            "1.0.0, <span class=\"good\">confirmed</span> <time datetime=\"1970-01-01T00:00:02Z\">60 seconds ago</time>",
            "<dd>2</dd>",
        ],
    );
    let elsewhere = self::runner(&author, &[("BUNDLES", bundles.to_string())]);
    assert_has(&page(&elsewhere, 62_000), &["1.0.0, <span class=\"good\">confirmed</span>"]);
    assert_eq!(author.requests(), requests, "another instance looks in the store");
}

#[test]
fn what_does_not_fare_well_is_said() {
    let author = Author::new();
    let bundles = json!([{"did": DID, "name": "demo", "channel": "latest"}]).to_string();
    let runner = runner(&author, &[("BUNDLES", bundles)]);
    let resolved = resolve(&runner, "latest", 0).unwrap();
    assert_has(&page(&runner, 0), &["the list of installations can be read"]);
    author.lie("getRecord", Lie::Failed);
    for due in resolve(&runner, "latest", 40_000).unwrap().due.clone() {
        let _ = now(runner.confirm(&due, 40_000));
    }
    author.shelf.entries.borrow_mut().insert("installations.json".into(), b"{]".to_vec());
    now(runner.confirm(&Due::Installations, 80_000)).unwrap();
    assert_has(
        &page(&runner, 80_000),
        &[
            "the author's PDS did not answer",
            "could not be read; what is known goes on",
            "of them not confirmed lately",
        ],
    );
    drop(resolved);
}

#[test]
fn whom_it_trusts_in_words() {
    let author = Author::new();
    let mut repo = TestRepo::new(&Did::parse(OPERATOR).unwrap(), KeyKind::K256, 5);
    repo.put("app.bsky.graph.follow", "3k1", &json!({"subject": DID}));
    let rev = repo.rev().to_string();
    author.world(|world| world.accounts.insert(OPERATOR.to_owned(), repo));
    for (policy, texts) in [
        ("open".to_owned(), vec!["Everybody's.", "Then it runs here."]),
        (
            format!("{DID} did:web:b.dev"),
            vec!["all bundles of these authors", "<li><code>did:web:b.dev</code></li>"],
        ),
        (
            format!("follows:{OPERATOR}"),
            vec!["<code>did:plc:operatoroperatoroperator</code> follows.", "the list was not read"],
        ),
        (format!("follows-of-follows:{OPERATOR}"), vec!["follows, and whom these follow."]),
    ] {
        let runner = runner(&author, &[("POLICY", policy.clone())]);
        assert_has(&page(&runner, 0), &texts);
        assert_has(&page(&runner, 0), &[&format!("POLICY={policy}")]);
    }
    let runner = runner(&author, &[("POLICY", format!("follows:{OPERATOR}"))]);
    resolve(&runner, "latest", 0).unwrap();
    assert_has(&page(&runner, 180_000), &["<dd>2 authors</dd>", &rev, "3 minutes ago"]);
    author.lie("getLatestCommit", Lie::Failed);
    now(runner.confirm(&Due::Follows, 300_000)).unwrap_err();
    assert_has(&page(&runner, 300_000), &["last confirmed", "PDS could not be asked lately"]);
}

#[test]
fn bad_input_25_hostile_settings_are_text() {
    let author = Author::new();
    let hostile = "\"><script>alert(1)</script></title></style><img src=x onerror=alert(2)>'";
    let bundles = json!([
        {"did": DID, "name": "demo", "channel": "latest", "host": hostile, "config": {hostile: hostile}},
        {"did": DID, "name": "other", "channel": "latest", "host": "localhost"},
    ]);
    let runner = runner(&author, &[("BUNDLES", bundles.to_string())]);
    let home = now(runner.home(0));
    let page = home_page(&home, &format!("https://{hostile}$(reboot)")).unwrap();
    let tags: Vec<&str> = page.split('<').skip(1).collect();
    assert_eq!(tags.iter().filter(|tag| tag.starts_with("script") || tag.starts_with("img")).count(), 0);
    assert_eq!(tags.iter().filter(|tag| tag.starts_with("/style") || tag.starts_with("/title")).count(), 2);
    assert!(!page.contains("href=\"https://localhost"), "a host that is none is no link");
    assert!(page.contains("--runner &#39;https://"), "the command stays one");
}
