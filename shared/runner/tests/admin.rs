//! Installing from outside: what is held to the release that it installs.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod network;

use network::{Author, DID, Network, Shelf, now, resolve};
use serde_json::{Value, json};
use streamhut_outbound::LoopbackOrigins;
use streamhut_runner::{
    Fault, Runner, Settings,
    admin::{InstallRequest, Installed},
};

fn runner(author: &Author) -> Runner<Network, Shelf> {
    author.runner_with(|name| (name == "POLICY").then(|| "installed".to_owned()))
}

fn install(runner: &Runner<Network, Shelf>, name: &str, request: Value, at: u64) -> Result<Installed, Fault> {
    let request = InstallRequest::parse(request.to_string().as_bytes())?;
    now(runner.install_checked(DID.parse().unwrap(), name.parse().unwrap(), request, at))
}

#[test]
fn a_bundle_is_installed_although_the_policy_does_not_admit_its_author() {
    let author = Author::new();
    let runner = runner(&author);
    assert_eq!(resolve(&runner, "latest", 0).unwrap_err().status(), 403);
    let request = json!({"config": {"ORIGIN_URL": "https://origin.dev"}, "caps": {"cpuMs": 20}, "host": "demo.example-site.dev"});
    let installed = install(&runner, "demo", request, 1).unwrap();
    assert_eq!(
        serde_json::to_value(&installed).unwrap(),
        json!({
            "installation": {
                "did": DID, "name": "demo", "channel": "latest", "config": {"ORIGIN_URL": "https://origin.dev"},
                "caps": {"cpuMs": 20}, "host": "demo.example-site.dev",
            },
            "version": "1.0.0",
            "cid": installed.cid,
        })
    );
    let resolved = resolve(&runner, "latest", 2).unwrap();
    assert_eq!(resolved.cid.to_string(), installed.cid);
    assert_eq!(runner.plan(&resolved, 0).limits.cpu_ms, 20);
    assert_eq!(
        install(&runner, "demo", json!({}), 3).unwrap().installation.host,
        None,
        "again, and otherwise"
    );
    assert_eq!(runner.installed().len(), 1);
}

#[test]
fn what_the_release_does_not_have_is_not_installed() {
    let author = Author::new();
    let runner = runner(&author);
    for (name, request, status, error, part) in [
        (
            "demo",
            json!({"config": {"ORIGIN_URl": "x", "TURSO": "y"}}),
            400,
            "UnknownSetting",
            "it has ORIGIN_URL",
        ),
        ("demo", json!({"config": {"ORIGIN_URL": "origin.dev"}}), 400, "InvalidInput", "need a URL"),
        ("demo", json!({"config": {"ORIGIN_URL": "libsql://a.dev"}}), 400, "InvalidInput", "need a URL"),
        ("demo", json!({"channel": "beta"}), 404, "UnknownBundle", "demo:beta"),
        ("demo", json!({"channel": "1.0.0"}), 400, "InvalidInput", "channel"),
        ("demo", json!({"caps": {"cpuMs": 0}}), 400, "InvalidInput", "cpuMs"),
        ("demo", json!({"host": "10.0.0.1"}), 400, "InvalidHost", "10.0.0.1"),
        ("demo", json!({"host": "run.own.dev"}), 400, "InvalidHost", "the runner's own"),
        ("other", json!({}), 404, "UnknownBundle", "other:latest"),
    ] {
        let fault = install(&runner, name, request.clone(), 0).unwrap_err();
        let (said_status, said_name, message) = fault.public();
        assert_eq!((said_status, said_name), (status, error), "{request}");
        assert!(message.contains(part), "{request}: {message}");
    }
    assert!(runner.installed().is_empty());
    assert_eq!(resolve(&runner, "latest", 10_000).unwrap_err().status(), 403);
}

#[test]
fn on_a_host_of_its_own_no_path_leads_to_another_bundle() {
    let author = Author::new();
    let bundles = json!([{"did": DID, "name": "demo", "channel": "latest", "host": "demo.example-site.dev"}])
        .to_string();
    let var = |name: &str| match name {
        "BUNDLES" => Some(bundles.clone()),
        "POLICY" => Some("open".to_owned()),
        _ => None,
    };
    let on = |host: &str| {
        let settings = Settings::read(var, host.to_owned(), LoopbackOrigins::none()).unwrap();
        Runner::new(settings, author.network.clone(), author.shelf.clone())
    };
    for host in ["demo.example-site.dev", "demo.example-site.dev:8443"] {
        let runner = on(host);
        let resolved = resolve(&runner, "latest", 0).unwrap();
        // By its own address, and by one that only a call between bundles has.
        runner.remember(&runner.address("/hello"), &resolved, 0);
        runner.remember(&format!("/bundle/{DID}/demo/1.0.0/hello"), &resolved, 0);
        for (path, endpoint) in [
            ("/hello", Some("hello")),
            ("/", Some("")),
            (&format!("/bundle/{DID}/demo/latest/hello"), None),
            (&format!("/bundle/{DID}/demo/1.0.0/hello"), None),
            ("/../1.0.0/hello", None),
        ] {
            let address = runner.address(path);
            let found = runner.remembered(&address, 1).map(|(_, endpoint)| endpoint);
            assert_eq!(found, endpoint, "{host} {path}");
        }
    }
    let runner = on("run.own.dev");
    assert_eq!(runner.own_host(), None);
    assert_eq!(runner.address("/hello"), "/hello");
}
