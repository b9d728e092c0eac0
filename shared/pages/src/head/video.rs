//! The head of a video's page.

use serde_json::{Value, json};

use super::{Basics, Head, Meta, links, named, property, share_picture};
use crate::size::{Bounds, embed_size};
use crate::words::{self, SITE_NAME};
use crate::{Site, Video, duration, instant, paths};

/// The head of the page of `video`. `start` is the second that players in other people's pages begin at; the address
/// of the page is the same for all of them.
pub fn video_head(site: &Site, video: &Video, start: Option<u64>) -> Head {
    let basics = Basics {
        kind: "video.other",
        title: words::title(video, words::HEAD_TITLE),
        summary: words::summary(video),
        canonical: paths::watch(site, &video.uri),
    };
    let picture = paths::share_image(site, &video.uri, &video.cid);
    let alt = picture_alt(video);

    let mut meta = basics.open_graph();
    meta.extend(share_picture(&picture, &alt));
    let seconds = duration::seconds(video.duration_ms);
    meta.extend(seconds.map(|seconds| property("video:duration", seconds.to_string())));
    meta.extend(instant::w3c(video.created_ms).map(|at| property("video:release_date", at)));
    meta.extend(player(site, video, start));
    meta.extend(basics.card(Some((&picture, &alt)), "summary_large_image"));

    let feed_title = format!("{} on {SITE_NAME}", words::author(video));
    Head {
        title: format!("{SITE_NAME} | {}", basics.title),
        meta,
        link: links(
            basics.canonical.clone(),
            paths::oembed(site, &basics.canonical),
            (paths::feed(site, Some(&video.creator)), feed_title),
            video.uri.to_string(),
        ),
        json_ld: video_object(site, video, basics),
    }
}

/// What the share image of a video shows, in words.
pub(crate) fn picture_alt(video: &Video) -> String {
    match video.is_warned() {
        true => "A neutral picture, because this video has a content warning".to_owned(),
        false => format!("{} by {}", words::title(video, words::HEAD_TITLE), words::author(video)),
    }
}

/// Mastodon makes an iframe of it, for which it wants the size beside it; X and browsers take none from http, which has
/// no place inside a page of https.
fn player(site: &Site, video: &Video, start: Option<u64>) -> Vec<Meta> {
    let url = paths::embed(site, &video.uri, start);
    if !url.starts_with("https:") {
        return Vec::new();
    }
    let (width, height) = embed_size(video.size, Bounds::default());
    vec![
        named("twitter:player", url),
        named("twitter:player:width", width.to_string()),
        named("twitter:player:height", height.to_string()),
    ]
}

/// <https://schema.org/VideoObject>, with what search engines ask for.
fn video_object(site: &Site, video: &Video, basics: Basics) -> Value {
    let thumbnail = match video.is_warned() {
        true => paths::share_image(site, &video.uri, &video.cid),
        false => paths::thumbnail(site, &video.uri, &video.cid, 640),
    };
    let mut object = json!({
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": words::title(video, words::TITLE),
        "description": basics.summary,
        "thumbnailUrl": thumbnail,
        "embedUrl": paths::embed(site, &video.uri, None),
        "url": basics.canonical,
        "author": {
            "@type": "Person",
            "name": words::author(video),
            "url": paths::creator(site, &video.creator),
        },
    });
    let seconds = duration::seconds(video.duration_ms);
    let known = [
        ("uploadDate", instant::w3c(video.created_ms).map(Value::from)),
        ("duration", seconds.map(|seconds| Value::from(duration::iso(seconds)))),
        ("isFamilyFriendly", video.is_warned().then_some(Value::from(false))),
    ];
    if let Some(fields) = object.as_object_mut() {
        fields.extend(known.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
    object
}
