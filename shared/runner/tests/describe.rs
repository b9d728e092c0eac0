//! What a release is said to be, to programs and to people.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, CODE, DID, PDS, now, resolve};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use streamhut_atproto::BlobCid;
use streamhut_runner::{Description, page_policy, release_page, versions_page};

/// A release with everything in it, changed.
fn described(author: &Author, changes: Value) -> Description {
    let mut record = author.release("1.0.0", &[("index.js", "esm", CODE.to_vec())]);
    let whole = json!({
        "message": "First light.",
        "endpoints": [
            {"name": "hello", "method": "GET", "input": [{"name": "who"}], "cache": "public, max-age=60"},
            {"name": "save", "method": "POST", "input": [{"name": "text"}]},
        ],
        "jobs": [{"name": "tick", "cron": "*/10 * * * *"}],
        "tasks": [{"name": "work", "concurrency": 2, "retries": 3}],
        "permissions": {"net": ["stream.place"], "blobs": {"maxBytes": 1_000_000}},
        "secrets": ["TOKEN"],
    });
    for part in [whole, changes] {
        record.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
    }
    author.publish("1.0.0", record);
    author.point("latest", "1.0.0");
    let runner = author.runner();
    runner.describe(&resolve(&runner, "latest", 1_795_379_042_000).unwrap())
}

#[test]
fn the_whole_chain_is_told() {
    let author = Author::new();
    let told = serde_json::to_value(described(&author, json!({}))).unwrap();
    let key = author.world(|world| world.repo.public_key().to_multikey());
    for (field, expect) in [
        ("did", json!(DID)),
        ("version", json!("1.0.0")),
        ("message", json!("First light.")),
        ("record", json!(format!("at://{DID}/run.at.release/demo:1.0.0"))),
        ("pds", json!(PDS)),
        ("checkedAt", json!("2026-11-22T20:24:02Z")),
        ("signingKey", json!(key)),
        (
            "modules",
            json!([{"path": "index.js", "type": "esm", "cid": BlobCid::of(CODE).to_string(), "stored": CODE.len(), "size": CODE.len()}]),
        ),
        ("jobs", json!([{"name": "tick", "cron": "*/10 * * * *"}])),
        ("tasks", json!([{"name": "work", "concurrency": 2, "retries": 3}])),
        ("secrets", json!([{"name": "TOKEN", "state": "absent"}])),
        ("config", json!(["ORIGIN_URL"])),
        ("limits", json!({"cpuMs": 50, "subRequests": 5})),
        ("installed", json!(false)),
        ("stale", json!(false)),
    ] {
        assert_eq!(told[field], expect, "{field}");
    }
    for field in ["commit", "cid", "rev"] {
        assert!(told[field].as_str().is_some_and(|text| text.len() > 10), "{field}: {}", told[field]);
    }
    assert_eq!(told["permissionsInWords"][0], "It may send requests to stream.place.");
}

#[test]
fn the_operators_limits_are_told_beside_the_declared_ones() {
    let author = Author::new();
    let runner = author.runner_with(|name| (name == "MAX_CPU_MS").then(|| "20".to_owned()));
    let told = runner.describe(&resolve(&runner, "latest", 0).unwrap());
    assert_eq!((told.limits.cpu_ms, told.limits_here.cpu_ms, told.limits_here.sub_requests), (50, 20, 5));
}

