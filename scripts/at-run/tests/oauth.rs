//! Log-in by OAuth at a server that does what a real one rarely does; the test is the browser.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use stage::server::{Asked, Reply, serve};
use stage::{DID, Outcome, Stage};

const OTHER_DID: &str = "did:plc:oio4hkxaop4ao4wz2pp3f4cr";
const WANTED: &str =
    "atproto repo:run.at.release repo:run.at.channel repo:run.at.secret blob:*/* rpc:run.at.getLogs?aud=*";
const BROAD: &str = "atproto transition:generic";
const NONCE: &str = "server-nonce";

/// One server in every part: directory, PDS and authorization server.
struct Net {
    origin: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    odd: Odd,
    /// The forms that came, by their endpoint.
    forms: Vec<(String, Vec<(String, String)>)>,
    /// The access token that the PDS takes now.
    access: String,
    renewals: usize,
}

/// What the server does otherwise than it should.
#[derive(Clone, Copy, Default, PartialEq)]
enum Odd {
    #[default]
    Nothing,
    /// It refuses fine permissions when they are asked for.
    RefusesFine,
    /// It passes over them.
    IgnoresFine,
    /// It leaves one out.
    GrantsLess,
    /// It logs another account in.
    OtherAccount,
    /// It logs an account in that is elsewhere.
    Elsewhere,
    /// Its callback names another server.
    OtherIssuer,
    /// The user says no.
    Denied,
    /// Its tokens are anybody's.
    Bearer,
    /// The PDS fails after a renewal.
    FailsRenewed,
}

