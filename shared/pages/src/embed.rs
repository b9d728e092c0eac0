//! A player inside other people's pages, without script: the browser's own controls, where it plays HLS.

use askama::Template;

use crate::csp::EMBED_CSS;
use crate::rendered::rendered;
use crate::words::{self, SITE_NAME};
use crate::{Site, Video, paths};

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage<'a> {
    css: &'static str,
    site_name: &'static str,
    canonical: String,
    watch: String,
    title: &'a str,
    author: String,
    warning: Option<String>,
    poster: String,
    playlist: String,
    autoplay: bool,
}

/// The embed of `video`, as HTML, beginning at `start` seconds. `autoplay` asks for it to begin by itself, which
/// browsers grant or not; a video with a content warning never asks, and shows no frame before it plays.
pub fn embed_page(site: &Site, video: &Video, start: Option<u64>, autoplay: bool) -> String {
    let fragment = start.filter(|seconds| *seconds > 0).map(|seconds| format!("#t={seconds}"));
    rendered(&EmbedPage {
        css: EMBED_CSS,
        site_name: SITE_NAME,
        canonical: paths::watch(site, &video.uri),
        watch: paths::watch_from(site, &video.uri, start),
        title: &words::title(video, words::TITLE),
        author: words::author(video),
        warning: words::warning(video),
        poster: match video.is_warned() {
            true => paths::share_image(site, &video.uri, &video.cid),
            false => paths::thumbnail(site, &video.uri, &video.cid, 960),
        },
        playlist: format!("{}{}", paths::playlist(site, &video.uri), fragment.unwrap_or_default()),
        autoplay: autoplay && !video.is_warned(),
    })
}
