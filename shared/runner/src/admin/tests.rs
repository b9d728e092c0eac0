use super::*;

const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

#[test]
fn every_action() {
    let bundle = || (DID.parse::<Did>().unwrap(), "demo".parse::<BundleName>().unwrap());
    let (did, name) = bundle();
    for (method, rest, expect) in [
        ("GET", "installations".to_owned(), Action::Installations),
        ("PUT", format!("installations/{DID}/demo"), Action::Install(did.clone(), name.clone())),
        (
            "PUT",
            format!("installations/{}/demo", DID.replace(':', "%3A")),
            Action::Install(did.clone(), name.clone()),
        ),
        ("DELETE", format!("installations/{DID}/demo"), Action::Uninstall(did.clone(), name.clone())),
        ("GET", "jobs".into(), Action::Jobs),
        ("GET", format!("runs/{DID}/demo"), Action::Runs(did.clone(), name.clone(), None, 50)),
        (
            "GET",
            format!("runs/{DID}/demo?job=tick&limit=7"),
            Action::Runs(did.clone(), name.clone(), Some("tick".into()), 7),
        ),
        ("POST", format!("run/{DID}/demo/tick"), Action::RunNow(did.clone(), name.clone(), "tick".into())),
        ("GET", format!("tasks/{DID}/demo?limit=200"), Action::Tasks(did.clone(), name.clone(), 200)),
        ("GET", "metrics".into(), Action::Metrics(MetricsFormat::Json)),
        ("GET", "metrics?format=prometheus".into(), Action::Metrics(MetricsFormat::Prometheus)),
        ("GET", format!("metrics/{DID}/demo"), Action::MetricsOf(did.clone(), name.clone())),
        (
            "POST",
            format!("purge/{DID}/demo"),
            Action::Purge { did: did.clone(), name: name.clone(), blobs: false },
        ),
        ("POST", format!("purge/{DID}/demo?blobs=true"), Action::Purge { did, name, blobs: true }),
    ] {
        assert_eq!(read(method, &rest), Ok(expect), "{method} {rest}");
    }
}

fn read(method: &str, rest: &str) -> Result<Action, Fault> {
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    Action::read(method, &format!("/admin/{path}"), query)
}

#[test]
fn what_is_not_known_is_refused() {
    for (method, rest, status) in [
        ("GET", "".to_owned(), 404),
        ("GET", "installations/".into(), 404),
        ("GET", "nothing".into(), 404),
        ("POST", "installations".into(), 405),
        ("GET", format!("installations/{DID}/demo"), 405),
        ("GET", format!("run/{DID}/demo/tick"), 405),
        ("GET", format!("purge/{DID}/demo"), 405),
        ("PUT", "installations/alice/demo".into(), 400),
        ("PUT", "installations/did:web:localhost/demo".into(), 400),
        ("PUT", format!("installations/{DID}/DEMO"), 400),
        ("PUT", format!("installations/{DID}/demo?x=1"), 400),
        ("POST", format!("purge/{DID}/demo?blob=true"), 400),
        ("POST", format!("purge/{DID}/demo?blobs=yes"), 400),
        ("POST", format!("purge/{DID}/demo?blobs=true&blobs=false"), 400),
        ("GET", "metrics?format=xml".into(), 400),
        ("POST", "metrics".into(), 405),
        ("GET", format!("metrics/{DID}"), 404),
        ("GET", format!("runs/{DID}/demo?limit=0"), 400),
        ("GET", format!("runs/{DID}/demo?limit=201"), 400),
        ("GET", format!("runs/{DID}/demo?limit=x"), 400),
        ("GET", format!("runs/{DID}/demo?job=a-b"), 400),
        ("POST", format!("run/{DID}/demo/a%2Fb"), 400),
    ] {
        assert_eq!(read(method, &rest).map_err(|fault| fault.status()), Err(status), "{method} {rest}");
    }
}

#[test]
fn an_installation_is_read_strictly() {
    for body in
        ["", " \n", "{}", r#"{"channel":"beta","config":{"A":"b"},"caps":{"cpuMs":5},"host":"a.dev"}"#]
    {
        assert!(InstallRequest::parse(body.as_bytes()).is_ok(), "{body}");
    }
    for body in [
        "[]",
        "x",
        r#"{"chanel":"beta"}"#,
        r#"{"channel":"1.0.0"}"#,
        r#"{"config":{"A":1}}"#,
        r#"{"caps":{"cpu":5}}"#,
        r#"{"host":5}"#,
    ] {
        let fault = InstallRequest::parse(body.as_bytes()).unwrap_err();
        assert_eq!(fault.status(), 400, "{body}");
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(rest in "\\PC{0,60}", body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
        for method in ["GET", "PUT", "POST", "DELETE"] {
            let _ = read(method, &rest);
        }
        let _ = InstallRequest::parse(&body);
    }
}
