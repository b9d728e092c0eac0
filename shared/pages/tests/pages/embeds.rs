//! The player inside other people's pages.

use streamhut_pages::{embed_page, paths};

use crate::html::parse;
use crate::made::{bare, huge, huge_site, site, video, warned};

#[test]
fn an_embed_plays_without_script() {
    let html = embed_page(&site(), &video(), Some(90), true);
    let page = parse(&html);
    let player = page.one("video");
    for attribute in ["controls", "playsinline", "autoplay"] {
        assert!(player.attributes.contains_key(attribute), "{attribute}");
    }
    assert_eq!(player.get("preload"), "none");
    assert_eq!(player.get("poster"), paths::thumbnail(&site(), &video().uri, &video().cid, 960));
    let source = page.one("source");
    assert_eq!(source.get("src"), format!("{}#t=90", paths::playlist(&site(), &video().uri)));
    assert_eq!(source.get("type"), "application/vnd.apple.mpegurl");
    assert_eq!(page.meta("robots"), Some("noindex, indexifembedded"));
    assert_eq!(page.link("canonical", ""), paths::watch(&site(), &video().uri));
    let link = page.one("a");
    assert_eq!(link.get("href"), paths::watch_from(&site(), &video().uri, Some(90)));
    assert_eq!((link.get("target"), link.get("rel")), ("_blank", "noopener"));
    assert_eq!(page.one("strong").text, "Paper Mountains at Dusk");
    assert_eq!(page.all("script").count(), 0);
    assert!(!page.meta_keys().iter().any(|key| key.starts_with("og:")));
}

#[test]
fn an_embed_starts_where_and_when_it_is_asked_to() {
    for (start, end) in [(None, "pb"), (Some(0), "pb"), (Some(7), "pb#t=7")] {
        let page = parse(&embed_page(&bare(), &video(), start, false));
        assert!(page.one("source").get("src").ends_with(end));
        assert!(!page.one("video").attributes.contains_key("autoplay"));
    }
}

#[test]
fn a_warned_embed_waits_behind_a_neutral_picture() {
    let page = parse(&embed_page(&site(), &warned(), None, true));
    let player = page.one("video");
    assert!(!player.attributes.contains_key("autoplay"));
    assert_eq!(player.get("poster"), paths::share_image(&site(), &video().uri, &video().cid));
    assert!(page.body.contains("Content warning: nudity, flashing lights"));
}

#[test]
fn bad_input_25_an_embed_of_anything_stays_small() {
    let html = embed_page(&huge_site(), &huge(), Some(u64::MAX), true);
    assert!(html.len() < 100_000);
    parse(&html);
}
