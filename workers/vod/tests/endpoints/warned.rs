//! A video with a content warning is shown neutrally wherever others may show it.

use serde_json::json;

use crate::{markup::parse, stage::*};

const SECRET: &str = "UNDESCRIBED";

#[test]
fn no_frame_and_no_word_of_the_description() {
    let video = Video::new("a").with(json!({"title": "Figure drawing", "description": SECRET})).warned();
    for frontend in [Some(FRONTEND), None] {
        for made in [false, true] {
            let harness = shared_at(frontend, &video);
            if made {
                assert!(harness.run_job("syncAndProcessVideos").is_success());
            }
            let oembed = query(&[("url", &format!("{BUNDLE}/shareVideo?{}", video.query()))]);
            let mut targets = documents(&video);
            targets.retain(|target| !target.starts_with("oembed"));
            targets.extend([format!("oembed?{oembed}"), format!("embed?{}&autoplay=1", video.query())]);
            for target in targets {
                let answer = harness.get(&target);
                let text = answer.text();
                assert_eq!(answer.status(), 200, "{target}: {text}");
                assert!(!text.contains(SECRET), "{target}: {text}");
                assert!(
                    !text.contains("getThumbnail")
                        && !text.contains("autoplay>")
                        && !text.contains("autoplay "),
                    "{target}: {text}"
                );
                // In words, where something is said of the video at all.
                let of_creator = target.starts_with("getShareHead?creator")
                    || target.starts_with("sitemap")
                    || target.starts_with("oembed");
                assert_eq!(text.contains("Content warning: nudity"), !of_creator, "{target}: {text}");
            }
            assert_eq!(parse(&harness.get("sitemap").text()).all("url").count(), 0);
        }
    }
    let harness = shared(&video);
    let page = parse(&harness.get(&format!("shareVideo?{}", video.query())).text());
    assert_eq!(page.meta("og:description"), Some("Content warning: nudity"));
    assert!(page.meta("og:image").unwrap().contains("/getShareImage?"));
    assert_eq!(page.json_ld()["isFamilyFriendly"], false);
}
