//! The share page of a video.

use askama::Template;

use crate::csp::PAGE_CSS;
use crate::head::{Head, SHARE_IMAGE, video_head};
use crate::json_ld::script_text;
use crate::rendered::rendered;
use crate::text::{Max, is_visible, paragraphs};
use crate::{Site, Video, duration, instant, paths, words};

const DESCRIPTION: Max = Max::Characters(1_000);

#[derive(Template)]
#[template(path = "video.html")]
struct VideoPage<'a> {
    css: &'static str,
    home: &'a str,
    head: &'a Head,
    json_ld: String,
    /// Where a person is sent on to: the web player, never anywhere else.
    refresh: Option<&'a str>,
    /// Where it plays.
    watch: &'a str,
    picture: String,
    picture_width: u32,
    picture_height: u32,
    picture_alt: String,
    title: String,
    author: String,
    author_url: String,
    /// For machines, for people.
    created: Option<(String, String)>,
    /// For machines, for people.
    length: Option<(String, String)>,
    warning: Option<String>,
    description: Option<String>,
}

/// The page of `video`, as HTML. With a web player it sends a person on to the watch page there, at `start` seconds.
pub fn video_page(site: &Site, video: &Video, start: Option<u64>) -> String {
    let head = video_head(site, video, start);
    let refresh = site.frontend().map(|_| paths::watch_from(site, &video.uri, start));
    // Without a web player this page is the watch page, and what plays is the embed.
    let watch = refresh.clone().unwrap_or_else(|| paths::embed(site, &video.uri, start));
    let described = video.description.as_deref().filter(|text| !video.is_warned() && is_visible(text));
    let seconds = duration::seconds(video.duration_ms);
    rendered(&VideoPage {
        css: PAGE_CSS,
        home: &site.home(),
        json_ld: script_text(&head.json_ld),
        head: &head,
        refresh: refresh.as_deref(),
        watch: &watch,
        picture: paths::share_image(site, &video.uri, &video.cid),
        picture_width: SHARE_IMAGE.0,
        picture_height: SHARE_IMAGE.1,
        picture_alt: crate::head::picture_alt(video),
        title: words::title(video, words::TITLE),
        author: words::author(video),
        author_url: paths::creator(site, &video.creator),
        created: instant::w3c(video.created_ms).zip(instant::calendar(video.created_ms)),
        length: seconds.map(|seconds| (duration::iso(seconds), duration::figures(seconds))),
        warning: words::warning(video),
        description: described.map(|text| paragraphs(text, DESCRIPTION)),
    })
}
