//! Pages of what is not there, what pages may load, and settings that are none.

use at_run::testing::{Harness, Scripted};

use super::*;

/// Policies by name, as a browser reads them.
fn csp(answer: &Answer) -> Vec<(String, String)> {
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{}", answer.text()));
    policy
        .split("; ")
        .map(|one| one.split_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn check_csp(answer: &Answer, frames: &str) {
    let policy = csp(answer);
    let of = |name: &str| policy.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    for (name, value) in [
        ("default-src", "'none'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", frames),
        ("img-src", "https://run.example.com"),
    ] {
        assert_eq!(of(name), Some(value), "{name}");
    }
    assert_eq!(of("script-src"), None, "no script at all");
    assert!(of("style-src").unwrap().starts_with("'sha256-"), "{policy:?}");
    assert_eq!(of("media-src").is_some(), frames == "*");
}

/// A page of an error: nothing to make a card of, nothing to keep.
fn check_error(answer: &Answer, frames: &str) {
    let page = document(answer);
    check_csp(answer, frames);
    assert_eq!((answer.header("x-robots-tag"), page.meta("robots")), (Some("noindex"), Some("noindex")));
    assert!(!page.metas().iter().any(|(key, _)| key.starts_with("og:") || key.starts_with("twitter:")));
    assert_eq!((page.refresh(), answer.header("etag")), (None, None));
    assert_eq!(page.addresses(), [format!("{FRONTEND}/")]);
    let (cache, retry) = (answer.header("cache-control").unwrap(), answer.header("retry-after"));
    match answer.status() {
        503 => assert!(cache == "no-store" && retry.is_some(), "{cache} {retry:?}"),
        _ => assert_eq!((cache, retry), ("public, max-age=10", None)),
    }
}

#[test]
fn pages_of_what_is_not_there() {
    for (answer, status, retry) in [
        (refusal(404, "VideoNotFound"), 404, None),
        (refusal(403, "VideoUnavailable"), 410, None),
        (Scripted::Failed, 503, Some("5")),
        (Scripted::Deadline, 503, Some("10")),
        (Scripted::text(500, ""), 503, Some("10")),
        (busy(503, "7"), 503, Some("7")),
        (busy(429, "99999"), 503, Some("600")),
        (html(), 503, Some("10")),
        (ok(Video::new("b").view()), 503, Some("10")),
    ] {
        for (name, frames) in [("shareVideo", "'none'"), ("embed", "*")] {
            let harness = shared(&video());
            harness.rescript(&video_url(&video()), [answer.clone()]);
            let page = harness.get(&format!("{name}?{}", video().query()));
            assert_eq!((page.status(), page.header("retry-after")), (status, retry), "{name} {answer:?}");
            check_error(&page, frames);
            let head = harness.request().head(&format!("{name}?{}", video().query()));
            assert_eq!((head.status(), head.bytes().len()), (status, 0));
        }
        // For machines, the same in JSON.
        let harness = shared(&video());
        harness.rescript(&video_url(&video()), [answer.clone()]);
        let head = harness.get(&format!("getShareHead?{}", video().query()));
        assert!(head.status() >= 400 && head.json()["error"].is_string(), "{answer:?}");
    }
    for (answer, status) in [
        (Scripted::text(404, ""), 404),
        (Scripted::text(500, ""), 503),
        (Scripted::Deadline, 503),
        (html(), 503),
    ] {
        let harness =
            stage().config("FRONTEND_ORIGIN", FRONTEND).http(&document_url(&aurora()), answer.clone());
        let page = harness.get(&format!("shareCreator?creator={}", aurora()));
        assert_eq!(page.status(), status, "{answer:?}");
        check_error(&page, "'none'");
    }
}

#[test]
fn pages_of_what_is_no_more_and_of_what_is_back() {
    let harness = shared(&video());
    let pages = ["shareVideo", "embed"].map(|name| format!("{name}?{}", video().query()));
    let statuses = |harness: &Harness| pages.clone().map(|page| harness.get(&page).status());
    assert_eq!(statuses(&harness), [200, 200]);
    // A node that is away takes nothing from a page that can be made.
    harness.rescript(&video_url(&video()), [Scripted::Failed]);
    harness.advance(3_600 * SECOND);
    let page = harness.get(&pages[0]);
    assert_eq!((page.status(), page.header("cache-control")), (200, Some(DOCUMENT)));
    harness.rescript(&video_url(&video()), [refusal(404, "VideoNotFound")]);
    harness.advance(40 * SECOND);
    assert_eq!(statuses(&harness), [410, 410]);
    check_error(&harness.get(&pages[0]), "'none'");
    assert_eq!(
        outcome(&harness.get(&format!("getShareHead?{}", video().query()))),
        (410, "VideoDeleted".into())
    );
    harness.rescript(&video_url(&video()), [ok(video().view())]);
    assert_eq!(statuses(&harness), [200, 200], "an error is not remembered");
}

#[test]
fn pages_load_nothing_from_elsewhere() {
    let harness = shared(&video());
    for (target, frames) in [("shareVideo", "'none'"), ("embed", "*")] {
        check_csp(&harness.get(&format!("{target}?{}", video().query())), frames);
    }
    check_csp(&harness.get(&format!("shareCreator?creator={}", aurora())), "'none'");
}

#[test]
fn a_setting_that_is_no_origin_is_the_operators_fault() {
    for setting in [
        "streamhut.example-site.dev",
        "//streamhut.example-site.dev",
        "javascript:alert(1)",
        "ftp://streamhut.example-site.dev",
        "https://streamhut.example-site.dev/app",
        "https://streamhut.example-site.dev/?x=1",
        "https://streamhut.example-site.dev/#x",
        "https://user:hunter2@streamhut.example-site.dev",
        "https://",
        " ",
    ] {
        let harness = shared_at(Some(setting), &video());
        for target in documents(&video()) {
            let answer = harness.get(&target);
            assert_eq!(outcome(&answer), (500, "InternalError".into()), "{setting} {target}");
            assert_eq!(answer.json()["message"], "the bundle failed");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
        assert!(harness.log().iter().any(|line| line.contains("FRONTEND_ORIGIN")));
        assert!(!harness.log().iter().any(|line| line.contains("hunter2")));
        assert_eq!(
            harness.get(&format!("getVideo?{}", video().query())).status(),
            200,
            "nothing else needs it"
        );
    }
    for setting in [
        "https://streamhut.example-site.dev/",
        "http://127.0.0.1:4402",
        "https://streamhut.example-site.dev:8443",
    ] {
        let page = document(&shared_at(Some(setting), &video()).get(&share(&video())));
        let origin = setting.trim_end_matches('/');
        assert!(page.refresh().unwrap().starts_with(&format!("{origin}/watch/did:plc:")), "{setting}");
    }
}
