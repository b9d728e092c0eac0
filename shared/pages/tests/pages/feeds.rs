//! Feeds, read by a parser of XML.

use proptest::prelude::*;
use roxmltree::{Document, Node};
use streamhut_pages::{Channel, Video, paths, rss};

use crate::html::parse;
use crate::made::{FRONTEND, bare, creator, hostile_video, huge, site, titled, video, warned};

const MEDIA: &str = "http://search.yahoo.com/mrss/";

fn text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let found = node.children().find(|child| {
        child.is_element() && child.tag_name().name() == name && child.tag_name().namespace().is_none()
    });
    found.and_then(|child| child.text())
}

fn channel<'a>(document: &'a Document<'_>) -> Node<'a, 'a> {
    document.root_element().first_element_child().unwrap()
}

fn items<'a>(document: &'a Document<'_>) -> Vec<Node<'a, 'a>> {
    channel(document).children().filter(|child| child.has_tag_name("item")).collect()
}

#[test]
fn the_feed_of_everyone() {
    let xml = rss(&site(), Channel::Everyone, &[video()], Some(1_792_345_325_000));
    let document = Document::parse(&xml).unwrap();
    assert_eq!(document.root_element().attribute("version"), Some("2.0"));
    let channel = channel(&document);
    for (name, expect) in [
        ("title", "Streamhut"),
        ("link", "https://streamhut.example/"),
        ("description", "New videos on Streamhut."),
        ("lastBuildDate", "Sun, 18 Oct 2026 17:42:05 +0000"),
    ] {
        assert_eq!(text(channel, name), Some(expect));
    }
    let this =
        channel.children().find(|child| child.has_tag_name(("http://www.w3.org/2005/Atom", "link"))).unwrap();
    assert_eq!(
        (this.attribute("rel"), this.attribute("href")),
        (Some("self"), Some("https://streamhut.example/rss.xml"))
    );

    let items = items(&document);
    let item = items[0];
    for (name, expect) in [
        ("title", "Paper Mountains at Dusk"),
        ("link", &paths::watch(&site(), &video().uri)),
        ("guid", video().uri.as_str()),
        ("pubDate", "Sun, 18 Oct 2026 17:42:05 +0000"),
        (
            "description",
            "Seven ridges cut from noise slide past a setting sun.<br><br>0:00 Over the far hills<br>0:07 Into the pines",
        ),
    ] {
        assert_eq!(text(item, name), Some(expect));
    }
    let guid = item.children().find(|child| child.has_tag_name("guid")).unwrap();
    assert_eq!(guid.attribute("isPermaLink"), Some("false"));
    let tags: Vec<_> =
        item.children().filter(|child| child.has_tag_name("category")).filter_map(|tag| tag.text()).collect();
    assert_eq!(tags, ["landscape", "generative"]);
    let picture = item.children().find(|child| child.has_tag_name((MEDIA, "thumbnail"))).unwrap();
    assert_eq!(
        picture.attribute("url"),
        Some(paths::share_image(&site(), &video().uri, &video().cid).as_str())
    );
    let title = item.children().find(|child| child.has_tag_name((MEDIA, "title"))).unwrap();
    assert_eq!(title.text(), Some("Paper Mountains at Dusk"));
}

#[test]
fn the_feed_of_a_creator() {
    for site in [site(), bare()] {
        let xml = rss(&site, Channel::Creator(&creator()), &[], None);
        let document = Document::parse(&xml).unwrap();
        let channel = channel(&document);
        assert_eq!(text(channel, "title"), Some("Aurora on Streamhut"));
        assert_eq!(text(channel, "link"), Some(paths::creator(&site, &creator().did).as_str()));
        assert_eq!(text(channel, "description"), Some("Landscapes from noise. New ones on Sundays."));
        assert_eq!(text(channel, "lastBuildDate"), None);
        let this = channel
            .children()
            .find(|child| child.has_tag_name(("http://www.w3.org/2005/Atom", "link")))
            .unwrap();
        assert_eq!(this.attribute("href"), Some(paths::feed(&site, Some(&creator().did)).as_str()));
    }
    assert!(paths::feed(&site(), None).starts_with(FRONTEND));
}

#[test]
fn what_is_unknown_is_left_out() {
    let unknown =
        Video { created_ms: None, description: None, tags: vec![String::new(), "\0".into()], ..titled("") };
    let xml = rss(&site(), Channel::Everyone, &[unknown, warned()], None);
    let document = Document::parse(&xml).unwrap();
    let items = items(&document);
    assert_eq!(text(items[0], "title"), Some("Untitled video"));
    assert_eq!(
        (text(items[0], "pubDate"), text(items[0], "description"), text(items[0], "category")),
        (None, None, None)
    );
    assert_eq!(text(items[1], "description"), Some("Content warning: nudity, flashing lights"));
}

#[test]
fn bad_input_25_markup_in_a_description_is_text_to_readers_of_feeds() {
    let hostile = Video { description: Some("a <script>alert(1)</script>\n&amp; ]]>".into()), ..video() };
    let xml = rss(&site(), Channel::Everyone, &[hostile, huge()], Some(i64::MAX));
    let document = Document::parse(&xml).unwrap();
    let html = text(items(&document)[0], "description").unwrap();
    let shown = parse(&format!("<body>{html}"));
    assert_eq!(
        shown.elements.iter().map(|element| element.name.as_str()).collect::<Vec<_>>(),
        ["body", "br"]
    );
    assert_eq!(shown.body, "a <script>alert(1)</script>&amp; ]]>");
}

proptest! {
    #[test]
    fn bad_input_25_any_video_gives_valid_xml(videos in prop::collection::vec(hostile_video(), 0..4), at in any::<i64>()) {
        let xml = rss(&site(), Channel::Everyone, &videos, Some(at));
        let document = Document::parse(&xml).unwrap();
        let found: Vec<_> = items(&document).into_iter().map(|item| text(item, "guid").unwrap().to_owned()).collect();
        let expect: Vec<_> = videos.iter().map(|video| video.uri.to_string()).collect();
        prop_assert_eq!(found, expect);
    }
}
