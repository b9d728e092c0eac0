//! One address or none, and never one elsewhere.

use super::*;
use crate::markup::parse;

/// What takes a video by its address.
const OF_A_VIDEO: [&str; 6] =
    ["getVideo", "getVideoStreams", "getPlaylist", "shareVideo", "embed", "getShareHead"];

/// The same question has the same answer however it is written, and what looks nearly like it is another.
#[test]
fn bad_input_17_one_address_or_none() {
    for name in OF_A_VIDEO {
        let harness = || shared(&video()).http(&playlist_url(&video()), master());
        let first = harness().get(&format!("{name}?{}", video().query()));
        assert_eq!(first.status(), 200, "{name}");
        let did = aurora();
        for query in [
            format!("uri=at://{did}/place.stream.video/a"),
            format!("uri=at%3a%2f%2f{did}%2fplace.stream.video%2fa"),
            format!("uri=%61t://{did}/place.stream.video/%61"),
            format!("x=1&uri=at://{did}/place.stream.video/a&y=../.."),
            format!("&&uri=at://{did}/place.stream.video/a&"),
            format!("u%72i=at://{did}/place.stream.video/a"),
        ] {
            assert_eq!(harness().get(&format!("{name}?{query}")), first, "{name} {query}");
            // And from the memory of the first.
            let warm = harness();
            warm.get(&format!("{name}?{}", video().query()));
            assert_eq!(warm.get(&format!("{name}?{query}")), first, "{name} {query}");
        }
        let harness = harness();
        harness.get(&format!("{name}?{}", video().query()));
        for query in [
            format!("uri=AT://{did}/place.stream.video/a"),
            format!("uri=at://{}/place.stream.video/a", did.as_str().to_uppercase()),
            format!("uri=at://{did}//place.stream.video/a"),
            format!("uri=at://{did}/place.stream.video//a"),
            format!("uri=at://{did}/place.stream.video/a/"),
            format!("uri=at://{did}/x/../place.stream.video/a"),
            format!("uri=at://{did}/place.stream.video/../place.stream.video/a"),
            format!("uri=at://{did}/place.stream.video/.."),
            format!("uri=at://{did}/place.stream.video/%252e%252e"),
            format!("uri=at://{did}/place.stream.video/a%00"),
            format!("uri=at://{did}/place.stream.video/a%20"),
            format!("uri=%20at://{did}/place.stream.video/a"),
            format!("uri=at://{did}/place.stream.VIDEO/a"),
            format!("URI=at://{did}/place.stream.video/a"),
            format!("uri=at://{did}/place.stream.video/a&uri=at://{did}/place.stream.video/b"),
        ] {
            let (status, _) = outcome(&harness.get(&format!("{name}?{query}")));
            assert_eq!(status, 400, "{name} {query}");
        }
        // Keys of records have their case: that is another video, which is not there.
        let other = Video::new("A");
        harness.rescript(&video_url(&other), [refusal(404, "VideoNotFound")]);
        harness.rescript(&playlist_url(&other), [refusal(404, "VideoNotFound")]);
        assert_eq!(harness.get(&format!("{name}?{}", other.query())).status(), 404, "{name}");
        for name in [
            name.to_uppercase(),
            format!("{name}/"),
            format!("/{name}"),
            format!("x/../{name}"),
            format!("{name}%20"),
        ] {
            assert_eq!(harness.get(&format!("{name}?{}", video().query())).status(), 404, "{name}");
        }
    }
}

#[test]
fn bad_input_17_the_order_of_parameters_is_of_no_weight() {
    let harness = shared(&video()).http(&list_url(3, Some(&aurora()), Some("x")), page([&video()], None));
    let oembed = query(&[("url", &watch(&video()))]);
    let pairs: [(&str, &[String]); 4] = [
        ("listVideos", &["limit=3".into(), "cursor=n.x".into(), format!("creator={}", aurora())]),
        ("shareVideo", &[video().query(), "t=90".into()]),
        ("embed", &["t=90".into(), video().query(), "autoplay=1".into()]),
        ("oembed", &["maxwidth=300".into(), oembed, "format=json".into()]),
    ];
    for (name, parts) in pairs {
        let first = harness.get(&format!("{name}?{}", parts.join("&")));
        assert_eq!(first.status(), 200, "{name}");
        let mut parts = parts.to_vec();
        for _ in 0..parts.len() {
            parts.rotate_left(1);
            assert_eq!(harness.get(&format!("{name}?{}", parts.join("&"))), first, "{name}");
        }
    }
}

#[test]
fn bad_input_26_only_the_configured_origin_is_led_to() {
    const EVIL: &str = "https://evil.example-site.dev";
    let harness = shared(&video());
    let mut targets = documents(&video());
    targets.push(format!("shareVideo?{}&t=90", video().query()));
    for target in &targets {
        let first = harness.get(target);
        for parameter in
            ["url", "redirect", "next", "to", "frontend", "FRONTEND_ORIGIN", "base", "u", "return_to"]
        {
            if target.starts_with("oembed") && parameter == "url" {
                continue;
            }
            let mark = if target.contains('?') { '&' } else { '?' };
            let target = format!("{target}{mark}{}", query(&[(parameter, EVIL)]));
            assert_eq!(harness.get(&target), first, "{target}");
        }
        for header in [
            "host",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-prefix",
            "forwarded",
            "origin",
            "referer",
            "x-original-url",
            "x-rewrite-url",
        ] {
            assert_eq!(harness.request().header(header, EVIL).get(target), first, "{target} {header}");
        }
        if !first.header("content-type").unwrap().contains("json") {
            check_addresses(&first, &parse(&first.text()).addresses());
        }
        assert!(!first.text().contains("evil"));
    }
    for t in [
        EVIL,
        "0; url=https://evil.example-site.dev",
        "1;url=//evil.example-site.dev",
        "5\" http-equiv=\"refresh",
        "@evil.example-site.dev",
        "90#//evil",
    ] {
        for name in ["shareVideo", "embed"] {
            let answer = harness.get(&format!("{name}?{}&{}", video().query(), query(&[("t", t)])));
            assert_eq!(outcome(&answer), (400, "InvalidInput".into()), "{t}");
        }
    }
    for name in ["shareVideo", "embed"] {
        for uri in [
            EVIL,
            "javascript:alert(1)",
            "//evil.example-site.dev",
            "at://evil.example-site.dev/place.stream.video/a",
        ] {
            assert_eq!(harness.get(&format!("{name}?{}", query(&[("uri", uri)]))).status(), 400, "{uri}");
        }
    }
    for creator in
        [EVIL, "javascript:alert(1)", "//evil.example-site.dev", "did:web:evil.example-site.dev%2f.."]
    {
        assert_eq!(
            harness.get(&format!("shareCreator?{}", query(&[("creator", creator)]))).status(),
            400,
            "{creator}"
        );
    }
}
