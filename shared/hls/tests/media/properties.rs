//! What holds for every text.

use proptest::prelude::*;
use streamhut_hls::{MediaIndex, MediaReader, PlaylistError};

use crate::playlists::{good, odd};
use crate::{assert_sound, playlist_url};

/// What is there before the end of the body, and after it.
type Outcome = (Result<(), PlaylistError>, MediaIndex, Result<MediaIndex, PlaylistError>);

fn outcome<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut reader = MediaReader::new(&playlist_url());
    let mut pushed = Ok(());
    for piece in pieces {
        pushed = reader.push(piece);
    }
    (pushed, reader.so_far().clone(), reader.finish())
}

/// The body cut at any places; places that come twice give empty pieces.
fn cut<'a>(body: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places.iter().map(|place| place.index(body.len() + 1)).collect();
    places.sort_unstable();
    let begins = std::iter::once(0).chain(places.iter().copied());
    let ends = places.iter().copied().chain([body.len()]);
    begins.zip(ends).map(|(begin, end)| &body[begin..end]).collect()
}

fn holds(body: &[u8], places: &[prop::sample::Index]) -> Result<(), TestCaseError> {
    let whole = outcome([body]);
    prop_assert_eq!(&outcome(cut(body, places)), &whole);
    prop_assert_eq!(&outcome(body.chunks(1)), &whole);
    let (pushed, so_far, finished) = whole;
    assert_sound(&so_far);
    if let Ok(index) = &finished {
        assert_sound(index);
        prop_assert!(pushed.is_ok());
    }
    if let Err(error) = pushed {
        prop_assert_eq!(finished, Err(error));
    }
    Ok(())
}

fn places() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn good_playlists_are_read_in_any_pieces(text in good(), places in places()) {
        prop_assert!(outcome([text.as_bytes()]).2.is_ok(), "{}", text);
        holds(text.as_bytes(), &places)?;
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
    fn long_lines_give_the_same_in_any_pieces(
        lengths in prop::collection::vec(8180usize..8200, 1..4),
        begin in prop::sample::select(vec!["#EXTM3U\n#", "#", "<", "#EXTM3U\n#EXTINF:1,\n/", "\u{20ac}", "#EXTM3U"]),
        places in places(),
    ) {
        let lines: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
        let text = format!("{begin}{}", lines.join("\n#"));
        let whole = outcome([text.as_bytes()]);
        prop_assert_eq!(&outcome(cut(text.as_bytes(), &places)), &whole);
    }
}
