//! What is rewritten, and what is left alone.

use streamhut_hls::PlaylistError;

use crate::{in_pieces, rewritten};

/// Streamplace's media playlist, whose URIs begin with `prefix`.
fn streamplace(prefix: &str) -> String {
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n\
         #EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n\
         #EXT-X-MAP:URI=\"{prefix}place.stream.playback.getVideoBlob?did=did%3Aplc%3Ax&sid=S&cid=i.m4s\"\n\n"
    );
    for (id, cid) in ["a", "a", "b", "a", "b"].into_iter().enumerate() {
        text += &format!(
            "#EXTINF:1.000167,\n#EXT-X-BYTERANGE:1390822@{id}52344\n\
             {prefix}place.stream.playback.getVideoBlob?did=did%3Aplc%3Ax&sid=S&cid={cid}.m4s\n"
        );
    }
    text + "#EXT-X-ENDLIST\n"
}

#[test]
fn every_uri_style_gives_the_same_absolute_playlist() {
    let expected = streamplace("https://stream.example/xrpc/");
    for prefix in ["/xrpc/", "", "../xrpc/", "//stream.example/xrpc/", "HTTPS://stream.example:443/xrpc/"] {
        assert_eq!(rewritten(&streamplace(prefix)).unwrap(), expected, "{prefix:?}");
    }
    assert_eq!(rewritten(&expected).unwrap(), expected);
}

/// In each, `~` stands for a path in the playlist that is given, and for its URL in the one that is expected.
const MEDIA: [&str; 11] = [
    r#"#EXT-X-MAP:URI="~i.mp4",BYTERANGE="10@0""#,
    r#"#EXT-X-KEY:METHOD=AES-128,URI="~k?a=1,b=2",IV=0x01,KEYFORMAT="identity""#,
    "#EXT-X-KEY:METHOD=NONE",
    r#"#EXT-X-PART:DURATION=0.5,INDEPENDENT=YES,URI="~p.m4s",BYTERANGE="1@2""#,
    r#"#EXT-X-PRELOAD-HINT:TYPE=PART,URI="~h.m4s",BYTERANGE-START=0"#,
    r#"#EXT-X-RENDITION-REPORT:URI="~r.m3u8",LAST-MSN=1"#,
    r#"#EXT-X-DATERANGE:ID="URI=",CLASS="com.apple.hls.interstitial",X-ASSET-URI="~a.m3u8",X-RESUME-OFFSET=0"#,
    r#"#EXT-X-DATERANGE:ID="b",X-ASSET-LIST="~list.json""#,
    "#EXT-X-SKIP:SKIPPED-SEGMENTS=3",
    "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z",
    "#EXT-X-GAP",
];

const MASTER: [&str; 7] = [
    r#"#EXT-X-MEDIA:TYPE=AUDIO,URI="~a",GROUP-ID="a",NAME="x, y",DEFAULT=NO,CHANNELS="2""#,
    r#"#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="URI=",LANGUAGE="en",FORCED=NO,URI="~s""#,
    r#"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="~i",RESOLUTION=640x360"#,
    r#"#EXT-X-SESSION-DATA:DATA-ID="d",URI="~d.json""#,
    r#"#EXT-X-SESSION-DATA:DATA-ID="d",VALUE="URI=x""#,
    r#"#EXT-X-SESSION-KEY:METHOD=AES-128,URI="~k""#,
    r#"#EXT-X-CONTENT-STEERING:SERVER-URI="~steer",PATHWAY-ID="a""#,
];

const EITHER: [&str; 8] = [
    r#"#EXT-X-UNHEARD-OF:A=1,URI="~u",X-B-URI="~b",URIS="x""#,
    "#EXT-X-SPACED: A = 1",
    r#"#EXT-X-SPACED: URI="~u" , B=1 , C="" , "#,
    r#"#EXT-X-SPACED:A=1,URI ="~u""#,
    "#EXT-X-START:TIME-OFFSET=1.50 , PRECISE=NO ",
    "#EXTRA:not, a list",
    r#"# a comment with URI="relative""#,
    r#"#ext-x-map:URI="relative""#,
];

