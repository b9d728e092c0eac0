//! `getVideo`: all that is known of one video.

use at_run::testing::{Harness, Scripted};
use serde_json::{Value, json};
use streamhut_atproto::{BlobCid, RecordCid};

use crate::stage::*;

const PROFILES: &str = "https://profiles.example-site.dev";

pub fn endpoint(video: &Video) -> String {
    format!("getVideo?{}", video.query())
}

pub fn of(video: &Video) -> Harness {
    stage().http(&video_url(video), ok(video.view()))
}

fn strong_ref(collection: &str) -> Value {
    json!({"uri": format!("at://{}/{collection}/x", aurora()), "cid": RecordCid::of(b"x")})
}

fn profiles_url() -> String {
    format!("{PROFILES}/xrpc/app.bsky.actor.getProfiles?{}", query(&[("actors", aurora().as_str())]))
}

#[test]
fn three_generations_are_told_alike() {
    let video = Video::new("3mhkl2ahsl22l");
    let source = json!({"$type": "place.stream.media.defs#sourceTracks", "tracks": [strong_ref("place.stream.media.track")]});
    let archive = json!({"$type": "place.stream.muxl.defs#archiveBlob", "ref": "bafkr4iexample", "size": 5, "mimeType": "video/mp4"});
    for (record, source, created_at, livestream) in [
        (
            json!({
                "title": "T", "creator": aurora(), "duration": 90_000_000_000u64, "createdAt": "2026-03-01T00:00:00Z",
                "source": archive, "livestream": strong_ref("place.stream.livestream"),
            }),
            "archive",
            "2026-03-01T00:00:00Z",
            true,
        ),
        // The key tells the time.
        (
            json!({"title": "T", "duration": 90_000, "source": source}),
            "tracks",
            "2026-03-21T08:04:31.770Z",
            false,
        ),
        (
            json!({
                "title": "T", "durationMs": 90_000, "createdAt": "2026-09-01T00:00:00Z", "source": source,
                "connections": [{"ref": strong_ref("place.stream.livestream")}],
            }),
            "tracks",
            "2026-09-01T00:00:00Z",
            true,
        ),
        (
            json!({"title": "T", "durationMs": 90_000, "createdAt": "2026-09-01T00:00:00Z"}),
            "unknown",
            "2026-09-01T00:00:00Z",
            false,
        ),
    ] {
        let mut view = video.view();
        view["record"] = record;
        let harness = stage().http(&video_url(&video), ok(view));
        let mut expect = json!({
            "uri": video.uri(), "cid": video.cid(), "title": "T", "creator": aurora(), "handle": "aurora.test",
            "displayName": "Aurora", "duration": 90_000_000_000u64, "durationMs": 90_000, "createdAt": created_at,
            "source": source, "thumb": false,
        });
        if livestream {
            expect["livestream"] = strong_ref("place.stream.livestream");
        }
        assert_eq!(harness.get(&endpoint(&video)).json(), expect);
    }
}

