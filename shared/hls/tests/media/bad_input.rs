//! What a faulty or hostile upstream may answer in place of a media playlist.

use streamhut_hls::{
    MAX_DURATION_US, MAX_LINE_BYTES, MAX_MEDIA_BYTES, MAX_SEGMENTS, MAX_TOTAL_URI_BYTES, MAX_URIS,
    MediaReader, PlaylistError, UriError,
};

use crate::{playlist_url, read, read_in, shown};

fn refused(text: &str, expect: &str) {
    let got = read(text.as_bytes()).map(|index| shown(&index));
    assert_eq!(got.map_err(|error| error.to_string()), Err(expect.to_owned()), "{text:?}");
}

/// A playlist with one segment whose second line is the given one.
fn with(line: &str) -> String {
    format!("#EXTM3U\n{line}\n#EXTINF:1,\n/s\n")
}

#[test]
fn bad_input_18_html_in_place_of_a_media_playlist() {
    let minified = format!("<html>{}", "<p>x".repeat(MAX_LINE_BYTES));
    let marked = format!("\u{FEFF}{minified}");
    for text in ["<!DOCTYPE html><p>x", "\n \r\n<html>\n", "\u{FEFF}<html>", &minified, &marked] {
        assert!(matches!(read(text.as_bytes()), Err(PlaylistError::Html { .. })), "{text:?}");
    }
    let object = format!("{{\"message\":\"VideoNotFound\"{}", "é".repeat(MAX_LINE_BYTES));
    for text in
        ["", " \n\n", "{}", &object, "#EXTM3U8\n", " #EXTM3U\n", "\n#EXTM3U\n", "#EXT-X-VERSION:6\n#EXTM3U\n"]
    {
        assert!(matches!(read(text.as_bytes()), Err(PlaylistError::NotAPlaylist { .. })), "{text:?}");
    }
    let video = [b"\0\0\0\x18ftypiso5\xff".as_slice(), &[0x80; 20_000]].concat();
    assert_eq!(read(&video), Err(PlaylistError::NotUtf8 { at: 12 }));
}

#[test]
fn bad_input_18_a_body_that_ends_early_is_refused_or_has_no_end() {
    let text = "#EXTM3U\n#EXT-X-MAP:URI=\"/i\"\n#EXTINF:1,\n/s\n#EXTINF:1,\n#EXT-X-BYTERANGE:1@0\n/s\n#EXT-X-ENDLIST";
    assert!(read(text.as_bytes()).unwrap().is_ended());
    for length in 0..text.len() {
        let got = read(&text.as_bytes()[..length]);
        assert!(got.as_ref().is_ok_and(|index| !index.is_ended()) || got.is_err(), "{length}: {got:?}");
    }
    refused("#EXTM3U\n#EXTINF:1,\n/s\n#EXTINF:1,\n", "the tag of line 4 has no URI");
}

#[test]
fn bad_input_19_fifty_megabytes_are_refused_at_the_cap() {
    let mut reader = MediaReader::new(&playlist_url());
    reader.push(with("").as_bytes()).unwrap();
    let piece = format!("#{}\n", "x".repeat(4094)).repeat(16).into_bytes();
    let taken = (0..50_000_000 / piece.len()).take_while(|_| reader.push(&piece).is_ok()).count();
    assert_eq!(taken, (MAX_MEDIA_BYTES - with("").len()) / piece.len());
    let error = PlaylistError::TooLarge { size: MAX_MEDIA_BYTES + 1, limit: MAX_MEDIA_BYTES };
    // What was read stays, and so does the error.
    assert_eq!(reader.so_far().len(), 1);
    assert_eq!(reader.push(b""), Err(error.clone()));
    assert_eq!(reader.finish(), Err(error));
}

#[test]
fn bad_input_19_the_cap_itself_is_allowed() {
    let mut text = with("").into_bytes();
    while text.len() < MAX_MEDIA_BYTES {
        text.extend_from_slice(&[b'#'; MAX_LINE_BYTES - 1]);
        text.push(b'\n');
    }
    text.truncate(MAX_MEDIA_BYTES);
    assert!(read(&text).is_ok());
    text.push(b'\n');
    assert!(matches!(read(&text), Err(PlaylistError::TooLarge { .. })));
}

