//! What a faulty or hostile upstream may answer in place of a master playlist.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use streamhut_hls::{MAX_MASTER_BYTES, MAX_RENDITIONS, Master, PlaylistError, UriError};
use url::Url;

fn parse(bytes: &[u8]) -> Result<Master, PlaylistError> {
    Master::parse(bytes, &Url::parse("https://stream.example/xrpc/m.m3u8").unwrap())
}

fn refused(text: &str, expect: &str) {
    let got = parse(text.as_bytes()).map(|master| master.write());
    assert_eq!(got.map_err(|error| error.to_string()), Err(expect.to_owned()), "{text:?}");
}

/// A playlist with one rendition whose second line is the given one.
fn with(line: &str) -> String {
    format!("#EXTM3U\n{line}\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/v\n")
}

#[test]
fn bad_input_18_html_in_place_of_a_playlist() {
    for text in ["<!DOCTYPE html><p>x", "\n \r\n<html>", "\u{FEFF}<html>"] {
        assert!(matches!(parse(text.as_bytes()), Err(PlaylistError::Html { .. })), "{text:?}");
    }
    for text in
        ["", "{\"message\":\"VideoNotFound\"}", "#EXTM3U8\n", " #EXTM3U\n", "#EXT-X-VERSION:6\n#EXTM3U\n"]
    {
        assert!(matches!(parse(text.as_bytes()), Err(PlaylistError::NotAPlaylist { .. })), "{text:?}");
    }
}

#[test]
fn bad_input_19_oversized_playlist() {
    let mut text = with("").into_bytes();
    text.resize(MAX_MASTER_BYTES, b'\n');
    assert!(parse(&text).is_ok());
    text.push(b'\n');
    assert_eq!(
        parse(&text),
        Err(PlaylistError::TooLarge { size: MAX_MASTER_BYTES + 1, limit: MAX_MASTER_BYTES })
    );
}

#[test]
fn bad_input_19_too_many_renditions() {
    let some = |count| format!("#EXTM3U\n{}", "#EXT-X-STREAM-INF:BANDWIDTH=1\na\n".repeat(count));
    assert_eq!(parse(some(MAX_RENDITIONS).as_bytes()).unwrap().variants().len(), MAX_RENDITIONS);
    assert_eq!(
        parse(some(MAX_RENDITIONS + 1).as_bytes()),
        Err(PlaylistError::TooManyRenditions { limit: MAX_RENDITIONS })
    );
}

