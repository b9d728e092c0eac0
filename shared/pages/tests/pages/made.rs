//! Sites, videos and creators to make pages of.

use proptest::prelude::*;
use streamhut_atproto::{AtUri, Did, Handle, RecordCid};
use streamhut_pages::{Creator, Site, Video};

pub const FRONTEND: &str = "https://streamhut.example";
pub const BUNDLE: &str =
    "https://run.example/bundle/did:plc:jtfnthvf2ryakrpavyjd33uu/atmosphereconf-vod/latest";
pub const DID: &str = "did:plc:jtfnthvf2ryakrpavyjd33uu";
pub const URI: &str = "at://did:plc:jtfnthvf2ryakrpavyjd33uu/place.stream.video/3my65pampecpb";
pub const CID: &str = "bafyreig4dbvuazh5i6qsgoow4e6yw5vb2l2bgqh2h2p3w6gmfqllk3hcaq";

pub fn site() -> Site {
    Site::new(Some(FRONTEND), BUNDLE).unwrap()
}

/// Without a web player.
pub fn bare() -> Site {
    Site::new(None, BUNDLE).unwrap()
}

pub fn video() -> Video {
    Video {
        uri: AtUri::parse(URI).unwrap(),
        cid: RecordCid::parse(CID).unwrap(),
        title: "Paper Mountains at Dusk".into(),
        description: Some("Seven ridges cut from noise slide past a setting sun.\n\n0:00 Over the far hills\n0:07 Into the pines".into()),
        creator: Did::parse(DID).unwrap(),
        name: Some("Aurora".into()),
        handle: Some(Handle::parse("aurora.test").unwrap()),
        duration_ms: Some(3_723_000),
        created_ms: Some(1_792_345_325_000),
        warnings: Vec::new(),
        tags: vec!["landscape".into(), "generative".into()],
        size: None,
    }
}

pub fn titled(title: impl Into<String>) -> Video {
    Video { title: title.into(), ..video() }
}

pub fn warned() -> Video {
    Video { warnings: vec!["nudity".into(), "flashingLights".into()], ..video() }
}

/// A video with the longest address that there is, and texts without end.
pub fn huge() -> Video {
    let (did, rkey) = (longest_did(), "r.".repeat(256));
    Video {
        uri: AtUri::parse(&format!("at://{did}/place.stream.video/{rkey}")).unwrap(),
        title: "<\"&'>".repeat(20_000),
        description: Some("'<👩\u{200D}🚀>\n\n".repeat(5_000)),
        creator: longest_did(),
        name: Some("&".repeat(100_000)),
        handle: Some(Handle::parse(&longest_did().as_str()["did:web:".len()..]).unwrap()),
        duration_ms: Some(u64::MAX),
        created_ms: Some(i64::MAX),
        tags: vec!["<".repeat(1_000); 100],
        size: Some((u32::MAX, 1)),
        ..video()
    }
}

pub fn longest_did() -> Did {
    Did::parse(&format!("did:web:{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61))).unwrap()
}

/// The site whose addresses are longest.
pub fn huge_site() -> Site {
    let bundle =
        format!("https://run.example/bundle/{}/{}/{}", longest_did(), "n".repeat(64), "1".repeat(128));
    Site::new(Some(&format!("https://{}", &longest_did().as_str()["did:web:".len()..])), &bundle).unwrap()
}

pub fn creator() -> Creator {
    Creator {
        did: Did::parse(DID).unwrap(),
        handle: Some(Handle::parse("aurora.test").unwrap()),
        name: Some("Aurora".into()),
        description: Some("Landscapes from noise.\nNew ones on Sundays.".into()),
        avatar: Some("https://cdn.example/avatar.jpg".into()),
    }
}

pub fn any_did() -> impl Strategy<Value = Did> {
    let web = "[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\\.[a-z]([a-z0-9-]{0,5}[a-z0-9])?){0,3}";
    prop_oneof![
        "[a-z2-7]{24}".prop_map(|id| format!("did:plc:{id}")),
        web.prop_map(|host| format!("did:web:{host}"))
    ]
    .prop_map(|text| Did::parse(&text).unwrap())
}

pub fn any_uri() -> impl Strategy<Value = AtUri> {
    let key = prop_oneof!["[A-Za-z0-9._:~-]{1,40}", "[a-z0-9]{1,9}\\.(mp4|com|h264|jpeg|x)", "\\.{3,5}"];
    let key = key.prop_filter("reserved", |key| key != "." && key != "..");
    (any_did(), key)
        .prop_map(|(did, key)| AtUri::parse(&format!("at://{did}/place.stream.video/{key}")).unwrap())
}

pub fn any_site() -> impl Strategy<Value = Site> {
    let frontends =
        [None, Some(FRONTEND), Some("http://127.0.0.1:4400"), Some("https://xn--bcher-kva.example:8443")];
    let bundles = [BUNDLE, "https://vod.example", "http://127.0.0.1:4401/bundle/did:web:a.example/vod/1.2.0"];
    (prop::sample::select(frontends.to_vec()), prop::sample::select(bundles.to_vec()))
        .prop_map(|(frontend, bundle)| Site::new(frontend, bundle).unwrap())
}

/// Text that wants to be more than text.
pub fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("</title><script>alert(1)</script>".to_owned()),
        Just("\"><img src=x onerror=alert(1)>".to_owned()),
        Just("'><svg/onload=alert(1)>".to_owned()),
        Just("</script><!--".to_owned()),
        Just("-->]]>".to_owned()),
        Just("<![CDATA[<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>&a;".to_owned()),
        Just("&lt;b&gt;&#0;&amp;".to_owned()),
        Just("{{ title }}{% include \"x\" %}".to_owned()),
        Just("\u{202E}\u{2066}\0\u{1b}[31m\u{FFFE}\u{B}\u{C}".to_owned()),
        Just("</textarea></style><base href=//evil.example>".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("\r\n\r\nHTTP/1.1 200".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// A video whose every text is hostile; each of them shows something.
pub fn hostile_video() -> impl Strategy<Value = Video> {
    let texts = (hostile_text(), hostile_text(), hostile_text(), prop::collection::vec(hostile_text(), 0..3));
    (any_uri(), any_did(), texts).prop_map(|(uri, creator, (title, description, name, tags))| Video {
        uri,
        creator,
        title: format!("x{title}"),
        description: Some(format!("x{description}")),
        name: Some(format!("x{name}")),
        tags,
        ..video()
    })
}
