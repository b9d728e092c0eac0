use super::*;

const PLC: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

fn told(path: &str) -> String {
    match route(path) {
        Ok(Route::Call { did, name, selector, endpoint }) => {
            format!("call {did} {name} {selector} {endpoint}")
        }
        Ok(Route::Describe { did, name, selector }) => format!("describe {did} {name} {selector}"),
        Ok(Route::Versions { did, name }) => format!("versions {did} {name}"),
        Ok(Route::Handle { handle, rest }) => format!("handle {handle} {rest}"),
        Ok(Route::Task { id }) => format!("task {id}"),
        Ok(other) => format!("{other:?}"),
        Err(fault) => fault.status().to_string(),
    }
}

#[test]
fn every_route() {
    let encoded = PLC.replace(':', "%3A");
    for (path, expect) in [
        ("/".to_owned(), "Home".to_owned()),
        ("/health".to_owned(), "Health".to_owned()),
        ("/.well-known/at-run.json".into(), "WellKnown".into()),
        ("/tasks/ZGlk.abc".into(), "task ZGlk.abc".into()),
        ("/admin".into(), "Admin".into()),
        ("/admin/anything/at/all".into(), "Admin".into()),
        (format!("/bundle/{PLC}/vod"), format!("versions {PLC} vod")),
        (format!("/bundle/{PLC}/vod/1.0.0"), format!("describe {PLC} vod 1.0.0")),
        (format!("/bundle/{PLC}/vod/latest/listVideos"), format!("call {PLC} vod latest listVideos")),
        (format!("/bundle/{encoded}/vod/latest/listVideos"), format!("call {PLC} vod latest listVideos")),
        (format!("/bundle/{}/vod/latest/x", PLC.replace(':', "%3a")), format!("call {PLC} vod latest x")),
        (
            "/bundle/did:web:alice.dev/vod/1.2.3-rc.1/x".into(),
            "call did:web:alice.dev vod 1.2.3-rc.1 x".into(),
        ),
        ("/bundle/alice.dev/vod".into(), "handle alice.dev /vod".into()),
        ("/bundle/Alice.dev/vod/latest".into(), "handle alice.dev /vod/latest".into()),
        ("/bundle/alice.test/vod/%31.0.0/x".into(), "handle alice.test /vod/1.0.0/x".into()),
    ] {
        assert_eq!(told(&path), expect, "{path}");
    }
}

#[test]
fn the_operators_paths_are_known_at_a_glance() {
    for path in
        ["/admin", "/admin/", "/admin/jobs", "/administer", "//admin", "/Admin", "/bundle/admin", "/health"]
    {
        assert_eq!(is_admin(path), told(path) == "Admin", "{path}");
    }
}

#[test]
fn bad_input_17_one_spelling_or_a_refusal() {
    for path in [
        format!("/bundle/{}/vod/latest/x", PLC.to_uppercase()),
        format!("/bundle/{}/vod/latest/x", PLC.replace(':', "%253A")),
        format!("/bundle/{PLC}/VOD/latest/x"),
        format!("/bundle/{PLC}/VOD"),
        format!("/bundle/{PLC}/"),
        format!("/bundle/{PLC}/vod/"),
        format!("/bundle/{PLC}/vod/LATEST/x"),
        format!("/bundle/{PLC}/vod/1.2/x"),
        format!("/bundle/{PLC}/vod/1.2.3+b/x"),
        format!("/bundle/{PLC}/vod/latest/x%2Fy"),
        format!("/bundle/{PLC}/vod/latest/.."),
        format!("/bundle/{PLC}/../latest/x"),
        format!("/bundle/{PLC}//latest/x"),
        format!("/bundle/{PLC}/vod/latest/"),
        "/bundle/alice/vod/latest/x".into(),
        "/bundle/alice.dev./vod/latest/x".into(),
        "/bundle/@alice.dev/vod/latest/x".into(),
        "/bundle/alice.dev/VOD/latest/x".into(),
        "/bundle/alice.dev/vod/latest/..".into(),
        "/bundle/alice.dev//latest/x".into(),
        "/bundle/alice.dev%2Fevil/vod/latest/x".into(),
        "/bundle/alice.dev%0D%0Ax/vod/latest/x".into(),
    ] {
        assert_eq!(told(&path), "400", "{path}");
    }
    for path in [
        "//",
        "/bundle",
        "/bundle/",
        "/Bundle/a/b/c/d",
        "/bundle/a/b/c/d/e",
        "/health/",
        "/tasks",
        "/tasks/a/b",
        "/.well-known/did.json",
        "/.well-known/at-run.json/",
        "/Admin",
        "/bundle/%/a/b/c",
        "/bundle/%ff/a/b/c",
    ] {
        assert_eq!(told(path), "404", "{path}");
    }
}