#[test]
fn bad_input_19_uris_that_are_not_of_the_web() {
    let uris =
        ["file:///etc/passwd", "data:text/plain,x", "javascript:alert(1)", "JAVASCRIPT:1", "skd://key"];
    let tags: [fn(&str) -> String; 7] = [
        |uri| format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{uri}\n"),
        |uri| with(&format!(r#"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="{uri}""#)),
        |uri| with(&format!(r#"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="{uri}""#)),
        |uri| with(&format!(r#"#EXT-X-SESSION-DATA:DATA-ID="a",URI="{uri}""#)),
        |uri| with(&format!(r#"#EXT-X-SESSION-KEY:METHOD=AES-128,IV=0x1,URI="{uri}""#)),
        |uri| with(&format!(r#"#EXT-X-CONTENT-STEERING:SERVER-URI="{uri}""#)),
        |uri| with(&format!(r#"#EXT-X-UNHEARD-OF:A=1,URI="{uri}""#)),
    ];
    for tag in tags {
        assert!(parse(tag("//cdn.example/x").as_bytes()).is_ok(), "{}", tag("//cdn.example/x"));
        for uri in uris {
            let got = parse(tag(uri).as_bytes());
            let refused = matches!(got, Err(PlaylistError::Uri { source: UriError::Scheme { .. }, .. }));
            assert!(refused, "{} gave {got:?}", tag(uri));
        }
    }
    refused(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://a:b@c.example/\n",
        r#"line 3: a URI at "c.example" holds credentials"#,
    );
}

#[test]
fn bad_input_19_media_playlist_and_nested_master() {
    refused(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n/s\n",
        "line 2 holds EXT-X-TARGETDURATION, so this is a media playlist, not a master playlist",
    );
    refused(&with("#EXTINF:1,"), "line 2 holds EXTINF, so this is a media playlist, not a master playlist");
    refused(
        &with(r#"#EXT-X-KEY:METHOD=AES-128,URI="http://10.0.0.1/""#),
        "line 2 holds EXT-X-KEY, so this is a media playlist, not a master playlist",
    );
    refused(
        &with(r#"#EXT-X-MAP:URI="http://10.0.0.1/""#),
        "line 2 holds EXT-X-MAP, so this is a media playlist, not a master playlist",
    );
    refused(&with("#EXTM3U"), "line 2 nests a playlist in the playlist");
    refused("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nm.m3u8\n", "line 3 nests a playlist in the playlist");
    refused("#EXTM3U\n", "the master playlist names no rendition");
    refused(
        "#EXTM3U\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"/i\"\n",
        "the master playlist names no rendition",
    );
}

#[test]
fn bad_input_19_control_characters_and_broken_encoding() {
    refused(&with("#EXT-X-A:\0"), "line 2 holds the control character U+0000");
    refused(&with("#EXT-X-A:\rb"), "line 2 holds the control character U+000D");
    refused(&with("#EXT-X-A:\u{85}"), "line 2 holds the control character U+0085");
    assert_eq!(parse(b"#EXTM3U\n\xff"), Err(PlaylistError::NotUtf8 { at: 8 }));
}

#[test]
fn a_rendition_needs_its_uri_and_a_uri_its_rendition() {
    refused("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", "the tag of line 2 has no URI");
    refused(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n\n#EXT-X-STREAM-INF:BANDWIDTH=2\n/v\n",
        "the tag of line 2 has no URI",
    );
    refused(&with("#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1"), "the tag of line 2 has no URI");
    refused(&with("/a"), r#"line 2: no tag announces "/a""#);
}

#[test]
fn attributes_cannot_smuggle_lines_or_hide_renditions() {
    // m3u8-rs alone would read the first of these across the line end.
    refused(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,x\n/v?a=b\n",
        r#"line 2: "EXT-X-STREAM-INF:BANDWIDTH=1,x" is malformed: an attribute has no value"#,
    );
    refused(
        &with(r#"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a"#),
        r#"line 2: "EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a" is malformed: a quoted value has no end"#,
    );
    refused(
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/a\n#EXT-X-STREAM-INF:BANDWIDTH=lots\n/b\n",
        "line 4: \"#EXT-X-STREAM-INF:BANDWIDTH=lots\" is malformed: \
         a required attribute is missing, or a value is not of its type",
    );
    refused(
        &with("#EXT-X-MEDIA:TYPE=AUDIO,URI=/a"),
        r#"line 2: "EXT-X-MEDIA:TYPE=AUDIO,URI=/a" is malformed: a URI without quotes"#,
    );
    refused(
        &with("#EXT-X-VERSION:6a"),
        r#"line 2: "EXT-X-VERSION:6a" is malformed: the version is not a small number"#,
    );
    refused(&with(r#"#EXT-X-DEFINE:NAME="a",VALUE="b""#), "line 2: EXT-X-DEFINE is not supported");
    let lookalike = parse(with("#EXT-X-INDEPENDENT-SEGMENTS-OR-NOT").as_bytes()).unwrap();
    assert_eq!(lookalike.variants()[0].uri, "https://stream.example/v");
    assert!(lookalike.write().ends_with("#EXT-X-INDEPENDENT-SEGMENTS-OR-NOT\n"));
}

#[test]
fn numbers_that_a_player_cannot_read_are_left_out() {
    let text = "#EXTM3U\n#EXT-X-START:TIME-OFFSET=inf\n#EXT-X-STREAM-INF:BANDWIDTH=1,FRAME-RATE=NaN\n/v\n";
    assert_eq!(
        parse(text.as_bytes()).unwrap().write(),
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://stream.example/v\n"
    );
}
