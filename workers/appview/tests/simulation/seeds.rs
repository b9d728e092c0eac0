//! The simulation: creators create, edit, delete, migrate, fail and lie; the database fails, and drops answers; calls end
//! in the midst of their work. After any seed the index is what the repositories hold.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, thread};

use at_run::testing::Mishap;
use serde_json::{Value, json};
use streamhut_atproto::{Did, Tid};
use streamhut_streamplace::{VideoItem, datetime};

use crate::random::Random;
use crate::repo::{HOSTS, Left, Repo, State};
use crate::site::{QUARTER_MS, Site, by_address};

const SEEDS: u64 = 1_000;
/// Of so many seeds, one has records that don't fit one request to the database.
const LARGE: u64 = 40;
/// And one a server whose lists have no end.
const ENDLESS: u64 = 50;
/// And one is followed for a day, in which everybody is asked anew who they are.
const WHOLE_DAY: u64 = 50;
/// Words of which some are not there any more, of those that a seed gave last.
const OLD_WORDS: u64 = 5;
const LEFT: [Left; 5] = [Left::NotFound, Left::Deactivated, Left::Takendown, Left::Silence, Left::Copy];
/// Names an interruption that doesn't come.
const NEVER: u64 = 1 << 60;

/// `SIMULATION_SEED=7` runs one seed alone, `SIMULATION_SEEDS=100000` more of them.
#[test]
fn after_any_seed_the_index_equals_the_repositories() {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (first, end) = match number("SIMULATION_SEED") {
        Some(seed) => (seed, seed + 1),
        None => (0, number("SIMULATION_SEEDS").unwrap_or(SEEDS)),
    };
    let next = AtomicU64::new(first);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        let mut failed = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end || !failed.is_empty() {
                return failed;
            }
            if catch_unwind(AssertUnwindSafe(|| Play::new(seed).run())).is_err() {
                failed.push(seed);
            }
        }
    };
    let failed: Vec<u64> = thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "these seeds fail: {failed:?}; SIMULATION_SEED={} runs the first", failed[0]);
}

struct Play {
    seed: u64,
    site: Site,
    random: Random,
    /// Who is to be registered in the end.
    registered: BTreeSet<Did>,
    words: u64,
}

impl Play {
    fn new(seed: u64) -> Play {
        let random = Random::new(seed ^ 0x5eed);
        Play { seed, site: Site::new(seed), random, registered: BTreeSet::new(), words: 0 }
    }

    fn run(&mut self) {
        self.open();
        for _ in 0..3 + self.random.below(4) {
            self.weather();
            for _ in 0..self.random.below(4) {
                self.change();
            }
            self.call();
            self.wait();
        }
        self.calm();
        self.site.settle();
        assert!(!self.site.has_staged(), "seed {}", self.seed);
        // Names are asked for when a repository changes, and once a day.
        self.check(without_names);
        if self.seed.is_multiple_of(WHOLE_DAY) {
            for _ in 0..97 {
                self.site.later();
            }
        } else {
            for repo in self.site.network.repos.borrow_mut().iter_mut() {
                repo.commit();
            }
            self.site.settle();
        }
        self.check(|item| item);
        self.check_search();
    }

    fn open(&mut self) {
        let number = 1 + self.random.below(3);
        let mut repos: Vec<Repo> = (0..number).map(Repo::new).collect();
        for repo in &mut repos {
            repo.host = self.random.below(HOSTS.len());
            repo.page = *self.random.of(&[1, 2, 3, 100]);
            for _ in 0..self.random.below(6) {
                let (rkey, record) = (self.rkey(), self.record());
                repo.put(&rkey, record);
            }
        }
        for repo in repos.iter().filter(|_| self.random.percent(80)) {
            self.site.register(repo);
            self.registered.insert(repo.did.clone());
        }
        *self.site.network.repos.borrow_mut() = repos;
    }

    /// How much goes wrong until the next change of it.
    fn weather(&mut self) {
        let network = &self.site.network;
        network.trouble.set(*self.random.of(&[0, 0, 5, 20, 60]));
        network.database_trouble.set(*self.random.of(&[0, 3, 10, 20, 40]));
        if self.random.percent(25) {
            network.change_lie(self.seed % ENDLESS == 7);
        }
        *network.meanwhile.borrow_mut() = None;
        if self.random.percent(20) {
            let mut own = Random::new(self.random.next());
            let word = 90_000 + self.words;
            self.words += 1;
            *network.meanwhile.borrow_mut() = Some(Box::new(move |repos| {
                if own.percent(15) {
                    let at = own.below(repos.len());
                    match own.below(3) {
                        0 => repos[at].put(&format!("mid{}", own.below(3)), titled(word)),
                        1 => drop(pick(&mut own, &repos[at]).map(|rkey| repos[at].delete(&rkey))),
                        _ => drop(pick(&mut own, &repos[at]).map(|rkey| repos[at].put(&rkey, titled(word)))),
                    }
                }
            }));
        }
    }

