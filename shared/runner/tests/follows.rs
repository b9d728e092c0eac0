//! The policy that admits whom an account follows: what is believed of it, for how long, and what happens meanwhile.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Lie, Network, Shelf, now, resolve};
use serde_json::{Value, json};
use streamhut_atproto::{
    Did,
    testkit::{KeyKind, TestRepo},
};
use streamhut_runner::{Due, Fault, Runner};

const FOLLOW: &str = "app.bsky.graph.follow";
const OPERATOR: &str = "did:plc:operatoroperatoroperator";
const FRIEND: &str = "did:plc:friendfriendfriendfriend";
const NOBODY: &str = "did:plc:nobodynobodynobodynobody";
/// When what is known is confirmed anew.
const LATER: u64 = 300_000;

fn account(author: &Author, did: &str, seed: u64, follows: &[&str]) {
    let mut repo = TestRepo::new(&Did::parse(did).unwrap(), KeyKind::P256, seed);
    for (number, subject) in follows.iter().enumerate() {
        repo.put(FOLLOW, &format!("3k{number}"), &json!({"$type": FOLLOW, "subject": subject}));
    }
    // Something of another kind, on either side of the follows.
    repo.put("app.bsky.feed.post", "3k1", &json!({"text": "hello"}));
    repo.put("app.bsky.graph.list", "3k1", &json!({"name": "x"}));
    author.world(|world| world.accounts.insert(did.to_owned(), repo));
}

/// The author's world with an operator who follows them.
fn followed() -> Author {
    let author = Author::new();
    account(&author, OPERATOR, 1, &[NOBODY, DID]);
    author
}

fn change(author: &Author, did: &str, change: impl FnOnce(&mut TestRepo)) {
    author.world(|world| change(world.accounts.get_mut(did).unwrap()));
}

fn runner_of(author: &Author, policy: &str) -> Runner<Network, Shelf> {
    let policy = policy.to_owned();
    author.runner_with(move |name| (name == "POLICY").then(|| policy.clone()))
}

fn runner(author: &Author) -> Runner<Network, Shelf> {
    runner_of(author, &format!("follows:{OPERATOR}"))
}

fn second(author: &Author) -> Runner<Network, Shelf> {
    runner_of(author, &format!("follows-of-follows:{OPERATOR}"))
}

fn name(fault: &Fault) -> (u16, &'static str) {
    let (status, name, _) = fault.public();
    (status, name)
}

fn outcome(runner: &Runner<Network, Shelf>, at: u64) -> (u16, &'static str) {
    resolve(runner, "1.0.0", at).map_or_else(|fault| name(&fault), |_| (200, ""))
}

fn confirm(runner: &Runner<Network, Shelf>, at: u64) -> Result<(), Fault> {
    now(runner.confirm(&Due::Follows, at))
}

fn trusts(runner: &Runner<Network, Shelf>, at: u64) -> Value {
    serde_json::to_value(now(runner.trusts(at))).unwrap()
}

fn asked(author: &Author, part: &str) -> usize {
    author.world(|world| world.requests.iter().filter(|url| url.contains(part)).count())
}

const RUNS: (u16, &str) = (200, "");
const REFUSED: (u16, &str) = (403, "NotAdmitted");

#[test]
fn who_is_followed_runs_and_who_is_not_does_not() {
    let author = followed();
    for (policy, expect) in [
        (format!("follows:{OPERATOR}"), RUNS),
        (format!("follows:{DID}"), RUNS),
        (format!("follows:{FRIEND}"), REFUSED),
    ] {
        account(&author, FRIEND, 2, &[NOBODY, "no DID"]);
        assert_eq!(outcome(&runner_of(&author, &policy), 0), expect, "{policy}");
    }
    let refused = resolve(&runner_of(&author, &format!("follows:{FRIEND}")), "1.0.0", 0).unwrap_err();
    assert!(refused.to_string().contains(&format!("the authors whom {FRIEND} follows")), "{refused}");
}

#[test]
fn installed_bundles_run_whoever_is_followed_and_wait_for_nobody() {
    let author = Author::new();
    author.lie("getRepo", Lie::Failed);
    let bundles = json!([{"did": DID, "name": "demo", "channel": "latest"}]).to_string();
    let runner = author.runner_with(|name| match name {
        "POLICY" => Some(format!("follows:{OPERATOR}")),
        "BUNDLES" => Some(bundles.clone()),
        _ => None,
    });
    assert_eq!((outcome(&runner, 0), asked(&author, OPERATOR)), (RUNS, 0));
}

