//! Indexes in a cache.

use proptest::prelude::*;
use proptest::sample::Index;
use streamhut_hls::{MediaIndex, StoredIndexError};

use crate::playlists::good;
use crate::{assert_sound, read};

#[test]
fn the_form_is_this_one() {
    let text = "#EXTM3U\n#EXT-X-MAP:URI=\"http://a/i\",BYTERANGE=\"9@1\"\n#EXTINF:1,\n#EXT-X-BYTERANGE:300@10\nhttp://a/s\n\
                #EXT-X-GAP\n#EXTINF:0.000002,\n#EXT-X-BYTERANGE:5\nhttp://a/s\n#EXT-X-DISCONTINUITY\n#EXTINF:0,\n#EXT-X-BYTERANGE:5@0\n\
                http://a/i\n#EXTINF:0,\nhttp://a/i\n#EXT-X-ENDLIST\n";
    let index = read(text.as_bytes()).unwrap();
    let expect = [
        b"HLSI\x01\x01".as_slice(),
        b"\x02\x0ahttp://a/i\x0ahttp://a/s",
        b"\x01\x00\x09\x01",
        b"\x04",
        b"\x0f\xc0\x84\x3d\x01\x01\xac\x02\x14",
        b"\x21\x02\x05",
        b"\x17\x00\x00\x05\xf5\x04",
        b"\x00\x00",
    ]
    .concat();
    assert_eq!(index.to_bytes().escape_ascii().to_string(), expect.escape_ascii().to_string());
    assert_eq!(MediaIndex::from_bytes(&expect), Ok(index));
}

/// Parts of the bytes, and what comes of them.
type Row<'a> = (&'a [&'a [u8]], Result<(), StoredIndexError>);

#[test]
fn bad_input_34_bytes_that_are_no_index() {
    let header = b"HLSI\x01\x00".as_slice();
    let url = b"HLSI\x01\x00\x01\x0ahttp://a/s".as_slice();
    let huge = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01".as_slice();
    let invalid = |what| Err(StoredIndexError::Invalid { at: 0, what });
    let cut = Err(StoredIndexError::Cut { size: 0 });
    let table: [Row<'_>; 24] = [
        (&[b""], Err(StoredIndexError::NotAnIndex)),
        (&[b"#EXTM3U\n"], Err(StoredIndexError::NotAnIndex)),
        (&[b"HLSI"], cut.clone()),
        (&[b"HLSI\x02\x00\x00\x00\x00"], Err(StoredIndexError::Version { found: 2 })),
        (&[b"HLSI\x01\x02\x00\x00\x00"], invalid("an end that is neither there nor not")),
        (&[header], cut.clone()),
        (&[header, b"\0\0\0\0"], invalid("more than an index")),
        (&[header, huge], cut.clone()),
        (&[header, b"\x01", huge], cut.clone()),
        (&[header, b"\0", huge], cut.clone()),
        (&[header, b"\0\0", huge], cut.clone()),
        (&[header, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"], invalid("a number of more than 64 bits")),
        (
            &[header, b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"],
            invalid("a number of more than 64 bits"),
        ),
        (&[header, b"\x01\x09file:///s\0\0"], invalid("a text that is no URL of the web")),
        (&[header, b"\x01\x0fhttp://u:p@a/s/\0\0"], invalid("a text that is no URL of the web")),
        (&[header, b"\x01\x0ahttp://A/s\0\0"], invalid("a text that is no URL of the web")),
        (&[header, b"\x01\x0ahttp://a/\xff\0\0"], invalid("a text that is no URL of the web")),
        (&[url, b"\x01\x01\0\0"], invalid("a map without a URL")),
        (&[url, b"\x01\0\x01", huge, b"\0"], invalid("an impossible range")),
        (&[url, b"\0\x01\x40\x01"], invalid("a segment of an unknown kind")),
        (&[url, b"\0\x01\x02\x01\x01"], invalid("a segment of an unknown kind")),
        (&[url, b"\0\x01\0", huge], invalid("a segment that is too long")),
        (&[url, b"\0\x01\x04\x01\x01"], invalid("a segment without a URL")),
        (&[url, b"\0\x01\x08\x01\x01"], invalid("a segment with an unknown map")),
    ];
    for (parts, expect) in table {
        let bytes = parts.concat();
        let got = MediaIndex::from_bytes(&bytes).map(|_| ()).map_err(|error| match error {
            StoredIndexError::Cut { .. } => StoredIndexError::Cut { size: 0 },
            StoredIndexError::Invalid { what, .. } => StoredIndexError::Invalid { at: 0, what },
            other => other,
        });
        assert_eq!(got, expect, "{}", bytes.escape_ascii());
    }
}

#[test]
fn bad_input_34_a_stored_index_is_capped_like_a_playlist() {
    let url = b"HLSI\x01\x00\x01\x0ahttp://a/s".as_slice();
    let day = b"\0\x80\xc0\xdd\xee\xc1\x02".as_slice();
    let index = MediaIndex::from_bytes(&[url, b"\0\x1f", &day.repeat(31)].concat()).unwrap();
    assert_eq!(index.duration_us(), streamhut_hls::MAX_DURATION_US);
    let most = [url, b"\0\xc0\x9a\x0c", &[0; 400_000]].concat();
    assert_eq!(MediaIndex::from_bytes(&most).unwrap().len(), streamhut_hls::MAX_SEGMENTS);
    let maps = |count: &[u8], maps: usize| [url, count, &[0].repeat(2 * maps), b"\0"].concat();
    assert!(MediaIndex::from_bytes(&maps(b"\xc0\x9a\x0c", 200_000)).is_ok());
    let what = "more maps than segments are kept";
    let got = MediaIndex::from_bytes(&maps(b"\xc1\x9a\x0c", 200_001));
    assert_eq!(got, Err(StoredIndexError::Invalid { at: url.len() + 3 + 400_000, what }));
    for bytes in
        [[url, b"\0\x20", &day.repeat(32)].concat(), [url, b"\0\xc1\x9a\x0c", &[0; 400_002]].concat()]
    {
        let got = MediaIndex::from_bytes(&bytes);
        let what = "more segments than are kept, or longer ones";
        assert_eq!(got, Err(StoredIndexError::Invalid { at: bytes.len(), what }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bad_input_34_changed_bytes_give_a_sound_index_or_none(
        text in good(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4),
        end in any::<Index>(),
    ) {
        let mut bytes = read(text.as_bytes()).unwrap().to_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [&bytes[..end.index(bytes.len())], &bytes] {
            if let Ok(index) = MediaIndex::from_bytes(bytes) {
                assert_sound(&index);
            }
        }
    }

    #[test]
    fn bad_input_34_arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        for bytes in [bytes.clone(), [b"HLSI\x01\0".as_slice(), &bytes].concat()] {
            if let Ok(index) = MediaIndex::from_bytes(&bytes) {
                assert_sound(&index);
            }
        }
    }
}