    fn calm(&mut self) {
        let network = &self.site.network;
        network.trouble.set(0);
        network.database_trouble.set(0);
        network.database.befall([]);
        *network.meanwhile.borrow_mut() = None;
        for repo in network.repos.borrow_mut().iter_mut() {
            repo.lie = None;
        }
        self.site.harness.interrupt(NEVER, Mishap::Fails);
        self.site.harness.advance(QUARTER_MS);
        let dids: Vec<Did> = network.repos.borrow().iter().map(|repo| repo.did.clone()).collect();
        for did in dids {
            let method = if self.registered.contains(&did) { "registerCreator" } else { "unregisterCreator" };
            let answer = self.site.post(method, &json!({ "did": did.as_str() }));
            assert_eq!(answer.status(), 200, "{}", answer.text());
        }
    }

    /// Something happens to a creator.
    fn change(&mut self) {
        let (rkey, record) = (self.rkey(), self.record());
        let (is_day, random) = (self.seed.is_multiple_of(WHOLE_DAY), &mut self.random);
        let mut repos = self.site.network.repos.borrow_mut();
        let at = random.below(repos.len());
        let repo = &mut repos[at];
        let own = pick(random, repo);
        match (random.below(20), own) {
            (0..=5, _) => repo.put(&rkey, record),
            (6..=8, Some(own)) => repo.put(&own, record),
            (9..=10, Some(own)) => repo.delete(&own),
            (11, Some(own)) => {
                // The same key again, with the same record or another one.
                let before = repo.records[&own].record.clone();
                repo.delete(&own);
                repo.put(&own, if random.percent(50) { before } else { record });
            }
            (12, _) => repo.records.clear(),
            (13..=14, _) => {
                let to = (repo.host + 1 + random.below(HOSTS.len() - 1)) % HOSTS.len();
                // A copy that goes on answering is found out within a day.
                let last = if is_day { 5 } else { 4 };
                repo.migrate(to, LEFT[random.below(last)]);
            }
            (15, _) => repo.state = State::Deactivated,
            (16, _) => repo.state = *random.of(&[State::Takendown, State::Deleted, State::Active]),
            (17, _) => repo.state = State::Active,
            (18, _) => {
                let (letters, number) = (repo.handle[..2].to_owned(), random.below(1_000));
                repo.handle = format!("{letters}{number}.test");
            }
            (_, _) => {
                repo.name = Some(format!("Name {}", random.below(100))).filter(|_| random.percent(80));
                repo.commit();
            }
        }
        if repo.records.is_empty() {
            repo.commit();
        }
    }

    /// The bundle is called, and may be stopped in the midst of it.
    fn call(&mut self) {
        let (site, random) = (&self.site, &mut self.random);
        if random.percent(50) {
            let mishap = *random.of(&[Mishap::Ends, Mishap::Ends, Mishap::Fails]);
            site.harness.interrupt(1 + random.next() % 40, mishap);
        }
        match random.below(12) {
            0 => {
                let did = pick_did(random, site);
                site.post("registerCreator", &json!({ "did": did.as_str() }));
                self.registered.insert(did);
            }
            1 => {
                let did = pick_did(random, site);
                site.post("unregisterCreator", &json!({ "did": did.as_str() }));
                self.registered.remove(&did);
            }
            2 => {
                let did = pick_did(random, site);
                site.post("triggerSync", &json!({ "did": did.as_str() }));
            }
            3 | 4 => drop(site.harness.run_task()),
            _ => drop(site.sync()),
        }
        if random.percent(30) {
            site.harness.another_isolate();
        }
    }

    fn wait(&mut self) {
        let quarters = *self.random.of(&[0, 1, 1, 1, 2, 30]);
        self.site.harness.advance(quarters * QUARTER_MS);
    }

    fn rkey(&mut self) -> String {
        match self.random.below(3) {
            0 => format!("key{}", self.random.below(5)),
            1 => format!("K-{}_{}", self.random.below(3), self.random.below(3)),
            _ => {
                let micros = 1_700_000_000_000_000 + self.random.next() % 1_000_000_000_000;
                Tid::from_micros(micros, 3).unwrap().as_str().to_owned()
            }
        }
    }

