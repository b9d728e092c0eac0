//! What a faulty or hostile upstream may answer in place of a playlist.

use streamhut_hls::{
    MAX_LINE_BYTES, MAX_LINES, MAX_MEDIA_BYTES, MAX_RENDITIONS, MAX_REWRITTEN_BYTES, MAX_SEGMENTS,
    PlaylistError, Rewriter, UriError, rewrite,
};
use url::Url;

use crate::{in_pieces, playlist_url, rewritten};

fn refused(text: &str, expect: &str) {
    assert_eq!(rewritten(text).map_err(|error| error.to_string()), Err(expect.to_owned()), "{text:?}");
}

/// A media playlist with one segment whose second line is the given one.
fn media(line: &str) -> String {
    format!("#EXTM3U\n{line}\n#EXTINF:1,\n/s\n")
}

/// A master playlist with one rendition whose second line is the given one.
fn master(line: &str) -> String {
    format!("#EXTM3U\n{line}\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/v\n")
}

#[test]
fn bad_input_18_nothing_is_written_of_what_is_no_playlist() {
    let minified = format!("<html>{}", "<p>x".repeat(MAX_LINE_BYTES));
    for text in ["<!DOCTYPE html><p>x", "\n \r\n<html>\n", "\u{FEFF}<html>", &minified] {
        let (written, outcome) = in_pieces([text.as_bytes()]);
        assert!(matches!(outcome, Err(PlaylistError::Html { .. })), "{text:?} gave {outcome:?}");
        assert_eq!(written, b"", "{text:?}");
    }
    for text in [
        "",
        "\n\n",
        "{\"error\":\"VideoNotFound\"}",
        "#EXTM3U8\n",
        " #EXTM3U\n",
        "#EXT-X-VERSION:6\n#EXTM3U\n",
    ] {
        let (written, outcome) = in_pieces([text.as_bytes()]);
        assert!(matches!(outcome, Err(PlaylistError::NotAPlaylist { .. })), "{text:?} gave {outcome:?}");
        assert_eq!(written, b"", "{text:?}");
    }
    let (written, outcome) = in_pieces([b"\0\0\0\x18ftypiso5\xff".as_slice(), &[0x80; 20_000]]);
    assert_eq!((written, outcome), (Vec::new(), Err(PlaylistError::NotUtf8 { at: 12 })));
}

#[test]
fn bad_input_18_a_body_that_ends_early_is_refused_where_it_can_be_told() {
    refused("#EXTM3U\n#EXTINF:1,\n/s\n#EXTINF:1,\n", "the tag of line 4 has no URI");
    refused("#EXTM3U\n#EXTINF:1,\n#EXT-X-BYTERANGE:1@0", "the tag of line 2 has no URI");
    refused("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", "the tag of line 2 has no URI");
    refused("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"/a\"\n", "the master playlist names no rendition");
    refused("#EXTM3U\n#EXT-X-I-FRAME-STREAM-INF:URI=\"/a\"\n", "the master playlist names no rendition");
}

