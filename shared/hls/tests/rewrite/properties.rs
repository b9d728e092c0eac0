//! What holds for every text.

use proptest::prelude::*;
use proptest::sample::select;
use streamhut_hls::{
    MAX_LINE_BYTES, Master, MediaIndex, MediaReader, PlaylistError, Quality, Segment, rewrite,
};
use url::Url;

use crate::oracle::slowly;
use crate::playlists::{good, odd};
use crate::{in_pieces, playlist_url};

fn elsewhere() -> Url {
    Url::parse("http://127.0.0.1:1/elsewhere/x.m3u8").unwrap()
}

fn index(text: &[u8], from: &Url) -> Result<MediaIndex, PlaylistError> {
    let mut reader = MediaReader::new(from);
    reader.push(text)?;
    reader.finish()
}

fn shown(index: &MediaIndex) -> Vec<Segment<'_>> {
    (0..index.len()).map(|i| index.segment(i).unwrap()).collect()
}

/// The body cut at any places; places that come twice give empty pieces.
fn cut<'a>(body: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
    places.sort_unstable();
    let begins = std::iter::once(0).chain(places.iter().copied());
    let ends = places.iter().copied().chain([body.len()]);
    begins.zip(ends).map(|(begin, end)| &body[begin..end]).collect()
}

fn places() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..9)
}

/// Gives whether the body was accepted.
fn holds(body: &[u8], places: &[prop::sample::Index]) -> Result<bool, TestCaseError> {
    let whole = in_pieces([body]);
    prop_assert_eq!(&in_pieces(cut(body, places)), &whole);
    prop_assert_eq!(&in_pieces(body.chunks(1)), &whole);
    let (written, outcome) = whole;
    prop_assert_eq!(rewrite(body, &playlist_url()), outcome.clone().map(|()| written.clone()));
    if outcome.is_err() {
        // Nothing but whole lines goes out, whatever comes after.
        prop_assert!(written.is_empty() || written.ends_with(b"\n"));
        return Ok(false);
    }
    let text = std::str::from_utf8(body).unwrap();
    prop_assert_eq!(String::from_utf8(written.clone()).unwrap(), slowly(text, &playlist_url()));
    if written.split(|byte| *byte == b'\n').all(|line| line.len() <= MAX_LINE_BYTES) {
        prop_assert_eq!(rewrite(&written, &elsewhere()), Ok(written.clone()));
    }
    // It means what it meant, wherever it is read.
    if let Ok(read) = index(body, &playlist_url()) {
        let again = index(&written, &elsewhere()).unwrap();
        prop_assert_eq!((shown(&again), again.is_ended()), (shown(&read), read.is_ended()));
    }
    if let Ok(master) = Master::parse(body, &playlist_url()) {
        let again = Master::parse(&written, &elsewhere());
        prop_assert_eq!(again.map(|again| again.write()), Ok(master.write()));
    }
    Ok(true)
}

/// URI references of every style, many with the same beginning.
fn uri() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "(/xrpc/|/|\\.\\./|//cdn\\.example/|https://cdn\\.example/a/)?(blob|[a-c.%2e:]{1,4})(\\?[a-c=&%2F/.]{0,6})?",
        2 => r"(/|\./|\.\./|//|https:|http://)?[a-z0-9]{1,6}(\.example)?(/[ -~]{0,12})?",
        1 => "[a-z]{1,6}:[ -~]{0,12}",
        1 => r"\PC{0,12}",
    ]
}

