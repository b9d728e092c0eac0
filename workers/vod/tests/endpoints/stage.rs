//! A Streamplace node, a directory, PDSes and a server of profiles, scripted, so that tests read as sentences.

use at_run::testing::{Answer, Harness, Scripted};
use serde_json::{Value, json};
use streamhut_atproto::{AtUri, Did, RecordCid};
use streamhut_streamplace::xrpc;
use url::{Url, form_urlencoded};

pub const NODE: &str = "https://stream.place";
pub const PDS: &str = "https://pds.example-site.dev";
pub const SECOND: u64 = 1_000;
pub const DAY: u64 = 86_400 * SECOND;

/// An account; its name is of the letters a to z.
pub fn did(name: &str) -> Did {
    Did::parse(&format!("did:plc:{name:a<24}")).unwrap()
}

/// Whose videos are meant where nobody is named.
pub fn aurora() -> Did {
    did("aurora")
}

/// The bundle before hosts of which none answers, and without a server of profiles.
pub fn stage() -> Harness {
    Harness::new(streamhut_vod::bundle()).config("PROFILES_URL", "off")
}

#[derive(Clone)]
pub struct Video {
    pub repo: Did,
    rkey: String,
    version: u32,
    record: Value,
    beside: Value,
}

impl Video {
    pub fn new(rkey: &str) -> Self {
        Self::of(&aurora(), rkey)
    }

    pub fn of(repo: &Did, rkey: &str) -> Self {
        let record = json!({
            "$type": "place.stream.video", "title": format!("Video {rkey}"), "durationMs": 90_000,
            "createdAt": "2026-09-01T00:00:00Z",
        });
        Self { repo: repo.clone(), rkey: rkey.to_owned(), version: 1, record, beside: json!({}) }
    }

    /// With these fields in its record.
    pub fn with(mut self, fields: Value) -> Self {
        extend(&mut self.record, fields);
        self
    }

    /// With these fields in its view, beside the record.
    pub fn beside(mut self, fields: Value) -> Self {
        extend(&mut self.beside, fields);
        self
    }

    pub fn titled(self, title: &str) -> Self {
        self.with(json!({ "title": title }))
    }

    pub fn created(self, at: &str) -> Self {
        self.with(json!({ "createdAt": at }))
    }

    pub fn warned(self) -> Self {
        self.with(json!({"contentWarnings": {"warnings": ["place.stream.metadata.contentWarnings#nudity"]}}))
    }

    /// The same under another CID.
    pub fn edited(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    pub fn uri(&self) -> AtUri {
        AtUri::parse(&format!("at://{}/place.stream.video/{}", self.repo, self.rkey)).unwrap()
    }

    pub fn cid(&self) -> RecordCid {
        RecordCid::of(format!("{} {}", self.uri(), self.version).as_bytes())
    }

    pub fn view(&self) -> Value {
        let mut view = json!({
            "uri": self.uri(), "cid": self.cid(), "record": self.record,
            "author": {"did": self.repo, "handle": "aurora.test", "displayName": "Aurora"},
        });
        extend(&mut view, self.beside.clone());
        view
    }

    /// As the repo's PDS tells it.
    pub fn in_repo(&self) -> Value {
        json!({"uri": self.uri(), "cid": self.cid(), "value": self.record})
    }

    /// The query that names it.
    pub fn query(&self) -> String {
        query(&[("uri", self.uri().as_str())])
    }
}

fn extend(value: &mut Value, fields: Value) {
    let Value::Object(fields) = fields else { panic!("no fields: {fields}") };
    value.as_object_mut().unwrap().extend(fields);
}

pub fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn node() -> Url {
    Url::parse(NODE).unwrap()
}

pub fn list_url(limit: u32, repo: Option<&Did>, cursor: Option<&str>) -> String {
    xrpc::get_video_list_url(&node(), repo, limit, cursor).into()
}

pub fn video_url(video: &Video) -> String {
    xrpc::get_video_url(&node(), &video.uri()).into()
}

pub fn playlist_url(video: &Video) -> String {
    xrpc::get_video_playlist_url(&node(), &video.uri()).into()
}

pub fn captions_url(video: &Video) -> String {
    xrpc::list_caption_tracks_url(&node(), &video.uri()).into()
}

pub fn document_url(did: &Did) -> String {
    format!("https://plc.directory/{did}")
}

pub fn records_url(pds: &str, did: &Did, cursor: Option<&str>) -> String {
    xrpc::list_records_url(&Url::parse(pds).unwrap(), did, 100, cursor).into()
}

/// A DID document.
pub fn document(did: &Did, pds: &str, handles: &[&str]) -> Scripted {
    let names: Vec<_> = handles.iter().map(|handle| format!("at://{handle}")).collect();
    ok(json!({"id": did, "alsoKnownAs": names, "service": [{
        "id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": pds,
    }]}))
}

pub fn ok(body: Value) -> Scripted {
    Scripted::json(200, &body)
}

/// A page of the node's list.
pub fn page<'a>(videos: impl IntoIterator<Item = &'a Video>, cursor: Option<&str>) -> Scripted {
    let videos: Vec<_> = videos.into_iter().map(Video::view).collect();
    ok(json!({"videos": videos, "cursor": cursor}))
}

