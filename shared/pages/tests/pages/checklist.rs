//! What networks and search engines ask of a page, one by one.

use proptest::prelude::*;
use streamhut_pages::{PageError, Video, creator_page, error_page, paths, video_head, video_page};

use crate::html::parse;
use crate::made::{
    BUNDLE, FRONTEND, bare, creator, hostile_video, huge, huge_site, site, titled, video, warned,
};

const WATCH: &str = "https://streamhut.example/watch/did:plc:jtfnthvf2ryakrpavyjd33uu/3my65pampecpb";

/// Holds for every page, whatever is on it.
fn check_document(html: &str) {
    assert!(html.len() <= 100_000, "{} bytes", html.len());
    let last_meta = html.rfind("<meta").unwrap();
    let end = last_meta + html[last_meta..].find('>').unwrap();
    assert!(end < 16 * 1024, "the last meta ends at {end}");
    let page = parse(html);
    let first =
        page.elements.iter().find(|element| !["html", "head"].contains(&element.name.as_str())).unwrap();
    assert_eq!((first.name.as_str(), first.get("charset")), ("meta", "utf-8"));
    for element in &page.elements {
        assert!(element.name != "script" || element.get("type") == "application/ld+json");
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on") && name != "style", "{name}");
            assert!(
                !["href", "src"].contains(&name.as_str())
                    || value.starts_with("http")
                    || value.starts_with("at://")
            );
        }
    }
}

#[test]
fn line_1_one_small_document_without_script() {
    for video in [video(), warned(), titled(""), titled("a".repeat(1_000_000)), huge()] {
        for site in [site(), bare(), huge_site()] {
            check_document(&video_page(&site, &video, Some(90)));
            check_document(&video_page(
                &site,
                &Video { warnings: vec!["<b>".repeat(99); 99], ..video.clone() },
                None,
            ));
        }
    }
    let mut long = creator();
    long.description = Some("&".repeat(1_000_000));
    long.name = Some("<".repeat(1_000_000));
    long.avatar = Some(format!("https://cdn.example/{}", "&".repeat(1_000_000)));
    for videos in [vec![], vec![huge(); 20], vec![video(), warned()]] {
        check_document(&creator_page(&huge_site(), &long, &videos));
        check_document(&creator_page(&bare(), &creator(), &videos));
    }
}

#[test]
fn line_2_one_canonical_address() {
    for (site, canonical) in [(site(), WATCH.to_owned()), (bare(), paths::watch(&bare(), &video().uri))] {
        for start in [None, Some(90)] {
            let page = parse(&video_page(&site, &video(), start));
            assert_eq!(page.meta("og:url"), Some(canonical.as_str()));
            assert_eq!(page.link("canonical", ""), canonical);
        }
    }
}

#[test]
fn line_3_titles_and_descriptions() {
    let check = |title: &str, expect: &str| {
        let page = parse(&video_page(&site(), &titled(title), None));
        assert_eq!(page.meta("og:title"), Some(expect), "{title:?}");
        assert_eq!(page.meta("twitter:title"), Some(expect));
        assert_eq!(page.one("title").text, format!("Streamhut | {expect}"));
    };
    check("Paper Mountains at Dusk", "Paper Mountains at Dusk");
    check("", "Untitled video");
    check(" \0\u{202E}\u{200B}\n", "Untitled video");
    check("Tom & \"Jerry\" <3", "Tom & \"Jerry\" <3");
    check("two\nlines", "two lines");
    check(&"a".repeat(70), &"a".repeat(70));
    check(&"a".repeat(71), &format!("{}…", "a".repeat(67)));
    check(&"é".repeat(36), &format!("{}…", "é".repeat(33)));
    check(&"👩\u{200D}🚀".repeat(10), &format!("{}…", "👩\u{200D}🚀".repeat(6)));

    let described = |text: &str| Video { description: Some(text.into()), ..video() };
    let check = |text: &str, expect: &str| {
        let page = parse(&video_page(&site(), &described(text), None));
        for key in ["description", "og:description", "twitter:description"] {
            assert_eq!(page.meta(key), Some(expect), "{text:?}");
        }
    };
    check("One.\r\n\r\n0:00 Two\t<b>", "One. 0:00 Two <b>");
    check("", "A video by Aurora on Streamhut.");
    check("\u{200B}", "A video by Aurora on Streamhut.");
    check(&"ü".repeat(200), &"ü".repeat(200));
    check(&"ü".repeat(201), &format!("{}…", "ü".repeat(199)));
}

