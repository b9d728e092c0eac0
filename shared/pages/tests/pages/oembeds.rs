//! oEmbed answers.

use proptest::prelude::*;
use serde_json::{Value, json};
use streamhut_pages::{Bounds, Video, creator_oembed, oembed, paths};

use crate::html::parse;
use crate::made::{FRONTEND, creator, hostile_video, site, titled, video};

fn answer(video: &Video, width: Option<u32>, height: Option<u32>) -> Value {
    serde_json::to_value(oembed(&site(), video, Bounds { width, height })).unwrap()
}

#[test]
fn the_answer_about_a_video() {
    let mut found = answer(&video(), None, None);
    let html = found.as_object_mut().unwrap().remove("html").unwrap();
    let expect = json!({
        "version": "1.0",
        "type": "video",
        "provider_name": "Streamhut",
        "provider_url": format!("{FRONTEND}/"),
        "title": "Paper Mountains at Dusk",
        "author_name": "Aurora",
        "author_url": format!("{FRONTEND}/creator/{}/", video().creator),
        "cache_age": 600,
        "thumbnail_url": paths::share_image(&site(), &video().uri, &video().cid),
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
        "width": 1280,
        "height": 720,
    });
    assert_eq!(found, expect);
    let expect = format!(
        "<iframe src=\"{}\" width=\"1280\" height=\"720\" title=\"Paper Mountains at Dusk\" \
         allow=\"autoplay; fullscreen; picture-in-picture; encrypted-media\" allowfullscreen loading=\"lazy\" \
         style=\"border:0\"></iframe>",
        paths::embed(&site(), &video().uri, None)
    );
    assert_eq!(html, expect);
}

#[test]
fn sizes_honour_both_maxima() {
    let portrait = Video { size: Some((1080, 1920)), ..video() };
    for (video, width, height, expect) in [
        (&video(), Some(640), None, (640, 360)),
        (&video(), None, Some(180), (320, 180)),
        (&video(), Some(640), Some(90), (160, 90)),
        (&video(), Some(1), Some(1), (1, 1)),
        (&portrait, Some(640), Some(640), (360, 640)),
    ] {
        let found = answer(video, width, height);
        assert_eq!((&found["width"], &found["height"]), (&json!(expect.0), &json!(expect.1)));
        assert!(
            found["html"]
                .as_str()
                .unwrap()
                .contains(&format!("width=\"{}\" height=\"{}\"", expect.0, expect.1))
        );
    }
}

#[test]
fn a_thumbnail_that_is_larger_than_the_maxima_is_left_out() {
    for (width, height, there) in [
        (None, None, true),
        (Some(1200), Some(630), true),
        (Some(1199), None, false),
        (None, Some(629), false),
    ] {
        let found = answer(&video(), width, height);
        for key in ["thumbnail_url", "thumbnail_width", "thumbnail_height"] {
            assert_eq!(found.get(key).is_some(), there, "{width:?} {height:?}");
        }
    }
}

#[test]
fn the_answer_about_a_creator() {
    let expect = json!({
        "version": "1.0",
        "type": "link",
        "provider_name": "Streamhut",
        "provider_url": format!("{FRONTEND}/"),
        "title": "Aurora (@aurora.test)",
        "author_name": "Aurora",
        "author_url": format!("{FRONTEND}/creator/{}/", creator().did),
        "cache_age": 600,
    });
    assert_eq!(serde_json::to_value(creator_oembed(&site(), &creator())).unwrap(), expect);
}

#[test]
fn bad_input_25_a_title_stays_inside_its_attribute() {
    let found = answer(&titled("\"></iframe><script>alert(1)</script>"), None, None);
    let frame = parse(found["html"].as_str().unwrap());
    assert_eq!(frame.elements.len(), 1);
    assert_eq!(frame.one("iframe").get("title"), "\"></iframe><script>alert(1)</script>");
}

proptest! {
    #[test]
    fn any_answer_is_one_frame_of_ours(
        video in hostile_video(), width in prop::option::of(1u32..3000), height in prop::option::of(1u32..3000),
    ) {
        let found = answer(&video, width, height);
        let frame = parse(found["html"].as_str().unwrap());
        prop_assert_eq!(frame.skeleton(), parse(answer(&crate::made::video(), None, None)["html"].as_str().unwrap()).skeleton());
        prop_assert!(frame.one("iframe").get("src").starts_with("https://streamhut.example/embed/"));
        for (key, max) in [("width", width), ("height", height)] {
            let size = found[key].as_u64().unwrap();
            prop_assert!(size >= 1 && max.is_none_or(|max| size <= u64::from(max)));
        }
    }
}