    fn record(&mut self) -> Value {
        self.words += 1;
        let mut record = titled(self.words);
        let random = &mut self.random;
        match random.below(14) {
            0 => record["$type"] = json!("app.bsky.feed.post"),
            1 => record = json!([record]),
            2 => {
                for _ in 0..40 {
                    record = json!({ "title": record["title"].clone(), "deep": record });
                }
            }
            3 => record["createdAt"] = json!("2126-01-01T00:00:00Z"),
            4 => drop(record.as_object_mut().unwrap().remove("createdAt")),
            5 => record["creator"] = json!(Repo::new(24).did.as_str()),
            6 => record["tags"] = json!(["Rust", "rust", 7, "w a s m", ""]),
            7 => record["description"] = json!("Lines\r\nof \u{0} text"),
            8 if self.seed.is_multiple_of(LARGE) => record["more"] = json!("x".repeat(300_000)),
            9 if self.seed.is_multiple_of(LARGE) => record["more"] = json!("x".repeat(200_000)),
            10 if self.seed % LARGE == 1 => record["more"] = json!("x".repeat(1024 * 1024)),
            _ => record["duration"] = json!(random.next() % 9_000_000_000_000),
        }
        record
    }

    /// Every page of the list, against what the repositories hold.
    fn check(&self, of_interest: impl Fn(Value) -> Value) {
        let shown = self.shown();
        let interesting = |items: BTreeMap<String, Value>| -> BTreeMap<String, Value> {
            items.into_iter().map(|(uri, item)| (uri, of_interest(item))).collect()
        };
        let due: Vec<Value> = shown.iter().map(|item| serde_json::to_value(item).unwrap()).collect();
        let listed = self.site.list("limit=4");
        assert_eq!(interesting(by_address(&listed)), interesting(by_address(&due)), "seed {}", self.seed);
        // What is dated before it was seen has its place by that date.
        let now = i64::try_from(self.site.harness.now()).unwrap();
        let dates =
            listed.iter().map(|item| datetime::unix_millis(item["createdAt"].as_str().unwrap()).unwrap());
        let past: Vec<i64> = dates.filter(|date| *date < now).collect();
        assert!(past.is_sorted_by(|a, b| a >= b), "seed {}: {past:?}", self.seed);
        let stats = self.site.harness.get("getStats").json();
        assert_eq!(stats["videos"], due.len(), "seed {}: {stats}", self.seed);
    }

    fn check_search(&self) {
        let mut due: BTreeMap<String, Vec<String>> = BTreeMap::new();
        // Whoever is hidden or has edited is not found by the words of before.
        for word in self.words.saturating_sub(OLD_WORDS)..self.words {
            due.entry(word_of(word)).or_default();
        }
        let shown = self.shown();
        for item in &shown {
            let word = item.title.split(' ').next_back().unwrap().to_owned();
            due.entry(word).or_default().push(item.uri.to_string());
        }
        for (word, uris) in due {
            let found: Vec<String> = by_address(&self.site.list(&format!("q={word}"))).into_keys().collect();
            assert_eq!(
                found,
                uris.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>(),
                "{word}"
            );
        }
        let all = by_address(&self.site.list("q=Film&limit=7"));
        assert_eq!(all.len(), shown.len(), "seed {}", self.seed);
    }

    fn shown(&self) -> Vec<VideoItem> {
        let repos = self.site.network.repos.borrow();
        repos.iter().filter(|repo| self.registered.contains(&repo.did)).flat_map(Repo::shown).collect()
    }
}

fn titled(word: u64) -> Value {
    json!({
        "$type": "place.stream.video",
        "title": format!("Film {}", word_of(word)),
        "createdAt": format!("2026-03-{:02}T12:00:00Z", 1 + word % 28),
    })
}

fn word_of(number: u64) -> String {
    format!("word{number:06}")
}

fn without_names(mut item: Value) -> Value {
    for name in ["handle", "displayName"] {
        item.as_object_mut().unwrap().remove(name);
    }
    item
}

fn pick(random: &mut Random, repo: &Repo) -> Option<String> {
    let keys: Vec<&String> = repo.records.keys().collect();
    (!keys.is_empty()).then(|| (*random.of(&keys)).clone())
}

fn pick_did(random: &mut Random, site: &Site) -> Did {
    let repos = site.network.repos.borrow();
    random.of(&repos).did.clone()
}
