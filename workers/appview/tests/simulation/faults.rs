//! A database that fails.

use serde_json::json;

use crate::database::{FAULTS, Fault};
use crate::repo::Repo;
use crate::site::{QUARTER_MS, Site};

fn site() -> Site {
    let mut repo = Repo::new(0);
    for key in ["aa", "bb"] {
        repo.put(key, json!({ "title": key, "createdAt": "2026-03-01T12:00:00Z" }));
    }
    Site::with(vec![repo])
}

#[test]
fn bad_input_30_reads_say_what_is_the_matter_and_ask_no_more_than_three_times() {
    for (fault, status, name, asked) in [
        (Fault::TooMany, 503, "DatabaseUnavailable", 3),
        (Fault::Unavailable(1), 503, "DatabaseUnavailable", 3),
        (Fault::Unavailable(30), 503, "DatabaseUnavailable", 1),
        (Fault::Gateway, 503, "DatabaseUnavailable", 3),
        (Fault::Broken, 503, "DatabaseUnavailable", 3),
        (Fault::Dropped, 503, "DatabaseUnavailable", 3),
        (Fault::Slow, 504, "DatabaseTimeout", 3),
        (Fault::Busy, 503, "DatabaseUnavailable", 3),
    ] {
        let site = site();
        for read in [
            "listVideos",
            "listVideos?q=aa",
            "listCreators",
            "getStats",
            "getVideo?uri=at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/place.stream.video/aa",
        ] {
            let before = site.network.database.asked();
            site.network.database.befall(vec![Some(fault); 3]);
            let answer = site.harness.get(read);
            assert_eq!(
                (answer.status(), answer.json()["error"].as_str()),
                (status, Some(name)),
                "{fault:?} {read}"
            );
            assert_eq!(site.network.database.asked() - before, asked, "{fault:?} {read}");
            if fault == Fault::Unavailable(30) {
                assert_eq!(answer.header("retry-after"), Some("30"), "{read}");
            }
            // What passes in time is not noticed.
            site.network.database.befall([Some(fault), None]);
            let passes = asked == 3;
            let again = site.harness.get(read).status();
            assert_eq!(again < 500, passes, "{fault:?} {read}: {again}");
            site.network.database.befall([]);
        }
    }
}

#[test]
fn bad_input_30_a_sync_is_the_same_whichever_request_to_the_database_goes_wrong() {
    let whole = site();
    let before = whole.network.database.asked();
    whole.later();
    let requests = usize::try_from(whole.network.database.asked() - before).unwrap();
    let rows = whole.rows();
    assert!(requests > 4 && rows.len() == 2, "{requests} requests, {rows:?}");
    for fault in FAULTS {
        for nth in 0..requests {
            for times in [1, 2, 3] {
                let site = site();
                site.harness.advance(QUARTER_MS);
                let faults = (0..nth + times).map(|at| (at >= nth).then_some(fault));
                site.network.database.befall(faults);
                site.sync();
                site.network.database.befall([]);
                let seen = site.titles().len();
                assert!(
                    seen == 0 || seen == 2,
                    "{fault:?} {times} times from request {nth} on: {seen} videos"
                );
                site.settle();
                assert_eq!(site.rows(), rows, "{fault:?} {times} times from request {nth} on");
            }
        }
    }
}

#[test]
fn bad_input_30_one_answer_that_is_lost_after_a_commit_costs_nothing() {
    for fault in [Fault::Dropped, Fault::GatewayAfter, Fault::SlowAfter] {
        let whole = site();
        let before = whole.network.database.asked();
        whole.later();
        let requests = usize::try_from(whole.network.database.asked() - before).unwrap();
        for nth in 0..requests {
            let site = site();
            site.harness.advance(QUARTER_MS);
            site.network.database.befall((0..=nth).map(|at| (at == nth).then_some(fault)));
            let answer = site.sync();
            assert_eq!(answer.status(), 200, "{fault:?} at request {nth}: {}", answer.text());
            assert!(answer.text().contains("2 videos new"), "{fault:?} at request {nth}: {}", answer.text());
            assert_eq!(site.rows(), whole.rows(), "{fault:?} at request {nth}");
            let runs = site.network.database.dump("SELECT count(*) FROM sync_runs");
            assert_eq!(
                runs,
                whole.network.database.dump("SELECT count(*) FROM sync_runs"),
                "{fault:?} {nth}"
            );
        }
    }
}

#[test]
fn bad_input_30_a_schema_that_is_older_or_newer() {
    let reads = ["listVideos", "listVideos?q=a", "listCreators", "getStats"];
    let site = Site::empty(0);
    for read in reads {
        let answer = site.harness.get(read);
        assert_eq!(
            (answer.status(), answer.json()["error"].as_str()),
            (503, Some("NotInitialised")),
            "{read}"
        );
    }
    let answer = site.sync();
    assert_eq!((answer.status(), answer.json()["error"].as_str()), (503, Some("NotInitialised")));
    let answer = site.post("init", &json!({}));
    assert_eq!((answer.status(), answer.json()["from"].as_u64()), (200, Some(0)), "{}", answer.text());
    let again = site.post("init", &json!({}));
    assert_eq!((again.status(), again.json()["from"].clone()), (200, answer.json()["version"].clone()));
    assert_eq!(site.harness.get("listVideos").json()["videos"], json!([]));
    site.network.database.execute("INSERT INTO schema_version (version, applied_ms) VALUES (1000, 1)");
    for read in reads {
        let answer = site.harness.get(read);
        assert_eq!((answer.status(), answer.json()["error"].as_str()), (503, Some("NewerSchema")), "{read}");
    }
    for answer in [site.sync(), site.post("init", &json!({}))] {
        assert_eq!((answer.status(), answer.json()["error"].as_str()), (503, Some("NewerSchema")));
    }
}

#[test]
fn bad_input_30_init_is_whole_whichever_request_goes_wrong() {
    for fault in FAULTS {
        for nth in 0..4 {
            let site = Site::empty(0);
            site.network.database.befall((0..=nth).map(|at| (at == nth).then_some(fault)));
            site.post("init", &json!({}));
            site.network.database.befall([]);
            let answer = site.post("init", &json!({}));
            assert_eq!(answer.status(), 200, "{fault:?} at request {nth}: {}", answer.text());
            assert_eq!(site.harness.get("listVideos").status(), 200, "{fault:?} at request {nth}");
        }
    }
}