/// Master and media tags, most of them where they may stand.
fn lines(media: bool) -> impl Strategy<Value = String> {
    let (announces, names) = match media {
        true => (
            "#EXTINF:1,",
            vec!["EXT-X-MAP", "EXT-X-KEY", "EXT-X-PART", "EXT-X-DATERANGE", "EXT-X-OTHER", "EXTRA"],
        ),
        false => (
            "#EXT-X-STREAM-INF:BANDWIDTH=7,RESOLUTION=640x360",
            vec![
                "EXT-X-MEDIA",
                "EXT-X-SESSION-DATA",
                "EXT-X-SESSION-KEY",
                "EXT-X-CONTENT-STEERING",
                "EXT-X-OTHER",
            ],
        ),
    };
    let attribute = prop_oneof![
        4 => uri().prop_map(|uri| format!("URI=\"{}\"", uri.replace('"', "'"))),
        1 => uri().prop_map(|uri| format!("X-A-URI=\"{uri}\"")),
        4 => "(GROUP-ID|NAME|X-URIS|ID)=\"[ -!#-~]{0,8}\"",
        2 => "(TYPE=AUDIO|METHOD=NONE|BYTERANGE=\"1@0\"| ?A=1 ?)",
        1 => r"[ -~]{0,10}",
    ];
    let tag = (select(names), prop::collection::vec(attribute, 0..4))
        .prop_map(|(name, list)| format!("#{name}:{}", list.join(",")));
    prop_oneof![
        8 => uri().prop_map(move |uri| format!("{announces}\n{uri}")),
        5 => tag,
        1 => select(vec!["", "# é", " ", "#EXT-X-ENDLIST", "#EXT-X-VERSION:6", "#EXTM3U"]).prop_map(str::to_owned),
        1 => r" ?#?\PC{0,16}",
    ]
}

fn playlist() -> impl Strategy<Value = String> {
    let kind = |media| prop::collection::vec(lines(media), 0..6);
    let end = select(vec!["\n", "\n", "\r\n"]);
    (prop_oneof![kind(true), kind(false)], end, select(vec!["", "\n"])).prop_map(|(lines, end, last)| {
        let lines: Vec<String> = std::iter::once("#EXTM3U".to_owned()).chain(lines).collect();
        lines.join("\n").replace('\n', end) + last
    })
}

/// A playlist that is fine, with one URI style for all segments.
fn even_playlist() -> impl Strategy<Value = String> {
    let begin = select(vec![
        "/xrpc/blob?cid=",
        "blob?cid=",
        "../x/",
        "//cdn.example/a/",
        "https://cdn.example/",
        "/",
    ]);
    (begin, prop::collection::vec("[a-z0-9]{1,3}", 1..9), select(vec![".m4s", "", "&s=%2F.x"])).prop_map(
        |(begin, names, end)| {
            let segments =
                names.iter().map(|name| format!("#EXTINF:1.5,\n#EXT-X-BYTERANGE:2@1\n{begin}{name}{end}\n"));
            format!("#EXTM3U\n#EXT-X-MAP:URI=\"{begin}i\"\n{}#EXT-X-ENDLIST\n", segments.collect::<String>())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_playlist_is_as_the_slow_way_makes_it(text in playlist(), places in places()) {
        holds(text.as_bytes(), &places)?;
    }

    #[test]
    fn even_playlists_are_accepted(text in even_playlist(), places in places()) {
        prop_assert!(holds(text.as_bytes(), &places)?, "{}", text);
    }

    #[test]
    fn media_playlists_are_accepted_but_for_uris_in_unknown_tags(text in good(), places in places()) {
        let text = text.replace("file:///", "/u");
        prop_assert!(holds(text.as_bytes(), &places)?, "{}", text);
    }

    #[test]
    fn odd_playlists_give_the_same_in_any_pieces(text in odd(), places in places()) {
        holds(text.as_bytes(), &places)?;
    }

    #[test]
    fn arbitrary_bytes_give_the_same_in_any_pieces(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        places in places(),
    ) {
        holds(&bytes, &places)?;
        holds(&[b"#EXTM3U\n".as_slice(), &bytes].concat(), &places)?;
    }

    #[test]
    fn what_master_writes_goes_through_unchanged(text in playlist(), quality in select(Quality::ALL.to_vec())) {
        if let Ok(master) = Master::parse(text.as_bytes(), &playlist_url()) {
            for master in [master.select(quality), master] {
                let written = master.write();
                prop_assert_eq!(rewrite(written.as_bytes(), &elsewhere()), Ok(written.into_bytes()));
            }
        }
    }
}
