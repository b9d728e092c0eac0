//! The chain from a DID to bytes, and every link of it broken.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Lie, PDS, now, resolve, resolve_of};
use serde_json::json;
use streamhut_atproto::testkit::{KeyKind, flip_bit};
use streamhut_release::{ModuleError, WasmError};
use streamhut_runner::{Due, Fault};

fn name(fault: &Fault) -> (u16, &'static str) {
    let (status, name, _) = fault.public();
    (status, name)
}

#[test]
fn an_exact_version_and_latest_lead_to_the_same_verified_modules() {
    let author = Author::new();
    let runner = author.runner();
    let exact = resolve(&runner, "1.0.0", 0).unwrap();
    let latest = resolve(&runner, "latest", 0).unwrap();
    assert_eq!((exact.cid, exact.label()), (latest.cid, format!("{DID}/demo@1.0.0")));
    let modules = now(runner.modules(&exact)).unwrap();
    assert_eq!(modules.iter().map(|m| m.path()).collect::<Vec<_>>(), ["index.js", "code.wasm"]);
    assert_eq!(modules[0].bytes(), network::CODE);
}

#[test]
fn warm_asks_nobody_and_cold_asks_the_shelf_alone() {
    let author = Author::new();
    let runner = author.runner();
    now(runner.modules(&resolve(&runner, "latest", 0).unwrap())).unwrap();
    let asked = author.requests();
    // DID document, channel, release, two modules.
    assert_eq!(asked, 5);
    now(runner.modules(&resolve(&runner, "latest", 1).unwrap())).unwrap();
    let fresh = author.runner();
    now(fresh.modules(&resolve(&fresh, "latest", 2).unwrap())).unwrap();
    assert_eq!(author.requests(), asked);
}

#[test]
fn a_confirmation_that_never_ends_does_not_stand_in_the_way_of_the_next() {
    use futures_util::FutureExt;
    let author = Author::new();
    let runner = author.runner();
    resolve(&runner, "latest", 0).unwrap();
    author.publish("1.1.0", author.release("1.1.0", &[("index.js", "esm", b"export default 2".to_vec())]));
    author.point("latest", "1.1.0");
    let id = resolve(&runner, "latest", 30_000).unwrap().due[0].clone();
    author.lie("getRecord", Lie::Never);
    // The platform ends a background task by never coming back to it: nothing is dropped.
    let mut abandoned = Box::pin(runner.confirm(&id, 30_000));
    assert!(abandoned.as_mut().now_or_never().is_none());
    author.world(|world| world.lies.clear());
    let asked = author.requests();
    now(runner.confirm(&id, 31_000)).unwrap();
    assert_eq!(author.requests(), asked, "one at a time");
    now(runner.confirm(&id, 91_000)).unwrap();
    assert_eq!(resolve(&runner, "latest", 91_001).unwrap().release.manifest.version.to_string(), "1.1.0");
    std::mem::forget(abandoned);
}

#[test]
fn a_channel_moves_when_it_is_confirmed() {
    let author = Author::new();
    let runner = author.runner();
    assert_eq!(resolve(&runner, "latest", 0).unwrap().release.manifest.version.to_string(), "1.0.0");
    author.publish("1.1.0", author.release("1.1.0", &[("index.js", "esm", b"export default 2".to_vec())]));
    author.point("latest", "1.1.0");
    assert!(resolve(&runner, "latest", 29_999).unwrap().due.is_empty());
    let old = resolve(&runner, "latest", 30_000).unwrap();
    assert_eq!(
        (old.release.manifest.version.to_string().as_str(), old.due.len()),
        ("1.0.0", 2),
        "the answer does not wait"
    );
    now(runner.confirm(&old.due[0], 30_000)).unwrap();
    assert_eq!(resolve(&runner, "latest", 30_001).unwrap().release.manifest.version.to_string(), "1.1.0");
}

