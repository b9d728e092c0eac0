//! `getPlaylist`: a video's playlist with every URI absolute, and never anybody else's.

use at_run::testing::{Harness, Scripted};

use crate::stage::*;

fn before(answer: Scripted) -> Harness {
    stage().http(&playlist_url(&Video::new("a")), answer)
}

fn endpoint(quality: &str) -> String {
    format!("getPlaylist?{}&quality={quality}", Video::new("a").query())
}

/// Renditions of these sizes, with sound and captions, as the node writes them.
fn master(sizes: &[&str]) -> String {
    let mut text = String::from(
        "#EXTM3U\n#EXT-X-VERSION:6\n\n\
         #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"opus\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"/xrpc/p?track=sound\"\n\
         #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"cc\",NAME=\"English\",LANGUAGE=\"en\",URI=\"/xrpc/p?captions=en\"\n",
    );
    for size in sizes {
        text += &format!(
            "#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION={size},AUDIO=\"audio\",SUBTITLES=\"cc\"\n/xrpc/p?track={size}\n"
        );
    }
    text
}

#[test]
fn the_nearest_below_by_height_is_picked() {
    const LANDSCAPE: [&str; 4] = ["1920x1080", "1280x720", "854x480", "426x240"];
    for (sizes, quality, kept) in [
        (&LANDSCAPE[..], "", "1920x1080 1280x720 854x480 426x240"),
        (&LANDSCAPE, "1080p", "1920x1080"),
        (&LANDSCAPE, "720p", "1280x720"),
        (&LANDSCAPE, "480p", "854x480"),
        (&LANDSCAPE, "360p", "426x240"),
        (&LANDSCAPE, "240p", "426x240"),
        (&["3840x2160", "640x360"], "1080p", "640x360"),
        (&["3840x2160", "640x360"], "240p", "640x360"),
        (&["3840x2160"], "240p", "3840x2160"),
        (&["1080x1920", "720x1280"], "1080p", "1080x1920"),
        (&["1080x1920", "720x1280"], "720p", "720x1280"),
        (&["1280x720", "1280x720"], "720p", "1280x720 1280x720"),
        (&["0x0", "1280x720"], "1080p", "1280x720"),
        (&["0x0"], "720p", "0x0"),
    ] {
        let answer = before(Scripted::text(200, &master(sizes))).get(&endpoint(quality));
        assert_eq!(answer.header("content-type"), Some("application/vnd.apple.mpegurl"));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
        let text = answer.text();
        let tracks = text.lines().filter_map(|line| line.strip_prefix("https://stream.place/xrpc/p?track="));
        assert_eq!(tracks.collect::<Vec<_>>().join(" "), kept, "{quality}: {text}");
        // Sound and captions stay, at absolute addresses.
        for uri in ["track=sound", "captions=en"] {
            assert!(
                text.contains(&format!("URI=\"https://stream.place/xrpc/p?{uri}\"")),
                "{quality}: {text}"
            );
        }
        assert!(!text.contains("\n/") && !text.contains("\"/"), "{text}");
    }
}

#[test]
fn addresses_stand_where_the_answer_came_from() {
    let text = "#EXTM3U\n\
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x\",URI=\"../sound.m3u8\"\n\
        #EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nlow.m3u8?x=1\n\
        #EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO=\"a\"\n//other.example-site.dev/high.m3u8\n\
        #EXT-X-STREAM-INF:BANDWIDTH=3,AUDIO=\"a\"\nhttps://third.example-site.dev/best.m3u8\n";
    let moved = "https://cdn.example-site.dev/v/1/master.m3u8".to_owned();
    let answer = Scripted::Answer { status: 200, headers: vec![], body: text.into(), url: Some(moved) };
    let text = before(answer).get(&endpoint("")).text();
    for uri in [
        "URI=\"https://cdn.example-site.dev/v/sound.m3u8\"",
        "\nhttps://cdn.example-site.dev/v/1/low.m3u8?x=1\n",
        "\nhttps://other.example-site.dev/high.m3u8\n",
        "\nhttps://third.example-site.dev/best.m3u8\n",
    ] {
        assert!(text.contains(uri), "{uri}: {text}");
    }
}

#[test]
fn a_media_playlist_is_passed_on_with_absolute_addresses() {
    let media = |origin: &str| {
        format!(
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-TARGETDURATION:2\n\
             #EXT-X-MAP:URI=\"{origin}/xrpc/b?cid=i.m4s\"\n\n#EXTINF:1.000167,\n#EXT-X-BYTERANGE:1390822@52344\n\
             {origin}/xrpc/b?cid=b.m4s\n#EXT-X-ENDLIST\n"
        )
    };
    for quality in ["", "1080p", "240p"] {
        let answer = before(Scripted::text(200, &media(""))).get(&endpoint(quality));
        assert_eq!((answer.status(), answer.text()), (200, media(NODE)), "{quality}");
        assert_eq!(answer.header("content-type"), Some("application/vnd.apple.mpegurl"));
    }
}

/// It takes a video, never a URL: nobody can have it fetch a place of their choice.
#[test]
fn it_is_no_open_proxy() {
    let harness = before(Scripted::text(200, &master(&["1280x720"])));
    for uri in [
        "",
        " ",
        "https://stream.place/x.m3u8",
        "https://evil.example-site.dev/x.m3u8",
        "//evil.example-site.dev/x.m3u8",
        "http://127.0.0.1:8080/",
        "file:///etc/passwd",
        "at://",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa/place.stream.video",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa/place.stream.livestream/a",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/a",
        "at://aurora.test/place.stream.video/a",
        "at://did:key:zQ3shX/place.stream.video/a",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa/place.stream.video/a/b",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa/place.stream.video/a?uri=https://evil.example-site.dev",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa/place.stream.video/a#b",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa@evil.example-site.dev/place.stream.video/a",
        "at://did:plc:auroraaaaaaaaaaaaaaaaaaa/place.stream.video/a\nhttps://evil.example-site.dev",
    ] {
        for name in ["getPlaylist", "getVideoStreams", "getVideo"] {
            let answer = harness.get(&format!("{name}?{}", query(&[("uri", uri)])));
            assert_eq!(outcome(&answer), (400, "InvalidUri".into()), "{name} {uri:?}");
        }
    }
    assert_eq!(outcome(&harness.get("getPlaylist")), (400, "InvalidInput".into()));
    for quality in ["huge", "1080", "1081p", "720P", "-1p", "1080p\0", &"9".repeat(9_999)] {
        let answer = harness.get(&format!(
            "getPlaylist?{}&{}",
            Video::new("a").query(),
            query(&[("quality", quality)])
        ));
        assert_eq!(outcome(&answer), (400, "InvalidInput".into()), "{quality:.20}");
        assert!(answer.bytes().len() < 400, "{}", answer.text());
    }
    assert!(harness.requests().is_empty(), "nobody is asked");
    // A host that the node names is named to the player, and not asked.
    harness.get(&endpoint(""));
    assert_eq!(harness.requests().len(), 1);
}