#[test]
fn bad_input_19_fifty_megabytes_are_refused_at_the_cap() {
    let mut rewriter = Rewriter::new(&playlist_url());
    let mut out = Vec::new();
    rewriter.push(media("").as_bytes(), &mut out).unwrap();
    let piece = format!("#{}\n", "x".repeat(4094)).repeat(16).into_bytes();
    let pushes = 50_000_000 / piece.len();
    let mut taken = 0;
    let error = loop {
        out.clear();
        match rewriter.push(&piece, &mut out) {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
        assert!(taken < pushes && out.len() <= piece.len());
    };
    assert_eq!(taken, (MAX_MEDIA_BYTES - media("").len()) / piece.len());
    assert_eq!(error, PlaylistError::TooLarge { size: MAX_MEDIA_BYTES + 1, limit: MAX_MEDIA_BYTES });
    assert_eq!(rewriter.finish(&mut out), Err(error));
}

#[test]
fn bad_input_19_more_than_a_million_lines() {
    let lines = |count: usize| format!("#EXTM3U\n{}", "#\n".repeat(count - 1));
    assert_eq!(
        rewrite(lines(MAX_LINES).as_bytes(), &playlist_url()).map(|out| out.len()),
        Ok(8 + 2 * (MAX_LINES - 1))
    );
    assert_eq!(rewritten(&lines(MAX_LINES + 1)), Err(PlaylistError::TooManyLines { limit: MAX_LINES }));
}

#[test]
fn bad_input_19_segments_and_renditions_without_end() {
    let segments = |count| format!("#EXTM3U\n{}", "#EXTINF:1,\ns\n".repeat(count));
    assert!(rewritten(&segments(MAX_SEGMENTS)).is_ok());
    let error = PlaylistError::TooManySegments { limit: MAX_SEGMENTS };
    assert_eq!(rewritten(&segments(MAX_SEGMENTS + 1)), Err(error));
    for rendition in [
        "#EXT-X-STREAM-INF:BANDWIDTH=1\na\n",
        "#EXT-X-MEDIA:TYPE=AUDIO\n",
        "#EXT-X-I-FRAME-STREAM-INF:URI=\"a\"\n",
    ] {
        let some = |count| master(rendition.repeat(count).trim_end());
        assert!(rewritten(&some(MAX_RENDITIONS - 1)).is_ok());
        let error = PlaylistError::TooManyRenditions { limit: MAX_RENDITIONS };
        assert_eq!(rewritten(&some(MAX_RENDITIONS)), Err(error));
    }
}

#[test]
fn bad_input_19_short_uris_that_become_long_ones_without_end() {
    let long = Url::parse(&format!("https://stream.example/{}/x", "d".repeat(2_000))).unwrap();
    let text = format!("#EXTM3U\n{}", "#EXTINF:1,\ns\n".repeat(100_000));
    let mut out = Vec::new();
    let mut rewriter = Rewriter::new(&long);
    let error = PlaylistError::RewrittenTooLarge { limit: MAX_REWRITTEN_BYTES };
    assert_eq!(rewriter.push(text.as_bytes(), &mut out), Err(error));
    assert!(out.len() <= MAX_REWRITTEN_BYTES && out.len() > MAX_REWRITTEN_BYTES - 3_000, "{}", out.len());
}

#[test]
fn bad_input_19_a_line_without_end() {
    let comment = |length: usize| media(&format!("#{}", "x".repeat(length - 1)));
    assert!(rewritten(&comment(MAX_LINE_BYTES)).is_ok());
    let error = PlaylistError::LineTooLong { line: 2, limit: MAX_LINE_BYTES };
    assert_eq!(rewritten(&comment(MAX_LINE_BYTES + 1)), Err(error));
}

#[test]
fn bad_input_19_uris_that_are_not_of_the_web() {
    let uris = [
        "file:///etc/passwd",
        "data:text/plain,x",
        "javascript:alert(1)",
        "JAVASCRIPT:1",
        "skd://key",
        "blob:x",
    ];
    let tags: [fn(&str) -> String; 13] = [
        |uri| format!("#EXTM3U\n#EXTINF:1,\n{uri}\n"),
        // Where others before it were fine, or the same.
        |uri| format!("#EXTM3U\n#EXTINF:1,\na\n#EXTINF:1,\na\n#EXTINF:1,\n{uri}\n"),
        |uri| format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{uri}\n"),
        |uri| media(&format!(r#"#EXT-X-MAP:URI="{uri}""#)),
        |uri| media(&format!(r#"#EXT-X-KEY:METHOD=AES-128,URI="{uri}""#)),
        |uri| media(&format!(r#"#EXT-X-KEY:METHOD=NONE,URI="{uri}""#)),
        |uri| media(&format!(r#"#EXT-X-PART:DURATION=1,URI="{uri}""#)),
        |uri| media(&format!(r#"#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="{uri}""#)),
        |uri| media(&format!(r#"#EXT-X-DATERANGE:ID="a",X-ASSET-LIST="{uri}""#)),
        |uri| master(&format!(r#"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="{uri}""#)),
        |uri| master(&format!(r#"#EXT-X-SESSION-DATA:DATA-ID="a",URI="{uri}""#)),
        |uri| master(&format!(r#"#EXT-X-CONTENT-STEERING:SERVER-URI="{uri}""#)),
        |uri| media(&format!(r#"#EXT-X-UNHEARD-OF:A=1,URI="{uri}""#)),
    ];
    for tag in tags {
        let good = rewritten(&tag("//cdn.example/x"));
        assert!(good.as_ref().is_ok_and(|text| text.contains("https://cdn.example/x")), "{good:?}");
        for uri in uris {
            let got = rewritten(&tag(uri));
            let refused = matches!(got, Err(PlaylistError::Uri { source: UriError::Scheme { .. }, .. }));
            assert!(refused, "{} gave {got:?}", tag(uri));
        }
        for uri in ["https://a:b@c.example/", "//a@c.example/", "//cdn.example:x@c.example/"] {
            let got = rewritten(&tag(uri));
            let refused = matches!(got, Err(PlaylistError::Uri { source: UriError::Credentials { .. }, .. }));
            assert!(refused, "{} gave {got:?}", tag(uri));
        }
    }
    refused(&media(r#"#EXT-X-MAP:URI="""#), "line 2: an empty URI");
    refused(
        "#EXTM3U\n#EXTINF:1,\nhttps://[::1/?signature=secret\n",
        r#"line 3: "https://[::1/" is not a URI"#,
    );
}

#[test]
fn bad_input_19_a_uri_that_begins_as_the_last_one_is_judged_no_less() {
    let after = |first: &str, next: &str| format!("#EXTM3U\n#EXTINF:1,\n{first}\n#EXTINF:1,\n{next}\n");
    for (first, next, expect) in [
        ("a", "file:x", r#"line 5: "file:x" has the scheme "file""#),
        ("/a", "//u@cdn.example/", r#"line 5: a URI at "cdn.example" holds credentials"#),
        (
            "https://cdn.example/a",
            "https://cdn.example@evil.example/",
            r#"line 5: a URI at "evil.example" holds credentials"#,
        ),
        (
            "/xrpc/a",
            "/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=1",
            "line 5 nests a playlist in the playlist",
        ),
    ] {
        refused(&after(first, next), expect);
    }
    for (first, next, url) in [
        ("/a", "//cdn.example/b", "https://cdn.example/b"),
        ("/a/b", "/a/../c", "https://stream.example/c"),
        ("/a/b", "/a/%2e%2e/c", "https://stream.example/c"),
        ("/a/b", "/a/x\\..\\c", "https://stream.example/a/c"),
        ("https://cdn.example/a", "https://cdn.example.evil.example/a", "https://cdn.example.evil.example/a"),
        ("/a/b", "/a/c d\"<>", "https://stream.example/a/c%20d%22%3C%3E"),
    ] {
        assert!(rewritten(&after(first, next)).unwrap().ends_with(&format!("\n{url}\n")), "{first} {next}");
    }
}

#[test]
fn bad_input_19_private_hosts_show_as_what_they_are() {
    // Whom to ask is not decided here, so no spelling may hide a host from those who decide it.
    for (written, host) in [
        ("0x7f000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("LOCALHOST", "localhost"),
        ("[::ffff:10.0.0.1]", "[::ffff:a00:1]"),
        ("①0.0.0.1", "10.0.0.1"),
    ] {
        for tag in ["#EXT-X-MAP:", "#EXT-X-KEY:METHOD=AES-128,"] {
            let text = media(&format!("{tag}URI=\"http://{written}/i\""));
            assert!(rewritten(&text).unwrap().contains(&format!("{tag}URI=\"http://{host}/i\"\n")), "{text}");
        }
    }
}

#[test]
fn bad_input_19_tags_of_both_kinds_and_nested_playlists() {
    refused(
        &media("#EXT-X-STREAM-INF:BANDWIDTH=1\n/v"),
        "line 4 holds EXTINF, so this is a media playlist, not a master playlist",
    );
    refused(
        &master("#EXT-X-TARGETDURATION:2"),
        "line 3 holds EXT-X-STREAM-INF, so this is a master playlist, not a media playlist",
    );
    refused(
        &media("#EXT-X-BYTERANGE:1@0\n#EXT-X-MEDIA:TYPE=AUDIO"),
        "line 3 holds EXT-X-MEDIA, so this is a master playlist, not a media playlist",
    );
    refused(
        &master("#EXT-X-MEDIA:TYPE=AUDIO\n#EXT-X-BYTERANGE:1@0"),
        "line 3 holds EXT-X-BYTERANGE, so this is a media playlist, not a master playlist",
    );
    refused(&media("#EXTM3U"), "line 2 nests a playlist in the playlist");
    refused(&media("#EXT-X-MAP:URI=\"?sid=S&track=1\""), "line 2 nests a playlist in the playlist");
    refused(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nplace.stream.playback.getVideoPlaylist?sid=S&track=1\n",
        "line 3 nests a playlist in the playlist",
    );
    for text in [media("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"b\""), master("#EXT-X-DEFINE:QUERYPARAM=\"a\"")] {
        refused(&text, "line 2: EXT-X-DEFINE is not supported");
    }
}

#[test]
fn bad_input_19_control_characters_and_broken_encoding() {
    refused(&media("#\0"), "line 2 holds the control character U+0000");
    refused("#EXTM3U\n#EXTINF:1,\n/\0s\n", "line 3 holds the control character U+0000");
    refused(&media("#a\rb"), "line 2 holds the control character U+000D");
    refused("#EXTM3U\n#EXTINF:1,\n/s\n#EXTINF:1,\n/s\r\n\r", "line 6 holds the control character U+000D");
    refused(&media("#\t"), "line 2 holds the control character U+0009");
    refused(&media("#é\u{85}"), "line 2 holds the control character U+0085");
    assert_eq!(rewrite(b"#EXTM3U\n\xff", &playlist_url()), Err(PlaylistError::NotUtf8 { at: 8 }));
    let (written, outcome) = in_pieces([b"#EXTM3U\n#\xe2".as_slice(), b"\x82", b"\xac\n"]);
    assert_eq!((written.as_slice(), outcome), ("#EXTM3U\n#€\n".as_bytes(), Ok(())));
}

#[test]
fn bad_input_19_tags_that_do_not_fit_together() {
    refused("#EXTM3U\n/s?signature=secret\n", r#"line 2: no tag announces "/s""#);
    refused("#EXTM3U\n#EXTINF:1,\n/s\n/s\n", r#"line 4: no tag announces "/s""#);
    refused("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/v\n/v\n", r#"line 4: no tag announces "/v""#);
    refused("#EXTM3U\n#EXTINF:1,\n#EXTINF\n/s\n", "the tag of line 2 has no URI");
    refused(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-STREAM-INF:BANDWIDTH=2\n/v\n",
        "the tag of line 2 has no URI",
    );
    for name in ["MAP", "PART", "PRELOAD-HINT", "RENDITION-REPORT"] {
        for list in ["", ":", ":X-A=1,XURI=\"x\""] {
            refused(&media(&format!("#EXT-X-{name}{list}")), "the tag of line 2 has no URI");
        }
    }
    refused(&master("#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1"), "the tag of line 2 has no URI");
    refused(&media("#EXT-X-MAP:URI=/i"), r#"line 2: "EXT-X-MAP:URI=/i" is malformed: a URI without quotes"#);
    refused(
        &media("#EXT-X-MAP:URI=\"/i?signature=secret"),
        r#"line 2: "EXT-X-MAP:URI=\"/i" is malformed: a quoted value has no end"#,
    );
    refused(
        &master("#EXT-X-MEDIA:TYPE=AUDIO,URI=\"/a\"URI=\"file:///\""),
        r#"line 2: "EXT-X-MEDIA:TYPE=AUDIO,URI=\"/a\"URI=\"file:///\"" is malformed: text follows a quoted value"#,
    );
    refused(
        &media("#EXT-X-OTHER:A=1,URI=/u"),
        r#"line 2: "EXT-X-OTHER:A=1,URI=/u" is malformed: a URI without quotes"#,
    );
    for tag in ["EXT-X-GAP:URI=\"a", "EXT-X-DISCONTINUITY:x,URI=", "EXT-X-ENDLIST:URI"] {
        let got = rewritten(&media(&format!("#{tag}")));
        assert!(matches!(got, Err(PlaylistError::Malformed { line: 2, .. })), "{tag} gave {got:?}");
    }
}
