//! The same playlists, read by m3u8-rs.

use m3u8_rs::{ByteRange as OracleRange, MediaPlaylist};
use proptest::prelude::*;
use streamhut_hls::ByteRange;
use url::Url;

use crate::playlists::good;
use crate::{assert_sound, playlist_url, read, segments};

/// m3u8-rs gives a range without offset as it stands, a map only to the first segment behind it, and an absent segment
/// the unknown tag `X-GAP`.
fn agree(text: &str) {
    let (_, oracle): (_, MediaPlaylist) = m3u8_rs::parse_media_playlist(text.as_bytes()).unwrap();
    let index = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error} in {text}"));
    assert_sound(&index);
    assert_eq!((index.len(), index.is_ended()), (oracle.segments.len(), oracle.end_list), "{text}");
    let mut map: Option<(Url, Option<ByteRange>)> = None;
    let mut end = 0;
    for (ours, theirs) in segments(&index).into_iter().zip(&oracle.segments) {
        let resolved = |uri: &str| playlist_url().join(uri).unwrap();
        let range = |range: &OracleRange, otherwise| ByteRange {
            offset: range.offset.unwrap_or(otherwise),
            length: range.length,
        };
        assert_eq!(ours.url, resolved(&theirs.uri).as_str(), "{text}");
        // Theirs has 24 bits.
        let difference = f64::from(theirs.duration) * 1e6 - ours.duration_us as f64;
        assert!(difference.abs() <= 1.0 + ours.duration_us as f64 / 16_777_216.0, "{ours:?} in {text}");
        assert_eq!(ours.range, theirs.byte_range.as_ref().map(|theirs| range(theirs, end)), "{text}");
        end = ours.range.map_or(0, ByteRange::end);
        if let Some(theirs) = &theirs.map {
            map = Some((resolved(&theirs.uri), theirs.byte_range.as_ref().map(|theirs| range(theirs, 0))));
        }
        assert_eq!(
            ours.map.map(|map| (map.url, map.range)),
            map.as_ref().map(|(url, range)| (url.as_str(), *range)),
            "{text}"
        );
        assert_eq!(ours.discontinuity, theirs.discontinuity, "{text}");
        assert_eq!(ours.gap, theirs.unknown_tags.iter().any(|tag| tag.tag == "X-GAP"), "{text}");
    }
}

#[test]
fn playlists_of_other_makers() {
    // As packagers write them: one file in ranges, a file for each segment, advertisements, absent segments.
    for text in [
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n\
         #EXT-X-MAP:URI=\"main.mp4\",BYTERANGE=\"719@0\"\n#EXTINF:4.00000,\t\n#EXT-X-BYTERANGE:1508000@719\nmain.mp4\n\
         #EXTINF:4.00000,\t\n#EXT-X-BYTERANGE:1510244@1508719\nmain.mp4\n#EXT-X-ENDLIST\n"
            .replace('\t', "")
            .as_str(),
        "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,first\n#EXT-X-BYTERANGE:75232@0\nvideo.ts\n\
         #EXTINF:10,second\n#EXT-X-BYTERANGE:82112\nvideo.ts\n#EXTINF:10,\n#EXT-X-BYTERANGE:69864\nvideo.ts\n",
        "#EXTM3U\r\n#EXT-X-TARGETDURATION:8\r\n#EXT-X-MEDIA-SEQUENCE:2680\r\n\r\n#EXTINF:7.975,\r\n\
         https://priv.example.com/fileSequence2680.ts\r\n#EXTINF:7.941,\r\n#EXT-X-GAP\r\n/fileSequence2681.ts\r\n",
        "#EXTM3U\n#EXT-X-MAP:URI=\"a/init.mp4\"\n#EXTINF:6.006,\na/0.m4s\n#EXT-X-DISCONTINUITY\n\
         #EXT-X-MAP:URI=\"//ads.example/init.mp4\"\n#EXTINF:5.005,\n//ads.example/0.m4s\n#EXT-X-DISCONTINUITY\n\
         #EXT-X-MAP:URI=\"a/init.mp4\"\n#EXTINF:6.006,\na/1.m4s\n#EXT-X-ENDLIST\n",
    ] {
        agree(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn playlists_of_every_kind(text in good()) {
        agree(&text);
    }
}
