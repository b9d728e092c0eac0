//! Sitemaps for search engines: <https://www.sitemaps.org/protocol.html> with Google's namespace of videos.

use askama::Template;

use crate::rendered::rendered;
use crate::text::{Max, is_visible, line};
use crate::{Site, Video, duration, instant, paths, words};

/// The most videos in one sitemap: it stays far below the 50 MB that the protocol allows.
pub const SITEMAP_VIDEOS: usize = 1_000;
/// The most sitemaps in an index, by the protocol.
const MAX_SITEMAPS: u32 = 50_000;
const TITLE: Max = Max::Characters(100);
const DESCRIPTION: Max = Max::Characters(1_000);
/// The longest duration that the namespace of videos allows, in seconds.
const MAX_SECONDS: u64 = 28_800;

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    pages: Vec<Page>,
}

struct Page {
    url: String,
    picture: String,
    title: String,
    description: String,
    player: String,
    seconds: Option<u64>,
    published: Option<String>,
}

#[derive(Template)]
#[template(path = "sitemap_index.xml")]
struct Index {
    sitemaps: Vec<String>,
}

/// The sitemap of `videos`, of which the first [`SITEMAP_VIDEOS`] count. Those with content warnings are left out.
pub fn sitemap(site: &Site, videos: &[Video]) -> String {
    let shown = videos.iter().take(SITEMAP_VIDEOS).filter(|video| !video.is_warned());
    rendered(&Sitemap { pages: shown.map(|video| page(site, video)).collect() })
}

/// The index of `sitemaps` sitemaps, counted from 1.
pub fn sitemap_index(site: &Site, sitemaps: u32) -> String {
    let numbers = 1..=sitemaps.min(MAX_SITEMAPS);
    rendered(&Index { sitemaps: numbers.map(|number| paths::sitemap(site, Some(number))).collect() })
}

fn page(site: &Site, video: &Video) -> Page {
    let own =
        video.description.as_deref().filter(|text| is_visible(text)).map(|text| line(text, DESCRIPTION));
    Page {
        url: paths::watch(site, &video.uri),
        picture: paths::thumbnail(site, &video.uri, &video.cid, 640),
        title: words::title(video, TITLE),
        description: own.unwrap_or_else(|| words::summary(video)),
        player: paths::embed(site, &video.uri, None),
        seconds: duration::seconds(video.duration_ms).filter(|seconds| *seconds <= MAX_SECONDS),
        published: instant::w3c(video.created_ms),
    }
}
