//! Servers of repositories, the directory of accounts, and the database, as one network; and its faults.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use at_run::RawRequest;
use at_run::testing::{Harness, Scripted};
use serde_json::{Value, json};
use url::Url;

use crate::database::{FAULTS, Server, object};
use crate::random::Random;
use crate::repo::{HOSTS, Kept, LIES, Left, Lie, Repo, State, VIDEO, cid, rev};

pub const OPERATOR: &str = "operator";

pub struct Network {
    pub database: Server,
    pub repos: RefCell<Vec<Repo>>,
    pub random: RefCell<Random>,
    /// Times out of a hundred that a request to anybody but the database goes wrong.
    pub trouble: std::cell::Cell<u64>,
    /// The same of the database.
    pub database_trouble: std::cell::Cell<u64>,
    /// What happens between two requests, if anything.
    pub meanwhile: RefCell<Option<Meanwhile>>,
    lists: std::cell::Cell<u64>,
}

type Meanwhile = Box<dyn FnMut(&mut Vec<Repo>)>;

impl Network {
    pub fn new(seed: u64) -> Rc<Network> {
        Rc::new(Network {
            database: Server::new(),
            repos: RefCell::default(),
            random: RefCell::new(Random::new(seed)),
            trouble: std::cell::Cell::new(0),
            database_trouble: std::cell::Cell::new(0),
            meanwhile: RefCell::default(),
            lists: std::cell::Cell::new(0),
        })
    }

    /// The bundle in this network.
    pub fn harness(self: &Rc<Self>) -> Harness {
        let network = self.clone();
        Harness::new(streamhut_appview::bundle())
            .config("TURSO_URL", "https://db.dev")
            .config("AUTHOR_DID", "did:web:author.dev")
            .config("PLC_URL", "https://plc.dev")
            .config("PDS_URL", "https://names.dev")
            .config("PROFILES_URL", "off")
            .secret("OPERATOR_TOKEN", OPERATOR)
            .http_by(move |request| network.answer(request))
    }

    fn answer(&self, request: &RawRequest) -> Scripted {
        let host = request.url.host_str().unwrap();
        if host == "db.dev" {
            let mut random = self.random.borrow_mut();
            let fault = random.percent(self.database_trouble.get()).then(|| *random.of(&FAULTS));
            // Three in a row are more than is asked again.
            if fault.is_some() && random.percent(40) {
                self.database.befall([fault; 3]);
            }
            drop(random);
            return self.database.answer(&request.body, fault);
        }
        if let Some(meanwhile) = self.meanwhile.borrow_mut().as_mut() {
            meanwhile(&mut self.repos.borrow_mut());
        }
        if self.happens(&self.trouble) {
            return self.broken();
        }
        let repos = self.repos.borrow();
        match host {
            "plc.dev" => document(&repos, &request.url),
            "names.dev" => by_handle(&repos, &request.url),
            host => match HOSTS.iter().position(|known| *known == host) {
                Some(host) => self.repository(&repos, host, &request.url),
                None => Scripted::Failed,
            },
        }
    }

    fn happens(&self, chance: &std::cell::Cell<u64>) -> bool {
        chance.get() > 0 && self.random.borrow_mut().percent(chance.get())
    }

    fn broken(&self) -> Scripted {
        let after = |status, seconds: &str| Scripted::Answer {
            status,
            headers: vec![("retry-after".to_owned(), seconds.to_owned())],
            body: Vec::new(),
            url: None,
        };
        match self.random.borrow_mut().below(9) {
            0 => Scripted::Failed,
            1 => Scripted::Deadline,
            2 => Scripted::text(500, "oops"),
            3 => after(503, "7"),
            4 => after(429, "120"),
            5 => after(429, "Fri, 31 Dec 1999 23:59:59 GMT"),
            6 => Scripted::text(200, "<!doctype html><title>Welcome</title>"),
            7 => Scripted::BreaksOff(b"{\"records\": [".to_vec()),
            _ => Scripted::text(403, "{\"error\": \"Forbidden\"}"),
        }
    }

