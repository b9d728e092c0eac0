//! `oembed`: how other sites embed a page of ours.

use at_run::testing::{Answer, Harness, Scripted};
use serde_json::json;

use crate::{markup::parse, stage::*};

fn video() -> Video {
    Video::new("a.b").titled("Paper <Mountains>")
}

fn ask(harness: &Harness, url: &str, more: &str) -> Answer {
    harness.get(&format!("oembed?{}{more}", query(&[("url", url)])))
}

/// The page of the video; its last segment has a dot.
fn page_url() -> String {
    format!("{}/", watch(&video()))
}

#[test]
fn a_video() {
    let harness = shared(&video());
    let answer = ask(&harness, &page_url(), "");
    let embed = format!("{FRONTEND}/embed/{}/a.b/", aurora());
    let html = answer.json()["html"].as_str().unwrap().to_owned();
    assert_eq!(
        answer.json(),
        json!({
            "version": "1.0", "type": "video", "provider_name": "Streamhut", "provider_url": format!("{FRONTEND}/"),
            "title": "Paper <Mountains>", "author_name": "Aurora", "author_url": format!("{FRONTEND}/creator/{}/", aurora()),
            "cache_age": 600, "width": 1280, "height": 720, "html": html,
            "thumbnail_url": format!("{BUNDLE}/getShareImage?{}&cid={}", video().query(), video().cid()),
            "thumbnail_width": 1200, "thumbnail_height": 630,
        })
    );
    let frame = parse(&html);
    let frame = frame.all("iframe").next().unwrap();
    for (attribute, expect) in [
        ("src", embed.as_str()),
        ("width", "1280"),
        ("height", "720"),
        ("title", "Paper <Mountains>"),
        ("loading", "lazy"),
    ] {
        assert_eq!(frame.get(attribute), expect, "{attribute}");
    }
}

#[test]
fn a_creator_is_a_link() {
    let harness = shared(&video());
    let answer = ask(&harness, &format!("{FRONTEND}/creator/{}/", aurora()), "&maxwidth=5").json();
    assert_eq!(
        answer,
        json!({
            "version": "1.0", "type": "link", "provider_name": "Streamhut", "provider_url": format!("{FRONTEND}/"),
            "title": "Aurora (@aurora.example-site.dev)", "author_name": "Aurora",
            "author_url": format!("{FRONTEND}/creator/{}/", aurora()), "cache_age": 600,
        })
    );
}

#[test]
fn both_maxima_are_honoured() {
    let harness = shared(&video());
    for (bounds, size, thumbnail) in [
        ("", (1280, 720), true),
        ("&maxwidth=&maxheight=", (1280, 720), true),
        ("&maxwidth=640", (640, 360), false),
        ("&maxheight=360", (640, 360), false),
        ("&maxwidth=640&maxheight=100", (178, 100), false),
        ("&maxheight=100&maxwidth=640", (178, 100), false),
        ("&maxwidth=1200&maxheight=630", (1120, 630), true),
        ("&maxwidth=1&maxheight=1", (1, 1), false),
        ("&maxwidth=4294967296", (1280, 720), true),
    ] {
        let answer = ask(&harness, &page_url(), bounds).json();
        assert_eq!((&answer["width"], &answer["height"]), (&json!(size.0), &json!(size.1)), "{bounds}");
        assert_eq!(answer.get("thumbnail_url").is_some(), thumbnail, "{bounds}");
        let html = answer["html"].as_str().unwrap();
        assert!(html.contains(&format!("width=\"{}\" height=\"{}\"", size.0, size.1)), "{html}");
    }
    let portrait = video().beside(json!({"tracks": [{"record": {"track": {"trackId": "1"}, "metadata": {"video": {"width": 1080, "height": 1920}}}}]}));
    let answer = ask(&shared(&portrait), &page_url(), "&maxwidth=200").json();
    assert_eq!((&answer["width"], &answer["height"]), (&json!(200), &json!(356)));
}

#[test]
fn json_is_what_there_is() {
    let harness = shared(&video());
    for format in ["", "json"] {
        assert_eq!(ask(&harness, &page_url(), &format!("&format={format}")).status(), 200, "{format}");
    }
    for format in ["xml", "JSON", "json%00", "html"] {
        let answer = ask(&harness, &page_url(), &format!("&format={format}"));
        assert_eq!(outcome(&answer), (501, "FormatNotOffered".into()), "{format}");
    }
}