#[test]
fn line_4_the_picture() {
    let page = parse(&video_page(&site(), &video(), None));
    let picture = paths::share_image(&site(), &video().uri, &video().cid);
    for (key, expect) in [
        ("og:image", picture.as_str()),
        ("og:image:secure_url", &picture),
        ("og:image:type", "image/jpeg"),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("og:image:alt", "Paper Mountains at Dusk by Aurora"),
        ("twitter:image", &picture),
        ("twitter:image:alt", "Paper Mountains at Dusk by Aurora"),
    ] {
        assert_eq!(page.meta(key), Some(expect));
    }
    let plain = streamhut_pages::Site::new(Some(FRONTEND), "http://127.0.0.1:4401/b").unwrap();
    assert_eq!(parse(&video_page(&plain, &video(), None)).meta("og:image:secure_url"), None);
}

#[test]
fn line_5_the_order_of_tags() {
    let page = parse(&video_page(&site(), &video(), Some(90)));
    let expect = [
        "viewport",
        "description",
        "og:type",
        "og:site_name",
        "og:title",
        "og:description",
        "og:url",
        "og:image",
        "og:image:secure_url",
        "og:image:type",
        "og:image:width",
        "og:image:height",
        "og:image:alt",
        "video:duration",
        "video:release_date",
        "twitter:player",
        "twitter:player:width",
        "twitter:player:height",
        "twitter:title",
        "twitter:description",
        "twitter:image",
        "twitter:image:alt",
        "twitter:card",
    ];
    assert_eq!(page.meta_keys(), expect);
    for (key, expect) in [
        ("og:type", "video.other"),
        ("og:site_name", "Streamhut"),
        ("video:duration", "3723"),
        ("video:release_date", "2026-10-18T17:42:05.000Z"),
        (
            "twitter:player",
            "https://streamhut.example/embed/did:plc:jtfnthvf2ryakrpavyjd33uu/3my65pampecpb?t=90",
        ),
        ("twitter:player:width", "1280"),
        ("twitter:player:height", "720"),
        ("twitter:card", "summary_large_image"),
    ] {
        assert_eq!(page.meta(key), Some(expect));
    }
    let unknown = Video { duration_ms: Some(999), created_ms: Some(0), ..video() };
    let page = parse(&video_page(&site(), &unknown, None));
    assert_eq!((page.meta("video:duration"), page.meta("video:release_date")), (None, None));
}

#[test]
fn line_5_a_player_over_http_is_not_offered() {
    let local = streamhut_pages::Site::new(Some("http://127.0.0.1:4400"), BUNDLE).unwrap();
    let page = parse(&video_page(&local, &video(), None));
    assert!(!page.meta_keys().iter().any(|key| key.starts_with("twitter:player")));
    assert_eq!(page.meta("twitter:card"), Some("summary_large_image"));
    // The bundle's own, when it is https.
    let page = parse(&video_page(&bare(), &video(), None));
    assert_eq!(page.meta("twitter:player"), Some(paths::embed(&bare(), &video().uri, None).as_str()));
}

// Line 6, paths that look like files, is in `addresses`.

#[test]
fn line_7_oembed_is_found() {
    for site in [site(), bare()] {
        let page = parse(&video_page(&site, &video(), Some(90)));
        let url = page.link("alternate", "application/json+oembed");
        let asked = url::Url::parse(url).unwrap();
        let query: Vec<_> = asked.query_pairs().into_owned().collect();
        let expect = [("url", paths::watch(&site, &video().uri)), ("format", "json".to_owned())];
        assert_eq!(query, expect.map(|(key, value)| (key.to_owned(), value)));
    }
    let page = parse(&video_page(&site(), &video(), None));
    let feed = format!("{FRONTEND}/creator/{}/rss.xml", video().creator);
    assert_eq!(page.link("alternate", "application/rss+xml"), feed);
    assert_eq!(page.link("alternate", ""), video().uri.as_str());
}