#[test]
fn a_release_is_fetched_and_started_before_its_channel_leads_to_it() {
    let author = Author::new();
    let runner = author.runner();
    let at = |name: &str, at| resolve(&runner, name, at).unwrap().release.manifest.version.to_string();
    assert_eq!(at("latest", 0), "1.0.0");
    author.publish("1.1.0", author.release("1.1.0", &[("index.js", "esm", b"export default 2".to_vec())]));
    author.point("latest", "1.1.0");
    let due = resolve(&runner, "latest", 30_000).unwrap().due[0].clone();
    let started = std::cell::RefCell::new(Vec::new());
    let start = async |resolved: std::rc::Rc<streamhut_runner::Resolved>| {
        // Whoever comes meanwhile is still answered by the release before.
        started.borrow_mut().push((resolved.label(), at("latest", 30_001)));
    };
    now(runner.confirm_and_start(&due, 30_000, start)).unwrap();
    assert_eq!(*started.borrow(), [(format!("{DID}/demo@1.1.0"), "1.0.0".to_owned())]);
    let asked = author.requests();
    now(runner.modules(&resolve(&runner, "latest", 30_002).unwrap())).unwrap();
    assert_eq!((at("latest", 30_003), author.requests()), ("1.1.0".to_owned(), asked), "all of it is there");
    // Where nothing moved, nothing is started.
    let due = resolve(&runner, "latest", 60_003).unwrap().due[0].clone();
    now(runner.confirm_and_start(&due, 60_003, start)).unwrap();
    assert_eq!(started.borrow().len(), 1);
}

#[test]
fn bad_input_36_a_channel_that_leads_to_what_can_not_be_fetched_now_stays_where_it_was() {
    let author = Author::new();
    let runner = author.runner();
    resolve(&runner, "latest", 0).unwrap();
    author.publish("1.1.0", author.release("1.1.0", &[("index.js", "esm", b"export default 2".to_vec())]));
    author.point("latest", "1.1.0");
    author.lie("getBlob", Lie::Deadline);
    let due = resolve(&runner, "latest", 30_000).unwrap().due[0].clone();
    let fault = now(runner.confirm(&due, 30_000)).unwrap_err();
    assert_eq!(name(&fault).0, 504, "{fault}");
    let old = resolve(&runner, "latest", 30_001).unwrap();
    assert_eq!(old.release.manifest.version.to_string(), "1.0.0");
    assert!(old.stale.is_some());
    author.world(|world| world.lies.clear());
    let due = resolve(&runner, "latest", 60_001).unwrap().due[0].clone();
    now(runner.confirm(&due, 60_001)).unwrap();
    assert_eq!(resolve(&runner, "latest", 60_002).unwrap().release.manifest.version.to_string(), "1.1.0");
}

#[test]
fn bad_input_01_no_private_host_is_ever_asked() {
    let author = Author::new();
    for host in [
        "localhost",
        "127.0.0.1",
        "169.254.169.254",
        "10.0.0.1",
        "100.64.1.1",
        "2130706433",
        "db.internal",
        "printer.local",
    ] {
        let Ok(did) = streamhut_atproto::Did::parse(&format!("did:web:{host}")) else { continue };
        let fault = resolve_of(&author.runner(), did.as_str(), "1.0.0", 0).expect_err(host);
        assert_eq!(name(&fault), (400, "InvalidDid"), "{host}: {fault}");
    }
    assert_eq!(author.requests(), 0);
}

#[test]
fn bad_input_03_a_pds_that_may_not_be_asked() {
    for endpoint in [
        "http://pds.author.dev",
        "https://u@pds.author.dev",
        "https://pds.author.dev:8443",
        "https://pds.author.dev/x",
        "https://pds.author.dev?q",
        "https://pds.author.dev#f",
        "https://run.own.dev",
        "https://10.0.0.1",
        "https://localhost",
        "http://127.0.0.1:4402",
    ] {
        let author = Author::new();
        author.world(|world| world.document = world.repo.did_document(endpoint));
        let fault = resolve(&author.runner(), "1.0.0", 0).expect_err(endpoint);
        assert!(matches!(name(&fault), (502, "PdsRefused" | "InvalidIdentity")), "{endpoint}: {fault}");
        assert_eq!(author.requests(), 1, "only the directory is asked: {endpoint}");
    }
}

#[test]
fn bad_input_04_redirects_of_a_pds() {
    for to in [
        "https://10.0.0.1/",
        "https://run.own.dev/",
        "http://pds.author.dev/",
        "file:///etc/passwd",
        "data:,x",
        "/xrpc/com.atproto.sync.getRecord?again",
    ] {
        let author = Author::new();
        author.lie("getRecord", Lie::Redirect(to));
        let fault = resolve(&author.runner(), "1.0.0", 0).expect_err(to);
        assert_eq!(name(&fault).0, 502, "{to}: {fault}");
        assert!(author.requests() <= 6, "{to}");
        assert!(author.shelf.entries.borrow().is_empty());
    }
}

