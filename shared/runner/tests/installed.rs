//! What the operator installs while the runner runs, and what an installation grants.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Network, Shelf, now, resolve};
use serde_json::{Value, json};
use streamhut_atproto::Did;
use streamhut_release::BundleName;
use streamhut_runner::{Fault, Installation, Runner};

fn runner(author: &Author, bundles: &Value) -> Runner<Network, Shelf> {
    let bundles = bundles.to_string();
    author.runner_with(move |name| match name {
        "POLICY" => Some("installed".to_owned()),
        "BUNDLES" => Some(bundles.clone()),
        "OWN_HOSTS" => Some("run.own.dev run.too.dev:8443".to_owned()),
        _ => None,
    })
}

fn installation(changes: Value) -> Installation {
    let mut value = json!({"did": DID, "name": "demo", "channel": "latest"});
    value.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    serde_json::from_value(value).unwrap()
}

fn demo() -> (Did, BundleName) {
    (Did::parse(DID).unwrap(), "demo".parse().unwrap())
}

fn name(fault: &Fault) -> (u16, &'static str) {
    let (status, name, _) = fault.public();
    (status, name)
}

#[test]
fn an_installation_is_seen_here_at_once_and_elsewhere_soon() {
    let author = Author::new();
    let (here, there) = (runner(&author, &json!([])), runner(&author, &json!([])));
    for runner in [&here, &there] {
        assert_eq!(name(&resolve(runner, "1.0.0", 0).unwrap_err()), (403, "NotAdmitted"));
    }
    now(here.install(installation(json!({"config": {"ORIGIN_URL": "https://origin.dev"}})), 1)).unwrap();
    let resolved = resolve(&here, "1.0.0", 2).unwrap();
    assert_eq!(here.plan(&resolved, 0).env["ORIGIN_URL"], "https://origin.dev");
    assert_eq!(name(&resolve(&there, "1.0.0", 29_999).unwrap_err()), (403, "NotAdmitted"));
    now(there.confirm(&streamhut_runner::Due::Installations, 30_000)).unwrap();
    assert!(resolve(&there, "1.0.0", 30_001).is_ok());
    assert!(resolve(&runner(&author, &json!([])), "1.0.0", 0).is_ok(), "a new isolate reads it first");

    let before = here.plan(&resolve(&here, "1.0.0", 3).unwrap(), 0).id.clone();
    now(here.install(installation(json!({"config": {"ORIGIN_URL": "https://other.dev"}})), 4)).unwrap();
    assert_ne!(
        here.plan(&resolve(&here, "1.0.0", 5).unwrap(), 0).id,
        before,
        "another configuration, another isolate"
    );

    let (did, demo) = demo();
    assert_eq!(now(here.uninstall(&did, &demo, 6)), Ok(true));
    assert_eq!(now(here.uninstall(&did, &demo, 7)), Ok(false));
    assert_eq!(name(&resolve(&here, "1.0.0", 8).unwrap_err()), (403, "NotAdmitted"));
}

#[test]
fn the_environment_installs_what_only_a_deployment_changes() {
    let author = Author::new();
    let runner = runner(&author, &json!([installation(json!({}))]));
    let (did, demo) = demo();
    assert_eq!(name(&now(runner.uninstall(&did, &demo, 0)).unwrap_err()), (409, "InstalledByEnvironment"));
    now(runner.install(installation(json!({"channel": "next", "caps": {"cpuMs": 10}})), 0)).unwrap();
    let installed = runner.installed();
    assert_eq!(
        (installed.len(), installed[0].channel.to_string().as_str()),
        (1, "next"),
        "what was made stands before it"
    );
    let plan = runner.plan(&resolve(&runner, "1.0.0", 1).unwrap(), 0);
    assert_eq!((plan.limits.cpu_ms, plan.limits.sub_requests), (10, 5));
}

#[test]
fn two_operators_at_once_lose_nothing() {
    let author = Author::new();
    let runner = runner(&author, &json!([]));
    let other = json!({"installed": [{"did": DID, "name": "other", "channel": "latest", "config": {}}]});
    author.shelf.between.borrow_mut().push(other.to_string().into_bytes());
    now(runner.install(installation(json!({})), 0)).unwrap();
    let names: Vec<String> = runner.installed().iter().map(|i| i.name.to_string()).collect();
    assert_eq!(names, ["demo", "other"]);
    author.shelf.between.borrow_mut().extend((0..9).map(|n: u8| vec![b'{', n, b'}']));
    assert_eq!(
        name(&now(runner.install(installation(json!({})), 1)).unwrap_err()),
        (503, "StoreUnavailable")
    );
}

#[test]
fn bad_input_34_a_store_that_fails_or_lies_installs_nothing_and_forgets_nothing() {
    let author = Author::new();
    let first = runner(&author, &json!([]));
    now(first.install(installation(json!({})), 0)).unwrap();
    author.shelf.entries.borrow_mut().insert("installations.json".into(), b"{]".to_vec());
    now(first.confirm(&streamhut_runner::Due::Installations, 40_000)).unwrap();
    assert!(resolve(&first, "1.0.0", 40_001).is_ok(), "what is known stays");
    let mut broken = Author::new();
    broken.shelf.broken = true;
    let runner = runner(&broken, &json!([]));
    assert_eq!(
        name(&now(runner.install(installation(json!({})), 0)).unwrap_err()),
        (503, "StoreUnavailable")
    );
    assert!(runner.installed().is_empty());
}