#[test]
fn line_8_structured_data() {
    let data = parse(&video_page(&site(), &video(), Some(90))).json_ld();
    let summary =
        "Seven ridges cut from noise slide past a setting sun. 0:00 Over the far hills 0:07 Into the pines";
    let expect = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": "Paper Mountains at Dusk",
        "description": summary,
        "thumbnailUrl": paths::thumbnail(&site(), &video().uri, &video().cid, 640),
        "uploadDate": "2026-10-18T17:42:05.000Z",
        "duration": "PT1H2M3S",
        "embedUrl": paths::embed(&site(), &video().uri, None),
        "url": WATCH,
        "author": {
            "@type": "Person",
            "name": "Aurora",
            "url": format!("{FRONTEND}/creator/{}/", video().creator),
        },
    });
    assert_eq!(data, expect);
}

#[test]
fn line_9_errors_are_kept_by_nobody() {
    for (error, status) in [(PageError::NotFound, 404), (PageError::Gone, 410), (PageError::Unavailable, 503)]
    {
        assert_eq!(error.status(), status);
        let html = error_page(error, &site());
        check_document(&html);
        let page = parse(&html);
        assert_eq!(page.meta_keys(), ["viewport", "robots"]);
        assert_eq!(page.meta("robots"), Some("noindex"));
        assert_eq!(page.all("a").map(|a| a.get("href")).collect::<Vec<_>>(), [format!("{FRONTEND}/")]);
        assert_eq!(page.all("link").count() + page.all("script").count(), 0);
        assert_eq!(parse(&error_page(error, &bare())).all("a").count(), 0);
    }
}

#[test]
fn line_10_pictures_name_the_version_that_they_are_of() {
    let html = video_page(&site(), &video(), None) + &creator_page(&site(), &creator(), &[video(), warned()]);
    let pictures = html
        .split(['"', ' '])
        .filter(|part| part.contains("/getShareImage") || part.contains("/getThumbnail"));
    let pictures: Vec<_> = pictures.collect();
    assert!(pictures.len() >= 8);
    assert!(pictures.iter().all(|url| url.contains(&format!("cid={}", video().cid))), "{pictures:?}");
}

#[test]
fn line_11_a_person_reaches_the_web_player_and_nothing_else() {
    let page = parse(&video_page(&site(), &video(), Some(90)));
    assert_eq!(page.refresh(), Some(format!("{WATCH}?t=90").as_str()));
    let links: Vec<_> = page.all("a").map(|a| a.get("href").to_owned()).collect();
    assert!(links.contains(&format!("{WATCH}?t=90")), "{links:?}");
    assert!(links.iter().all(|link| link.starts_with(FRONTEND)), "{links:?}");
    assert_eq!(page.one("h1").text, "Paper Mountains at Dusk");
    assert!(page.body.contains("Watch on Streamhut") && page.body.contains("1:02:03"), "{}", page.body);

    let page = parse(&video_page(&bare(), &video(), Some(90)));
    assert_eq!(page.refresh(), None);
    assert!(page.all("a").any(|a| a.get("href") == paths::embed(&bare(), &video().uri, Some(90))));

    let page = parse(&creator_page(&site(), &creator(), &[video()]));
    assert_eq!(page.refresh(), Some(paths::creator(&site(), &creator().did).as_str()));
    assert_eq!(parse(&creator_page(&bare(), &creator(), &[])).refresh(), None);
}

proptest! {
    #[test]
    fn the_head_as_data_is_the_head_of_the_page(video in hostile_video(), start in prop::option::of(1u64..999)) {
        let page = parse(&video_page(&site(), &video, start));
        let head = serde_json::to_value(video_head(&site(), &video, start)).unwrap();
        prop_assert_eq!(head["title"].as_str().unwrap(), &page.one("title").text);
        let told = |meta: &serde_json::Value| {
            let key = meta.get("property").or(meta.get("name")).unwrap();
            (key.as_str().unwrap().to_owned(), meta["content"].as_str().unwrap().to_owned())
        };
        let told: Vec<_> = head["meta"].as_array().unwrap().iter().map(told).collect();
        let keys: Vec<_> = page.meta_keys().into_iter().filter(|key| *key != "viewport").collect();
        prop_assert_eq!(told.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), keys);
        for (key, content) in &told {
            prop_assert_eq!(page.meta(key), Some(content.as_str()));
        }
        let attributes = |link: &crate::html::Element| serde_json::to_value(&link.attributes).unwrap();
        let links: Vec<_> = page.all("link").map(attributes).collect();
        prop_assert_eq!(head["link"].as_array().unwrap(), &links);
        prop_assert_eq!(&head["jsonLd"], &page.json_ld());
    }
}