#[test]
fn bad_input_04_no_redirect_of_a_did_document() {
    let author = Author::new();
    author.lie("plc.directory", Lie::Redirect("https://elsewhere.dev/"));
    assert_eq!(name(&resolve(&author.runner(), "1.0.0", 0).unwrap_err()), (502, "IdentityUnavailable"));
    assert_eq!(author.requests(), 1);
}

#[test]
fn bad_input_05_did_documents() {
    let whole = |author: &Author| author.world(|world| world.document.clone());
    type Row = (&'static str, u16, Vec<u8>, (u16, &'static str));
    let answers: Vec<Row> = {
        let author = Author::new();
        let mut other = whole(&author);
        other["id"] = json!("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa");
        let mut keyless = whole(&author);
        keyless["verificationMethod"] = json!([]);
        vec![
            ("5 MB", 200, vec![b' '; 5 << 20], (502, "IdentityUnavailable")),
            ("not JSON", 200, b"{<html>".to_vec(), (502, "IdentityUnavailable")),
            ("another's", 200, other.to_string().into_bytes(), (502, "IdentityUnavailable")),
            ("no key", 200, keyless.to_string().into_bytes(), (502, "InvalidIdentity")),
            ("unknown", 404, b"{}".to_vec(), (404, "UnknownAccount")),
            ("tombstone", 410, b"{}".to_vec(), (404, "UnknownAccount")),
            ("down", 503, b"{}".to_vec(), (502, "IdentityUnavailable")),
        ]
    };
    for (what, status, body, expect) in answers {
        let author = Author::new();
        author.lie("plc.directory", Lie::Answer(status, body));
        let fault = resolve(&author.runner(), "1.0.0", 0).expect_err(what);
        assert_eq!(name(&fault), expect, "{what}: {fault}");
        assert!(author.shelf.entries.borrow().is_empty(), "{what}");
    }
    let author = Author::new();
    author.world(|world| {
        let service = world.document["service"][0].clone();
        let mut wrong = service.clone();
        wrong["type"] = json!("SomethingElse");
        let mut second = service.clone();
        second["serviceEndpoint"] = json!("https://second.author.dev");
        world.document["service"] = json!([wrong, service, second]);
    });
    assert_eq!(resolve(&author.runner(), "1.0.0", 0).unwrap().pds, PDS, "the first valid entry counts");
}

#[test]
fn bad_input_08_a_proof_with_one_bit_off_is_refused_or_says_the_same() {
    let author = Author::new();
    let car = author.world(|world| world.repo.proof_car("run.at.release", "demo:1.0.0"));
    let truth = resolve(&author.runner(), "1.0.0", 0).unwrap();
    for bit in (0..car.len() * 8).step_by(11) {
        let author = Author { network: author.network.clone(), shelf: network::Shelf::default() };
        author.lie("getRecord", Lie::Answer(200, flip_bit(&car, bit)));
        match resolve(&author.runner(), "1.0.0", 0) {
            Ok(resolved) => {
                assert_eq!((resolved.cid, &resolved.release), (truth.cid, &truth.release), "bit {bit}")
            }
            Err(fault) => {
                assert_eq!(name(&fault).0, 502, "bit {bit}: {fault}");
                assert!(author.shelf.entries.borrow().is_empty(), "bit {bit}: nothing is kept");
            }
        }
    }
}

#[test]
fn bad_input_08_another_key_signs() {
    let author = Author::new();
    author.world(|world| {
        let document = world.document.clone();
        world.repo.rotate_key(KeyKind::P256, 99);
        world.document = document;
    });
    assert_eq!(name(&resolve(&author.runner(), "1.0.0", 0).unwrap_err()), (502, "InvalidProof"));
}

#[test]
fn bad_input_08_a_module_with_one_bit_off_is_never_kept() {
    let author = Author::new();
    author.world(|world| {
        for bytes in world.blobs.values_mut() {
            bytes[3] ^= 1;
        }
    });
    let runner = author.runner();
    let resolved = resolve(&runner, "1.0.0", 0).unwrap();
    let fault = now(runner.modules(&resolved)).unwrap_err();
    assert!(matches!(&fault, Fault::Module { source: ModuleError::Cid { .. }, .. }), "{fault}");
    assert_eq!(name(&fault), (502, "InvalidModule"));
    assert!(author.shelf.entries.borrow().keys().all(|key| !key.starts_with("modules/")));
}