#[test]
fn hosts_of_bundles() {
    let author = Author::new();
    let runner = runner(&author, &json!([]));
    now(runner.install(installation(json!({"host": "demo.own.dev"})), 0)).unwrap();
    assert_eq!(
        runner.installations().of_host("demo.own.dev").map(|i| i.name.to_string()),
        Some("demo".into())
    );
    assert!(runner.installations().of_host("run.own.dev").is_none());
    let other = |host: &str| {
        serde_json::from_value::<Installation>(
            json!({"did": DID, "name": "other", "channel": "latest", "host": host}),
        )
        .unwrap()
    };
    for (host, expect) in [
        ("demo.own.dev", (409, "HostTaken")),
        ("run.own.dev", (400, "InvalidHost")),
        ("run.too.dev", (400, "InvalidHost")),
        ("localhost", (400, "InvalidHost")),
        ("x.localhost", (400, "InvalidHost")),
        ("10.0.0.1", (400, "InvalidHost")),
        ("a.dev/x", (400, "InvalidHost")),
    ] {
        assert_eq!(name(&now(runner.install(other(host), 1)).unwrap_err()), expect, "{host}");
    }
}

#[test]
fn caps_of_the_runner_and_of_the_installation() {
    let author = Author::new();
    let mut release = author.release("2.0.0", &[("index.js", "esm", b"export default 2".to_vec())]);
    release["permissions"] = json!({"blobs": {"maxBytes": 1_000}});
    release["tasks"] = json!([{"name": "work", "concurrency": 2, "retries": 1}]);
    author.publish("2.0.0", release);
    for (installed, cpu, requests, (cpu_ms, sub_requests, blobs, tasks)) in [
        (json!([]), "", "", (50, 5, Some(1_000), 0)),
        (json!([]), "20", "1000", (20, 5, Some(1_000), 0)),
        (
            json!([installation(json!({"caps": {"cpuMs": 30, "subRequests": 1, "blobBytes": 10}}))]),
            "20",
            "",
            (20, 1, Some(10), 1),
        ),
        (json!([installation(json!({"caps": {"cpuMs": 5_000}}))]), "", "", (50, 5, Some(1_000), 1)),
    ] {
        let bundles = installed.to_string();
        let runner = author.runner_with(move |name| match name {
            "BUNDLES" => Some(bundles.clone()),
            "MAX_CPU_MS" => Some(cpu.to_owned()),
            "MAX_SUB_REQUESTS" => Some(requests.to_owned()),
            _ => None,
        });
        let plan = runner.plan(&resolve(&runner, "2.0.0", 0).unwrap(), 0);
        let found = (plan.limits.cpu_ms, plan.limits.sub_requests, plan.grant.blobs, plan.grant.tasks.len());
        assert_eq!(found, (cpu_ms, sub_requests, blobs, tasks), "{installed} {cpu} {requests}");
    }
}

#[test]
fn who_may_be_called() {
    let author = Author::new();
    let mut release = author.release("2.0.0", &[("index.js", "esm", b"export default 2".to_vec())]);
    let peer = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
    release["config"] = json!(["APPVIEW_URL", "ELSEWHERE_URL", "ODD_URL", "UNSET_URL"]);
    release["permissions"] = json!({"bundles": [format!("{peer}/index"), "config:APPVIEW_URL", "config:ELSEWHERE_URL", "config:ODD_URL", "config:UNSET_URL"]});
    author.publish("2.0.0", release);
    let runner = runner(
        &author,
        &json!([installation(json!({"config": {
            "APPVIEW_URL": format!("https://run.own.dev/bundle/{peer}/appview/latest"),
            "ELSEWHERE_URL": format!("https://elsewhere.dev/bundle/{peer}/other/latest"),
            "ODD_URL": "https://run.own.dev/admin/installations",
            "UNNAMED_URL": format!("https://run.own.dev/bundle/{peer}/unnamed/latest"),
        }}))]),
    );
    let grant = runner.plan(&resolve(&runner, "2.0.0", 0).unwrap(), 0).grant.clone();
    assert_eq!(grant.calls, [format!("{peer}/index"), format!("{peer}/appview")]);
    let peer = Did::parse(peer).unwrap();
    assert!(
        grant.may_call(&peer, &"appview".parse().unwrap())
            && !grant.may_call(&peer, &"other".parse().unwrap())
    );
    assert_eq!(streamhut_runner::Grant::parse(&grant.to_json()), Some(grant));
}

#[test]
fn bad_input_14_each_depth_of_calls_is_an_isolate_of_its_own() {
    let author = Author::new();
    let runner = author.runner();
    let resolved = resolve(&runner, "1.0.0", 0).unwrap();
    let ids: std::collections::BTreeSet<String> =
        (0..4).map(|depth| runner.plan(&resolved, depth).id.clone()).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(runner.plan(&resolved, 2).grant.depth, 2);
}

#[test]
fn a_purged_bundle_begins_at_its_author_again() {
    let author = Author::new();
    let runner = author.runner();
    now(runner.modules(&resolve(&runner, "latest", 0).unwrap())).unwrap();
    let asked = author.requests();
    let (did, demo) = demo();
    assert_eq!(now(runner.purge(&did, &demo, 1)), Ok(4), "a channel, a release, two modules");
    let left: Vec<String> = author.shelf.entries.borrow().keys().cloned().collect();
    assert_eq!(left, ["installations.json".to_owned(), format!("revisions/{DID}")]);
    let grant =
        |runner: &Runner<Network, Shelf>| runner.plan(&resolve(runner, "1.0.0", 1).unwrap(), 0).grant.clone();
    assert_eq!((grant(&runner).cache, grant(&author.runner()).cache), (1, 1), "its cache is another one");
    now(runner.modules(&resolve(&runner, "latest", 1).unwrap())).unwrap();
    assert!(author.requests() >= asked + 4);
}
