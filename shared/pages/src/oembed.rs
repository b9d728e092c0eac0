//! oEmbed answers: <https://oembed.com>, version 1.0, as JSON.

use askama::Template;
use serde::Serialize;

use crate::head::SHARE_IMAGE;
use crate::rendered::rendered;
use crate::size::embed_size;
use crate::words::{self, SITE_NAME};
use crate::{Bounds, Creator, Site, Video, paths};

/// For how many seconds an answer holds.
const CACHE_AGE: u32 = 600;

/// An answer, to be serialised. Nothing but `html` is escaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OEmbed {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    provider_name: &'static str,
    provider_url: String,
    title: String,
    author_name: String,
    author_url: String,
    cache_age: u32,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    thumbnail: Option<Thumbnail>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    frame: Option<Frame>,
}

/// The three go together, or not at all (section 2.3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Thumbnail {
    thumbnail_url: String,
    thumbnail_width: u32,
    thumbnail_height: u32,
}

/// What a video has more than a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Frame {
    html: String,
    width: u32,
    height: u32,
}

#[derive(Template)]
#[template(path = "iframe.html")]
struct Iframe<'a> {
    url: &'a str,
    title: &'a str,
    width: u32,
    height: u32,
}

/// The answer about a video: a frame in its shape that honours both maxima. Its thumbnail is the share image, of which
/// there is one size only, and so is left out where that doesn't fit.
pub fn oembed(site: &Site, video: &Video, bounds: Bounds) -> OEmbed {
    let title = words::title(video, words::TITLE);
    let (width, height) = embed_size(video.size, bounds);
    let url = paths::embed(site, &video.uri, None);
    let html = rendered(&Iframe { url: &url, title: &title, width, height }).trim_end().to_owned();
    OEmbed {
        author_name: words::author(video),
        author_url: paths::creator(site, &video.creator),
        thumbnail: bounds.admit(SHARE_IMAGE).then(|| Thumbnail {
            thumbnail_url: paths::share_image(site, &video.uri, &video.cid),
            thumbnail_width: SHARE_IMAGE.0,
            thumbnail_height: SHARE_IMAGE.1,
        }),
        frame: Some(Frame { html, width, height }),
        ..answer(site, "video", title)
    }
}

/// The answer about a creator: a link.
pub fn creator_oembed(site: &Site, creator: &Creator) -> OEmbed {
    OEmbed {
        author_name: words::name(creator),
        author_url: paths::creator(site, &creator.did),
        ..answer(site, "link", words::full_name(creator, words::TITLE))
    }
}

fn answer(site: &Site, kind: &'static str, title: String) -> OEmbed {
    OEmbed {
        version: "1.0",
        kind,
        provider_name: SITE_NAME,
        provider_url: site.home(),
        title,
        author_name: String::new(),
        author_url: String::new(),
        cache_age: CACHE_AGE,
        thumbnail: None,
        frame: None,
    }
}