#[test]
fn warm_asks_nobody_and_cold_asks_the_shelf_alone() {
    let author = followed();
    let first = runner(&author);
    assert_eq!(outcome(&first, 0), RUNS);
    assert_eq!(asked(&author, "getRepo"), 1);
    let requests = author.requests();
    assert_eq!(outcome(&first, LATER - 1), RUNS);
    assert!(!first.is_trust_due(LATER - 1));
    assert_eq!(outcome(&runner(&author), 1), RUNS, "another isolate");
    assert_eq!(author.requests(), requests);
    let resolved = resolve(&first, "1.0.0", LATER - 1).unwrap();
    assert!(resolved.fresh_until() <= LATER && !resolved.due.contains(&Due::Follows));
    let old = resolve(&first, "1.0.0", LATER).unwrap();
    assert!(old.due.contains(&Due::Follows) && first.is_trust_due(LATER), "the answer does not wait");
    assert_eq!(author.requests(), requests);
}

#[test]
fn who_is_followed_no_more_is_refused_after_the_next_confirmation() {
    let author = followed();
    let (here, there) = (runner(&author), runner(&author));
    assert_eq!((outcome(&here, 0), outcome(&there, 0)), (RUNS, RUNS));
    let path = format!("/bundle/{DID}/demo/1.0.0/hello");
    here.remember(&path, &resolve(&here, "1.0.0", 0).unwrap(), 1);
    assert!(here.remembered(&path, 2).is_some());
    change(&author, OPERATOR, |repo| assert!(repo.delete(FOLLOW, "3k1")));
    assert_eq!(outcome(&here, LATER), RUNS);
    confirm(&here, LATER).unwrap();
    assert!(here.remembered(&path, LATER + 1).is_none(), "nor by the warm path");
    assert_eq!(outcome(&here, LATER + 1), REFUSED);
    let requests = author.requests();
    confirm(&there, LATER + 2).unwrap();
    assert_eq!((outcome(&there, LATER + 2), author.requests()), (REFUSED, requests), "by the store alone");
    change(&author, OPERATOR, |repo| {
        repo.put(FOLLOW, "3k9", &json!({"subject": DID}));
    });
    confirm(&here, 2 * LATER).unwrap();
    assert_eq!(outcome(&here, 2 * LATER), RUNS, "and followed again");
}

#[test]
fn a_repo_that_did_not_change_is_not_read_again() {
    let author = followed();
    let runner = runner(&author);
    assert_eq!(outcome(&runner, 0), RUNS);
    confirm(&runner, LATER).unwrap();
    assert_eq!((asked(&author, "getRepo"), asked(&author, "getLatestCommit")), (1, 1));
    let told = trusts(&runner, LATER + 7_000);
    assert_eq!(told["follows"]["ageSeconds"], 7, "{told}");
}

#[test]
fn what_is_told_of_it() {
    let author = followed();
    let first = runner(&author);
    let spelled = format!("follows:{OPERATOR}");
    assert_eq!(trusts(&first, 0), json!({"spelled": spelled}), "nobody wanted to know yet");
    assert_eq!(author.requests(), 0);
    assert_eq!(outcome(&first, 1_000), RUNS);
    let rev = author.world(|world| world.accounts[OPERATOR].rev().to_string());
    let known = json!({
        "spelled": spelled,
        "admitted": 3,
        "follows": {"did": OPERATOR, "rev": rev, "checkedAt": "1970-01-01T00:00:01Z", "ageSeconds": 9, "stale": false},
    });
    assert_eq!(trusts(&first, 10_000), known);
    let requests = author.requests();
    assert_eq!(trusts(&runner(&author), 10_000), known, "a new isolate reads the store, and asks nobody");
    assert_eq!(author.requests(), requests);
    let about = now(first.about(10_000));
    assert_eq!((&about["policy"], &about["trusts"]), (&json!("follows"), &known));
    for (policy, told) in [
        ("open".to_owned(), json!({"spelled": "open"})),
        (" ".to_owned(), json!({"spelled": "installed"})),
        (format!(" {DID}\n{NOBODY} "), json!({"spelled": format!("{DID} {NOBODY}"), "admitted": 2})),
    ] {
        assert_eq!(trusts(&runner_of(&author, &policy), 0), told);
    }
}

