//! Playlists of both kinds, rewritten as they arrive.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod bad_input;
mod contract;
mod oracle;
#[path = "../media/playlists.rs"]
mod playlists;
mod properties;

use streamhut_hls::{PlaylistError, Rewriter, rewrite};
use url::Url;

const PLAYLIST: &str = "https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?sid=S&track=1";

fn playlist_url() -> Url {
    Url::parse(PLAYLIST).unwrap()
}

fn rewritten(text: &str) -> Result<String, PlaylistError> {
    rewrite(text.as_bytes(), &playlist_url()).map(|bytes| String::from_utf8(bytes).unwrap())
}

/// What is written in all, whatever becomes of the body, and what becomes of it.
fn in_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Result<(), PlaylistError>) {
    let mut rewriter = Rewriter::new(&playlist_url());
    let mut out = Vec::new();
    let mut pushed = Ok(());
    for piece in pieces {
        let before = out.len();
        let again = rewriter.push(piece, &mut out);
        if pushed.is_err() {
            assert_eq!(
                (&again, out.len()),
                (&pushed, before),
                "a fault stays, and nothing is written behind it"
            );
        }
        pushed = again;
    }
    let before = out.len();
    let finished = rewriter.finish(&mut out);
    if pushed.is_err() {
        assert_eq!((&finished, out.len()), (&pushed, before));
    }
    (out, finished)
}
