//! Texts that would be more than text.

use serde_json::{Value, json};

use super::*;
use crate::markup::parse;

const HOSTILE: [&str; 12] = [
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</title></head><body onload=alert(1)>",
    "--><!--[if IE]><script>x</script><![endif]-->",
    "]]></title><script>x</script><![CDATA[",
    "&lt;script&gt;&quot;&#60;b&#62;&",
    "{{7*7}}${7*7}<%= 7 %>",
    "\u{202E}gnp.exe\u{2066}",
    "a\0b\u{7}c\u{1B}[31m\u{FFFE}\u{FFFF}",
    "line\u{2028}break\r\nset-cookie: a=b",
    "\u{200B}\u{FEFF}",
    "javascript:alert(document.domain)",
];

/// Skeletons of documents, by target. In JSON, the places where strings stand.
fn skeletons(video: &Video, profile: &Value) -> Vec<(String, Vec<String>)> {
    let harness = share_with(Some(FRONTEND), &[video], profile.clone());
    let skeleton = |target: String| {
        let answer = harness.get(&target);
        assert_eq!(answer.status(), 200, "{target}: {}", answer.text());
        let html = answer.header("content-type").unwrap().starts_with("text/html");
        assert_eq!(answer.header("content-security-policy").is_some(), html, "{target}");
        assert!(answer.bytes().len() <= 120_000, "{target}: {} bytes", answer.bytes().len());
        for (_, value) in answer.headers() {
            assert!(
                value.is_ascii() && !value.contains(char::is_control) && !value.contains("alert"),
                "{value}"
            );
        }
        let skeleton = match answer.header("content-type") {
            Some("application/json") => places(&answer.json()),
            _ => {
                let page = parse(&answer.text());
                check_addresses(&answer, &page.addresses());
                page.skeleton()
            }
        };
        (target, skeleton)
    };
    let mut targets = documents(video);
    targets.push(format!("getVideo?{}", video.query()));
    targets.into_iter().map(skeleton).collect()
}

fn places(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| places(value).into_iter().map(move |place| format!("{name}.{place}")))
            .collect(),
        Value::Array(items) => items.iter().flat_map(places).collect(),
        _ => vec![String::new()],
    }
}

#[test]
fn bad_input_25_hostile_texts_stay_where_they_stand() {
    let of = |text: &str| {
        let video = video().with(json!({"title": text, "description": format!("x {text} x"), "tags": [format!("x{text}")], "activity": {"label": format!("x{text}")}}));
        let profile = json!({"did": aurora(), "handle": "aurora.example-site.dev", "displayName": format!("x{text}"), "description": format!("x {text}")});
        skeletons(&video, &profile)
    };
    let tame = of("tame");
    for text in HOSTILE {
        assert_eq!(of(text), tame, "{text:?}");
    }
    for text in ["<", "&", "é", "\"'", "👩\u{200D}🚀"] {
        assert_eq!(of(&text.repeat(20_000)), tame, "{text}");
        let video = video().titled(&text.repeat(1_000_000 / text.len()));
        let harness = stage().http(&video_url(&video), ok(video.view()));
        let page = harness.get(&format!("shareVideo?{}", video.query()));
        assert!(
            page.status() == 200
                && page.bytes().len() < 100_000
                && parse(&page.text()).meta("og:title").unwrap().len() <= 70,
            "{text}"
        );
    }
    // A warning is the creator's word, too.
    let warned = |text: &str| {
        let video = video().with(json!({"contentWarnings": {"warnings": [format!("x{text}")]}}));
        skeletons(&video, &json!({ "did": aurora() }))
    };
    for text in HOSTILE {
        assert_eq!(warned(text), warned("tame"), "{text:?}");
    }
}

#[test]
fn bad_input_25_hostile_names_and_addresses_are_none() {
    let tame = skeletons(&video(), &json!({ "did": aurora() }));
    for field in ["handle", "avatar", "displayName", "description", "createdAt"] {
        for text in [
            "\"><script>alert(1)</script>",
            "javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "",
            "\0",
            "\u{202E}",
        ] {
            let mut profile = json!({ "did": aurora() });
            profile[field] = json!(text);
            let visible = matches!(field, "displayName" | "description") && text.starts_with(['"', 'j', 'd']);
            if !visible {
                assert_eq!(skeletons(&video(), &profile), tame, "{field} {text:?}");
            }
            let view = json!({"author": {"did": aurora(), "handle": "aurora.test", field: text}});
            let own = skeletons(&video().beside(view), &json!({ "did": aurora() }));
            for (target, _) in own.into_iter().filter(|(target, _)| target.starts_with("getVideo")) {
                let told = share_with(
                    Some(FRONTEND),
                    &[&video().beside(json!({"author": {"did": aurora(), field: text}}))],
                    json!({"did": aurora()}),
                )
                .get(&target)
                .json();
                assert!(
                    told.get("avatar").is_none()
                        && told.get("handle").is_none_or(|handle| handle == "aurora.test"),
                    "{told}"
                );
            }
        }
    }
}

#[test]
fn bad_input_25_half_a_surrogate_is_a_character_that_is_not_known() {
    let half = |body: Value| Scripted::text(200, &body.to_string().replace("Video a", "Half \\ud800"));
    let harness = shared(&video());
    harness.rescript(&video_url(&video()), [half(video().view())]);
    let views = json!({"videos": [video().view(), Video::new("b").view()]});
    harness.rescript(&list_url(25, None, None), [half(views)]);
    assert_eq!(harness.get(&format!("getVideo?{}", video().query())).json()["title"], "Half \u{FFFD}");
    let page = harness.get(&format!("shareVideo?{}", video().query()));
    assert_eq!(parse(&page.text()).text("title"), "Streamhut | Half \u{FFFD}");
    let list = harness.get("listVideos").json();
    assert_eq!(
        (&list["videos"][0]["title"], rkeys(&list)),
        (&json!("Half \u{FFFD}"), vec!["a".to_owned(), "b".to_owned()])
    );
}