#[test]
fn bad_input_19_a_million_lines() {
    let comments = "#\n".repeat(1_000_000);
    assert_eq!(read(with(&comments).as_bytes()).unwrap().len(), 1);
    let mut reader = MediaReader::new(&playlist_url());
    let segments = format!("#EXTM3U\n{}", "#EXTINF:1,\ns\n".repeat(1_000_000));
    assert_eq!(reader.push(segments.as_bytes()), Err(PlaylistError::TooManySegments { limit: MAX_SEGMENTS }));
    assert_eq!(reader.so_far().len(), MAX_SEGMENTS);
    assert!(reader.so_far().memory_bytes() < 9_000_000);
}

#[test]
fn bad_input_19_a_line_without_end() {
    let comment = |length: usize| with(&format!("#{}", "x".repeat(length - 1)));
    assert!(read(comment(MAX_LINE_BYTES).as_bytes()).is_ok());
    let limit = MAX_LINE_BYTES;
    let error = Err(PlaylistError::LineTooLong { line: 2, limit });
    assert_eq!(read(comment(MAX_LINE_BYTES + 1).as_bytes()), error);
    let mut reader = MediaReader::new(&playlist_url());
    reader.push(b"#EXTM3U\n").unwrap();
    let pushed = (0..2 * MAX_LINE_BYTES).take_while(|_| reader.push(b"x").is_ok()).count();
    assert_eq!(pushed, MAX_LINE_BYTES);
}