/// A page of a repo.
pub fn records<'a>(videos: impl IntoIterator<Item = &'a Video>, cursor: Option<&str>) -> Scripted {
    let records: Vec<_> = videos.into_iter().map(Video::in_repo).collect();
    ok(json!({"records": records, "cursor": cursor}))
}

pub fn html() -> Scripted {
    Scripted::text(200, "<!doctype html><title>502</title><p>Bad gateway")
}

pub fn refusal(status: u16, name: &str) -> Scripted {
    Scripted::json(status, &json!({"error": name, "message": "not so"}))
}

/// A refusal that says when to come again.
pub fn busy(status: u16, seconds: &str) -> Scripted {
    let headers = vec![("retry-after".to_owned(), seconds.to_owned())];
    Scripted::Answer { status, headers, body: b"{}".to_vec(), url: None }
}

/// Status and name of an error; no name where it is none.
pub fn outcome(answer: &Answer) -> (u16, String) {
    let named = answer.status() >= 400 && answer.header("content-type") == Some("application/json");
    let name = if named { answer.json()["error"].as_str().unwrap().to_owned() } else { String::new() };
    (answer.status(), name)
}

/// How many requests so far had that text in their URL.
pub fn asked(harness: &Harness, text: &str) -> usize {
    harness.requests().iter().filter(|request| request.contains(text)).count()
}

/// The rkeys of a page's videos.
pub fn rkeys(page: &Value) -> Vec<String> {
    let rkey = |video: &Value| video["uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    page["videos"].as_array().unwrap().iter().map(rkey).collect()
}

/// The origin of the web player.
pub const FRONTEND: &str = "https://streamhut.example-site.dev";
/// Where a harness's bundle is asked.
pub const BUNDLE: &str = "https://run.example.com/bundle/did:web:author.example.com/bundle/latest";
/// What crawlers and caches are told of a document.
pub const DOCUMENT: &str = "public, max-age=60, s-maxage=600, stale-while-revalidate=86400";

/// A video and its creator, whom everybody knows, beside a web player.
pub fn shared(video: &Video) -> Harness {
    shared_at(Some(FRONTEND), video)
}

pub fn shared_at(frontend: Option<&str>, video: &Video) -> Harness {
    let profile = json!({"did": video.repo, "handle": "aurora.example-site.dev", "displayName": "Aurora", "description": "Light."});
    share_with(frontend, &[video], profile)
}

/// The node has these videos of one creator, whose profile is that.
pub fn share_with(frontend: Option<&str>, videos: &[&Video], profile: Value) -> Harness {
    let mut harness = Harness::new(streamhut_vod::bundle());
    if let Some(frontend) = frontend {
        harness = harness.config("FRONTEND_ORIGIN", frontend);
    }
    let repo = &videos[0].repo;
    let profiles = xrpc::get_profiles_url(
        &Url::parse("https://public.api.bsky.app").unwrap(),
        std::slice::from_ref(repo),
    );
    harness.rescript(profiles.as_str(), [ok(json!({"profiles": [profile]}))]);
    for limit in [1, 12, 25, 50, 100] {
        harness.rescript(&list_url(limit, None, None), [page(videos.iter().copied(), None)]);
        harness.rescript(
            &list_url(limit, Some(repo), None),
            [page(videos.iter().copied().take(limit as usize), None)],
        );
    }
    for video in videos {
        harness.rescript(&video_url(video), [ok(video.view())]);
        harness.rescript(&captions_url(video), [ok(json!({"tracks": []}))]);
    }
    harness
}

/// The page of a video at the web player.
pub fn watch(video: &Video) -> String {
    format!("{FRONTEND}/watch/{}/{}", video.repo, video.uri().rkey().unwrap())
}

/// Every document that tells of a video or its creator, by endpoint and query.
pub fn documents(video: &Video) -> Vec<String> {
    let creator = query(&[("creator", video.repo.as_str())]);
    vec![
        format!("shareVideo?{}", video.query()),
        format!("shareCreator?{creator}"),
        format!("embed?{}", video.query()),
        format!("getShareHead?{}", video.query()),
        format!("getShareHead?{creator}"),
        format!("oembed?{}", query(&[("url", &watch(video))])),
        "rss".to_owned(),
        format!("rss?{creator}"),
        "sitemap".to_owned(),
    ]
}