impl Net {
    fn new(odd: Odd) -> Self {
        let state = Arc::new(Mutex::new(State { odd, ..State::default() }));
        let own = Arc::new(OnceLock::<String>::new());
        let (shared, told) = (Arc::clone(&state), Arc::clone(&own));
        let origin = serve(move |asked| shared.lock().unwrap().answer(&asked, told.wait()));
        own.set(origin.clone()).unwrap();
        Self { origin, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// How often each endpoint was asked.
    fn asked(&self, endpoint: &str) -> usize {
        self.state().forms.iter().filter(|(of, _)| of == endpoint).count()
    }

    /// The last value of a field that was sent to an endpoint.
    fn field(&self, endpoint: &str, name: &str) -> String {
        let state = self.state();
        let (_, fields) = state.forms.iter().rfind(|(of, _)| of == endpoint).unwrap();
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// The claims of a proof.
fn claims(proof: &str) -> Value {
    let part = proof.split('.').nth(1).expect("a proof");
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

impl State {
    fn answer(&mut self, asked: &Asked, origin: &str) -> Reply {
        let path = asked.path.as_str();
        match path.strip_prefix("/oauth/") {
            Some(endpoint) => self.form(endpoint, asked, origin),
            None => self.look_up(path, asked, origin),
        }
    }

    fn look_up(&mut self, path: &str, asked: &Asked, origin: &str) -> Reply {
        let document = |did: &str, pds: &str| {
            json!({"id": did, "alsoKnownAs": ["at://aurora.test"],
                "verificationMethod": [{"id": format!("{did}#atproto"), "type": "Multikey", "controller": did,
                    "publicKeyMultibase": "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"}],
                "service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": pds}]})
        };
        match path.trim_start_matches('/') {
            did if did == DID => (200, document(DID, origin)).into(),
            did if did == OTHER_DID => (200, document(OTHER_DID, "https://10.0.0.1")).into(),
            "xrpc/com.atproto.identity.resolveHandle" => (200, json!({"did": DID})).into(),
            ".well-known/oauth-protected-resource" => {
                (200, json!({"resource": origin, "authorization_servers": [origin]})).into()
            }
            ".well-known/oauth-authorization-server" => (
                200,
                json!({
                    "issuer": origin,
                    "authorization_endpoint": format!("{origin}/authorize"),
                    "token_endpoint": format!("{origin}/oauth/token"),
                    "pushed_authorization_request_endpoint": format!("{origin}/oauth/par"),
                    "revocation_endpoint": format!("{origin}/oauth/revoke"),
                    "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
                    "dpop_signing_alg_values_supported": ["ES256"], "scopes_supported": ["atproto"],
                    "token_endpoint_auth_methods_supported": ["none"],
                    "authorization_response_iss_parameter_supported": true,
                    "client_id_metadata_document_supported": true,
                }),
            )
                .into(),
            "xrpc/com.atproto.server.getSession" => self.session(asked, origin),
            other => (501, json!({"error": "MethodNotImplemented", "message": other})).into(),
        }
    }

    fn session(&mut self, asked: &Asked, origin: &str) -> Reply {
        let claims = claims(&asked.dpop);
        assert_eq!(claims["htu"], json!(format!("{origin}/xrpc/com.atproto.server.getSession")));
        assert_eq!((&claims["htm"], claims["ath"].as_str().unwrap().len()), (&json!("GET"), 43));
        if claims["nonce"] != json!(NONCE) {
            return Reply(401, json!({"error": "use_dpop_nonce"}), Some(NONCE));
        }
        if asked.token != format!("DPoP {}", self.access) {
            return (401, json!({"error": "invalid_token", "message": "stale"})).into();
        }
        if self.odd == Odd::FailsRenewed {
            return (503, json!({"error": "Busy"})).into();
        }
        (200, json!({"did": DID, "handle": "aurora.test", "active": true})).into()
    }

    fn form(&mut self, endpoint: &str, asked: &Asked, origin: &str) -> Reply {
        let claims = claims(&asked.dpop);
        assert_eq!(claims["htu"], json!(format!("{origin}/oauth/{endpoint}")));
        if claims["nonce"] != json!(NONCE) {
            return Reply(400, json!({"error": "use_dpop_nonce"}), Some(NONCE));
        }
        self.forms
            .push((endpoint.to_owned(), url::form_urlencoded::parse(&asked.body).into_owned().collect()));
        let broad =
            self.forms.iter().rfind(|(of, _)| of == "par").is_some_and(|(_, fields)| {
                fields.iter().any(|(name, value)| name == "scope" && value == BROAD)
            });
        match endpoint {
            "par" if self.odd == Odd::RefusesFine && !broad => {
                (400, json!({"error": "invalid_scope", "error_description": "what is repo:?"})).into()
            }
            "par" => (201, json!({"request_uri": "urn:x:1", "expires_in": 60})).into(),
            "token" => {
                self.renewals += usize::from(asked.field("grant_type") == "refresh_token");
                self.access = format!("access-{}", self.renewals);
                let scope = match self.odd {
                    _ if broad => BROAD.to_owned(),
                    Odd::IgnoresFine => "atproto".to_owned(),
                    Odd::GrantsLess => WANTED.replace(" blob:*/*", ""),
                    _ => WANTED.to_owned(),
                };
                let sub =
                    if matches!(self.odd, Odd::OtherAccount | Odd::Elsewhere) { OTHER_DID } else { DID };
                let kind = if self.odd == Odd::Bearer { "Bearer" } else { "DPoP" };
                let refresh = format!("refresh-{}", self.renewals);
                (200, json!({"access_token": self.access, "token_type": kind, "sub": sub, "scope": scope, "refresh_token": refresh})).into()
            }
            _ => (200, json!({})).into(),
        }
    }
}

/// Logs in, and comes back from each address that is shown as the server would send a browser back.
fn log_in(stage: &Stage, net: &Net, arguments: &[&str]) -> Outcome {
    let fixed = ["login", "--service", &net.origin, "--plc", &net.origin, "--no-browser", "--json"];
    let mut child = stage.command(&[&fixed[..], arguments].concat()).spawn().unwrap();
    let mut said = String::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap) {
        said.push_str(&format!("{line}\n"));
        if line.contains("/authorize?") {
            come_back(net);
        }
    }
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    Outcome { exit: child.wait().unwrap().code(), stdout, stderr: said }
}

fn come_back(net: &Net) {
    let odd = net.state().odd;
    let issuer = if odd == Odd::OtherIssuer { "https://evil.dev" } else { &net.origin };
    let outcome = if odd == Odd::Denied { "error=access_denied" } else { "code=c" };
    let place = url::Url::parse(&net.field("par", "redirect_uri")).unwrap();
    for (state, status) in [("forged", "400"), (net.field("par", "state").as_str(), "200")] {
        let mut stream = TcpStream::connect((place.host_str().unwrap(), place.port().unwrap())).unwrap();
        write!(stream, "GET {}?state={state}&iss={issuer}&{outcome} HTTP/1.1\r\n\r\n", place.path()).unwrap();
        let mut page = String::new();
        // The program may end before the page has been read whole.
        let _ = stream.read_to_string(&mut page);
        assert!(page.starts_with(&format!("HTTP/1.1 {status} ")), "{page}");
    }
}

const AURORA: [&str; 2] = ["--identifier", "aurora.test"];

#[test]
fn what_was_asked_for_is_granted_used_and_given_back() {
    let (stage, net) = (Stage::new("demo"), Net::new(Odd::Nothing));
    let outcome = log_in(&stage, &net, &AURORA);
    assert_eq!(outcome.exit, Some(0), "{outcome:?}");
    assert!(
        outcome.stderr.contains("not of this log-in") && outcome.stderr.contains("unencrypted"),
        "{outcome:?}"
    );
    let session = outcome.json();
    assert_eq!(
        (&session["login"], &session["scope"], &session["did"]),
        (&json!("oauth"), &json!(WANTED), &json!(DID))
    );
    assert_eq!(net.field("par", "login_hint"), "aurora.test");
    assert_eq!(net.field("par", "code_challenge_method"), "S256");
    assert_eq!(net.field("token", "redirect_uri"), net.field("par", "redirect_uri"));
    assert_eq!((net.asked("par"), net.asked("token"), net.asked("revoke")), (1, 1, 0));

    assert_eq!(stage.run(&["whoami", "--json"]).json()["scope"], json!(WANTED));
    let words = stage.run(&["whoami"]);
    assert!(
        words.stdout.contains(&format!("logged in by OAuth of {}, which allows {WANTED}", net.origin)),
        "{words:?}"
    );

    net.state().access = "another".into();
    let renewing: Vec<_> = (0..3).map(|_| stage.command(&["whoami", "--json"]).spawn().unwrap()).collect();
    for child in renewing {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(net.state().renewals, 1, "one of them renews for all");
    assert_eq!(net.field("token", "refresh_token"), "refresh-0");

    assert_eq!(stage.run(&["logout", "--json"]).json()["ended"], json!(true));
    assert_eq!(net.field("revoke", "token"), "refresh-1");
    assert_eq!(stage.run(&["whoami", "--json"]).error(), (Some(3), "NotLoggedIn".to_owned()));
}

#[test]
fn a_server_that_knows_no_fine_permissions_is_asked_for_all_and_that_is_said() {
    for (odd, given_back) in [(Odd::RefusesFine, 0), (Odd::IgnoresFine, 1)] {
        let (stage, net) = (Stage::new("demo"), Net::new(odd));
        let outcome = log_in(&stage, &net, &AURORA);
        assert_eq!(outcome.exit, Some(0), "{outcome:?}");
        assert_eq!(outcome.json()["scope"], json!(BROAD));
        assert_eq!(outcome.stderr.matches("all that an app may do").count(), 1, "{outcome:?}");
        assert_eq!((net.asked("par"), net.asked("revoke")), (2, given_back));
    }
    let (stage, net) = (Stage::new("demo"), Net::new(Odd::GrantsLess));
    let outcome = log_in(&stage, &net, &AURORA);
    assert!(outcome.exit == Some(0) && outcome.stderr.contains("did not grant blob:*/*"), "{outcome:?}");
    assert_eq!(net.asked("par"), 1);
}

#[test]
fn what_is_not_the_accounts_own_is_refused_and_given_back() {
    for (odd, arguments, exit, code, redeemed, given_back) in [
        (Odd::OtherAccount, &AURORA[..], 3, "LogInRefused", 1, 1),
        (Odd::Elsewhere, &[][..], 7, "NotVerified", 1, 1),
        (Odd::OtherIssuer, &AURORA[..], 3, "LogInRefused", 0, 0),
        (Odd::Denied, &AURORA[..], 3, "LogInRefused", 0, 0),
        (Odd::Bearer, &AURORA[..], 1, "BadAnswer", 1, 0),
    ] {
        let (stage, net) = (Stage::new("demo"), Net::new(odd));
        let outcome = log_in(&stage, &net, arguments);
        assert_eq!(outcome.error(), (Some(exit), code.to_owned()), "{outcome:?}");
        assert_eq!((net.asked("token"), net.asked("revoke")), (redeemed, given_back), "{outcome:?}");
        assert_eq!(stage.run(&["whoami", "--json"]).error().1, "NotLoggedIn");
    }
}

#[test]
fn an_account_that_is_elsewhere_is_asked_for_nothing() {
    let (stage, net, other) = (Stage::new("demo"), Net::new(Odd::Nothing), Net::new(Odd::Nothing));
    let places = ["--service", &other.origin, "--plc", &net.origin, "--no-browser"];
    let outcome = stage.run(&[&["login", "--json"], &AURORA[..], &places[..]].concat());
    assert_eq!(outcome.error(), (Some(2), "Usage".to_owned()));
    assert!(
        outcome.stderr.contains(&format!("aurora.test is at {}, not at {}", net.origin, other.origin)),
        "{outcome:?}"
    );
    assert_eq!((net.asked("par"), other.asked("par")), (0, 0));
}

#[test]
fn whoever_answers_at_a_service_is_logged_in() {
    let (stage, net) = (Stage::new("demo"), Net::new(Odd::Nothing));
    let outcome = log_in(&stage, &net, &[]);
    assert_eq!((outcome.exit, &outcome.json()["did"]), (Some(0), &json!(DID)), "{outcome:?}");
    assert_eq!(net.field("par", "login_hint"), "");
}

#[test]
fn renewed_tokens_are_kept_before_they_are_used() {
    let (stage, net) = (Stage::new("demo"), Net::new(Odd::Nothing));
    assert_eq!(log_in(&stage, &net, &AURORA).exit, Some(0));
    {
        let mut state = net.state();
        state.odd = Odd::FailsRenewed;
        state.access = "another".into();
    }
    assert_eq!(stage.run(&["whoami", "--json"]).error(), (Some(6), "Unavailable".to_owned()));
    let stored = fs::read_to_string(stage.config().join("default.session.json")).unwrap();
    assert!(stored.contains("access-1") && stored.contains("refresh-1"), "{stored}");
}

/// Keeps one secret per account in a file, and writes down what others would have seen of it.
const SECRET_TOOL: &str = r#"#!/bin/sh
folder=$(dirname "$0")
echo "$@" >>"$folder/seen"
for last; do :; done
[ ! -e "$folder/locked" ] || { echo "it is locked" >&2; exit 1; }
case $1 in
  store) [ ! -e "$folder/full" ] || { echo "it is full" >&2; exit 1; }
    cat >"$folder/$last.secret" ;;
  lookup) cat "$folder/$last.secret" 2>/dev/null ;;
  clear) rm "$folder/$last.secret" ;;
