//! The playlists that Streamplace answers, and what else the standard allows.

use streamhut_hls::{MediaIndex, MediaReader};

use crate::{assert_sound, playlist_url, read, read_in, segments, shown};

fn check(text: &str, expect: &[&str]) {
    let index = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error} in {text}"));
    assert_sound(&index);
    assert_eq!(shown(&index), expect, "{text}");
}

/// Three segments of one blob whose URIs begin with `prefix`.
fn archive(prefix: &str) -> String {
    let blob = format!("{prefix}place.stream.playback.getVideoBlob?did=did%3Aplc%3Ax&sid=S&cid=");
    format!(
        r#"#EXTM3U
#EXT-X-VERSION:6
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-MAP:URI="{blob}init.m4s"

#EXTINF:1.000167,
#EXT-X-BYTERANGE:1390822@52344
{blob}blob.m4s
#EXTINF:0.999833,
#EXT-X-BYTERANGE:1300000@1500000
{blob}blob.m4s
#EXT-X-DISCONTINUITY
#EXTINF:1.000000,
#EXT-X-BYTERANGE:7@3000000
{blob}blob.m4s
#EXT-X-ENDLIST
"#
    )
}

const BLOB: &str =
    "https://stream.example/xrpc/place.stream.playback.getVideoBlob?did=did%3Aplc%3Ax&sid=S&cid=";

fn archived() -> [String; 3] {
    let map = format!("<{BLOB}init.m4s>");
    [
        format!("0+1000167 {BLOB}blob.m4s 1390822@52344 {map}"),
        format!("1000167+999833 {BLOB}blob.m4s 1300000@1500000 {map}"),
        format!("2000000+1000000 {BLOB}blob.m4s 7@3000000 {map} ~"),
    ]
}

#[test]
fn every_uri_style_gives_the_same_index() {
    let first = read(archive("").as_bytes()).unwrap();
    assert_eq!(shown(&first), archived());
    assert!(first.is_ended());
    assert_eq!(first.duration_us(), 3_000_000);
    for prefix in ["/xrpc/", "../xrpc/", "//stream.example/xrpc/", "https://stream.example/xrpc/"] {
        assert_eq!(read(archive(prefix).as_bytes()), Ok(first.clone()), "{prefix:?}");
    }
    let cdn = read(archive("https://cdn.example/").as_bytes()).unwrap();
    assert_eq!(shown(&cdn), archived().map(|line| line.replace("stream.example/xrpc", "cdn.example")));
}

#[test]
fn mark_line_ends_and_comments_do_not_matter() {
    let text = archive("/xrpc/");
    let texts = [
        text.replace('\n', "\r\n"),
        format!("\u{FEFF}{text}"),
        text.trim_end().to_owned(),
        text.replace('\n', "\n# a comment: é\n\n  \n"),
        text.replace(
            '\n',
            "\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n#EXT-X-UNHEARD-OF:URI=\"file:///\"\n",
        ),
        text.replace("\n#EXT", "\n \u{3000}#EXT").replace(".m4s\n", ".m4s  \n"),
        text.replace("1.000167,", "01.00016700,a title, with a comma: and a colon"),
        text.replace(
            "#EXTINF:1.000167,\n#EXT-X-BYTERANGE:1390822@52344\n",
            "#EXT-X-BYTERANGE:1390822@52344\n#EXTINF:1.000167\n",
        ),
    ];
    for text in texts {
        let index = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error} in {text}"));
        assert_eq!(index, read(archive("/xrpc/").as_bytes()).unwrap(), "{text}");
    }
}

#[test]
fn the_segment_that_shows_is_found_by_its_time() {
    let index = read(archive("").as_bytes()).unwrap();
    let at = |time_us| index.at(time_us).map(|segment| segment.index);
    let table = [
        (0, Some(0)),
        (1_000_166, Some(0)),
        (1_000_167, Some(1)),
        (1_999_999, Some(1)),
        (2_000_000, Some(2)),
        (2_999_999, Some(2)),
        (3_000_000, None),
        (u64::MAX, None),
    ];
    for (time_us, expect) in table {
        assert_eq!(at(time_us), expect, "{time_us}");
    }
}

#[test]
fn a_segment_without_duration_never_shows() {
    let text =
        "#EXTM3U\n#EXTINF:0,\na\n#EXTINF:1,\nb\n#EXTINF:0,\nc\n#EXTINF:0,\nd\n#EXTINF:2,\ne\n#EXTINF:0,\nf\n";
    let index = read(text.as_bytes()).unwrap();
    assert_sound(&index);
    let found = [0, 999_999, 1_000_000, 2_999_999].map(|time_us| index.at(time_us).unwrap().index);
    assert_eq!(found, [1, 1, 4, 4]);
    assert_eq!((index.len(), index.at(3_000_000)), (6, None));
}

#[test]
fn reading_may_stop_at_the_time_that_is_looked_for() {
    let text = archive("");
    let mut reader = MediaReader::new(&playlist_url());
    let mut seen = Vec::new();
    for byte in text.as_bytes() {
        reader.push(&[*byte]).unwrap();
        let index = reader.so_far();
        if seen.last() != Some(&index.duration_us()) {
            seen.push(index.duration_us());
            let expect = &archived()[..index.len()];
            assert_eq!(shown(index), expect);
        }
    }
    assert_eq!(seen, [0, 1_000_167, 2_000_000, 3_000_000]);
    assert!(reader.so_far().is_ended());
}

