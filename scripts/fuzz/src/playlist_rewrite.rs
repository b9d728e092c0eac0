//! A playlist of either kind from a video server, on its way to a player.

use streamhut_hls::{MAX_LINE_BYTES, Master, MediaIndex, MediaReader, PlaylistError, Rewriter, Segment};
use url::Url;

use crate::media_playlist::pieces;
use crate::playlist::{ELSEWHERE, PLAYLIST, uris_in, url};

/// The longest body that is also rewritten byte by byte.
const BYTEWISE: usize = 4096;

/// What is written is the same however the body is cut, and is whole lines up to a fault. Of an accepted body it has
/// absolute web URLs only, means what the body meant, and is written the same again, whoever reads it.
pub fn playlist_rewrite(data: &[u8]) -> bool {
    let (written, outcome) = rewritten([data], PLAYLIST);
    assert_eq!(rewritten(pieces(data), PLAYLIST), (written.clone(), outcome.clone()));
    if data.len() <= BYTEWISE {
        assert_eq!(rewritten(data.chunks(1), PLAYLIST), (written.clone(), outcome.clone()));
    }
    let text = std::str::from_utf8(&written).expect("text");
    assert!(text.is_empty() || text.starts_with("#EXTM3U\n") && text.ends_with('\n'));
    // What stands there is a title, or meant to be a range.
    let is_list = |line: &&str| !line.starts_with("#EXTINF:") && !line.starts_with("#EXT-X-BYTERANGE:");
    let lists = text.lines().filter(is_list).collect::<Vec<_>>().join("\n");
    for uri in uris_in(&lists) {
        assert_eq!(url(uri).as_str(), uri);
        assert!(matches!(url(uri).scheme(), "http" | "https"), "{uri}");
    }
    if outcome.is_err() {
        return false;
    }
    if text.lines().all(|line| line.len() <= MAX_LINE_BYTES) {
        assert_eq!(rewritten([written.as_slice()], ELSEWHERE), (written.clone(), Ok(())));
        if let Ok(index) = index(data, &url(PLAYLIST)) {
            let again = self::index(&written, &url(ELSEWHERE)).expect("still a media playlist");
            assert_eq!((segments(&again), again.is_ended()), (segments(&index), index.is_ended()));
        }
    }
    if let Ok(master) = Master::parse(data, &url(PLAYLIST)) {
        let again = Master::parse(&written, &url(ELSEWHERE));
        assert_eq!(again.map(|again| again.write()), Ok(master.write()));
    }
    true
}

fn rewritten<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    from: &str,
) -> (Vec<u8>, Result<(), PlaylistError>) {
    let mut rewriter = Rewriter::new(&url(from));
    let mut out = Vec::new();
    for piece in pieces {
        if let Err(error) = rewriter.push(piece, &mut out) {
            let end = out.len();
            assert_eq!((rewriter.finish(&mut out), out.len()), (Err(error.clone()), end));
            return (out, Err(error));
        }
    }
    let outcome = rewriter.finish(&mut out);
    (out, outcome)
}

fn index(body: &[u8], from: &Url) -> Result<MediaIndex, PlaylistError> {
    let mut reader = MediaReader::new(from);
    reader.push(body)?;
    reader.finish()
}

fn segments(index: &MediaIndex) -> Vec<Segment<'_>> {
    (0..index.len()).map(|i| index.segment(i).expect("a segment")).collect()
}