#[test]
fn a_page_tells_permissions_endpoints_and_the_chain() {
    let author = Author::new();
    let about = described(&author, json!({}));
    let page = release_page(&about, "https://run.dev/bundle/x/demo/latest", Some("https://run.dev")).unwrap();
    for text in [
        "<title>demo 1.0.0</title>",
        "First light.",
        "It may send requests to stream.place.",
        "It may keep files of its own on this runner, up to 1 MB.",
        "https://run.dev/bundle/x/demo/latest/hello?who=",
        "Cache-Control: public, max-age=60",
        "-d &#39;{&#34;text&#34;:&#34;&#34;}&#39;",
        "*/10 * * * *",
        "At most 2 at once; a failed one is tried again up to 3 times.",
        "TOKEN",
        "None of it runs here",
        &about.signing_key,
        &about.commit,
        &about.cid,
        &about.modules[0].cid,
        "<a href=\"https://run.dev/bundle/did:plc:ewvi7nxzyoun6zhxrhs64oiz/demo\">All versions</a>",
        "at-run verify did:plc:ewvi7nxzyoun6zhxrhs64oiz/demo@1.0.0 --runner https://run.dev</pre>",
        &format!("did:key:{}", about.signing_key),
        &about.record,
        &about.rev,
        PDS,
        "<strong>index.js</strong> <span class=\"soft\">JavaScript, 61 bytes</span>",
    ] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    let alone = release_page(&about, "https://demo.dev/", None).unwrap();
    assert!(alone.contains("https://demo.dev/hello?who=") && !alone.contains("All versions"));
    assert!(alone.contains("at-run verify did:plc:ewvi7nxzyoun6zhxrhs64oiz/demo@1.0.0</pre>"));
}

#[test]
fn bad_input_25_hostile_text_is_escaped_and_no_script_could_run() {
    let author = Author::new();
    let hostile = "\"><script>alert(1)</script></title></style><img src=x onerror=alert(2)>\u{202e}\u{0}'";
    let about = described(
        &author,
        json!({
            "message": hostile,
            "createdAt": hostile,
            "endpoints": [
                {"name": "hello", "method": "GET", "input": [{"name": hostile}], "cache": hostile},
                {"name": "save", "method": "POST", "input": [{"name": hostile}]},
            ],
            "jobs": [{"name": "tick", "cron": "<script>1</script>"}],
        }),
    );
    let page =
        release_page(&about, "https://run.dev/x\"><script>3</script>", Some("https://run.dev/\"onclick=4"))
            .unwrap();
    assert_eq!(
        tags(&page).iter().filter(|tag| tag.starts_with("script") || tag.starts_with("img")).count(),
        0
    );
    assert_eq!(
        tags(&page).iter().filter(|tag| tag.starts_with("/style") || tag.starts_with("/title")).count(),
        2
    );
    assert!(!page.contains("\"onclick"), "an attribute stays whole");
    assert!(page.contains("&#60;script&#62;alert(1)"), "it is shown as text");

    author.lie(
        "run.at.release&limit",
        network::Lie::Answer(
            200,
            json!({"records": [{
                "uri": format!("at://{DID}/run.at.release/demo:1.0.0"), "cid": about.cid,
                "value": {"message": hostile, "createdAt": hostile},
            }]})
            .to_string()
            .into(),
        ),
    );
    author.lie("run.at.channel&limit", network::Lie::Answer(200, json!({"records": []}).to_string().into()));
    let directory = streamhut_runner::Directory::read(|_| None, false).unwrap();
    let runner = author.runner();
    let list = now(runner.versions(&directory, &DID.parse().unwrap(), &"demo".parse().unwrap(), 0)).unwrap();
    let page = versions_page(&list, "https://run.dev/bundle/x/demo").unwrap();
    assert_eq!(
        tags(&page).iter().filter(|tag| tag.starts_with("script") || tag.starts_with("img")).count(),
        0
    );
    assert!(page.contains("&#60;script&#62;alert(1)"));
}

/// What a parser would take for tags.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).collect()
}

#[test]
fn the_policy_of_pages_admits_their_style_alone() {
    let author = Author::new();
    let page = release_page(&described(&author, json!({})), "https://run.dev/x", None).unwrap();
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let hash = data_encoding::BASE64.encode(&Sha256::digest(style));
    let policy = page_policy();
    assert!(policy.contains(&format!("style-src 'sha256-{hash}'")), "{policy}");
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("script") && !policy.contains("unsafe")
    );
    assert!(
        !page.contains("style=") && !page.contains("http-equiv"),
        "nothing in it that the policy would stop"
    );
}
