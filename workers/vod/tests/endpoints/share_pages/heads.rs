//! What a page tells of a video or a creator, and where it leads.

use at_run::testing::Scripted;
use serde_json::Value;

use super::*;

#[test]
fn a_video_with_a_web_player() {
    let video = video().beside(json!({"tracks": [
        {"record": {"track": {"trackId": "1"}, "metadata": {"video": {"width": 360, "height": 640}}}},
        {"record": {"track": {"trackId": "2"}, "metadata": {"video": {"width": 1080, "height": 1920}}}},
    ]}));
    let harness = shared(&video);
    let picture = format!("{BUNDLE}/getShareImage?{}&cid={}", video.query(), video.cid());
    let embed = format!("{FRONTEND}/embed/{}/a", video.repo);
    let page = document(&harness.get(&format!("{}&t=1m30s&utm_source=x", share(&video))));
    assert_eq!(
        page.metas(),
        [
            ("viewport", "width=device-width, initial-scale=1"),
            ("description", "Seven ridges. 0:00 Far 0:07 Near"),
            ("og:type", "video.other"),
            ("og:site_name", "Streamhut"),
            ("og:title", "Paper Mountains"),
            ("og:description", "Seven ridges. 0:00 Far 0:07 Near"),
            ("og:url", &watch(&video)),
            ("og:image", &picture),
            ("og:image:secure_url", &picture),
            ("og:image:type", "image/jpeg"),
            ("og:image:width", "1200"),
            ("og:image:height", "630"),
            ("og:image:alt", "Paper Mountains by Aurora"),
            ("video:duration", "90"),
            ("video:release_date", "2026-09-01T00:00:00.000Z"),
            ("twitter:player", &format!("{embed}?t=90")),
            ("twitter:player:width", "405"),
            ("twitter:player:height", "720"),
            ("twitter:title", "Paper Mountains"),
            ("twitter:description", "Seven ridges. 0:00 Far 0:07 Near"),
            ("twitter:image", &picture),
            ("twitter:image:alt", "Paper Mountains by Aurora"),
            ("twitter:card", "summary_large_image"),
        ]
    );
    assert_eq!(page.text("title"), "Streamhut | Paper Mountains");
    assert_eq!(page.link("canonical", ""), watch(&video));
    assert_eq!(
        page.link("alternate", "application/json+oembed"),
        format!("{FRONTEND}/oembed?{}", query(&[("url", &watch(&video)), ("format", "json")]))
    );
    assert_eq!(
        page.link("alternate", "application/rss+xml"),
        format!("{FRONTEND}/creator/{}/rss.xml", video.repo)
    );
    assert_eq!(page.link("alternate", ""), video.uri().as_str());
    assert_eq!(page.refresh(), Some(format!("{}?t=90", watch(&video)).as_str()));
    let data = page.json_ld();
    for (key, expect) in [
        ("@type", "VideoObject"),
        ("name", "Paper Mountains"),
        ("uploadDate", "2026-09-01T00:00:00.000Z"),
        ("duration", "PT1M30S"),
        ("embedUrl", &embed),
        ("url", &watch(&video)),
    ] {
        assert_eq!(data[key], expect, "{key}");
    }
    assert!(page.all("a").any(|link| link.get("href") == format!("{}?t=90", watch(&video))));
    assert!(page.all("img").any(|image| image.get("src") == picture));
}

#[test]
fn a_video_without_a_web_player() {
    let harness = shared_at(None, &video());
    let page = document(&harness.get(&format!("{}&t=90", share(&video()))));
    let own = |name: &str| format!("{BUNDLE}/{name}?{}", video().query());
    assert_eq!((page.refresh(), page.link("canonical", "")), (None, own("shareVideo").as_str()));
    assert_eq!(page.meta("og:url"), Some(own("shareVideo").as_str()));
    assert_eq!(page.meta("twitter:player"), Some(format!("{}&t=90", own("embed")).as_str()));
    assert_eq!(
        page.link("alternate", "application/rss+xml"),
        format!("{BUNDLE}/rss?{}", query(&[("creator", aurora().as_str())]))
    );
    assert!(
        page.addresses().iter().all(|address| address.starts_with(BUNDLE) || address.starts_with("at://")),
        "{page:?}"
    );
    // The base of a runner elsewhere.
    let harness = shared_at(None, &video()).base("http://127.0.0.1:4401/bundle/did:plc:x/vod/1.0.0");
    let page = document(&harness.get(&share(&video())));
    assert!(
        page.link("canonical", "")
            .starts_with("http://127.0.0.1:4401/bundle/did:plc:x/vod/1.0.0/shareVideo?")
    );
}