#[test]
fn a_line_that_ends_like_the_uri_before_is_another_line() {
    let text = "#EXTM3U\n#EXTINF:1,\n/s\n#EXTINF:1,\n/s/s\n#/s\n#EXTINF:1,\n/s\n";
    let urls = ["https://stream.example/s", "https://stream.example/s/s", "https://stream.example/s"];
    for cut in 0..text.len() {
        let index = read_in([&text.as_bytes()[..cut], &text.as_bytes()[cut..]]).unwrap();
        assert_eq!(
            segments(&index).into_iter().map(|segment| segment.url).collect::<Vec<_>>(),
            urls,
            "{cut}"
        );
    }
}

#[test]
fn ranges_without_offset_go_on_where_the_one_before_ended() {
    check(
        "#EXTM3U\n#EXTINF:1,\n#EXT-X-BYTERANGE:10@5\n/a\n#EXTINF:1,\n#EXT-X-BYTERANGE:20\n/a\n\
         #EXT-X-BYTERANGE:30\n#EXTINF:1,\nhttps://stream.example/a\n#EXTINF:1,\n#EXT-X-BYTERANGE:1@0\n/a\n\
         #EXTINF:1,\n#EXT-X-BYTERANGE:2\n/a\n#EXTINF:1,\n/b\n",
        &[
            "0+1000000 https://stream.example/a 10@5",
            "1000000+1000000 https://stream.example/a 20@15",
            "2000000+1000000 https://stream.example/a 30@35",
            "3000000+1000000 https://stream.example/a 1@0",
            "4000000+1000000 https://stream.example/a 2@1",
            "5000000+1000000 https://stream.example/b",
        ],
    );
}

#[test]
fn a_map_holds_until_the_next() {
    check(
        "#EXTM3U\n#EXTINF:1,\n/a\n#EXT-X-MAP:URI=\"/i\"\n#EXTINF:1,\n/a\n#EXTINF:1,\n#EXT-X-GAP\n/b\n\
         #EXT-X-DISCONTINUITY\n#EXT-X-MAP:BYTERANGE=\"720@9\",URI=\"/i\",X-A=1\n#EXTINF:1,\n/a\n\
         #EXT-X-MAP:URI=\"/unused\"\n#EXT-X-MAP:URI=\"/i\",BYTERANGE=\"700\"\n#EXTINF:1,\n/a\n\
         #EXT-X-MAP:URI=\"i\"\n#EXTINF:1,\n/a\n#EXT-X-MAP:URI=\"/i\"\n#EXTINF:1,\n/a\n",
        &[
            "0+1000000 https://stream.example/a",
            "1000000+1000000 https://stream.example/a <https://stream.example/i>",
            "2000000+1000000 https://stream.example/b <https://stream.example/i> !",
            "3000000+1000000 https://stream.example/a <https://stream.example/i 720@9> ~",
            "4000000+1000000 https://stream.example/a <https://stream.example/i 700@0>",
            "5000000+1000000 https://stream.example/a <https://stream.example/xrpc/i>",
            "6000000+1000000 https://stream.example/a <https://stream.example/i>",
        ],
    );
}

#[test]
fn live_and_empty_playlists_are_read() {
    for text in
        ["#EXTM3U", "#EXTM3U\n", "\u{FEFF}#EXTM3U \r\n\r\n", "#EXTM3U\n#EXT-X-DISCONTINUITY\n#EXT-X-GAP\n"]
    {
        let index = read(text.as_bytes()).unwrap();
        assert_eq!(
            (index.len(), index.is_empty(), index.is_ended(), index.duration_us()),
            (0, true, false, 0)
        );
        assert_eq!(index.at(0), None);
        assert_sound(&index);
    }
    let live = read(b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\n/a\n").unwrap();
    assert_eq!((live.len(), live.is_ended()), (1, false));
    let ended_first = read(b"#EXTM3U\n#EXT-X-ENDLIST\n#EXTINF:1,\n/a\n").unwrap();
    assert_eq!((ended_first.len(), ended_first.is_ended()), (1, true));
}

/// Eight hours of one-second segments.
fn eight_hours(uri: impl Fn(usize) -> String) -> MediaIndex {
    let mut reader = MediaReader::new(&playlist_url());
    reader.push(b"#EXTM3U\n#EXT-X-MAP:URI=\"/init\"\n").unwrap();
    for i in 0..28_800 {
        let range = format!("1390822@{}", i * 1_500_000);
        reader.push(format!("#EXTINF:1.000167,\n#EXT-X-BYTERANGE:{range}\n{}\n", uri(i)).as_bytes()).unwrap();
    }
    assert!(reader.so_far().memory_bytes() < 12_000_000);
    reader.finish().unwrap()
}

#[test]
fn eight_hours_of_one_blob_take_less_than_two_megabytes() {
    let index = eight_hours(|_| format!("/blob?signature={}", "s".repeat(200)));
    assert_eq!((index.len(), index.duration_us()), (28_800, 28_800 * 1_000_167));
    assert!((28_800 * 32..2_000_000).contains(&index.memory_bytes()), "{}", index.memory_bytes());
    let stored = index.to_bytes();
    assert!(stored.len() < 400_000, "{}", stored.len());
    assert_eq!(MediaIndex::from_bytes(&stored), Ok(index));
}

#[test]
fn eight_hours_of_signed_files_fit_too() {
    let index = eight_hours(|i| format!("/{i}.m4s?signature={}", "s".repeat(200)));
    assert_eq!(index.len(), 28_800);
    assert!(index.memory_bytes() < 9_000_000, "{}", index.memory_bytes());
    let last = index.at(index.duration_us() - 1).unwrap();
    assert!(last.url.starts_with("https://stream.example/28799.m4s?signature=s"), "{}", last.url);
    assert_eq!(MediaIndex::from_bytes(&index.to_bytes()), Ok(index));
}
