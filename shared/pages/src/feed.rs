//! Feeds: RSS 2.0, with the namespaces of Atom, Dublin Core and Media RSS.

use askama::Template;

use crate::rendered::rendered;
use crate::text::{Max, is_visible, line, paragraphs};
use crate::words::{self, SITE_NAME};
use crate::{Creator, Site, Video, instant, paths};

const DESCRIPTION: Max = Max::Characters(5_000);
const TAG: Max = Max::Characters(64);
const MAX_TAGS: usize = 10;

/// Whose videos a feed has.
#[derive(Debug, Clone, Copy)]
pub enum Channel<'a> {
    /// Those of all creators.
    Everyone,
    /// Those of one.
    Creator(&'a Creator),
}

#[derive(Template)]
#[template(path = "rss.xml")]
struct Feed {
    title: String,
    link: String,
    this: String,
    description: String,
    updated: Option<String>,
    items: Vec<Item>,
}

struct Item {
    title: String,
    link: String,
    guid: String,
    published: Option<String>,
    author: String,
    tags: Vec<String>,
    picture: String,
    /// HTML, as readers of feeds take it to be.
    description: Option<String>,
}

#[derive(Template)]
#[template(path = "lines.html")]
struct Lines<'a> {
    lines: Vec<&'a str>,
}

/// The feed of `channel`, as RSS, with all of `videos` in their order. `updated_ms` is when it last changed, in
/// milliseconds since the epoch.
pub fn rss(site: &Site, channel: Channel<'_>, videos: &[Video], updated_ms: Option<i64>) -> String {
    let (title, link, this, description) = match channel {
        Channel::Everyone => (
            SITE_NAME.to_owned(),
            site.home(),
            paths::feed(site, None),
            format!("New videos on {SITE_NAME}."),
        ),
        Channel::Creator(creator) => (
            format!("{} on {SITE_NAME}", words::name(creator)),
            paths::creator(site, &creator.did),
            paths::feed(site, Some(&creator.did)),
            words::creator_summary(creator),
        ),
    };
    let items = videos.iter().map(|video| item(site, video)).collect();
    rendered(&Feed { title, link, this, description, updated: instant::rfc822(updated_ms), items })
}

fn item(site: &Site, video: &Video) -> Item {
    let own = video
        .description
        .as_deref()
        .filter(|text| is_visible(text))
        .map(|text| paragraphs(text, DESCRIPTION));
    let description = words::warning(video).or(own);
    Item {
        title: words::title(video, words::TITLE),
        link: paths::watch(site, &video.uri),
        guid: video.uri.to_string(),
        published: instant::rfc822(video.created_ms),
        author: words::author(video),
        tags: video
            .tags
            .iter()
            .map(|tag| line(tag, TAG))
            .filter(|tag| is_visible(tag))
            .take(MAX_TAGS)
            .collect(),
        picture: paths::share_image(site, &video.uri, &video.cid),
        description: description.map(|text| rendered(&Lines { lines: text.lines().collect() })),
    }
}