#[test]
fn bad_input_01_and_02_are_refused_by_the_path_alone() {
    for host in [
        "10.0.0.1",
        "%5B%3A%3A1%5D",
        "a%2Fb.dev",
        "localhost%3A8080",
        "a.dev:path",
        "u@a.dev",
        "a.dev%23x",
        "a.dev.",
        "A.dev",
        &"a".repeat(2049),
    ] {
        for rest in ["vod", "vod/latest", "vod/latest/x"] {
            let fault = route(&format!("/bundle/did:web:{host}/{rest}")).expect_err(host);
            assert!(
                matches!(fault, Fault::InvalidDid { .. } | Fault::UnknownRoute { .. }),
                "{host}: {fault:?}"
            );
            assert!(fault.status() < 500);
        }
    }
}

#[test]
fn a_host_of_its_own_has_the_endpoints_of_one_bundle_and_nothing_else() {
    let installation: Installation = serde_json::from_value(
        serde_json::json!({"did": PLC, "name": "vod", "channel": "beta", "host": "vod.example-site.dev"}),
    )
    .unwrap();
    let told = |path: &str| match route_on_host(&installation, path) {
        Ok(Route::Call { did, name, selector, endpoint }) => {
            format!("call {did} {name} {selector} {endpoint}")
        }
        Ok(Route::Describe { did, name, selector }) => format!("describe {did} {name} {selector}"),
        Ok(other) => format!("{other:?}"),
        Err(fault) => fault.status().to_string(),
    };
    for (path, expect) in [
        ("/", format!("describe {PLC} vod beta")),
        ("/listVideos", format!("call {PLC} vod beta listVideos")),
        // Names like any other here.
        ("/health", format!("call {PLC} vod beta health")),
        ("/admin", format!("call {PLC} vod beta admin")),
        ("/bundle", format!("call {PLC} vod beta bundle")),
    ] {
        assert_eq!(told(path), expect, "{path}");
    }
    let bundle = format!("/bundle/{PLC}/vod/latest/listVideos");
    for path in [
        bundle.as_str(),
        "/admin/installations",
        "/tasks/x",
        "/.well-known/at-run.json",
        "/favicon.ico",
        "/robots.txt",
        "/listVideos/",
        "//listVideos",
        "/..",
        "/%2e%2e",
        "/x%2Fy",
        "/%",
    ] {
        assert_eq!(told(path), "404", "{path}");
    }
}

#[test]
fn the_runners_own_routes_are_read_only() {
    let path = |path: &str| route(path).unwrap();
    for (route, method, admitted) in [
        (path("/health"), "GET", true),
        (path("/health"), "HEAD", true),
        (path("/health"), "POST", false),
        (path("/.well-known/at-run.json"), "PUT", false),
        (path("/tasks/x"), "DELETE", false),
        (path(&format!("/bundle/{PLC}/vod")), "POST", false),
        (path(&format!("/bundle/{PLC}/vod/latest")), "POST", false),
        (path(&format!("/bundle/{PLC}/vod/latest/x")), "DELETE", true),
        (path("/bundle/alice.dev/vod/latest/x"), "POST", true),
        (path("/bundle/alice.dev/vod/latest/x"), "DELETE", false),
        (path("/admin/x"), "PUT", true),
    ] {
        assert_eq!(route.admits(method, "/x").is_ok(), admitted, "{method} {route:?}");
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(path in "\\PC{0,80}") {
        let _ = route(&path);
    }

    /// Where a handle's path leads under a DID is what it says itself.
    #[test]
    fn a_handles_rest_reads_the_same_under_a_did(rest in "/[a-z0-9%/.A-Z-]{0,30}") {
        if let Ok(Route::Handle { rest: kept, .. }) = route(&format!("/bundle/alice.dev{rest}")) {
            let there = format!("/bundle/{PLC}{kept}");
            proptest::prop_assert_eq!(route(&there), route(&format!("/bundle/{PLC}{rest}")));
        }
    }
}