/// A video of which everything is known.
fn whole() -> (Video, Harness) {
    let whole = Video::new("whole");
    let track = |id: &str, metadata: Value| json!({"uri": "at://x", "record": {"track": {"trackId": id}, "metadata": metadata}});
    let video = Video::new("a")
        .with(json!({
            "title": "Paper\nMountains", "description": "See a.example \r\n\r\n0:00 Over\n0:07 Into\n0:14 Down",
            "descriptionFacets": [
                {"index": {"byteStart": 4, "byteEnd": 13}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/"}]},
                {"index": {"byteStart": 0, "byteEnd": 3}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": aurora()}]},
            ],
            "source": {"$type": "place.stream.media.defs#sourceClip", "video": whole.uri(), "start": 5_000, "end": 95_000},
            "thumb": {"$type": "blob", "ref": {"$link": BlobCid::of(b"x").to_string()}, "mimeType": "image/png", "size": 1},
            "activity": {"$type": "place.stream.defs#activityLabel", "label": "software_dev"},
            "contentRights": {"license": "place.stream.metadata.contentRights#cc-by_4__0", "creditLine": "Aurora"},
            "tags": ["lang:en"],
        }))
        .warned()
        .beside(json!({"likeCount": 3, "viewCounts": {"count": 12}, "tracks": [
            track("1", json!({"video": {"codec": "h264", "width": 1280, "height": 720, "framerate": {"num": 30_000, "den": 1001}}})),
            track("2", json!({"audio": {"codec": "opus", "rate": 48_000, "channels": 2}})),
        ]}));
    let captions = json!({"tracks": [
        {"id": "en/1", "language": "en", "kind": "captions", "source": "human", "label": "English"},
        {"id": "de"},
    ]});
    let profile = json!({
        "did": aurora(), "handle": "aurora.example-site.dev", "displayName": "Aurora Lights",
        "avatar": "https://cdn.example-site.dev/a.jpg", "description": "Light\nthat moves.",
    });
    let harness = Harness::new(streamhut_vod::bundle())
        .config("PROFILES_URL", PROFILES)
        .http(&video_url(&video), ok(video.view()))
        .http(&captions_url(&video), ok(captions))
        .http(&profiles_url(), ok(json!({"profiles": [profile]})));
    (video, harness)
}

#[test]
fn everything_that_is_known() {
    let (video, harness) = whole();
    let answer = harness.get(&endpoint(&video));
    let captions = |track: &str| {
        format!(
            "{NODE}/xrpc/place.stream.caption.getCaptions?{}&format=vtt&track={track}",
            query(&[("video", video.uri().as_str())])
        )
    };
    let expect = json!({
        "uri": video.uri(), "cid": video.cid(), "title": "Paper Mountains", "creator": aurora(),
        "handle": "aurora.example-site.dev", "displayName": "Aurora Lights", "avatar": "https://cdn.example-site.dev/a.jpg",
        "duration": 90_000_000_000u64, "durationMs": 90_000, "createdAt": "2026-09-01T00:00:00Z",
        "description": "See a.example \n\n0:00 Over\n0:07 Into\n0:14 Down",
        "tags": ["lang:en"], "contentWarnings": ["nudity"], "likeCount": 3, "viewCount": 12, "source": "clip",
        "clip": {"video": Video::new("whole").uri(), "startMs": 5_000, "endMs": 95_000},
        "chapters": [{"startMs": 0, "title": "Over"}, {"startMs": 7_000, "title": "Into"}, {"startMs": 14_000, "title": "Down"}],
        "tracks": [
            {"id": "1", "kind": "video", "codec": "h264", "width": 1280, "height": 720, "frameRate": 29.97},
            {"id": "2", "kind": "audio", "codec": "opus", "channels": 2, "sampleRate": 48_000},
        ],
        "descriptionFacets": [{"startByte": 0, "endByte": 3, "mention": aurora()}, {"startByte": 4, "endByte": 13, "link": "https://a.example/"}],
        "activity": "software dev",
        "contentRights": {"license": "CC-BY-4.0", "creditLine": "Aurora"},
        "thumb": true,
        "captions": [
            {"id": "en/1", "language": "en", "kind": "captions", "source": "human", "label": "English", "url": captions("en%2F1")},
            {"id": "de", "language": "und", "url": captions("de")},
        ],
        "profile": {
            "did": aurora(), "handle": "aurora.example-site.dev", "displayName": "Aurora Lights",
            "avatar": "https://cdn.example-site.dev/a.jpg", "description": "Light\nthat moves.",
        },
    });
    assert_eq!((answer.status(), answer.json()), (200, expect));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=30, stale-while-revalidate=300"));
    // Warm, it makes no call of the platform.
    let before = harness.port_calls();
    assert_eq!(harness.get(&endpoint(&video)).text(), answer.text());
    assert_eq!((harness.port_calls(), harness.requests().len()), (before, 3));
}

#[test]
fn captions_and_profile_that_fail_cost_themselves() {
    use Scripted::{Deadline, Failed};
    let without = |fields: &[&str], mut value: Value| {
        fields.iter().for_each(|field| drop(value.as_object_mut().unwrap().remove(*field)));
        value
    };
    for fault in [
        Failed,
        Deadline,
        Scripted::text(500, ""),
        busy(503, "9"),
        html(),
        ok(json!([])),
        refusal(404, "NotFound"),
        refusal(403, "x"),
    ] {
        let (video, harness) = whole();
        let all = harness.get(&endpoint(&video)).json();
        let (video, harness) = whole();
        harness.rescript(&captions_url(&video), [fault.clone()]);
        let answer = harness.get(&endpoint(&video));
        assert_eq!((answer.status(), answer.json()), (200, without(&["captions"], all.clone())), "{fault:?}");

        let (video, harness) = whole();
        harness.rescript(&profiles_url(), [fault.clone()]);
        let answer = harness.get(&endpoint(&video));
        let fields = ["handle", "displayName", "avatar", "profile"];
        assert_eq!(
            (answer.status(), without(&fields, answer.json())),
            (200, without(&fields, all)),
            "{fault:?}"
        );
        // The node's word for it.
        assert_eq!((&answer.json()["handle"], answer.json().get("profile")), (&json!("aurora.test"), None));
    }
}

#[test]
fn captions_are_remembered_and_so_is_that_there_are_none() {
    const KNOWN: [usize; 5] = [1, 1, 1, 1, 2];
    // One that fails is left alone for ten seconds.
    const AWAY: [usize; 5] = [1, 1, 1, 2, 3];
    for (answer, are_there, expect) in [
        (ok(json!({"tracks": [{"id": "a"}]})), true, KNOWN),
        (ok(json!({"tracks": []})), false, KNOWN),
        // A node without the method, in every way to say so.
        (Scripted::text(404, "404 page not found"), false, KNOWN),
        (refusal(404, "MethodNotFound"), false, KNOWN),
        (refusal(501, "MethodNotImplemented"), false, KNOWN),
        (refusal(404, "NotFound"), false, KNOWN),
        (Scripted::Deadline, false, AWAY),
        (Scripted::text(500, ""), false, AWAY),
    ] {
        let (video, harness) = whole();
        harness.rescript(&captions_url(&video), [answer.clone()]);
        let counts = [0, 3, 6, 4, 300].map(|seconds| {
            harness.advance(seconds * SECOND);
            let video = harness.get(&endpoint(&video)).json();
            assert_eq!(video.get("captions").is_some(), are_there, "{answer:?}");
            asked(&harness, "listTracks")
        });
        assert_eq!(counts, expect, "{answer:?}");
    }
}

#[test]
fn a_video_names_its_creator() {
    // Whom the record names is no handle of the repo's owner.
    let video = Video::new("a").with(json!({"creator": did("bert")}));
    let told = of(&video).get(&endpoint(&video)).json();
    assert_eq!(
        (&told["creator"], told.get("handle"), told.get("displayName")),
        (&json!(did("bert")), None, None)
    );
}

#[test]
fn get_and_post_are_alike() {
    let (video, other) = (Video::new("a"), Video::new("b"));
    let uris =
        format!("{}&{}", video.query().replace("uri=", "uris="), other.query().replace("uri=", "uris="));
    let both = json!({"uris": [video.uri(), other.uri()]});
    let actors = query(&[("actors", aurora().as_str()), ("actors", did("bert").as_str())]);
    for (name, input, body, status) in [
        ("getVideo", video.query(), json!({"uri": video.uri()}), 200),
        ("getVideo", other.query(), json!({"uri": other.uri()}), 404),
        ("getVideo", "uri=x".into(), json!({"uri": "x"}), 400),
        ("getVideo", String::new(), json!({}), 400),
        ("getVideoStreams", video.query(), json!({"uri": video.uri()}), 200),
        ("getVideoStreams", "uri=x".into(), json!({"uri": "x"}), 400),
        ("batchMetadataReady", uris, both, 200),
        ("batchMetadataReady", "uris=x".into(), json!({"uris": ["x"]}), 400),
        ("batchMetadataReady", String::new(), json!({}), 400),
        ("batchProfiles", actors, json!({"actors": [aurora(), did("bert")]}), 200),
        ("batchProfiles", "actors=x".into(), json!({"actors": ["x"]}), 400),
        ("batchProfiles", String::new(), json!({}), 400),
    ] {
        let harness = || {
            of(&video).http(&video_url(&other), refusal(404, "VideoNotFound")).http(
                &playlist_url(&video),
                Scripted::text(200, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\nv\n"),
            )
        };
        let (get, post) = (harness().get(&format!("{name}?{input}")), harness().post(name, &body));
        assert_eq!((get.status(), post.status()), (status, status), "{name} {input}: {}", get.text());
        let message = |value: Value| if status == 400 { value["error"].clone() } else { value };
        assert_eq!(message(get.json()), message(post.json()), "{name} {input}");
        assert_eq!(get.header("cache-control"), post.header("cache-control"), "{name} {input}");
    }
    let harness = of(&video);
    for (method, name) in [
        ("PUT", "getVideo"),
        ("DELETE", "getVideo"),
        ("POST", "listVideos"),
        ("POST", "getPlaylist"),
        ("POST", "shareVideo"),
    ] {
        assert_eq!(harness.request().send(method, name, b"{}").status(), 405, "{method} {name}");
    }
    for body in ["", "[]", "{", "{\"uri\":5}", "{\"uri\":null}", "\"x\"", "\0"] {
        let answer = harness.request().send("POST", "getVideo", body.as_bytes());
        assert_eq!(outcome(&answer), (400, "InvalidInput".into()), "{body}");
    }
}
