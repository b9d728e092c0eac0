//! The share page of a creator.

use askama::Template;

use crate::csp::PAGE_CSS;
use crate::head::{Head, creator_head};
use crate::json_ld::script_text;
use crate::rendered::rendered;
use crate::text::{Max, is_visible, paragraphs};
use crate::{Creator, Site, Video, duration, paths, words};

const DESCRIPTION: Max = Max::Characters(600);
const CARD_TITLE: Max = Max::Characters(100);
/// As many as a page of 100 KB holds, however long their addresses are.
const MAX_CARDS: usize = 12;

#[derive(Template)]
#[template(path = "creator.html")]
struct CreatorPage<'a> {
    css: &'static str,
    home: &'a str,
    head: &'a Head,
    json_ld: String,
    refresh: Option<&'a str>,
    name: String,
    handle: Option<String>,
    description: Option<String>,
    cards: Vec<Card>,
}

struct Card {
    url: String,
    picture: String,
    title: String,
    length: Option<String>,
    warning: Option<String>,
}

/// The page of `creator`, as HTML, with the first of `videos`, newest first. With a web player it sends a person on to
/// the creator's page there. The avatar, which may lie anywhere, is not on it: a visit tells nobody else.
pub fn creator_page(site: &Site, creator: &Creator, videos: &[Video]) -> String {
    let head = creator_head(site, creator, videos);
    let name = words::name(creator);
    let refresh = site.frontend().map(|_| paths::creator(site, &creator.did));
    let described = creator.description.as_deref().filter(|text| is_visible(text));
    rendered(&CreatorPage {
        css: PAGE_CSS,
        home: &site.home(),
        json_ld: script_text(&head.json_ld),
        head: &head,
        refresh: refresh.as_deref(),
        handle: creator.handle.as_ref().map(|handle| format!("@{handle}")).filter(|handle| *handle != name),
        name,
        description: described.map(|text| paragraphs(text, DESCRIPTION)),
        cards: videos.iter().take(MAX_CARDS).map(|video| card(site, video)).collect(),
    })
}

fn card(site: &Site, video: &Video) -> Card {
    Card {
        url: paths::watch(site, &video.uri),
        picture: match video.is_warned() {
            true => paths::share_image(site, &video.uri, &video.cid),
            false => paths::thumbnail(site, &video.uri, &video.cid, 640),
        },
        title: words::title(video, CARD_TITLE),
        length: duration::seconds(video.duration_ms).map(duration::figures),
        warning: words::warning(video),
    }
}