#[test]
fn bad_input_08_cids_of_other_kinds_make_no_release() {
    for cid in [
        "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n",
        "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
        "bafkrei",
        "bafkr4iaaaebagbafaydqqcikbmga2dqpcaireeyuculbogazdinryhi6d4",
    ] {
        let author = Author::new();
        let mut record = author.release("1.0.0", &[("index.js", "esm", b"export default 1".to_vec())]);
        record["modules"][0]["blob"]["ref"]["$link"] = json!(cid);
        // What can't even be a link in the data model is refused before it is signed.
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| author.publish("1.0.0", record))).is_err()
        {
            continue;
        }
        let fault = resolve(&author.runner(), "1.0.0", 0).expect_err(cid);
        assert_eq!(name(&fault), (502, "InvalidRelease"), "{cid}: {fault}");
    }
}

#[test]
fn bad_input_09_sizes_are_known_before_all_is_held() {
    for (what, change) in [
        ("one byte over", (&|bytes: &mut Vec<u8>| bytes.push(0)) as &dyn Fn(&mut Vec<u8>)),
        ("one byte under", &|bytes| bytes.truncate(bytes.len() - 1)),
        ("empty", &|bytes| bytes.clear()),
        ("5 MB over", &|bytes| bytes.extend(vec![0; 5 << 20])),
    ] {
        let author = Author::new();
        author.world(|world| world.blobs.values_mut().for_each(change));
        let runner = author.runner();
        let fault = now(runner.modules(&resolve(&runner, "1.0.0", 0).unwrap())).expect_err(what);
        assert!(matches!(&fault, Fault::Module { source: ModuleError::Size { .. }, .. }), "{what}: {fault}");
        assert!(author.shelf.entries.borrow().keys().all(|key| !key.starts_with("modules/")), "{what}");
    }
}

#[test]
fn bad_input_10_wasm_that_no_loader_gets() {
    for (text, expect) in [
        ("(module (func) (start 0))", "start"),
        ("(module (memory 4000))", "memory"),
        ("(module (import \"env\" \"f\" (func)))", "env"),
    ] {
        let author = Author::new();
        let modules = [
            ("index.js", "esm", b"export default 1".to_vec()),
            ("code.wasm", "wasm", wat::parse_str(text).unwrap()),
        ];
        author.publish("2.0.0", author.release("2.0.0", &modules));
        let runner = author.runner();
        let fault = now(runner.modules(&resolve(&runner, "2.0.0", 0).unwrap())).expect_err(text);
        assert!(matches!(&fault, Fault::Module { source: ModuleError::Wasm { .. }, .. }), "{fault}");
        assert!(fault.to_string().contains(expect), "{fault}");
    }
    let author = Author::new();
    author.publish(
        "2.0.0",
        author.release(
            "2.0.0",
            &[("index.js", "esm", b"x".to_vec()), ("code.wasm", "wasm", b"\0asm\x01\0\0\0\x01\x7f".to_vec())],
        ),
    );
    let runner = author.runner();
    let fault = now(runner.modules(&resolve(&runner, "2.0.0", 0).unwrap())).unwrap_err();
    assert!(
        matches!(
            &fault,
            Fault::Module { source: ModuleError::Wasm { source: WasmError::Malformed { .. }, .. }, .. }
        ),
        "{fault}"
    );
}

