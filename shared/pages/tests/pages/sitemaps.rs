//! Sitemaps, read by a parser of XML.

use proptest::prelude::*;
use roxmltree::{Document, Node};
use streamhut_pages::{SITEMAP_VIDEOS, Video, paths, sitemap, sitemap_index};

use crate::made::{bare, hostile_video, huge, huge_site, site, titled, video, warned};

const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const VIDEO: &str = "http://www.google.com/schemas/sitemap-video/1.1";

fn pages<'a>(document: &'a Document<'_>) -> Vec<Node<'a, 'a>> {
    assert!(document.root_element().has_tag_name((SITEMAP, "urlset")));
    document.root_element().children().filter(Node::is_element).collect()
}

/// Names and texts of what is told of a video.
fn told(page: Node<'_, '_>) -> Vec<(String, String)> {
    let video = page.children().find(|child| child.has_tag_name((VIDEO, "video"))).unwrap();
    let fields = video.children().filter(Node::is_element);
    fields.map(|field| (field.tag_name().name().to_owned(), field.text().unwrap().to_owned())).collect()
}

#[test]
fn the_sitemap_of_videos() {
    let xml = sitemap(&site(), &[video(), warned(), titled("")]);
    let document = Document::parse(&xml).unwrap();
    let pages = pages(&document);
    assert_eq!(pages.len(), 2, "the warned one is left out");
    let loc = pages[0].children().find(|child| child.has_tag_name((SITEMAP, "loc"))).unwrap();
    assert_eq!(loc.text(), Some(paths::watch(&site(), &video().uri).as_str()));
    let expect = [
        ("thumbnail_loc", paths::thumbnail(&site(), &video().uri, &video().cid, 640)),
        ("title", "Paper Mountains at Dusk".into()),
        (
            "description",
            "Seven ridges cut from noise slide past a setting sun. 0:00 Over the far hills 0:07 Into the pines".into(),
        ),
        ("player_loc", paths::embed(&site(), &video().uri, None)),
        ("duration", "3723".into()),
        ("publication_date", "2026-10-18T17:42:05.000Z".into()),
    ];
    assert_eq!(told(pages[0]), expect.map(|(name, text)| (name.to_owned(), text)));
    assert!(told(pages[1]).contains(&("title".into(), "Untitled video".into())));
}

#[test]
fn durations_that_the_schema_allows() {
    for (ms, expect) in [
        (None, None),
        (Some(0), None),
        (Some(999), None),
        (Some(1_000), Some("1")),
        (Some(28_800_999), Some("28800")),
        (Some(28_801_000), None),
        (Some(u64::MAX), None),
    ] {
        let xml = sitemap(&site(), &[Video { duration_ms: ms, ..video() }]);
        let document = Document::parse(&xml).unwrap();
        let found =
            told(pages(&document)[0]).into_iter().find(|(name, _)| name == "duration").map(|(_, text)| text);
        assert_eq!(found.as_deref(), expect, "{ms:?}");
    }
}

#[test]
fn the_index_of_sitemaps() {
    for (site, base) in [
        (site(), "https://streamhut.example/sitemap.xml".to_owned()),
        (bare(), format!("{}/sitemap", bare().bundle())),
    ] {
        let xml = sitemap_index(&site, 2);
        let document = Document::parse(&xml).unwrap();
        assert!(document.root_element().has_tag_name((SITEMAP, "sitemapindex")));
        let locs: Vec<_> = document
            .descendants()
            .filter(|node| node.has_tag_name((SITEMAP, "loc")))
            .filter_map(|loc| loc.text())
            .collect();
        assert_eq!(locs, [format!("{base}?page=1"), format!("{base}?page=2")]);
    }
    let count = |sitemaps| {
        Document::parse(&sitemap_index(&site(), sitemaps))
            .unwrap()
            .root_element()
            .children()
            .filter(Node::is_element)
            .count()
    };
    assert_eq!((count(0), count(u32::MAX)), (0, 50_000));
}

#[test]
fn bad_input_25_a_sitemap_of_anything_stays_below_the_limit() {
    let one = sitemap(&huge_site(), &[huge()]).len();
    assert!(one * SITEMAP_VIDEOS < 50_000_000, "{one}");
    let xml = sitemap(&site(), &vec![video(); SITEMAP_VIDEOS + 1]);
    assert_eq!(pages(&Document::parse(&xml).unwrap()).len(), SITEMAP_VIDEOS);
}

proptest! {
    #[test]
    fn bad_input_25_any_video_gives_a_valid_sitemap(videos in prop::collection::vec(hostile_video(), 0..4)) {
        let xml = sitemap(&site(), &videos);
        let document = Document::parse(&xml).unwrap();
        let found = pages(&document);
        prop_assert_eq!(found.len(), videos.len());
        for page in found {
            let told = told(page);
            prop_assert!(told[1].1.chars().count() <= 100 && told[2].1.chars().count() <= 2048);
        }
    }
}
