//! What the policy lets a page do, held against the page itself.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest, Sha256};
use streamhut_pages::{Frames, PageError, creator_page, csp, embed_page, error_page, video_page};

use crate::html::parse;
use crate::made::{bare, creator, site, video, warned};

fn directives(policy: &str) -> BTreeMap<&str, &str> {
    policy.split("; ").map(|directive| directive.split_once(' ').unwrap()).collect()
}

#[test]
fn policies() {
    let share = csp(&site(), Frames::Nobody);
    let share = directives(&share);
    for (name, expect) in [
        ("default-src", "'none'"),
        ("img-src", "https://run.example"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", "'none'"),
    ] {
        assert_eq!(share.get(name), Some(&expect));
    }
    assert_eq!(share.len(), 6);
    let embed = csp(&site(), Frames::Everybody);
    let embed = directives(&embed);
    assert_eq!((embed["frame-ancestors"], embed["media-src"], embed["default-src"]), ("*", "*", "'none'"));
    assert_eq!(embed.len(), 7);
}

#[test]
fn a_page_needs_no_more_than_its_policy_allows() {
    for site in [site(), bare()] {
        let pages = [
            (Frames::Nobody, video_page(&site, &video(), None)),
            (Frames::Nobody, creator_page(&site, &creator(), &[video(), warned()])),
            (Frames::Nobody, error_page(PageError::Gone, &site)),
            (Frames::Everybody, embed_page(&site, &video(), None, true)),
        ];
        for (frames, html) in pages {
            let policy = csp(&site, frames);
            let policy = directives(&policy);
            let page = parse(&html);
            let style = BASE64.encode(Sha256::digest(&page.one("style").text));
            assert_eq!(policy["style-src"], format!("'sha256-{style}'"));
            let pictures = page
                .all("img")
                .map(|img| img.get("src"))
                .chain(page.all("video").map(|video| video.get("poster")));
            for picture in pictures {
                assert!(picture.starts_with(&format!("{}/", policy["img-src"])), "{picture}");
            }
            for name in ["iframe", "object", "embed", "base", "form", "input"] {
                assert_eq!(page.all(name).count(), 0, "<{name}>");
            }
        }
    }
}