#[test]
fn bad_input_36_a_pds_that_is_down_keeps_the_last_verified_release() {
    for lie in [
        Lie::Failed,
        Lie::Deadline,
        Lie::Answer(503, b"{}".to_vec()),
        Lie::Answer(200, b"<html>".to_vec()),
        Lie::Answer(403, b"{}".to_vec()),
        Lie::Redirect("https://10.0.0.1/"),
    ] {
        let author = Author::new();
        let first = author.runner();
        now(first.modules(&resolve(&first, "latest", 0).unwrap())).unwrap();
        author.lie("pds.author.dev", lie.clone());
        // The isolate that knows it, and one that finds it on the shelf.
        for runner in [first, author.runner()] {
            let old = resolve(&runner, "latest", 400_000).unwrap();
            let records: Vec<_> = old.due.iter().filter(|due| matches!(due, Due::Record(_))).collect();
            assert_eq!((records.len(), old.stale.is_some()), (2, false), "{lie:?}");
            now(runner.confirm(&Due::Installations, 400_000)).unwrap();
            for id in records {
                assert!(now(runner.confirm(id, 400_000)).is_err());
            }
            let stale = resolve(&runner, "latest", 400_001).unwrap();
            assert!(
                stale.stale.is_some() && stale.due.is_empty(),
                "{lie:?}: marked, and asked again only later"
            );
            assert_eq!(now(runner.modules(&stale)).unwrap().len(), 2);
        }
        author.world(|world| world.lies.clear());
        let runner = author.runner();
        let old = resolve(&runner, "latest", 800_000).unwrap();
        for id in &old.due {
            now(runner.confirm(id, 800_000)).unwrap();
        }
        assert!(resolve(&runner, "latest", 800_001).unwrap().stale.is_none(), "and it recovers");
    }
}

