//! What holds for every text.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use streamhut_hls::{Master, Quality};
use url::Url;

fn playlist_url() -> Url {
    Url::parse("https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?uri=u").unwrap()
}

/// URI references of every style, good and bad.
fn uri() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => r"(/|\./|\.\./|//|https://|http://)?[a-z0-9]{1,6}(\.example)?(/[ -~]{0,12})?",
        1 => "[a-z]{1,6}:[ -~]{0,12}",
        1 => r"\PC{0,12}",
    ]
}

fn attribute() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("BANDWIDTH=1000".to_owned()),
        Just("TYPE=AUDIO".to_owned()),
        Just("TYPE=SUBTITLES".to_owned()),
        Just("DATA-ID=\"d\"".to_owned()),
        Just("METHOD=AES-128,IV=0x01".to_owned()),
        Just("TIME-OFFSET=1.5".to_owned()),
        (1u32..3000, 1u32..3000).prop_map(|(w, h)| format!("RESOLUTION={w}x{h}")),
        uri().prop_map(|uri| format!("URI=\"{uri}\"")),
        "(AUDIO|SUBTITLES|GROUP-ID|NAME|CODECS|LANGUAGE|VALUE|X-[A-Z]{1,2})=\"[ -~]{0,8}\"",
        "(FRAME-RATE|FORCED|DEFAULT|SCORE|[A-Z-]{1,4})=[ -~]{1,6}",
        r"\PC{0,10}",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "STREAM-INF",
        "STREAM-INF",
        "STREAM-INF",
        "I-FRAME-STREAM-INF",
        "MEDIA",
        "SESSION-DATA",
        "SESSION-KEY",
        "START",
        "VERSION",
        "INDEPENDENT-SEGMENTS",
        "CONTENT-STEERING",
        "TARGETDURATION",
    ]);
    let list = prop::collection::vec(attribute(), 0..6).prop_map(|list| list.join(","));
    prop_oneof![
        6 => (name, list).prop_map(|(name, list)| format!("#EXT-X-{name}:{list}")),
        4 => (attribute(), uri()).prop_map(|(a, uri)| format!("#EXT-X-STREAM-INF:BANDWIDTH=7,{a}\n{uri}")),
        2 => uri().prop_map(|uri| format!("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",NAME=\"n\",URI=\"{uri}\"")),
        1 => uri(),
        1 => r"#?\PC{0,16}",
    ]
}

fn playlist() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 1..8).prop_map(|lines| format!("#EXTM3U\n{}\n", lines.join("\n")))
}

/// One rendition that is fine, and others that may not be, so that enough texts get through.
fn mostly_good_playlist() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        (1u32..3000, 1u32..3000, "[a-z][a-z/.]{0,7}").prop_map(|(w, h, uri)| format!(
            "#EXT-X-STREAM-INF:BANDWIDTH=7,RESOLUTION={w}x{h},AUDIO=\"g\",SCORE=1,X-A=\"b\"\n{uri}x"
        )),
        "[!#-~]{1,12}".prop_map(|uri| format!(
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",NAME=\"n\",URI=\"/p{uri}\",X-B=1,X-A=2"
        )),
        "[ -!#-~]{0,12}".prop_map(|text| format!("#EXT-X-SESSION-DATA:DATA-ID=\"d\",VALUE=\"v{text}\"")),
        "[ -~]{0,12}".prop_map(|text| format!("#EXT-X-OTHER:{text}")),
    ];
    prop::collection::vec(line, 0..6)
        .prop_map(|lines| format!("#EXTM3U\n{}\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlast\n", lines.join("\n")))
}

/// The URIs that a player would fetch, found in the text without any parser of ours.
fn uris_in(text: &str) -> Vec<String> {
    let quoted = text.split("URI=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own_lines = text.lines().filter(|line| !line.starts_with('#'));
    quoted.chain(own_lines).map(str::to_owned).collect()
}

fn holds(text: &str) -> Result<(), TestCaseError> {
    let Ok(master) = Master::parse(text.as_bytes(), &playlist_url()) else { return Ok(()) };
    for master in [master.select(Quality::P720), master] {
        let written = master.write();
        for uri in master.uris().map(str::to_owned).chain(uris_in(&written)) {
            let url = Url::parse(&uri).map_err(|error| TestCaseError::fail(format!("{uri:?}: {error}")))?;
            prop_assert!(matches!(url.scheme(), "http" | "https"), "{}", uri);
            prop_assert_eq!(url.as_str(), &uri);
        }
        let elsewhere = Url::parse("http://127.0.0.1:1/elsewhere/x.m3u8").unwrap();
        let again = Master::parse(written.as_bytes(), &elsewhere);
        prop_assert_eq!(again.map(|again| again.write()), Ok(written));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Master::parse(&bytes, &playlist_url());
        let headed = [b"#EXTM3U\n".as_slice(), &bytes].concat();
        let _ = Master::parse(&headed, &playlist_url());
    }

    #[test]
    fn arbitrary_playlists_are_absolute_and_stable(text in playlist()) {
        holds(&text)?;
    }

    #[test]
    fn good_playlists_are_absolute_and_stable(text in mostly_good_playlist()) {
        let parsed = Master::parse(text.as_bytes(), &playlist_url());
        prop_assert!(parsed.is_ok(), "{:?}: {:?}", text, parsed);
        holds(&text)?;
    }

    #[test]
    fn a_selection_has_one_quality_and_no_orphan(text in mostly_good_playlist(), index in 0usize..5) {
        let Ok(master) = Master::parse(text.as_bytes(), &playlist_url()) else { return Ok(()) };
        let selected = master.select(Quality::ALL[index]);
        let mut qualities: Vec<_> = selected.variants().into_iter().map(|v| v.quality).collect();
        qualities.dedup();
        let sized = master.variants().iter().any(|v| v.height.is_some());
        prop_assert!(!qualities.is_empty());
        prop_assert!(!sized || qualities.len() == 1, "{:?}", qualities);
    }
}