#[test]
fn bad_input_19_distinct_uris_without_end() {
    let maps = |count: usize| (0..count).map(|i| format!("#EXT-X-MAP:URI=\"{i}\"\n")).collect::<String>();
    assert!(read(with(&maps(MAX_URIS - 1)).as_bytes()).is_ok());
    let error = Err(PlaylistError::TooManyUris { limit: MAX_URIS });
    assert_eq!(read(with(&maps(MAX_URIS)).as_bytes()), error);
    let long = "x".repeat(8_000);
    let text: String = (0..1_100).map(|i| format!("#EXTINF:1,\n/{i}/{long}\n")).collect();
    let error = Err(PlaylistError::TooManyUriBytes { limit: MAX_TOTAL_URI_BYTES });
    assert_eq!(read(format!("#EXTM3U\n{text}").as_bytes()), error);
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
    let tags: [fn(&str) -> String; 2] =
        [|uri| format!("#EXTM3U\n#EXTINF:1,\n{uri}\n"), |uri| with(&format!(r#"#EXT-X-MAP:URI="{uri}""#))];
    for tag in tags {
        assert!(
            shown(&read(tag("//cdn.example/x").as_bytes()).unwrap())[0].contains("https://cdn.example/x")
        );
        for uri in uris {
            let got = read(tag(uri).as_bytes());
            let refused = matches!(got, Err(PlaylistError::Uri { source: UriError::Scheme { .. }, .. }));
            assert!(refused, "{} gave {got:?}", tag(uri));
        }
        let credentials = read(tag("https://a:b@c.example/").as_bytes());
        assert!(matches!(credentials, Err(PlaylistError::Uri { source: UriError::Credentials { .. }, .. })));
    }
    refused(&with(r#"#EXT-X-MAP:URI="""#), "line 2: an empty URI");
    refused(
        "#EXTM3U\n#EXTINF:1,\nhttps://[::1/?signature=secret\n",
        r#"line 3: "https://[::1/" is not a URI"#,
    );
}

#[test]
fn bad_input_19_master_and_nested_playlists() {
    let tags = [
        "EXT-X-STREAM-INF:BANDWIDTH=1",
        "EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i\"",
        "EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\"",
        "EXT-X-SESSION-DATA:DATA-ID=\"d\"",
        "EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"http://10.0.0.1/\"",
        "EXT-X-CONTENT-STEERING:SERVER-URI=\"http://10.0.0.1/\"",
    ];
    for tag in tags {
        let name = tag.split(':').next().unwrap();
        refused(
            &with(&format!("#{tag}")),
            &format!("line 2 holds {name}, so this is a master playlist, not a media playlist"),
        );
    }
    refused(&with("#EXTM3U"), "line 2 nests a playlist in the playlist");
    refused(
        "#EXTM3U\n#EXTINF:1,\nplace.stream.playback.getVideoPlaylist?sid=S&track=1\n",
        "line 3 nests a playlist in the playlist",
    );
    refused(&with(r#"#EXT-X-MAP:URI="?sid=S&track=1""#), "line 2 nests a playlist in the playlist");
    refused(&with(r#"#EXT-X-DEFINE:NAME="a",VALUE="b""#), "line 2: EXT-X-DEFINE is not supported");
    refused(&with("#EXT-X-SKIP:SKIPPED-SEGMENTS=3"), "line 2: EXT-X-SKIP is not supported");
}

#[test]
fn bad_input_19_keys_are_refused_and_never_followed() {
    for uri in ["http://10.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd", "data:,x", "/key"]
    {
        for method in ["AES-128", "SAMPLE-AES", "NONE-AT-ALL", "none"] {
            refused(
                &with(&format!(r#"#EXT-X-KEY:METHOD={method},URI="{uri}""#)),
                &format!("line 2: the segments are encrypted with {method}"),
            );
        }
        let unencrypted = read(with(&format!(r#"#EXT-X-KEY:URI="{uri}",METHOD=NONE"#)).as_bytes()).unwrap();
        assert_eq!(shown(&unencrypted), ["0+1000000 https://stream.example/s"]);
    }
    refused(&with("#EXT-X-KEY"), r#"line 2: "EXT-X-KEY:" is malformed: no method"#);
    refused(
        &with("#EXT-X-KEY:METHOD=NONE,METHOD=AES-128"),
        r#"line 2: "EXT-X-KEY:METHOD=NONE,METHOD=AES-128" is malformed: two methods"#,
    );
}

#[test]
fn bad_input_19_private_hosts_show_as_what_they_are() {
    // Whom to ask is not decided here, so no spelling may hide a host from those who decide it.
    let hosts = [
        ("10.0.0.1", "10.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("LOCALHOST", "localhost"),
        ("[::ffff:10.0.0.1]", "[::ffff:a00:1]"),
        ("①0.0.0.1", "10.0.0.1"),
    ];
    for (written, host) in hosts {
        let text = format!("#EXTM3U\n#EXT-X-MAP:URI=\"http://{written}/i\"\n#EXTINF:1,\n//{written}/s\n");
        let expect = format!("0+1000000 https://{host}/s <http://{host}/i>");
        assert_eq!(shown(&read(text.as_bytes()).unwrap()), [expect], "{text}");
    }
}

#[test]
fn bad_input_19_control_characters_and_broken_encoding() {
    refused(&with("#\0"), "line 2 holds the control character U+0000");
    refused("#EXTM3U\n#EXTINF:1,\n/\0s\n", "line 3 holds the control character U+0000");
    refused(&with("#a\rb"), "line 2 holds the control character U+000D");
    refused("#EXTM3U\n#EXTINF:1,\n/s\r", "line 3 holds the control character U+000D");
    refused("#EXTM3U\t\n", "line 1 holds the control character U+0009");
    refused(&with("#\u{7f}"), "line 2 holds the control character U+007F");
    refused(&with("#é\u{85}"), "line 2 holds the control character U+0085");
    // The second time, a line that was read before stands there.
    refused("#EXTM3U\n#EXTINF:1,\n/s\n#EXTINF:1,\n/s\r\n\r", "line 6 holds the control character U+000D");
    assert_eq!(read(b"#EXTM3U\n\xff"), Err(PlaylistError::NotUtf8 { at: 8 }));
    let repeated = b"#EXTM3U\n#EXTINF:1,\n/s\n#EXTINF:1,\n/s\n\xff";
    assert_eq!(read(repeated), Err(PlaylistError::NotUtf8 { at: repeated.len() - 1 }));
    // A character may arrive in two pieces, and half of one is none.
    let whole = read_in([b"#EXTM3U\n#\xe2".as_slice(), b"\x82", b"\xac\n"]);
    assert!(whole.is_ok(), "{whole:?}");
    for half in [b"#EXTM3U\n#\xe2\x82\n".as_slice(), b"#EXTM3U\n#\xe2\x82"] {
        for cut in 0..half.len() {
            let got = read_in([&half[..cut], &half[cut..]]);
            assert_eq!(got, Err(PlaylistError::NotUtf8 { at: 9 }), "{cut}");
        }
    }
}

#[test]
fn bad_input_19_durations_that_are_none() {
    for number in ["NaN", "inf", "-1", "1e3", "+1", "0x1", "", "1.5s", "1;5"] {
        refused(
            &format!("#EXTM3U\n#EXTINF:{number},\n/s\n"),
            &format!("line 2: \"EXTINF:{number},\" is malformed: the duration is not a decimal number"),
        );
    }
    refused(
        "#EXTM3U\n#EXTINF\n/s\n",
        r#"line 2: "EXTINF:" is malformed: the duration is not a decimal number"#,
    );
    for number in ["86400.000001", "99999999999999999999999"] {
        refused(
            &format!("#EXTM3U\n#EXTINF:{number},\n/s\n"),
            &format!("line 2: \"EXTINF:{number},\" is malformed: the duration is longer than 24 hours"),
        );
    }
    let days = |count| format!("#EXTM3U\n{}", "#EXTINF:86400,\n/s\n".repeat(count));
    assert_eq!(read(days(31).as_bytes()).unwrap().duration_us(), MAX_DURATION_US);
    assert_eq!(read(days(32).as_bytes()), Err(PlaylistError::TooLong { limit_us: MAX_DURATION_US }));
}

#[test]
fn bad_input_19_ranges_that_are_none() {
    let range = |text: &str| format!("#EXTM3U\n#EXTINF:1,\n#EXT-X-BYTERANGE:{text}\n/s\n");
    for text in ["", "-1@0", "1@-1", "1@", "0x10@0", "18446744073709551616@0"] {
        let reason = "the byte range is not of the form n or n@o";
        refused(&range(text), &format!("line 3: \"EXT-X-BYTERANGE:{text}\" is malformed: {reason}"));
        refused(
            &with(&format!(r#"#EXT-X-MAP:URI="/i",BYTERANGE="{text}""#)),
            &format!(
                "line 2: {:?} is malformed: {reason}",
                format!(r#"EXT-X-MAP:URI="/i",BYTERANGE="{text}""#)
            ),
        );
    }
    for text in ["0@0", "1@18446744073709551615", "4294967296@0"] {
        let reason = "the byte range is empty, or beyond what is supported";
        refused(&range(text), &format!("line 3: \"EXT-X-BYTERANGE:{text}\" is malformed: {reason}"));
    }
    let first = range("10@18446744073709551605");
    let after = |tag: &str, uri: &str| format!("{first}#EXTINF:1,\n{tag}\n{uri}\n");
    assert!(read(after("", "/s").as_bytes()).is_ok());
    let got = read(after("#EXT-X-BYTERANGE:1", "/s").as_bytes());
    assert!(matches!(got, Err(PlaylistError::Malformed { line: 6, .. })), "{got:?}");
    let missing = "the byte range has no offset and continues no other";
    refused(&range("10"), &format!("line 3: {missing}"));
    refused(&after("#EXT-X-BYTERANGE:1", "/other"), &format!("line 6: {missing}"));
    refused(
        &format!("{}#EXTINF:1,\n#EXT-X-BYTERANGE:1\n/s\n", after("", "/s")),
        &format!("line 9: {missing}"),
    );
}

#[test]
fn bad_input_19_tags_that_do_not_fit_together() {
    refused("#EXTM3U\n/s\n", r#"line 2: no tag announces "/s""#);
    refused("#EXTM3U\n/s?signature=secret\n", r#"line 2: no tag announces "/s""#);
    refused("#EXTM3U\n#EXTINF:1,\n/s\n/s\n", r#"line 4: no tag announces "/s""#);
    refused("#EXTM3U\n#EXT-X-BYTERANGE:1@0\n/s\n", r#"line 3: no tag announces "/s""#);
    refused("#EXTM3U\n#EXTINF:1,\n#EXTINF:1,\n/s\n", "the tag of line 2 has no URI");
    refused(&with("#EXT-X-MAP:X-A=1"), "the tag of line 2 has no URI");
    refused(&with("#EXT-X-MAP:URI=/i"), r#"line 2: "EXT-X-MAP:URI=/i" is malformed: a URI without quotes"#);
    refused(
        &with("#EXT-X-MAP:URI=\"/i?signature=secret"),
        r#"line 2: "EXT-X-MAP:URI=\"/i" is malformed: a quoted value has no end"#,
    );
    refused(
        &with(r#"#EXT-X-MAP:URI="/i",BYTERANGE=1@0"#),
        r#"line 2: "EXT-X-MAP:URI=\"/i\",BYTERANGE=1@0" is malformed: a byte range without quotes"#,
    );
}
