//! The bundle at work in a simulated network, and what it shows.

use std::collections::BTreeMap;
use std::rc::Rc;

use at_run::testing::{Answer, Harness};
use serde_json::{Value, json};

use crate::network::{Network, OPERATOR};
use crate::repo::Repo;

const MINUTE_MS: u64 = 60_000;
pub const QUARTER_MS: u64 = 15 * MINUTE_MS;
/// Longer than any pause between two looks at a repository.
const LONG_MS: u64 = 25 * 60 * MINUTE_MS;
const ROUNDS: usize = 6;

pub struct Site {
    pub network: Rc<Network>,
    pub harness: Harness,
}

impl Site {
    /// With an empty database that is initialised.
    pub fn new(seed: u64) -> Site {
        let site = Site::empty(seed);
        assert_eq!(site.post("init", &json!({})).status(), 200);
        site
    }

    pub fn empty(seed: u64) -> Site {
        let network = Network::new(seed);
        let harness = network.harness();
        Site { network, harness }
    }

    /// With these repositories registered, and nothing of them indexed.
    pub fn with(repos: Vec<Repo>) -> Site {
        let site = Site::new(0);
        for repo in &repos {
            site.register(repo);
        }
        *site.network.repos.borrow_mut() = repos;
        site
    }

    pub fn post(&self, method: &str, body: &Value) -> Answer {
        self.harness.request().header("authorization", &format!("Bearer {OPERATOR}")).post(method, body)
    }

    pub fn register(&self, repo: &Repo) {
        let answer = self.post("registerCreator", &json!({ "did": repo.did.as_str() }));
        assert_eq!(answer.status(), 200, "{}", answer.text());
    }

    /// Changes the repository of that number.
    pub fn edit(&self, number: usize, change: impl FnOnce(&mut Repo)) {
        change(&mut self.network.repos.borrow_mut()[number]);
    }

    pub fn sync(&self) -> Answer {
        self.harness.run_job("syncAllCreators")
    }

    /// The line of a sync that goes well, a quarter of an hour later.
    pub fn later(&self) -> String {
        self.harness.advance(QUARTER_MS);
        let answer = self.sync();
        assert_eq!(answer.status(), 200, "{}", answer.text());
        answer.text()
    }

    /// Syncs until nobody is due and nobody fails.
    pub fn settle(&self) {
        for _ in 0..ROUNDS {
            self.harness.advance(LONG_MS);
            self.harness.run_tasks();
            let answer = self.sync();
            assert_eq!(answer.status(), 200, "{}", answer.text());
            self.harness.run_tasks();
            if self.harness.get("getStats").json()["due"] == 0 && !self.is_failing() {
                return;
            }
        }
        panic!(
            "it doesn't settle: {}\n{}",
            self.harness.get("getStats").text(),
            self.harness.log().join("\n")
        );
    }

    fn is_failing(&self) -> bool {
        let creators = self.harness.get("listCreators?all=true&limit=100").json();
        creators["creators"].as_array().unwrap().iter().any(|creator| creator["state"] == "failed")
    }

    /// All pages of a list.
    pub fn list(&self, query: &str) -> Vec<Value> {
        let (mut videos, mut cursor) = (Vec::new(), String::new());
        loop {
            let answer = self.harness.get(&format!("listVideos?{query}{cursor}"));
            assert_eq!(answer.status(), 200, "{}", answer.text());
            let page = answer.json();
            videos.extend(page["videos"].as_array().unwrap().iter().cloned());
            match page["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return videos,
            }
        }
    }

    /// Titles, the newest video first.
    pub fn titles(&self) -> Vec<String> {
        let title = |video: &Value| video["title"].as_str().unwrap().to_owned();
        self.list("limit=100").iter().map(title).collect()
    }

    /// The creator of that number, as the operator sees them.
    pub fn creator(&self, number: usize) -> Value {
        let did = self.network.repos.borrow()[number].did.to_string();
        let creators = self.harness.get("listCreators?all=true&limit=100").json();
        let mut found = creators["creators"].as_array().unwrap().iter().filter(|c| c["did"] == did.as_str());
        found.next().cloned().unwrap_or_default()
    }

    /// What readers may see of videos, all of it, but for row numbers and for when a record was first seen.
    pub fn rows(&self) -> Vec<String> {
        let sql = "
            SELECT c.did, v.rkey, v.cid, v.hidden, v.tie, v.duration_ms, v.created_ms, v.created_at, v.made_by,
                v.source, v.tags, v.names, v.title, v.description, v.record, c.rev, c.state, c.records,
                (SELECT count(*) FROM video_tags AS t WHERE t.video = v.id)
            FROM videos AS v JOIN creators AS c ON c.id = v.creator
            WHERE v.born <= c.generation AND v.died > c.generation ORDER BY c.did, v.rkey, v.born";
        self.network.database.dump(sql)
    }

    /// Whether there are rows of a sync that has not come to its end.
    pub fn has_staged(&self) -> bool {
        let sql = "
            SELECT 1 FROM videos AS v JOIN creators AS c ON c.id = v.creator
            WHERE v.born > c.generation OR v.died = c.generation + 1";
        !self.network.database.dump(sql).is_empty()
    }
}

/// Items by their address; none may be there twice.
pub fn by_address(items: &[Value]) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for item in items {
        let mut item = item.clone();
        item.as_object_mut().unwrap().remove("highlights");
        let uri = item["uri"].as_str().unwrap().to_owned();
        assert!(found.insert(uri.clone(), item).is_none(), "{uri} is listed twice");
    }
    found
}
