//! One page for everybody, kept for minutes.

use super::*;

const CRAWLERS: [&str; 11] = [
    "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
    "Twitterbot/1.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.example/)",
    "TelegramBot (like TwitterBot)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
    "WhatsApp/2.23.20.0 A",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "",
];

#[test]
fn the_same_page_for_everybody() {
    let harness = shared(&video());
    for target in documents(&video()) {
        let first = harness.get(&target);
        assert_eq!(first.status(), 200, "{target}: {}", first.text());
        for crawler in CRAWLERS {
            let request = harness.request().header("user-agent", crawler);
            assert_eq!(request.get(&target), first, "{target} {crawler}");
            let request = harness
                .request()
                .header("user-agent", crawler)
                .header("accept", "image/*")
                .header("accept-language", "de")
                .header("cookie", "a=b");
            assert_eq!(request.get(&target), first, "{target} {crawler}");
        }
        assert!(first.bytes().len() <= 100_000);
        assert_eq!(first.header("location"), None);
    }
}

#[test]
fn documents_are_kept_for_minutes_and_have_tags() {
    let harness = shared(&video());
    for target in documents(&video()) {
        let answer = harness.get(&target);
        let kind = match target.split('?').next().unwrap() {
            "shareVideo" | "shareCreator" | "embed" => "text/html; charset=utf-8",
            "rss" => "application/rss+xml; charset=utf-8",
            "sitemap" => "application/xml; charset=utf-8",
            _ => "application/json",
        };
        assert_eq!(answer.header("content-type"), Some(kind), "{target}");
        assert_eq!(answer.header("cache-control"), Some(DOCUMENT), "{target}");
        let csp = answer.header("content-security-policy");
        assert_eq!(csp.is_some(), kind.starts_with("text/html"), "{target}");
        let tag = answer.header("etag").unwrap();
        for (header, status) in [(tag, 304), ("\"x\"", 200), (&format!("\"x\", W/{tag}"), 304)] {
            let again = harness.request().header("if-none-match", header).get(&target);
            assert_eq!((again.status(), again.bytes().is_empty()), (status, status == 304), "{target}");
            assert_eq!(
                (again.header("etag"), again.header("cache-control")),
                (Some(tag), Some(DOCUMENT)),
                "{target}"
            );
        }
        let head = harness.request().head(&target);
        assert_eq!((head.status(), head.bytes().len()), (200, 0), "{target}");
        assert_eq!(
            head.header("content-length"),
            Some(answer.bytes().len().to_string().as_str()),
            "{target}"
        );
        assert_eq!(head.header("etag"), Some(tag));
        // Made anew, elsewhere, later: the same.
        harness.advance(40 * SECOND);
        harness.another_isolate();
        assert_eq!(harness.get(&target), answer, "{target}");
    }
}

#[test]
fn an_isolate_makes_a_document_once_in_thirty_seconds() {
    for target in documents(&video()) {
        let harness = shared(&video());
        let first = harness.get(&target);
        let calls = harness.port_calls();
        harness.advance(29 * SECOND);
        assert_eq!(harness.get(&target), first);
        if !target.starts_with("sitemap") {
            assert_eq!(harness.port_calls(), calls, "{target}");
        }
        // A new title shows within a minute.
        let new = video().titled("Another title").edited();
        harness.rescript(&video_url(&video()), [ok(new.view())]);
        for limit in [1, 12, 50, 100] {
            harness.rescript(&list_url(limit, None, None), [page([&new], None)]);
            harness.rescript(&list_url(limit, Some(&aurora()), None), [page([&new], None)]);
        }
        harness.advance(31 * SECOND);
        let text = harness.get(&target).text();
        if !target.contains("creator=") || target.starts_with("rss") || target.starts_with("shareCreator") {
            assert!(text.contains("Another title"), "{target}: {text}");
        }
    }
}