#[test]
fn every_attribute_that_is_a_uri_becomes_absolute_and_the_others_stay() {
    let media = |tag: &str| format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n{tag}\n#EXTINF:1,\n~s\n");
    let master = |tag: &str| format!("#EXTM3U\n{tag}\n#EXT-X-STREAM-INF:BANDWIDTH=1\n~v\n");
    let of_media = MEDIA.iter().chain(&EITHER).map(|tag| media(tag));
    for text in of_media.chain(MASTER.iter().chain(&EITHER).map(|tag| master(tag))) {
        let expected = text.replace('~', "https://stream.example/dir/");
        assert_eq!(rewritten(&text.replace('~', "/dir/")), Ok(expected), "{text}");
    }
}

#[test]
fn line_ends_marks_and_spaces_before_a_line_go_and_nothing_else() {
    let expected =
        "#EXTM3U\n\n#EXTINF:1, a title URI=\"x\" \nhttps://stream.example/s\n# é \n#EXT-X-ENDLIST\n";
    let written = "#EXTM3U\n\n#EXTINF:1, a title URI=\"x\" \n/s\n# é \n#EXT-X-ENDLIST\n";
    assert_eq!(rewritten(written).unwrap(), expected);
    assert_eq!(rewritten(&written.replace('\n', "\r\n")).unwrap(), expected);
    assert_eq!(rewritten(&format!("\u{FEFF}{written}")).unwrap(), expected);
    assert_eq!(rewritten(written.trim_end()).unwrap(), expected);
    assert_eq!(
        rewritten(&written.replace("\n#", "\n  \u{3000}#").replace("/s\n", " /s \n")).unwrap(),
        expected
    );
    assert_eq!(rewritten("#EXTM3U  \n#EXT-X-KEY  \n").unwrap(), "#EXTM3U\n#EXT-X-KEY  \n");
    assert_eq!(rewritten("#EXTM3U").unwrap(), "#EXTM3U\n");
}

#[test]
fn an_unknown_tag_that_hides_a_uri_goes() {
    let text = "#EXTM3U\n#EXT-X-A:x URI=\"file:///etc/passwd\"\n#EXT-X-B:URI=\"a\"b\n#EXT-X-C:x y,URI =\"a\"\n#EXTINF:1,\n/s\n";
    assert_eq!(rewritten(text).unwrap(), "#EXTM3U\n#EXTINF:1,\nhttps://stream.example/s\n");
}

#[test]
fn what_stands_before_a_fault_is_written_and_the_fault_stays() {
    let text =
        "#EXTM3U\n#EXTINF:1,\n/s\n#EXT-X-KEY:METHOD=AES-128,URI=\"/k\",URI=\"file:///k\"\n#EXTINF:1,\n/s\n";
    let (written, outcome) = in_pieces([text.as_bytes(), b"#EXTINF:1,\n", b"/s\n"]);
    assert_eq!(String::from_utf8(written).unwrap(), "#EXTM3U\n#EXTINF:1,\nhttps://stream.example/s\n");
    assert!(matches!(outcome, Err(PlaylistError::Uri { line: 4, .. })), "{outcome:?}");
}

#[test]
fn lines_come_out_as_soon_as_they_end() {
    let mut rewriter = streamhut_hls::Rewriter::new(&crate::playlist_url());
    let mut out = Vec::new();
    for (piece, expect) in [
        ("#EXT", ""),
        ("M3U\n#EXTINF:1", "#EXTM3U\n"),
        (",\n/", "#EXTM3U\n#EXTINF:1,\n"),
        ("s\n", "#EXTM3U\n#EXTINF:1,\nhttps://stream.example/s\n"),
    ] {
        rewriter.push(piece.as_bytes(), &mut out).unwrap();
        assert_eq!(std::str::from_utf8(&out), Ok(expect));
    }
    rewriter.finish(&mut out).unwrap();
}
