//! Addresses, as they are made and read back.

use proptest::prelude::*;
use streamhut_atproto::{AtUri, Did};
use streamhut_pages::{Named, Site, SiteError, named, paths};

use crate::made::{BUNDLE, DID, FRONTEND, URI, any_did, any_site, any_uri, bare, site, video};

/// Whether a path ends like the name of a file: what Bluesky shows no card of.
fn ends_like_a_file(url: &str) -> bool {
    let path = url::Url::parse(url).unwrap().path().to_owned();
    let kind = path.rsplit_once('.').map(|(_, kind)| kind.to_owned());
    kind.is_some_and(|kind| {
        (1..=5).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[test]
fn spellings() {
    let (site, bare, uri, did) = (site(), bare(), AtUri::parse(URI).unwrap(), Did::parse(DID).unwrap());
    let query = "uri=at%3A%2F%2Fdid%3Aplc%3Ajtfnthvf2ryakrpavyjd33uu%2Fplace.stream.video%2F3my65pampecpb";
    let cid = &video().cid;
    let watch = format!("{FRONTEND}/watch/{DID}/3my65pampecpb");
    for (found, expect) in [
        (paths::watch(&site, &uri), watch.clone()),
        (paths::watch_from(&site, &uri, Some(90)), format!("{watch}?t=90")),
        (paths::watch_from(&site, &uri, Some(0)), watch),
        (paths::embed(&site, &uri, Some(90)), format!("{FRONTEND}/embed/{DID}/3my65pampecpb?t=90")),
        (paths::creator(&site, &did), format!("{FRONTEND}/creator/{DID}/")),
        (paths::feed(&site, None), format!("{FRONTEND}/rss.xml")),
        (paths::feed(&site, Some(&did)), format!("{FRONTEND}/creator/{DID}/rss.xml")),
        (paths::sitemap(&site, None), format!("{FRONTEND}/sitemap.xml")),
        (paths::sitemap(&site, Some(2)), format!("{FRONTEND}/sitemap.xml?page=2")),
        (
            paths::oembed(&site, "https://a/?b=c"),
            format!("{FRONTEND}/oembed?url=https%3A%2F%2Fa%2F%3Fb%3Dc&format=json"),
        ),
        (paths::watch(&bare, &uri), format!("{BUNDLE}/shareVideo?{query}")),
        (paths::watch_from(&bare, &uri, Some(90)), format!("{BUNDLE}/shareVideo?{query}&t=90")),
        (paths::embed(&bare, &uri, None), format!("{BUNDLE}/embed?{query}")),
        (
            paths::creator(&bare, &did),
            format!("{BUNDLE}/shareCreator?creator=did%3Aplc%3Ajtfnthvf2ryakrpavyjd33uu"),
        ),
        (paths::feed(&bare, None), format!("{BUNDLE}/rss")),
        (
            paths::feed(&bare, Some(&did)),
            format!("{BUNDLE}/rss?creator=did%3Aplc%3Ajtfnthvf2ryakrpavyjd33uu"),
        ),
        (paths::sitemap(&bare, Some(1)), format!("{BUNDLE}/sitemap?page=1")),
        (paths::oembed(&bare, "u"), format!("{BUNDLE}/oembed?url=u&format=json")),
        (paths::share_image(&site, &uri, cid), format!("{BUNDLE}/getShareImage?{query}&cid={cid}")),
        (
            paths::thumbnail(&site, &uri, cid, 640),
            format!("{BUNDLE}/getThumbnail?{query}&cid={cid}&width=640"),
        ),
        (paths::playlist(&site, &uri), format!("{BUNDLE}/getPlaylist?{query}")),
    ] {
        assert_eq!(found, expect);
    }
}

#[test]
fn a_dot_in_the_last_segment_gets_a_slash_behind_it() {
    for (key, end) in [("talk.mp4", "talk.mp4/"), ("v1.2", "v1.2/"), ("self", "self"), ("a~b:c_-", "a~b:c_-")]
    {
        let uri = AtUri::parse(&format!("at://did:web:alice.com/place.stream.video/{key}")).unwrap();
        assert_eq!(paths::watch(&site(), &uri), format!("{FRONTEND}/watch/did:web:alice.com/{end}"));
        assert_eq!(
            paths::embed(&site(), &uri, Some(5)),
            format!("{FRONTEND}/embed/did:web:alice.com/{end}?t=5")
        );
    }
}

#[test]
fn a_video_that_no_path_can_name_is_named_by_its_whole_address() {
    for uri in [
        "at://did:web:alice.com/app.bsky.feed.post/3k",
        "at://did:web:alice.com",
        "at://alice.com/place.stream.video/3k",
    ] {
        let made = paths::watch(&site(), &AtUri::parse(uri).unwrap());
        assert!(made.starts_with(&format!("{BUNDLE}/shareVideo?uri=at%3A%2F%2F")), "{made}");
    }
}

#[test]
fn what_an_address_names() {
    let video = Some(Named::Video(AtUri::parse(URI).unwrap()));
    let creator = Some(Named::Creator(Did::parse(DID).unwrap()));
    let (watch, shared) = (format!("{FRONTEND}/watch/{DID}/3my65pampecpb"), "shareVideo?uri=");
    for (url, expect) in [
        (watch.clone(), &video),
        (format!("{watch}/"), &video),
        (format!("{watch}?t=90&utm_source=x#comments"), &video),
        (format!("{watch}/?fbclid=%00%ff"), &video),
        (watch.replace("/watch/", "/embed/"), &video),
        (watch.replace("did:plc:", "did%3Aplc%3A"), &video),
        (watch.replace("https://streamhut", "HTTPS://STREAMHUT"), &video),
        (watch.replace(".example", ".example:443"), &video),
        (format!("{FRONTEND}/creator/{DID}"), &creator),
        (format!("{FRONTEND}/creator/{DID}/?ref=1"), &creator),
        (format!("{BUNDLE}/{shared}{URI}"), &video),
        (format!("{BUNDLE}/shareVideo/?t=9&uri={URI}#x"), &video),
        (format!("{BUNDLE}/embed?uri={URI}"), &video),
        (format!("{BUNDLE}/shareCreator?creator={DID}"), &creator),
        (format!("{BUNDLE}/{shared}{URI}").replace("/did:plc:", "/did%3Aplc%3A"), &video),
    ] {
        assert_eq!(&named(&site(), &url), expect, "{url}");
    }
    assert_eq!(named(&bare(), &watch), None);
}

#[test]
fn bad_input_26_addresses_of_others_name_nothing() {
    let watch = format!("/watch/{DID}/3my65pampecpb");
    let long = format!("{FRONTEND}{watch}?{}", "x".repeat(9000));
    for url in [
        format!("https://evil.example{watch}"),
        format!("https://streamhut.example.evil.example{watch}"),
        format!("https://streamhut.example@evil.example{watch}"),
        format!("https://user@streamhut.example{watch}"),
        format!("https://user:secret@streamhut.example{watch}"),
        format!("http://streamhut.example{watch}"),
        format!("https://streamhut.example:8443{watch}"),
        format!("https://streamhut.example.{watch}"),
        format!("//streamhut.example{watch}"),
        format!("javascript:{FRONTEND}{watch}"),
        format!("data:text/html,{FRONTEND}{watch}"),
        format!("{FRONTEND}/x{watch}"),
        format!("{FRONTEND}{watch}//"),
        format!("{FRONTEND}{watch}/more"),
        format!("{FRONTEND}/watch/{DID}"),
        format!("{FRONTEND}/watch/{DID}/"),
        format!("{FRONTEND}/watch/{DID}/%2e%2e"),
        format!("{FRONTEND}/watch/{DID}/a%2Fb"),
        format!("{FRONTEND}/watch/{DID}/a%00"),
        format!("{FRONTEND}/watch/{DID}/%ff"),
        format!("{FRONTEND}/watch/aurora.test/3my65pampecpb"),
        format!("{FRONTEND}/watch/did:key:z6Mk/3my65pampecpb"),
        format!("{FRONTEND}/creator/aurora.test/"),
        format!("{FRONTEND}/creator/{DID}/rss.xml"),
        format!("{FRONTEND}/oembed?url={FRONTEND}{watch}"),
        FRONTEND.to_owned(),
        format!("{BUNDLE}/shareVideo"),
        format!("{BUNDLE}/shareVideo?uri="),
        format!("{BUNDLE}/shareVideo?uri={FRONTEND}{watch}"),
        format!("{BUNDLE}/shareVideo?uri=at://{DID}/app.bsky.feed.post/3k"),
        format!("{BUNDLE}/shareVideo?uri=at://aurora.test/place.stream.video/3k"),
        format!("{BUNDLE}/shareVideo?uri=at://evil/x&uri={URI}"),
        format!("{BUNDLE}/getVideo?uri={URI}"),
        format!("{BUNDLE}/x/../../1.0.0/embed?uri={URI}"),
        format!("{BUNDLE}x/embed?uri={URI}"),
        format!("{BUNDLE}/shareCreator?creator=aurora.test"),
        format!(
            "https://run.example/bundle/did:plc:bbbbbbbbbbbbbbbbbbbbbbbb/atmosphereconf-vod/latest/embed?uri={URI}"
        ),
        URI.to_owned(),
        String::new(),
        long,
    ] {
        assert_eq!(named(&site(), &url), None, "{url}");
    }
}

#[test]
fn bad_input_26_settings_that_are_no_place_for_pages() {
    let check = |frontend, bundle, expect: &dyn Fn(&SiteError) -> bool| {
        let error = Site::new(frontend, bundle).unwrap_err();
        assert!(expect(&error), "{error:?}");
        assert!(!error.to_string().contains("secret") && error.to_string().len() < 300, "{error}");
    };
    let long = format!("https://streamhut.example/{}", "x".repeat(10_000));
    for path in [
        "https://streamhut.example/app",
        "https://streamhut.example/?x",
        "https://streamhut.example/#x",
        &long,
    ] {
        check(Some(path), BUNDLE, &|error| matches!(error, SiteError::Beyond { expected: "origin", .. }));
    }
    for text in [
        "https://user@streamhut.example",
        "https://user:secret@streamhut.example",
        "https://:secret@streamhut.example/",
    ] {
        check(
            Some(text),
            BUNDLE,
            &|error| matches!(error, SiteError::Credentials { host } if host == "streamhut.example"),
        );
        check(None, text, &|error| matches!(error, SiteError::Credentials { .. }));
    }
    for text in ["javascript:alert(1)", "data:text/html,x", "ftp://streamhut.example"] {
        check(Some(text), BUNDLE, &|error| matches!(error, SiteError::Scheme { .. }));
    }
    for text in ["", "/", "streamhut.example", "//streamhut.example", "https://"] {
        check(Some(text), BUNDLE, &|error| matches!(error, SiteError::NotAUrl { .. }));
    }
    check(None, &format!("{BUNDLE}?x=1"), &|error| {
        matches!(error, SiteError::Beyond { expected: "path", .. })
    });
}

#[test]
fn settings_are_read_with_and_without_a_slash() {
    let slashed = Site::new(Some(&format!("{FRONTEND}/")), &format!("{BUNDLE}/")).unwrap();
    assert_eq!(slashed, site());
    assert_eq!((slashed.frontend(), slashed.bundle()), (Some(FRONTEND), BUNDLE));
    assert_eq!(Site::new(None, "https://vod.example/").unwrap().bundle(), "https://vod.example");
}

#[test]
fn bad_input_26_times() {
    for (text, expect) in [
        ("90", Some(90)),
        ("90s", Some(90)),
        ("12.5", Some(12)),
        ("0090", Some(90)),
        ("1m30s", Some(90)),
        ("1m30", Some(90)),
        ("2m", Some(120)),
        ("1h", Some(3_600)),
        ("1h2m3s", Some(3_723)),
        ("m", None),
        ("1hm", None),
        ("h1m", None),
        ("1s2m", None),
        ("9999999h", None),
        ("9999999", Some(9_999_999)),
        ("10000000", None),
        ("0", Some(0)),
        ("0s", Some(0)),
        ("0.9", Some(0)),
        ("", None),
        ("s", None),
        ("-1", None),
        ("+1", None),
        ("1e3", None),
        ("1.", None),
        (".5", None),
        ("90&url=https://evil.example", None),
        ("90\";url=https://evil.example", None),
        ("99999999999999999999999", None),
        ("٣", None),
    ] {
        assert_eq!(paths::seconds(text), expect, "{text:?}");
    }
}

proptest! {
    #[test]
    fn every_address_is_read_back(site in any_site(), uri in any_uri(), did in any_did(), start in prop::option::of(0u64..1_000_000)) {
        for url in [paths::watch(&site, &uri), paths::watch_from(&site, &uri, start), paths::embed(&site, &uri, start)] {
            prop_assert_eq!(named(&site, &url), Some(Named::Video(uri.clone())), "{}", url);
            // As written is as browsers write it.
            let parsed = url::Url::parse(&url).unwrap();
            prop_assert_eq!(parsed.as_str(), &url);
        }
        prop_assert_eq!(named(&site, &paths::creator(&site, &did)), Some(Named::Creator(did)));
    }

    #[test]
    fn no_page_looks_like_a_file(site in any_site(), uri in any_uri(), start in prop::option::of(1u64..99)) {
        let did = uri.did().unwrap();
        for url in [
            paths::watch_from(&site, &uri, start), paths::embed(&site, &uri, start), paths::creator(&site, did),
        ] {
            prop_assert!(!ends_like_a_file(&url), "{}", url);
        }
    }

    #[test]
    fn any_text_is_an_address_or_not(text in "(https://streamhut.example)?/?(watch|creator|embed)?/?(did:(plc|web):)?.{0,40}") {
        if let Some(Named::Video(uri)) = named(&site(), &text) {
            prop_assert!(uri.record().is_some());
        }
    }
}

#[test]
fn the_rule_of_files_is_known() {
    for (url, expect) in [
        ("https://a.example/@alice.com", true),
        ("https://a.example/@alice.com/", false),
        ("https://a.example/watch/did:web:alice.com/3k", false),
        ("https://a.example/a.mp4?x=/", true),
        ("https://a.example/a.longer", false),
    ] {
        assert_eq!(ends_like_a_file(url), expect, "{url}");
    }
}
