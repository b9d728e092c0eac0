//! Numbers and ranges that are none.

use super::*;

/// Documents have no parts: whoever asks for one gets the whole (RFC 9110, section 14.2).
#[test]
fn bad_input_20_ranges_of_documents() {
    let harness = shared(&video()).http(&playlist_url(&video()), master());
    let many = format!("bytes={}", vec!["0-0"; 1_000].join(","));
    let mut targets = documents(&video());
    targets.extend(["listVideos".to_owned()]);
    targets.extend(
        ["getVideo", "getVideoStreams", "getPlaylist"].map(|name| format!("{name}?{}", video().query())),
    );
    for target in targets {
        let whole = harness.get(&target);
        for range in [
            "bytes=0-0",
            "bytes=-0",
            "bytes=5-1",
            "bytes=-5",
            "bytes=99999999-",
            "bytes=0-18446744073709551616",
            "bytes=a-b",
            "lines=1-2",
            &many,
        ] {
            let answer = harness.request().header("range", range).get(&target);
            assert_eq!(answer, whole, "{target} {range:.40}");
            assert_eq!((answer.status(), answer.header("content-range")), (200, None));
        }
    }
}

#[test]
fn bad_input_23_numbers_that_are_none() {
    let harness = shared(&video());
    let numbers = [
        "NaN",
        "-1",
        "-0",
        "1e3",
        "0x10",
        "+1",
        "1,5",
        "%D9%A3",
        "Infinity",
        "99999999999999999999",
        "1%00",
        "null",
        "[]",
    ];
    let page = query(&[("url", &watch(&video()))]);
    let of = |name: &str| format!("{name}?{}&", video().query());
    for (target, parameter, more) in [
        ("listVideos?".to_owned(), "limit", &["0", "101", "1.5", "4294967296", "%201"][..]),
        (of("getComments"), "limit", &["0", "101", "1.5", "4294967296", "%201"]),
        ("listVideos?".to_owned(), "minDuration", &["1.5", "9007200", "18446744073709551615"]),
        ("listVideos?".to_owned(), "maxDuration", &["1.5", "9007200", "18446744073709551615"]),
        ("listVideos?minDuration=9&".to_owned(), "maxDuration", &["8"]),
        ("sitemap?".to_owned(), "page", &["1.5", "4294967296"]),
        (
            of("shareVideo"),
            "t",
            &[
                "1.",
                ".5",
                "10000000",
                "9999999h",
                "1m1m",
                "1s1",
                "m",
                "s",
                "h",
                "1:30",
                "1m-30s",
                "9999999999",
            ],
        ),
        (of("embed"), "t", &["1.", ".5", "10000000", "9999999h"]),
        (format!("oembed?{page}&"), "maxwidth", &["0", "1.5", "640px"]),
        (format!("oembed?{page}&"), "maxheight", &["0", "1.5", "640px"]),
    ] {
        let is_size = parameter.starts_with("max") && target.starts_with("oembed");
        for number in numbers.iter().chain(more) {
            // More pixels than any screen has are no error.
            if is_size && number.starts_with("999") {
                continue;
            }
            let answer = harness.get(&format!("{target}{parameter}={number}"));
            assert_eq!(outcome(&answer), (400, "InvalidInput".into()), "{target}{parameter}={number}");
            assert_eq!(answer.header("cache-control"), Some("public, max-age=10"));
        }
        let answer = harness.get(&format!("{target}{parameter}={}", "x".repeat(100_000)));
        assert_eq!(answer.status(), 400, "{parameter}");
        assert!(answer.bytes().len() < 400, "{parameter}: {} bytes", answer.bytes().len());
    }
    assert!(harness.requests().is_empty(), "nobody is asked: {:?}", harness.requests());
}