#[test]
fn a_pds_without_a_clear_word_leaves_what_is_known() {
    for (what, part, lie) in [
        ("down", "getLatestCommit", Lie::Failed),
        ("late", "getLatestCommit", Lie::Deadline),
        ("busy", "getLatestCommit", Lie::Answer(503, b"{}".to_vec())),
        ("nonsense", "getRepo", Lie::Answer(200, b"nonsense".to_vec())),
        ("no directory", "plc.directory", Lie::Failed),
    ] {
        let author = followed();
        let runner = runner(&author);
        assert_eq!(outcome(&runner, 0), RUNS);
        change(&author, OPERATOR, |repo| assert!(repo.delete(FOLLOW, "3k1")));
        author.lie(part, lie);
        let fault = confirm(&runner, LATER).expect_err(what);
        assert_eq!(fault.public().1, "TrustUnavailable", "{what}: {fault}");
        assert_eq!(outcome(&runner, LATER + 1), RUNS, "{what}");
        let told = trusts(&runner, LATER + 1);
        assert_eq!((&told["follows"]["stale"], &told["follows"]["ageSeconds"]), (&json!(true), &json!(300)));
        assert!(!runner.is_trust_due(LATER + 1), "{what}: asked again after the usual time");
        author.world(|world| world.lies.clear());
        confirm(&runner, 2 * LATER).unwrap();
        assert_eq!(outcome(&runner, 2 * LATER), REFUSED, "{what}");
        assert_eq!(trusts(&runner, 2 * LATER)["follows"]["stale"], false);
    }
}

