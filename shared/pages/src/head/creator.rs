//! The head of a creator's page.

use serde_json::{Value, json};

use super::video::picture_alt;
use super::{Basics, Head, links, property, share_picture};
use crate::words::{self, SITE_NAME};
use crate::{Creator, Site, Video, paths};

/// The head of the page of `creator`, whose newest videos are `videos`. Its picture is that of the newest video without
/// a warning, else the avatar, which has another format.
pub fn creator_head(site: &Site, creator: &Creator, videos: &[Video]) -> Head {
    let basics = Basics {
        kind: "profile",
        title: words::full_name(creator, words::HEAD_TITLE),
        summary: words::creator_summary(creator),
        canonical: paths::creator(site, &creator.did),
    };
    let avatar = creator.avatar.as_deref().filter(|url| is_picture(url));
    let mut meta = basics.open_graph();
    let shown = videos.iter().find(|video| !video.is_warned()).or(videos.first());
    if let Some(video) = shown {
        let (url, alt) = (paths::share_image(site, &video.uri, &video.cid), picture_alt(video));
        meta.extend(share_picture(&url, &alt));
        meta.extend(basics.card(Some((&url, &alt)), "summary_large_image"));
    } else {
        let alt = words::name(creator);
        meta.extend(
            avatar.iter().flat_map(|url| [property("og:image", *url), property("og:image:alt", &alt)]),
        );
        meta.extend(basics.card(avatar.map(|url| (url, alt.as_str())), "summary"));
    }
    let feed = (paths::feed(site, Some(&creator.did)), format!("{} on {SITE_NAME}", words::name(creator)));
    let oembed = paths::oembed(site, &basics.canonical);
    Head {
        title: format!("{SITE_NAME} | {}", basics.title),
        meta,
        link: links(basics.canonical.clone(), oembed, feed, format!("at://{}", creator.did)),
        json_ld: profile_page(creator, avatar, basics),
    }
}

/// An https URL of a length that fits into a head.
fn is_picture(url: &str) -> bool {
    url.len() <= 2048
        && url::Url::parse(url).is_ok_and(|parsed| parsed.scheme() == "https" && parsed.as_str() == url)
}

/// <https://schema.org/ProfilePage>.
fn profile_page(creator: &Creator, avatar: Option<&str>, basics: Basics) -> Value {
    let mut person = json!({
        "@type": "Person",
        "name": words::name(creator),
        "identifier": creator.did.as_str(),
        "description": basics.summary,
        "url": basics.canonical,
    });
    let known = [
        ("alternateName", creator.handle.as_ref().map(|handle| format!("@{handle}"))),
        ("image", avatar.map(str::to_owned)),
    ];
    if let Some(fields) = person.as_object_mut() {
        fields.extend(known.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))));
    }
    json!({
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "mainEntity": person,
    })
}