#[test]
fn addresses_of_ours_however_they_are_written() {
    let harness = shared(&video());
    let expect = ask(&harness, &page_url(), "").text();
    let (did, encoded) = (aurora().to_string(), aurora().as_str().replace(':', "%3A"));
    for url in [
        watch(&video()),
        format!("{FRONTEND}/watch/{encoded}/a.b/"),
        format!("{FRONTEND}/embed/{did}/a.b"),
        format!("{FRONTEND}/watch/{did}/a%2Eb?t=90&utm_source=x#here"),
        format!("{FRONTEND}:443/watch/{did}/a.b"),
        format!("HTTPS://STREAMHUT.example-site.dev/watch/{did}/a.b"),
        format!("{FRONTEND}/x/../watch/{did}/a.b"),
        format!("{BUNDLE}/shareVideo?{}&t=5", video().query()),
        format!("{BUNDLE}/embed?t=5&uri={}", video().uri()),
    ] {
        assert_eq!(ask(&harness, &url, "").text(), expect, "{url}");
    }
    assert_eq!(asked(&harness, "place.stream.media.getVideo?"), 1, "all of them are one video");
}

#[test]
fn addresses_elsewhere_are_not_ours() {
    let harness = shared(&video());
    let did = aurora();
    for url in [
        String::new(),
        "x".to_owned(),
        format!("/watch/{did}/a"),
        format!("https://evil.example-site.dev/watch/{did}/a"),
        format!("https://streamhut.example-site.dev.evil.dev/watch/{did}/a"),
        format!("https://streamhut.example-site.dev@evil.example-site.dev/watch/{did}/a"),
        format!("https://user@streamhut.example-site.dev/watch/{did}/a"),
        format!("http://streamhut.example-site.dev/watch/{did}/a"),
        format!("{FRONTEND}:8443/watch/{did}/a"),
        format!("{FRONTEND}/"),
        format!("{FRONTEND}/watch/{did}"),
        format!("{FRONTEND}/watch/{did}/a/b"),
        format!("{FRONTEND}//watch/{did}/a"),
        format!("{FRONTEND}/watch/{did}/%2e%2e"),
        format!("{FRONTEND}/watch/{did}/a%2Fb"),
        format!("{FRONTEND}/watch/did:key:x/a"),
        format!("{FRONTEND}/WATCH/{did}/a"),
        format!("{FRONTEND}/creator/aurora.test/"),
        format!("{BUNDLE}/getVideo?{}", video().query()),
        format!("{BUNDLE}/shareVideo?uri=at://{did}/app.bsky.feed.post/a"),
        format!(
            "https://run.example.com/bundle/did:web:other.example.com/bundle/latest/shareVideo?{}",
            video().query()
        ),
        format!("javascript:alert(1)//{FRONTEND}/watch/{did}/a"),
        format!("at://{did}/place.stream.video/a"),
        format!("{FRONTEND}/watch/{did}/a?{}", "x".repeat(9_000)),
    ] {
        assert_eq!(outcome(&ask(&harness, &url, "")), (404, "NotOurs".into()), "{url:.200}");
    }
    assert_eq!(outcome(&harness.get("oembed")), (400, "InvalidInput".into()));
    assert!(harness.requests().is_empty(), "{:?}", harness.requests());
}

/// What may not be seen is not found (section 2.3.4.4 has 401 for what a login would open).
#[test]
fn what_may_not_be_seen_is_not_found() {
    for (answer, expect) in [
        (refusal(404, "VideoNotFound"), (404, "VideoNotFound")),
        (refusal(403, "VideoUnavailable"), (404, "VideoUnavailable")),
        (Scripted::text(500, ""), (503, "UpstreamUnavailable")),
        (html(), (502, "UpstreamFailed")),
    ] {
        let harness = shared(&video());
        harness.rescript(&video_url(&video()), [answer]);
        assert_eq!(outcome(&ask(&harness, &page_url(), "")), (expect.0, expect.1.to_owned()));
    }
    let harness = shared(&video());
    ask(&harness, &page_url(), "");
    harness.rescript(&video_url(&video()), [refusal(404, "VideoNotFound")]);
    harness.advance(40 * SECOND);
    assert_eq!(outcome(&ask(&harness, &page_url(), "")), (404, "VideoDeleted".into()));
}
