//! Videos with content warnings: neutral everywhere.

use streamhut_pages::{Bounds, Channel, Video, embed_page, oembed, paths, rss, sitemap, video_page};

use crate::html::parse;
use crate::made::{site, video, warned};

#[test]
fn a_warned_video_shows_neither_frame_nor_words() {
    let page = parse(&video_page(&site(), &warned(), None));
    let neutral = paths::share_image(&site(), &video().uri, &video().cid);
    for key in ["description", "og:description", "twitter:description"] {
        assert_eq!(page.meta(key), Some("Content warning: nudity, flashing lights"));
    }
    assert_eq!(page.meta("og:title"), Some("Paper Mountains at Dusk"));
    assert_eq!(page.meta("og:image"), Some(neutral.as_str()));
    assert_eq!(
        page.meta("og:image:alt"),
        Some("A neutral picture, because this video has a content warning")
    );
    let data = page.json_ld();
    assert_eq!(data["thumbnailUrl"], neutral);
    assert_eq!(data["isFamilyFriendly"], false);
    assert!(page.body.contains("Content warning: nudity, flashing lights"));

    let everything = [
        video_page(&site(), &warned(), None),
        embed_page(&site(), &warned(), None, true),
        rss(&site(), Channel::Everyone, &[warned()], None),
        serde_json::to_string(&oembed(&site(), &warned(), Bounds::default())).unwrap(),
        sitemap(&site(), &[warned()]),
    ];
    for text in everything {
        assert!(!text.contains("getThumbnail") && !text.contains("Seven ridges"), "{text}");
    }
}

#[test]
fn a_kind_that_says_nothing_is_a_warning_nevertheless() {
    for warnings in [vec![String::new()], vec!["\0".to_owned(), "\u{202E}".to_owned()]] {
        let page = parse(&video_page(&site(), &Video { warnings, ..video() }, None));
        assert_eq!(page.meta("og:description"), Some("Content warning"));
        assert!(!page.body.contains("Seven ridges"));
    }
}

#[test]
fn bad_input_25_warnings_without_end() {
    let page =
        parse(&video_page(&site(), &Video { warnings: vec!["x<y".repeat(1000); 1000], ..video() }, None));
    let text = page.meta("og:description").unwrap();
    assert!(text.starts_with("Content warning: x<y") && text.chars().count() <= 200, "{text}");
}
