//! The addresses of everything: the one place that spells them, and reads them back.
//!
//! Pages live at the web player where there is one, else at the bundle's own endpoints; pictures and playlists always
//! at the bundle. Every address is absolute. A page's path never ends like a file's name (`/watch/…/talk.mp4`), which
//! some social networks take for one and show no card of: such a path gets a slash at its end.

mod read;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use streamhut_atproto::{AtUri, Did, RecordCid, RecordKey};
use streamhut_streamplace::nsid;
use url::form_urlencoded;

use crate::Site;

pub use read::{Named, named, seconds};

/// What a segment of a path keeps as it is: unreserved characters (RFC 3986, section 2.3), and the colon.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// The page of a video; the canonical address of it.
pub fn watch(site: &Site, uri: &AtUri) -> String {
    watch_from(site, uri, None)
}

/// The page of a video, from a number of seconds on.
pub fn watch_from(site: &Site, uri: &AtUri, start: Option<u64>) -> String {
    page_of(site, uri, ("watch", "shareVideo"), start)
}

/// A player that fills its frame.
pub fn embed(site: &Site, uri: &AtUri, start: Option<u64>) -> String {
    page_of(site, uri, ("embed", "embed"), start)
}

/// The page of a creator.
pub fn creator(site: &Site, did: &Did) -> String {
    match site.frontend() {
        Some(origin) => format!("{origin}/creator/{}/", segment(did.as_str())),
        None => endpoint(site, "shareCreator", &[("creator", did.as_str())]),
    }
}

/// The oEmbed answer about a page.
pub fn oembed(site: &Site, page: &str) -> String {
    let query = [("url", page), ("format", "json")];
    match site.frontend() {
        Some(origin) => format!("{origin}/oembed?{}", encoded(&query)),
        None => endpoint(site, "oembed", &query),
    }
}

/// The feed of a creator, or of everyone.
pub fn feed(site: &Site, creator: Option<&Did>) -> String {
    match (site.frontend(), creator) {
        (Some(origin), Some(did)) => format!("{origin}/creator/{}/rss.xml", segment(did.as_str())),
        (Some(origin), None) => format!("{origin}/rss.xml"),
        (None, Some(did)) => endpoint(site, "rss", &[("creator", did.as_str())]),
        (None, None) => endpoint(site, "rss", &[]),
    }
}

/// The index of sitemaps, or one of them; they are counted from 1.
pub fn sitemap(site: &Site, page: Option<u32>) -> String {
    let base = match site.frontend() {
        Some(origin) => format!("{origin}/sitemap.xml"),
        None => endpoint(site, "sitemap", &[]),
    };
    page.map_or_else(|| base.clone(), |page| format!("{base}?page={page}"))
}

/// The picture of a video for other people's pages: a JPEG of 1200x630.
pub fn share_image(site: &Site, uri: &AtUri, cid: &RecordCid) -> String {
    endpoint(site, "getShareImage", &[("uri", uri.as_str()), ("cid", &cid.to_string())])
}

/// A frame of a video, or its own thumbnail, at most `width` pixels wide: 160, 320, 480, 640, 960 or 1280.
pub fn thumbnail(site: &Site, uri: &AtUri, cid: &RecordCid, width: u32) -> String {
    let (cid, width) = (cid.to_string(), width.to_string());
    endpoint(site, "getThumbnail", &[("uri", uri.as_str()), ("cid", &cid), ("width", &width)])
}

/// The HLS playlist of a video.
pub fn playlist(site: &Site, uri: &AtUri) -> String {
    endpoint(site, "getPlaylist", &[("uri", uri.as_str())])
}

/// A page of a video, by its names at the web player and at the bundle.
fn page_of(site: &Site, uri: &AtUri, (folder, name): (&str, &str), start: Option<u64>) -> String {
    let start = start.filter(|seconds| *seconds > 0).map(|seconds| seconds.to_string());
    let time = start.as_deref().map(|start| ("t", start));
    match site.frontend().zip(video_address(uri)) {
        Some((origin, (did, rkey))) => {
            let slash = if rkey.as_str().contains('.') { "/" } else { "" };
            let query = time.map(|time| format!("?{}", encoded(&[time]))).unwrap_or_default();
            format!("{origin}/{folder}/{}/{}{slash}{query}", segment(did.as_str()), segment(rkey.as_str()))
        }
        None => {
            let query: Vec<_> = [("uri", uri.as_str())].into_iter().chain(time).collect();
            endpoint(site, name, &query)
        }
    }
}

/// What a path at the web player names a video by. It says no collection, so there is only one.
fn video_address(uri: &AtUri) -> Option<(&Did, &RecordKey)> {
    let (did, collection, rkey) = uri.record()?;
    (collection.as_str() == nsid::PLACE_STREAM_VIDEO).then_some((did, rkey))
}

fn endpoint(site: &Site, name: &str, query: &[(&str, &str)]) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}/{name}{mark}{}", site.bundle(), encoded(query))
}

/// As browsers write it: the same picture has one address, whoever asks.
fn encoded(query: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish()
}

fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}