#[test]
fn a_creator() {
    for frontend in [Some(FRONTEND), None] {
        let harness = shared_at(frontend, &video());
        let page = document(&harness.get(&format!("shareCreator?creator={}", aurora())));
        let own = match frontend {
            Some(origin) => format!("{origin}/creator/{}/", aurora()),
            None => format!("{BUNDLE}/shareCreator?{}", query(&[("creator", aurora().as_str())])),
        };
        assert_eq!(page.text("title"), "Streamhut | Aurora (@aurora.example-site.dev)");
        assert_eq!((page.meta("og:type"), page.meta("og:url")), (Some("profile"), Some(own.as_str())));
        assert_eq!(page.refresh(), frontend.map(|_| own.as_str()));
        assert_eq!(page.meta("og:description"), Some("Light."));
        assert!(page.texts("span").contains(&"Paper Mountains"), "{page:?}");
    }
    // Without a list there is still somebody.
    let harness = shared(&video());
    harness.rescript(&list_url(12, Some(&aurora()), None), [Scripted::Failed]);
    let page = document(&harness.get(&format!("shareCreator?creator={}", aurora())));
    assert!(page.texts("p").contains(&"No videos yet."), "{page:?}");
}

#[test]
fn by_handle_as_by_did() {
    let harness = shared(&video())
        .config("PDS_URL", PDS)
        .http(
            &format!("{PDS}/xrpc/com.atproto.identity.resolveHandle?handle=aurora.test"),
            ok(json!({ "did": aurora() })),
        )
        .http(
            &format!("{PDS}/xrpc/com.atproto.identity.resolveHandle?handle=bert.test"),
            refusal(400, "HandleNotFound"),
        )
        .http(&document_url(&aurora()), crate::stage::document(&aurora(), PDS, &["aurora.test"]));
    for name in ["shareCreator", "getShareHead", "rss"] {
        let by_did = harness.get(&format!("{name}?creator={}", aurora()));
        for handle in ["aurora.test", "@aurora.test", "AURORA.test"] {
            assert_eq!(harness.get(&format!("{name}?creator={handle}")), by_did, "{name} {handle}");
        }
        assert_eq!(harness.get(&format!("{name}?creator=bert.test")).status(), 404, "{name}");
        assert_eq!(
            outcome(&harness.get(&format!("{name}?creator=nobody"))),
            (400, "InvalidInput".into()),
            "{name}"
        );
    }
}

/// The web player's own pages have the very head that pages here have.
#[test]
fn a_head_as_data() {
    let harness = shared(&video());
    for (head, page) in [
        (format!("getShareHead?{}", video().query()), share(&video())),
        (format!("getShareHead?creator={}", aurora()), format!("shareCreator?creator={}", aurora())),
    ] {
        let head = harness.get(&head).json();
        let page = document(&harness.get(&page));
        assert_eq!(head["title"], page.text("title"));
        let text = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let metas: Vec<_> = head["meta"]
            .as_array()
            .unwrap()
            .iter()
            .map(|meta| (text(meta, "property") + &text(meta, "name"), text(meta, "content")))
            .collect();
        let of_page: Vec<_> = page
            .metas()
            .into_iter()
            .filter(|(key, _)| *key != "viewport")
            .map(|(key, content)| (key.to_owned(), content.to_owned()))
            .collect();
        assert_eq!(metas, of_page);
        let links: Vec<_> = head["link"]
            .as_array()
            .unwrap()
            .iter()
            .map(|link| ["rel", "type", "title", "href"].map(|name| text(link, name)))
            .collect();
        let of_page: Vec<_> = page
            .all("link")
            .map(|link| ["rel", "type", "title", "href"].map(|name| link.get(name).to_owned()))
            .collect();
        assert_eq!(links, of_page);
        assert_eq!(head["jsonLd"], page.json_ld());
        assert_eq!(head.as_object().unwrap().len(), 4);
    }
    let both = format!("getShareHead?{}&creator={}", video().query(), aurora());
    for target in ["getShareHead", &both, "getShareHead?uri=x", "getShareHead?creator=x"] {
        assert_eq!(harness.get(target).status(), 400, "{target}");
    }
}
