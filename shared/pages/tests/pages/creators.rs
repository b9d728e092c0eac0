//! Pages of creators.

use streamhut_pages::{Creator, creator_head, creator_page, paths};

use crate::html::parse;
use crate::made::{FRONTEND, creator, site, titled, video, warned};

#[test]
fn the_head_of_a_creator() {
    let page = parse(&creator_page(&site(), &creator(), &[video()]));
    let canonical = format!("{FRONTEND}/creator/{}/", creator().did);
    for (key, expect) in [
        ("og:type", "profile"),
        ("og:title", "Aurora (@aurora.test)"),
        ("og:description", "Landscapes from noise. New ones on Sundays."),
        ("og:url", &canonical),
        ("og:image", &paths::share_image(&site(), &video().uri, &video().cid)),
        ("og:image:width", "1200"),
        ("twitter:card", "summary_large_image"),
    ] {
        assert_eq!(page.meta(key), Some(expect));
    }
    assert_eq!(page.meta_keys().last(), Some(&"twitter:card"));
    assert!(
        !page.meta_keys().iter().any(|key| key.starts_with("video:") || key.starts_with("twitter:player"))
    );
    assert_eq!(page.one("title").text, "Streamhut | Aurora (@aurora.test)");
    assert_eq!(page.link("canonical", ""), canonical);
    assert_eq!(page.link("alternate", ""), format!("at://{}", creator().did));
    let expect = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "mainEntity": {
            "@type": "Person",
            "name": "Aurora",
            "alternateName": "@aurora.test",
            "identifier": creator().did,
            "description": "Landscapes from noise. New ones on Sundays.",
            "url": canonical,
            "image": "https://cdn.example/avatar.jpg",
        },
    });
    assert_eq!(page.json_ld(), expect);
}

#[test]
fn a_creator_of_whom_nothing_is_known() {
    let unknown = Creator { did: creator().did, handle: None, name: None, description: None, avatar: None };
    let page = parse(&creator_page(&site(), &unknown, &[]));
    for (key, expect) in [
        ("og:title", Some("did:plc:jtfnthvf…33uu")),
        ("og:description", Some("Videos by did:plc:jtfnthvf…33uu on Streamhut.")),
        ("og:image", None),
        ("twitter:card", Some("summary")),
    ] {
        assert_eq!(page.meta(key), expect);
    }
    assert!(page.body.contains("No videos yet."));
}

#[test]
fn which_picture_stands_for_a_creator() {
    let picture = |creator: &Creator, videos: &[_]| {
        let head = creator_head(&site(), creator, videos);
        let found = head.meta.iter().find(|meta| meta.key.value() == "og:image");
        found.map(|meta| meta.content.clone())
    };
    let mut other = titled("Another");
    other.uri = streamhut_atproto::AtUri::parse("at://did:web:a.example/place.stream.video/other").unwrap();
    let of_other = Some(paths::share_image(&site(), &other.uri, &other.cid));
    assert_eq!(picture(&creator(), &[warned(), other.clone()]), of_other);
    assert_eq!(
        picture(&creator(), &[warned()]),
        Some(paths::share_image(&site(), &video().uri, &video().cid))
    );
    assert_eq!(picture(&creator(), &[]), creator().avatar);
    for avatar in [
        "http://cdn.example/a.jpg",
        "javascript:alert(1)",
        "data:image/png;base64,x",
        "https://cdn.example/a b",
        "/a.jpg",
    ] {
        let odd = Creator { avatar: Some(avatar.into()), ..creator() };
        assert_eq!(picture(&odd, &[]), None, "{avatar}");
        assert!(!serde_json::to_string(&creator_head(&site(), &odd, &[])).unwrap().contains(avatar));
    }
}

#[test]
fn the_videos_of_a_creator() {
    let html = creator_page(&site(), &creator(), &[video(), titled(""), warned()]);
    let page = parse(&html);
    let pictures: Vec<_> = page.all("img").map(|img| img.get("src")).collect();
    let thumbnail = paths::thumbnail(&site(), &video().uri, &video().cid, 640);
    let neutral = paths::share_image(&site(), &video().uri, &video().cid);
    assert_eq!(pictures, [&thumbnail, &thumbnail, &neutral]);
    assert!(
        page.body.contains("Untitled video")
            && page.body.contains("Content warning: nudity, flashing lights")
    );
    assert!(!page.body.contains("Seven ridges"));
    assert_eq!(parse(&creator_page(&site(), &creator(), &vec![video(); 500])).all("li").count(), 12);
    // Nobody but the bundle is told of a visit.
    assert!(!html.replace("\"image\":\"https://cdn.example/avatar.jpg\"", "").contains("cdn.example"));
}