#[test]
fn bad_input_38_a_clear_word_admits_nobody_any_more() {
    for (what, part, lie) in [
        (
            "deactivated",
            "did=did%3Aplc%3Aoperator",
            Lie::Answer(400, br#"{"error":"RepoDeactivated","message":"m"}"#.to_vec()),
        ),
        ("tombstone", "plc.directory", Lie::Answer(410, b"{}".to_vec())),
    ] {
        let author = followed();
        let first = runner(&author);
        assert_eq!(outcome(&first, 0), RUNS);
        author.lie(part, lie);
        confirm(&first, LATER).expect_err(what);
        assert_eq!(outcome(&first, LATER + 1), (502, "TrustUnavailable"), "{what}");
        assert_eq!(outcome(&runner(&author), LATER + 1).1, "TrustUnavailable", "{what}: nor elsewhere");
    }
}

#[test]
fn bad_input_08_a_pds_adds_no_follow_and_keeps_none() {
    let author = Author::new();
    account(&author, OPERATOR, 1, &[NOBODY]);
    let honest = author.world(|world| world.accounts[OPERATOR].clone());
    // A tree with one more follow, under a commit that the PDS signs itself.
    let mut forged = TestRepo::new(&Did::parse(OPERATOR).unwrap(), KeyKind::P256, 666);
    forged.put(FOLLOW, "3k1", &json!({"subject": DID}));
    // The same tree, under a commit that the account signed over another one.
    let mut grafted = honest.whole();
    grafted.blocks.extend(forged.whole().blocks);
    let mut cut = honest.repo_car();
    cut.truncate(cut.len() / 2);
    for (what, car, expect) in [
        ("signed by another key", forged.repo_car(), (502, "TrustUnavailable")),
        ("blocks that nothing names", grafted.encode(), REFUSED),
        ("cut", cut, (502, "TrustUnavailable")),
        ("no CAR", b"<html>".to_vec(), (502, "TrustUnavailable")),
        ("empty", Vec::new(), (502, "TrustUnavailable")),
    ] {
        let author = Author { network: author.network.clone(), shelf: Shelf::default() };
        author.lie("getRepo", Lie::Answer(200, car));
        assert_eq!(outcome(&runner(&author), 0), expect, "{what}");
        let kept = author.shelf.entries.borrow().keys().any(|key| key.starts_with("trusts/"));
        assert_eq!(kept, expect == REFUSED, "{what}: only what is proven is kept");
    }
}

#[test]
fn bad_input_38_an_older_state_is_refused_here_and_in_every_other_isolate() {
    let author = Author::new();
    account(&author, OPERATOR, 1, &[DID]);
    let old = author.world(|world| world.accounts[OPERATOR].clone());
    change(&author, OPERATOR, |repo| assert!(repo.delete(FOLLOW, "3k0")));
    let first = runner(&author);
    assert_eq!(outcome(&first, 0), REFUSED);
    // Now the PDS goes back to before the account took its follow back.
    author.world(|world| world.accounts.insert(OPERATOR.to_owned(), old));
    let fault = confirm(&first, LATER).unwrap_err();
    assert!(fault.to_string().contains("older"), "{fault}");
    assert_eq!(outcome(&first, LATER), REFUSED);
    // Nor does an isolate believe it that remembers nothing and finds no copy.
    author.shelf.entries.borrow_mut().retain(|key, _| !key.starts_with("trusts/"));
    assert_eq!(outcome(&runner(&author), LATER), (502, "TrustUnavailable"));
}

#[test]
fn bad_input_38_a_state_that_is_known_is_no_newer_for_being_called_the_latest() {
    let author = followed();
    let runner = runner(&author);
    assert_eq!(outcome(&runner, 0), RUNS);
    let old = author.world(|world| world.accounts[OPERATOR].clone());
    // A later commit of the same repo is seen by another way: another isolate's note of it.
    change(&author, OPERATOR, |repo| assert!(repo.delete(FOLLOW, "3k1")));
    let other = runner_of(&author, &format!("follows-of-follows:{OPERATOR}"));
    account(&author, NOBODY, 3, &[]);
    assert_eq!(outcome(&other, 1), REFUSED);
    author.world(|world| world.accounts.insert(OPERATOR.to_owned(), old));
    author.shelf.entries.borrow_mut().retain(|key, _| !key.starts_with("trusts/follows/"));
    let cold = self::runner(&author);
    assert_eq!(outcome(&cold, 2), (502, "TrustUnavailable"), "the note outlives the list");
}

#[test]
fn bad_input_08_a_repo_over_the_cap_is_read_block_by_block() {
    let author = followed();
    author.lie("getRepo", Lie::Answer(200, vec![0; (8 << 20) + 1]));
    let runner = runner(&author);
    assert_eq!(outcome(&runner, 0), RUNS);
    assert!(asked(&author, "getBlocks") >= 3);
    change(&author, OPERATOR, |repo| assert!(repo.delete(FOLLOW, "3k1")));
    confirm(&runner, LATER).unwrap();
    assert_eq!(
        (outcome(&runner, LATER), asked(&author, "getRepo")),
        (REFUSED, 1),
        "and not tried whole again"
    );
    // Blocks are believed no more than a whole repo is.
    author.lie("getBlocks", Lie::Answer(200, vec![0; 64]));
    change(&author, OPERATOR, |repo| {
        repo.put(FOLLOW, "3k9", &json!({"subject": DID}));
    });
    confirm(&runner, 2 * LATER).unwrap_err();
    assert_eq!(outcome(&runner, 2 * LATER), REFUSED);
}

#[test]
fn bad_input_08_a_damaged_copy_is_read_anew() {
    let author = followed();
    assert_eq!(outcome(&runner(&author), 0), RUNS);
    let key = format!("trusts/follows/{OPERATOR}");
    let copy = author.shelf.entries.borrow()[&key].clone();
    let swapped = String::from_utf8(copy.clone()).unwrap().replace(DID, FRIEND).into_bytes();
    for damaged in [b"".to_vec(), b"{}".to_vec(), copy[..copy.len() - 3].to_vec(), swapped, vec![0xff; 40]] {
        author.shelf.entries.borrow_mut().insert(key.clone(), damaged);
        let before = asked(&author, "getRepo");
        assert_eq!(outcome(&runner(&author), 0), RUNS);
        assert_eq!((asked(&author, "getRepo"), &author.shelf.entries.borrow()[&key]), (before + 1, &copy));
    }
    // A copy under another account's key says nothing of this one.
    let other = format!("trusts/follows/{NOBODY}");
    account(&author, NOBODY, 9, &[]);
    author.shelf.entries.borrow_mut().insert(other, copy);
    assert_eq!(outcome(&runner_of(&author, &format!("follows:{NOBODY}")), 0), REFUSED);
}

#[test]
fn without_a_store_each_isolate_reads_for_itself() {
    let mut author = followed();
    author.shelf.broken = true;
    assert_eq!((outcome(&runner(&author), 0), outcome(&runner(&author), 0)), (RUNS, RUNS));
    assert_eq!(asked(&author, "getRepo"), 2);
}

#[test]
fn a_later_copy_of_another_isolate_is_kept() {
    let author = followed();
    let (here, there) = (runner(&author), runner(&author));
    assert_eq!((outcome(&here, 0), outcome(&there, 0)), (RUNS, RUNS));
    let old = author.world(|world| world.accounts[OPERATOR].clone());
    change(&author, OPERATOR, |repo| assert!(repo.delete(FOLLOW, "3k1")));
    confirm(&there, LATER).unwrap();
    author.world(|world| world.accounts.insert(OPERATOR.to_owned(), old));
    confirm(&here, 2 * LATER).unwrap_err();
    assert_eq!(outcome(&here, 2 * LATER), REFUSED);
}

#[test]
fn a_failure_is_remembered_for_a_moment() {
    let author = followed();
    author.lie("getRepo", Lie::Deadline);
    let runner = runner(&author);
    assert_eq!(outcome(&runner, 0), (504, "TrustUnavailable"));
    author.world(|world| world.lies.clear());
    let requests = author.requests();
    assert_eq!((outcome(&runner, 4_999), author.requests()), ((504, "TrustUnavailable"), requests));
    assert_eq!(outcome(&runner, 5_000), RUNS);
}

#[test]
fn one_request_reads_while_others_are_told_to_come_back() {
    use futures_util::FutureExt;
    let author = followed();
    author.lie("getRepo", Lie::Never);
    let runner = runner(&author);
    let (did, demo) = (Did::parse(DID).unwrap(), "demo".parse().unwrap());
    let selector = "1.0.0".parse().unwrap();
    let mut waiting = Box::pin(runner.resolve(&did, &demo, &selector, 0));
    assert!(waiting.as_mut().now_or_never().is_none());
    assert_eq!(outcome(&runner, 1), (503, "TrustIncomplete"));
    assert_eq!(asked(&author, "getRepo"), 1);
    author.world(|world| world.lies.clear());
    assert_eq!(outcome(&runner, 60_000), RUNS, "who never comes back is not waited for");
    std::mem::forget(waiting);
}

#[test]
fn whom_the_follows_follow() {
    let author = Author::new();
    account(&author, OPERATOR, 1, &[FRIEND, NOBODY]);
    account(&author, FRIEND, 2, &[DID]);
    account(&author, NOBODY, 3, &[OPERATOR]);
    assert_eq!(outcome(&runner(&author), 0), REFUSED, "one degree");
    let runner = second(&author);
    assert_eq!(outcome(&runner, 0), RUNS);
    let told = trusts(&runner, 0);
    assert_eq!(told["admitted"], 4, "{told}");
    assert_eq!(
        told["follows"]["second"],
        json!({"read": 2, "pending": 0, "beyond": 0, "failed": 0, "failures": []})
    );
    let requests = author.requests();
    assert_eq!(
        (outcome(&second(&author), 1), author.requests()),
        (RUNS, requests),
        "the store has both degrees"
    );

    change(&author, FRIEND, |repo| assert!(repo.delete(FOLLOW, "3k0")));
    confirm(&runner, LATER).unwrap();
    assert_eq!(outcome(&runner, LATER), RUNS, "those are confirmed each hour");
    confirm(&runner, 3_600_000).unwrap();
    assert_eq!(outcome(&runner, 3_600_000), REFUSED);
}

#[test]
fn who_is_followed_no_more_lends_no_trust() {
    let author = Author::new();
    account(&author, OPERATOR, 1, &[FRIEND]);
    account(&author, FRIEND, 2, &[DID]);
    let runner = second(&author);
    assert_eq!(outcome(&runner, 0), RUNS);
    change(&author, OPERATOR, |repo| assert!(repo.delete(FOLLOW, "3k0")));
    confirm(&runner, LATER).unwrap();
    assert_eq!(outcome(&runner, LATER), REFUSED);
}

#[test]
fn bad_input_08_an_account_that_cannot_be_read_costs_its_own_follows_alone() {
    let author = Author::new();
    account(&author, OPERATOR, 1, &[NOBODY, FRIEND]);
    account(&author, FRIEND, 2, &[DID]);
    account(&author, NOBODY, 3, &[]);
    author.lie("did:plc:nobody", Lie::Failed);
    let runner = second(&author);
    assert_eq!(outcome(&runner, 0), RUNS);
    let told = trusts(&runner, 0)["follows"]["second"].clone();
    assert_eq!((&told["read"], &told["failed"]), (&json!(1), &json!(1)), "{told}");
    assert_eq!((&told["failures"][0]["did"], &told["failures"][0]["kept"]), (&json!(NOBODY), &json!(false)));

    author.lie("getLatestCommit?did=did%3Aplc%3Afriend", Lie::Failed);
    confirm(&runner, 3_600_000).unwrap();
    assert_eq!(outcome(&runner, 3_600_000), RUNS, "what was read before stays");
    let gone = br#"{"error":"RepoTakendown","message":"m"}"#.to_vec();
    author.lie("getLatestCommit?did=did%3Aplc%3Afriend", Lie::Answer(400, gone));
    confirm(&runner, 7_200_000).unwrap();
    assert_eq!(outcome(&runner, 7_200_000), REFUSED, "until there is a clear word");
}

#[test]
fn many_follows_are_asked_round_by_round() {
    let author = Author::new();
    let dids: Vec<String> =
        (0..70).map(|n| format!("did:plc:{}{}", "a".repeat(22), two_letters(n))).collect();
    let follows: Vec<&str> = dids.iter().map(String::as_str).collect();
    for (number, did) in dids.iter().enumerate() {
        account(&author, did, 100 + number as u64, if number == 69 { &[DID] } else { &[] });
    }
    account(&author, OPERATOR, 1, &follows);
    let runner = second(&author);
    assert_eq!(outcome(&runner, 0), (503, "TrustIncomplete"));
    assert_eq!(trusts(&runner, 0)["follows"]["second"]["pending"], 70 - 24);
    assert!(runner.is_trust_due(0), "the next round is due at once");
    confirm(&runner, 1).unwrap();
    assert_eq!(outcome(&runner, 2), RUNS, "the last round is this request's own");
    assert_eq!(trusts(&runner, 2)["follows"]["second"]["read"], 70);
    assert!(!runner.is_trust_due(2));
}

fn two_letters(n: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n).unwrap());
    [letter(n / 26), letter(n % 26)].iter().collect()
}

