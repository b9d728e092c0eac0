//! A master playlist from a video server.

use streamhut_hls::{Master, Quality};
use url::Url;

pub(crate) const PLAYLIST: &str = "https://stream.example/xrpc/place.stream.playback.getVideoPlaylist?uri=u";
pub(crate) const ELSEWHERE: &str = "http://127.0.0.1:1/elsewhere/x.m3u8";

/// An accepted playlist, whole or with one quality selected, is written with absolute web URLs only, whoever reads
/// it, and the written form read from anywhere is written the same.
pub fn playlist(data: &[u8]) -> bool {
    let Ok(master) = Master::parse(data, &url(PLAYLIST)) else { return false };
    for master in Quality::ALL.map(|quality| master.select(quality)).into_iter().chain([master]) {
        assert!(!master.variants().is_empty());
        let written = master.write();
        for uri in master.uris().chain(uris_in(&written)) {
            assert_eq!(url(uri).as_str(), uri);
            assert!(matches!(url(uri).scheme(), "http" | "https"), "{uri}");
        }
        let again = Master::parse(written.as_bytes(), &url(ELSEWHERE));
        assert_eq!(again.map(|again| again.write()), Ok(written));
    }
    true
}

pub(crate) fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

/// What a player would fetch, found without any parser of ours: lines that are no tags, and behind a tag's colon the
/// quoted values of attributes named URI, …-URI or X-ASSET-LIST.
pub(crate) fn uris_in(text: &str) -> impl Iterator<Item = &str> {
    let own_lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    own_lines.chain(text.lines().filter(|line| line.starts_with("#EXT")).flat_map(quoted_uris))
}

fn quoted_uris(tag: &str) -> Vec<&str> {
    let list = tag.split_once(':').map_or("", |(_, list)| list);
    let pieces: Vec<&str> = list.split('"').collect();
    let quoted = pieces.chunks_exact(2).filter(|pair| {
        let name = pair[0].rsplit(',').next().unwrap_or_default().trim();
        name == "URI=" || name.ends_with("-URI=") || name == "X-ASSET-LIST="
    });
    quoted.map(|pair| pair[1]).collect()
}
