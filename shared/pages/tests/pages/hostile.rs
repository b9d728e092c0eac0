//! Text that wants to be more than text.

use proptest::prelude::*;
use streamhut_pages::{Creator, creator_page, embed_page, video_page};

use crate::html::parse;
use crate::made::{FRONTEND, creator, hostile_text, hostile_video, site, titled, video};

#[test]
fn bad_input_25_markup_in_a_title_is_text() {
    for text in [
        "</title><script>alert(1)</script>",
        "\"><script>alert(1)</script>",
        "' onmouseover='alert(1)",
        "</script><script>alert(1)</script>",
        "<!--",
        "--></head><base href=//evil.example/>",
        "&lt;script&gt;",
    ] {
        let html = video_page(&site(), &titled(text), None);
        let page = parse(&html);
        assert_eq!(page.skeleton(), parse(&video_page(&site(), &video(), None)).skeleton(), "{text}");
        assert_eq!(page.one("h1").text, text);
        assert_eq!(page.meta("og:title"), Some(text));
        assert_eq!(page.json_ld()["name"], text);
    }
}

#[test]
fn bad_input_25_characters_that_only_do_harm_are_gone() {
    let html = video_page(&site(), &titled("Holiday\u{202E}4pm.exe\0\u{7}\u{FEFF}\u{FFFF}\u{2067}!"), None);
    assert_eq!(parse(&html).one("h1").text, "Holiday4pm.exe!");
}

proptest! {
    #[test]
    fn bad_input_25_no_text_changes_a_page(video in hostile_video()) {
        let html = video_page(&site(), &video, Some(7));
        let page = parse(&html);
        prop_assert_eq!(page.skeleton(), parse(&video_page(&site(), &crate::made::video(), Some(7))).skeleton());
        prop_assert!(page.meta("og:title").unwrap().len() <= 70);
        let summary = page.meta("og:description").unwrap();
        prop_assert!(summary.chars().count() <= 200 && !summary.contains(['\n', '\r']));
        prop_assert_eq!(page.meta("og:url"), Some(page.link("canonical", "")));
        let harmful = |c: char| c != '\n' && (c.is_control() || ('\u{202A}'..='\u{202E}').contains(&c));
        prop_assert!(!html.contains(harmful));
    }

    #[test]
    fn bad_input_25_no_text_changes_an_embed(video in hostile_video()) {
        let page = parse(&embed_page(&site(), &video, None, false));
        prop_assert_eq!(page.skeleton(), parse(&embed_page(&site(), &crate::made::video(), None, false)).skeleton());
    }

    #[test]
    fn bad_input_25_no_text_changes_a_creators_page(
        name in hostile_text(), description in hostile_text(), avatar in hostile_text(), video in hostile_video(),
    ) {
        let (name, description) = (Some(format!("x{name}")), Some(format!("x{description}")));
        let hostile = Creator { name, description, avatar: Some(avatar), ..creator() };
        let page = parse(&creator_page(&site(), &hostile, &[video]));
        prop_assert_eq!(page.skeleton(), parse(&creator_page(&site(), &creator(), &[crate::made::video()])).skeleton());
    }

    #[test]
    fn bad_input_26_the_refresh_leads_to_the_configured_origin_only(video in hostile_video(), start in any::<Option<u64>>()) {
        let page = parse(&video_page(&site(), &video, start));
        let url = url::Url::parse(page.refresh().unwrap()).unwrap();
        prop_assert_eq!(url.origin().ascii_serialization(), FRONTEND);
        prop_assert!(url.path().starts_with("/watch/did:"));
        for link in page.all("a") {
            prop_assert!(link.get("href").starts_with("https://streamhut.example/"), "{}", link.get("href"));
        }
    }
}