esac
"#;

#[cfg(not(target_os = "macos"))]
#[test]
fn a_keyring_holds_the_tokens_and_nobody_sees_them_on_the_way() {
    let mut stage = Stage::new("demo");
    let net = Net::new(Odd::Nothing);
    let folder = stage.bundle().parent().unwrap().join("bin");
    fs::create_dir(&folder).unwrap();
    let tool = folder.join("secret-tool");
    fs::write(&tool, SECRET_TOOL).unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    stage.set("PATH", &format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()));
    stage.set("AT_RUN_NO_KEYRING", "0");
    let secrets = || {
        let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|end| end == "secret")).collect::<Vec<_>>()
    };
    let file = stage.config().join("default.session.json");

    let outcome = log_in(&stage, &net, &AURORA);
    assert_eq!((outcome.exit, &outcome.json()["keyring"]), (Some(0), &json!("secret-tool")), "{outcome:?}");
    assert!(!outcome.stderr.contains("unencrypted"), "{outcome:?}");
    let kept: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(
        kept,
        json!({"service": net.origin, "did": DID, "handle": "aurora.test", "keyring": "secret-tool"})
    );
    let secret = || fs::read_to_string(&secrets()[0]).unwrap();
    let before = secret();

    net.state().access = "another".into();
    assert_eq!(stage.run(&["whoami"]).exit, Some(0));
    assert_ne!(secret(), before, "what was renewed goes there too");
    let seen = fs::read_to_string(folder.join("seen")).unwrap();
    assert!(!seen.contains(&before) && !seen.contains(&secret()), "{seen}");

    fs::write(folder.join("locked"), "").unwrap();
    assert_eq!(stage.run(&["whoami", "--json"]).error(), (Some(3), "KeyringFailed".to_owned()));
    fs::remove_file(folder.join("locked")).unwrap();
    assert_eq!(stage.run(&["logout"]).exit, Some(0));
    assert!(secrets().is_empty() && !file.exists());

    // Renewed tokens that it does not take are kept all the same.
    assert_eq!(log_in(&stage, &net, &AURORA).exit, Some(0));
    fs::write(folder.join("full"), "").unwrap();
    net.state().access = "another".into();
    let outcome = stage.run(&["whoami"]);
    assert!(
        outcome.exit == Some(0)
            && outcome.stderr.contains("unencrypted")
            && outcome.stderr.contains("it is full"),
        "{outcome:?}"
    );
    assert!(fs::read_to_string(&file).unwrap().contains(&net.state().access) && secrets().is_empty());
    assert_eq!(stage.run(&["logout"]).exit, Some(0));

    // One that does not answer is no reason not to be logged in.
    fs::write(folder.join("locked"), "").unwrap();
    let outcome = log_in(&stage, &net, &AURORA);
    assert_eq!((outcome.exit, &outcome.json()["keyring"]), (Some(0), &Value::Null), "{outcome:?}");
    assert!(outcome.stderr.contains("it is locked") && outcome.stderr.contains("unencrypted"), "{outcome:?}");
}