#[test]
fn what_the_author_took_back_stops_and_is_forgotten_everywhere() {
    type Change = fn(&Author);
    let deleted: Change =
        |author| author.world(|world| assert!(world.repo.delete("run.at.release", "demo:1.0.0")));
    let deactivated: Change = |author| {
        author.lie("getRecord", Lie::Answer(400, br#"{"error":"RepoDeactivated","message":"x"}"#.to_vec()))
    };
    let rotated: Change = |author| {
        author.world(|world| {
            world.document = {
                let other = streamhut_atproto::testkit::TestRepo::new(
                    &streamhut_atproto::Did::parse(DID).unwrap(),
                    KeyKind::K256,
                    1234,
                );
                other.did_document(PDS)
            }
        })
    };
    for (what, change, expect) in [
        ("deleted", deleted, (404, "UnknownBundle")),
        ("deactivated", deactivated, (404, "UnknownAccount")),
        ("rotated", rotated, (502, "InvalidProof")),
    ] {
        let author = Author::new();
        let runner = author.runner();
        let id = resolve(&runner, "1.0.0", 300_000)
            .map(|_| resolve(&runner, "1.0.0", 600_000).unwrap().due[0].clone())
            .unwrap();
        change(&author);
        assert!(now(runner.confirm(&id, 600_000)).is_err(), "{what}");
        assert_eq!(name(&resolve(&runner, "1.0.0", 600_001).unwrap_err()), expect, "{what}");
        assert_eq!(
            name(&resolve(&author.runner(), "1.0.0", 600_001).unwrap_err()),
            expect,
            "{what}: not on the shelf either"
        );
    }
}

#[test]
fn a_release_that_is_rewritten_is_refused_and_the_known_one_goes_on() {
    let author = Author::new();
    let runner = author.runner();
    let known = resolve(&runner, "1.0.0", 0).unwrap();
    author.publish(
        "1.0.0",
        author.release("1.0.0", &[("index.js", "esm", b"export default 'other'".to_vec())]),
    );
    let due = resolve(&runner, "1.0.0", 300_000).unwrap().due[0].clone();
    assert!(matches!(now(runner.confirm(&due, 300_000)), Err(Fault::ReleaseChanged { .. })));
    let still = resolve(&runner, "1.0.0", 300_001).unwrap();
    assert_eq!(still.cid, known.cid);
    assert!(still.stale.is_some());
}

#[test]
fn bad_input_38_an_older_commit_is_refused() {
    let author = Author::new();
    let old = author.world(|world| world.repo.proof_car("run.at.channel", "demo:latest"));
    author.publish("1.1.0", author.release("1.1.0", &[("index.js", "esm", b"export default 2".to_vec())]));
    author.point("latest", "1.1.0");
    let runner = author.runner();
    assert_eq!(resolve(&runner, "latest", 0).unwrap().release.manifest.version.to_string(), "1.1.0");
    author.lie("run.at.channel", Lie::Answer(200, old));
    let due = resolve(&runner, "latest", 30_000).unwrap().due[0].clone();
    assert_eq!(name(&now(runner.confirm(&due, 30_000)).unwrap_err()), (502, "ReplayedCommit"));
    assert_eq!(resolve(&runner, "latest", 30_001).unwrap().release.manifest.version.to_string(), "1.1.0");
}

#[test]
fn bad_input_38_an_older_commit_is_refused_by_an_isolate_that_saw_nothing() {
    let author = Author::new();
    let old = author.world(|world| world.repo.proof_car("run.at.release", "demo:2.0.0"));
    let older = author.world(|world| world.repo.proof_car("run.at.channel", "demo:latest"));
    author.publish("1.1.0", author.release("1.1.0", &[("index.js", "esm", b"export default 2".to_vec())]));
    author.point("latest", "1.1.0");
    resolve(&author.runner(), "1.1.0", 0).unwrap();
    author.lie("run.at.channel", Lie::Answer(200, older));
    author.lie("2.0.0", Lie::Answer(200, old));
    for selector in ["latest", "2.0.0"] {
        let fault = resolve(&author.runner(), selector, 1).unwrap_err();
        assert_eq!(name(&fault), (502, "ReplayedCommit"), "{selector}: even an absence counts by its commit");
    }
    // A note that is none is dropped; a lost one is made anew.
    author.shelf.entries.borrow_mut().insert(format!("revisions/{DID}"), b"yesterday".to_vec());
    assert_eq!(resolve(&author.runner(), "latest", 2).unwrap().label(), format!("{DID}/demo@1.0.0"));
}

#[test]
fn what_the_repo_does_not_hold_is_not_asked_for_again_at_once() {
    let author = Author::new();
    let runner = author.runner();
    assert_eq!(name(&resolve(&runner, "9.9.9", 0).unwrap_err()), (404, "UnknownBundle"));
    let asked = author.requests();
    assert_eq!(name(&resolve(&runner, "9.9.9", 1_999).unwrap_err()), (404, "UnknownBundle"));
    assert_eq!(author.requests(), asked);
    author.publish("9.9.9", author.release("9.9.9", &[("index.js", "esm", b"export default 9".to_vec())]));
    assert_eq!(resolve(&runner, "9.9.9", 2_000).unwrap().label(), format!("{DID}/demo@9.9.9"));
}

#[test]
fn the_warm_path_is_what_was_resolved_and_no_longer_than_it_is_fresh() {
    let author = Author::new();
    let runner = author.runner();
    let path = format!("/bundle/{DID}/demo/latest/hello");
    assert!(runner.remembered(&path, 0).is_none());
    let resolved = resolve(&runner, "latest", 0).unwrap();
    runner.remember(&path, &resolved, 0);
    let asked = author.requests();
    let (warm, endpoint) = runner.remembered(&path, 29_999).unwrap();
    assert_eq!((warm.label(), endpoint), (resolved.label(), "hello"));
    assert!(std::rc::Rc::ptr_eq(&runner.plan(&warm, 0), &runner.plan(&resolved, 0)));
    assert!(runner.remembered(&path, 30_000).is_none(), "the channel is due");
    assert_eq!(author.requests(), asked, "nobody is asked by any of this");
    author.point("latest", "1.0.0");
    now(runner.confirm(&resolve(&runner, "latest", 30_000).unwrap().due[0], 30_000)).unwrap();
    assert!(runner.remembered(&path, 29_000).is_none(), "what changed since is looked up anew");
}

#[test]
fn a_channel_points_at_a_release_of_its_own_bundle_or_nowhere() {
    for (uri, what) in [
        (format!("at://{DID}/run.at.release/other:1.0.0"), "another bundle"),
        ("at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/run.at.release/demo:1.0.0".to_owned(), "another repo"),
        (format!("at://{DID}/app.bsky.feed.post/demo:1.0.0"), "another collection"),
        (format!("at://{DID}/run.at.release/demo:one"), "no version"),
    ] {
        let author = Author::new();
        let cid = resolve(&author.runner(), "1.0.0", 0).unwrap().cid.to_string();
        author.world(|world| world.repo.put("run.at.channel", "demo:latest", &json!({"$type": "run.at.channel", "release": {"uri": uri, "cid": cid}, "createdAt": "2026-11-01T00:00:00Z"})));
        assert_eq!(
            name(&resolve(&author.runner(), "latest", 0).unwrap_err()),
            (502, "InvalidChannel"),
            "{what}"
        );
    }
}

#[test]
fn bad_input_34_a_store_that_fails_or_lies_costs_a_fetch_and_nothing_else() {
    let author = Author::new();
    let broken = Author {
        network: author.network.clone(),
        shelf: network::Shelf { broken: true, ..Default::default() },
    };
    let runner = broken.runner();
    assert_eq!(now(runner.modules(&resolve(&runner, "latest", 0).unwrap())).unwrap().len(), 2);

    let runner = author.runner();
    now(runner.modules(&resolve(&runner, "latest", 0).unwrap())).unwrap();
    author.shelf.entries.borrow_mut().values_mut().for_each(|bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
    });
    let fresh = author.runner();
    let resolved = resolve(&fresh, "latest", 0).unwrap();
    assert_eq!(now(fresh.modules(&resolved)).unwrap()[0].bytes(), network::CODE);
    let again = author.runner();
    let asked = author.requests();
    now(again.modules(&resolve(&again, "latest", 0).unwrap())).unwrap();
    assert_eq!(author.requests(), asked, "the corrupt entries were replaced");
}

#[test]
fn only_what_is_admitted_runs() {
    let author = Author::new();
    for (policy, admitted) in
        [("open", true), ("installed", false), (DID, true), ("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", false)]
    {
        let runner = author.runner_with(|name| (name == "POLICY").then(|| policy.to_owned()));
        let result = resolve(&runner, "1.0.0", 0);
        match result {
            Ok(_) => assert!(admitted, "{policy}"),
            Err(fault) => assert_eq!((admitted, name(&fault)), (false, (403, "NotAdmitted")), "{policy}"),
        }
    }
    let installed = json!([{"did": DID, "name": "demo", "channel": "latest", "config": {"ORIGIN_URL": "https://origin.dev/x"}}]).to_string();
    let runner = author.runner_with(|name| match name {
        "POLICY" => Some("installed".to_owned()),
        "BUNDLES" => Some(installed.clone()),
        _ => None,
    });
    let plan = runner.plan(&resolve(&runner, "1.0.0", 0).unwrap(), 0);
    assert_eq!(plan.env["ORIGIN_URL"], "https://origin.dev/x");
    assert_eq!(plan.grant.allow, ["stream.place", "https://origin.dev"]);
    assert_eq!((plan.limits.cpu_ms, plan.limits.sub_requests), (50, 5));
}

#[test]
fn bad_input_13_loader_ids_differ_by_content_and_by_configuration() {
    let author = Author::new();
    let plan_of = |config: &str| {
        let bundles =
            json!([{"did": DID, "name": "demo", "channel": "latest", "config": {"ORIGIN_URL": config}}])
                .to_string();
        let runner = author.runner_with(|name| (name == "BUNDLES").then(|| bundles.clone()));
        runner.plan(&resolve(&runner, "1.0.0", 0).unwrap(), 0).id.clone()
    };
    let (one, same, other) = (plan_of("https://a.dev"), plan_of("https://a.dev"), plan_of("https://b.dev"));
    assert_eq!(one, same, "no time and no counter in it");
    assert_ne!(one, other);
    author.publish("1.0.1", author.release("1.0.1", &[("index.js", "esm", b"export default 3".to_vec())]));
    let runner = author.runner();
    assert_ne!(
        runner.plan(&resolve(&runner, "1.0.0", 0).unwrap(), 0).id,
        runner.plan(&resolve(&runner, "1.0.1", 0).unwrap(), 0).id
    );
}

#[test]
fn unknown_things_are_404() {
    let author = Author::new();
    let runner = author.runner();
    for selector in ["9.9.9", "nightly"] {
        assert_eq!(name(&resolve(&runner, selector, 0).unwrap_err()), (404, "UnknownBundle"), "{selector}");
    }
    let resolved = resolve(&runner, "1.0.0", 0).unwrap();
    assert_eq!(name(&resolved.admits("nope", "GET").unwrap_err()), (404, "UnknownEndpoint"));
    assert_eq!(name(&resolved.admits("hello", "POST").unwrap_err()), (405, "MethodNotAllowed"));
    assert_eq!(resolved.admits("hello", "HEAD"), Ok(()));
}

#[test]
fn a_deadline_of_the_pds_is_504() {
    let author = Author::new();
    author.lie("getRecord", Lie::Deadline);
    assert_eq!(name(&resolve(&author.runner(), "1.0.0", 0).unwrap_err()), (504, "PdsUnavailable"));
}