#[test]
fn an_account_that_never_answers_holds_up_no_other_for_long() {
    use futures_util::FutureExt;
    let author = Author::new();
    let dids: Vec<String> =
        (0..30).map(|n| format!("did:plc:{}{}", "a".repeat(22), two_letters(n))).collect();
    let follows: Vec<&str> = dids.iter().map(String::as_str).collect();
    for (number, did) in dids.iter().enumerate() {
        account(&author, did, 100 + number as u64, if number == 29 { &[DID] } else { &[] });
    }
    account(&author, OPERATOR, 1, &follows);
    let runner = second(&author);
    let (did, demo, selector) = (Did::parse(DID).unwrap(), "demo".parse().unwrap(), "1.0.0".parse().unwrap());
    // The account in the second portion waits for ever, and with it who asked.
    author.lie("plc.directory/did:plc:aaaaaaaaaaaaaaaaaaaaaaam", Lie::Never);
    let mut waiting = Box::pin(runner.resolve(&did, &demo, &selector, 0));
    assert!(waiting.as_mut().now_or_never().is_none());
    let read = trusts(&second(&author), 1)["follows"]["second"]["read"].clone();
    assert_eq!(read, 12, "the first portion is kept for every isolate");
    assert_eq!(trusts(&runner, 1)["follows"]["second"]["read"], 23, "and here all that answered");
    // The next round begins with those that nobody has begun to read.
    let mut next = Box::pin(runner.resolve(&did, &demo, &selector, 60_000));
    assert!(next.as_mut().now_or_never().is_none());
    assert_eq!(trusts(&runner, 60_001)["follows"]["second"]["read"], 29);
    assert_eq!(outcome(&runner, 60_001), RUNS, "though another request waits for ever");
    std::mem::forget((waiting, next));
}