    fn repository(&self, repos: &[Repo], host: usize, url: &Url) -> Scripted {
        let did = query(url, "did").or_else(|| query(url, "repo")).unwrap_or_default();
        let Some(repo) = repos.iter().find(|repo| repo.did.as_str() == did) else {
            return refusal("RepoNotFound");
        };
        let mut revision = repo.revision();
        if repo.host != host {
            match repo.left.get(&host) {
                Some((Left::Deactivated, _)) => return refusal("RepoDeactivated"),
                Some((Left::Takendown, _)) => return refusal("RepoTakendown"),
                Some((Left::Silence, _)) => return Scripted::Failed,
                Some((Left::Copy, old)) => revision = *old,
                Some((Left::NotFound, _)) | None => return refusal("RepoNotFound"),
            }
        }
        match repo.state {
            State::Active => {}
            State::Deactivated => return refusal("RepoDeactivated"),
            State::Takendown => return refusal("RepoTakendown"),
            State::Deleted => return refusal("RepoNotFound"),
        }
        match url.path().trim_start_matches("/xrpc/") {
            "com.atproto.sync.getLatestCommit" => {
                let rev = match repo.lie {
                    Some(Lie::Revision) => rev(900_000_000 + self.random.borrow_mut().next() % 1_000_000),
                    Some(Lie::NoRevision) => "yesterday".to_owned(),
                    _ => rev(revision),
                };
                Scripted::json(200, &json!({ "cid": cid(&json!(rev)).to_string(), "rev": rev }))
            }
            "com.atproto.repo.getRecord" => match &repo.name {
                Some(name) => {
                    let value = json!({ "$type": "app.bsky.actor.profile", "displayName": name });
                    Scripted::json(
                        200,
                        &json!({ "uri": "at://x", "cid": cid(&value).to_string(), "value": value }),
                    )
                }
                None => refusal("RecordNotFound"),
            },
            "com.atproto.repo.listRecords" => {
                assert_eq!(query(url, "collection").as_deref(), Some(VIDEO));
                self.list(repo, query(url, "cursor").as_deref())
            }
            other => panic!("nobody asks for {other}"),
        }
    }

    /// A page, the greatest key first, as servers of repositories list them.
    fn list(&self, repo: &Repo, cursor: Option<&str>) -> Scripted {
        let nth = self.lists.get();
        self.lists.set(nth + 1);
        let mut rest =
            repo.records.iter().rev().filter(|(rkey, _)| cursor.is_none_or(|cursor| rkey.as_str() < cursor));
        let item = |(rkey, kept): (&String, &Kept)| Repo::item(&repo.did, rkey, kept);
        let entries: Vec<_> = rest.by_ref().take(repo.page).collect();
        let mut next = entries.last().map(|(rkey, _)| (*rkey).clone()).filter(|_| rest.next().is_some());
        let mut items: Vec<Value> = entries.into_iter().map(item).collect();
        match repo.lie {
            Some(Lie::RepeatedCursor) => next = Some("0".to_owned()),
            Some(Lie::Circle) => next = Some(if cursor == Some("~~") { "~~~" } else { "~~" }.to_owned()),
            Some(Lie::EmptyPage) => (items, next) = (Vec::new(), Some(format!("c{nth}"))),
            Some(Lie::Endless) => next = Some(format!("~{nth}")),
            Some(Lie::EndlessNew) => {
                let record = Kept::new(json!({ "title": "One more" }));
                (items, next) =
                    (vec![Repo::item(&repo.did, &format!("more{nth}"), &record)], Some(format!("c{nth}")));
            }
            Some(Lie::OthersRecords) => {
                let other = Repo::new(25);
                items.push(Repo::item(&other.did, "other", &Kept::new(json!({ "title": "Of another" }))));
            }
            Some(Lie::Garbage) => {
                items.push(json!({ "uri": format!("at://{}/{VIDEO}/nocid", repo.did), "value": {} }));
                items.push(json!("no record"));
                items.push(json!({ "uri": 7, "cid": cid(&json!(1)).to_string(), "value": {} }));
            }
            Some(Lie::NoList) => return Scripted::json(200, &json!({ "records": { "a": 1 } })),
            Some(Lie::Revision | Lie::NoRevision) | None => {}
        }
        let cursor = next.map(|next| ("cursor", next.into()));
        Scripted::json(200, &object([("records", items.into())].into_iter().chain(cursor)))
    }

    /// Has a random repository lie, or tell the truth again.
    pub fn change_lie(&self, with_endless: bool) {
        let (mut repos, mut random) = (self.repos.borrow_mut(), self.random.borrow_mut());
        let at = random.below(repos.len());
        let lie = Some(*random.of(&LIES)).filter(|_| random.percent(60));
        let is_endless = matches!(lie, Some(Lie::Endless | Lie::EndlessNew));
        repos[at].lie = lie.filter(|_| with_endless || !is_endless);
    }
}

fn document(repos: &[Repo], url: &Url) -> Scripted {
    match repos.iter().find(|repo| url.path().trim_start_matches('/') == repo.did.as_str()) {
        Some(repo) if repo.state != State::Deleted => Scripted::json(200, &repo.document()),
        Some(_) => Scripted::json(410, &json!({ "message": "DID not available" })),
        None => Scripted::json(404, &json!({ "message": "DID not registered" })),
    }
}

fn by_handle(repos: &[Repo], url: &Url) -> Scripted {
    let handle = query(url, "handle").unwrap_or_default();
    match repos.iter().find(|repo| repo.handle == handle) {
        Some(repo) => Scripted::json(200, &json!({ "did": repo.did.as_str() })),
        None => refusal("HandleNotFound"),
    }
}

fn refusal(name: &str) -> Scripted {
    Scripted::json(400, &json!({ "error": name, "message": "so it is" }))
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| Cow::into_owned(value))
}
