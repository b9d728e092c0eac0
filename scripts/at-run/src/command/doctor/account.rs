//! Log-in, PDS and clock.

use serde_json::Value;
use streamhut_outbound::{FetchError, Limits, LoopbackOrigins, Policy, Redirects, Request, Response, fetch};
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};
use url::Url;

use super::check::Check;
use crate::arguments::Global;
use crate::command::account;
use crate::fault::Fault;
use crate::outward::Outward;
use crate::pds::{Service, Standing};
use crate::session::{Session, SessionFile};
use crate::terminal::Terminal;

const LOG_IN: &str = "at-run login --identifier HANDLE";
const MAX_BYTES: usize = 64 * 1024;

/// A clock may be so far off before somebody notices: tokens for single calls live for a minute.
const TOLERATED: Duration = Duration::seconds(5);
const TOO_FAR: Duration = Duration::seconds(60);

/// Looks at the log-in, and at the PDS that it is for.
pub fn look(global: &Global, session: Option<&Session>, terminal: &Terminal) -> Vec<Check> {
    let mut checks = vec![log_in(global, terminal)];
    let service = global.service().or(session.map(|session| session.service.as_str()));
    match service.map(Service::parse) {
        None => checks.push(Check::warn("pds", "none is known", LOG_IN)),
        Some(Err(fault)) => checks.push(Check::fault("pds", &fault)),
        Some(Ok(service)) => checks.extend(server(&service, global, terminal)),
    }
    checks
}

fn log_in(global: &Global, terminal: &Terminal) -> Check {
    if let Err(fault) = SessionFile::of(global.profile()).and_then(|file| file.read()) {
        return match fault {
            Fault::NotLoggedIn { .. } => Check::warn("login", fault.to_string(), LOG_IN),
            fault => Check::fault("login", &fault),
        };
    }
    let account = match account(global, terminal) {
        Ok(account) => account,
        Err(fault) => return Check::fault("login", &fault),
    };
    let who = format!("{} at {}", account.did(), account.pds().origin());
    standing(account.standing(), &who, readable_by_others(global))
}

fn standing(told: Result<Standing, Fault>, who: &str, exposed: Option<String>) -> Check {
    match (told, exposed) {
        (Err(fault @ (Fault::Unreachable { .. } | Fault::Unavailable { .. })), _) => Check::warn(
            "login",
            format!("{who}, but nobody says whether the session is still good: {fault}"),
            "look at the PDS, then again",
        ),
        (Err(fault), _) => Check::fault("login", &fault),
        (Ok(standing), _) if !standing.active => {
            let status = standing.status.as_deref().unwrap_or("without a reason given");
            let message = format!("{} ({who}) is not active: {status}", standing.handle);
            Check::fail("login", message, "ask the PDS's operator, or activate the account again")
        }
        (Ok(_), Some(file)) => {
            Check::warn("login", format!("others may read {file}"), format!("chmod 600 '{file}'"))
        }
        (Ok(standing), None) => Check::ok("login", format!("{} ({who})", standing.handle)),
    }
}

/// The session's file, when it is not its owner's alone.
#[cfg(unix)]
fn readable_by_others(global: &Global) -> Option<String> {
    let file = SessionFile::of(global.profile()).ok()?;
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file.path()).ok()?.permissions());
    (mode & 0o077 != 0).then(|| file.path().display().to_string())
}

#[cfg(not(unix))]
fn readable_by_others(_global: &Global) -> Option<String> {
    None
}

/// Asks the PDS for its version and how it logs people in, and reads its clock by the way.
fn server(service: &Service, global: &Global, terminal: &Terminal) -> Vec<Check> {
    let origins = if service.is_loopback() { service.origin() } else { "" };
    let policy = Policy::new(Vec::new(), LoopbackOrigins::parse(origins).unwrap_or_default());
    let transport = Outward::new(*terminal);
    let deadline_ms = u32::try_from(global.timeout().as_millis()).unwrap_or(u32::MAX);
    let ask = |origin: &str, path: &str| -> Result<Response, String> {
        let url = Url::parse(&format!("{}{path}", origin.trim_end_matches('/')));
        let request = Request::get(url.map_err(|error| format!("{origin}: {error}"))?);
        let limits = Limits { max_bytes: MAX_BYTES, deadline_ms };
        let answer = pollster::block_on(fetch(&transport, &policy, request, limits, Redirects::Refuse));
        answer.map_err(|error: FetchError| error.to_string())
    };
    let before = OffsetDateTime::now_utc();
    let health = match ask(service.origin(), "/xrpc/_health") {
        Ok(health) => health,
        Err(reason) => {
            return vec![Check::fail("pds", reason, "check the address, your connection and the PDS")];
        }
    };
    let clock = clock(health.header("date"), before, OffsetDateTime::now_utc());
    let sign_on = ask(service.origin(), "/.well-known/oauth-protected-resource")
        .map(|answer| authorization_server(&answer))
        .and_then(|server| ask(server.as_deref().ok_or("it names no authorization server")?, METADATA))
        .and_then(|answer| issuer(&answer).ok_or_else(|| "no metadata".to_owned()));
    vec![pds(service.origin(), &health, sign_on), clock]
}

const METADATA: &str = "/.well-known/oauth-authorization-server";

fn pds(origin: &str, health: &Response, sign_on: Result<String, String>) -> Check {
    let told: Value = serde_json::from_slice(&health.body).unwrap_or_default();
    let Some(version) = told.get("version").and_then(Value::as_str).filter(|_| health.status == 200) else {
        let message = format!("{origin} answers {}, and tells no version", health.status);
        return Check::fail("pds", message, "check that the address is a PDS's");
    };
    let version: String = version.chars().take(64).collect();
    match sign_on {
        Ok(issuer) => Check::ok("pds", format!("{origin}, version {version}, OAuth by {issuer}")),
        Err(reason) => Check::warn(
            "pds",
            format!("{origin}, version {version}, without OAuth: {reason}"),
            "log in with --app-password, as long as it offers no more",
        ),
    }
}

fn authorization_server(answer: &Response) -> Option<String> {
    let told: Value = serde_json::from_slice(&answer.body).ok()?;
    let server = told.pointer("/authorization_servers/0").and_then(Value::as_str)?;
    Some(server.chars().take(256).collect())
}

fn issuer(answer: &Response) -> Option<String> {
    let told: Value = serde_json::from_slice(&answer.body).ok()?;
    let is_there = |name: &str| told.get(name).and_then(Value::as_str).is_some();
    let issuer = told.get("issuer").and_then(Value::as_str)?;
    (is_there("authorization_endpoint") && is_there("token_endpoint"))
        .then(|| issuer.chars().take(256).collect())
}

/// How far this machine's clock is from the one of a server that answered, between two looks at ours, with `date` (a
/// whole second).
fn clock(date: Option<&str>, before: OffsetDateTime, after: OffsetDateTime) -> Check {
    let form = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let read = |date: &str| PrimitiveDateTime::parse(date, form).ok();
    let Some(theirs) = date.and_then(read).map(PrimitiveDateTime::assume_utc) else {
        return Check::warn("clock", "the PDS tells no date to compare with", "compare it with another one");
    };
    let ahead = before - (theirs + Duration::SECOND);
    let behind = theirs - after;
    let (off, way) = if ahead > behind { (ahead, "ahead of") } else { (behind, "behind") };
    if off <= TOLERATED {
        return Check::ok("clock", "as the PDS's");
    }
    let message = format!("{} s {way} the PDS's", off.whole_seconds());
    let next = "set it, best by NTP: tokens are good for a minute";
    if off > TOO_FAR { Check::fail("clock", message, next) } else { Check::warn("clock", message, next) }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::super::check::State::{Fail, Ok as Fit, Warn};
    use super::*;

    #[test]
    fn clocks() {
        let (before, after) = (datetime!(2026-11-26 20:00:00.4 UTC), datetime!(2026-11-26 20:00:03 UTC));
        for (date, state, part) in [
            (Some("Thu, 26 Nov 2026 20:00:01 GMT"), Fit, "as the PDS's"),
            (Some("Thu, 26 Nov 2026 19:59:56 GMT"), Fit, "as the PDS's"),
            (Some("Thu, 26 Nov 2026 20:00:08 GMT"), Fit, "as the PDS's"),
            (Some("Thu, 26 Nov 2026 20:00:09 GMT"), Warn, "6 s behind"),
            (Some("Thu, 26 Nov 2026 19:59:30 GMT"), Warn, "29 s ahead of"),
            (Some("Thu, 26 Nov 2026 20:01:03 GMT"), Warn, "60 s behind"),
            (Some("Thu, 26 Nov 2026 20:01:04 GMT"), Fail, "61 s behind"),
            (Some("Wed, 25 Nov 2026 20:00:00 GMT"), Fail, "86399 s ahead of"),
            (Some("yesterday"), Warn, "no date"),
            (None, Warn, "no date"),
        ] {
            let check = clock(date, before, after);
            assert_eq!(check.state, state, "{date:?}: {check:?}");
            assert!(check.message.contains(part), "{date:?}: {check:?}");
        }
    }

    #[test]
    fn sessions() {
        let told =
            |active| Ok(Standing { handle: "aurora.test".into(), active, status: Some("takendown".into()) });
        let url = || "https://pds.dev".to_owned();
        for (told, exposed, state, part) in [
            (told(true), None, Fit, "aurora.test (did:x)"),
            (told(true), Some("/f".to_owned()), Warn, "others may read /f"),
            (told(false), None, Fail, "takendown"),
            (Err(Fault::SessionEnded { service: url(), message: "expired".into() }), None, Fail, "has ended"),
            (Err(Fault::Unreachable { url: url(), reason: "no".into() }), None, Warn, "nobody says"),
        ] {
            let check = standing(told, "did:x", exposed);
            assert!(check.state == state && check.message.contains(part), "{check:?}");
        }
    }

    #[test]
    fn servers() {
        let answer = |status, body: &str| Response {
            url: Url::parse("https://pds.dev").unwrap(),
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        let by = || Ok("https://login.dev".to_owned());
        for (status, body, sign_on, state, part) in [
            (200, r#"{"version": "0.4.9"}"#, by(), Fit, "version 0.4.9, OAuth by https://login.dev"),
            (200, r#"{"version": "0.4.9"}"#, Err("none".to_owned()), Warn, "without OAuth: none"),
            (200, "<html>", by(), Fail, "answers 200, and tells no version"),
            (503, r#"{"version": "0.4.9"}"#, by(), Fail, "answers 503"),
        ] {
            let check = pds("https://pds.dev", &answer(status, body), sign_on);
            assert!(check.state == state && check.message.contains(part), "{check:?}");
        }
        let whole = r#"{"issuer": "https://a.dev", "authorization_endpoint": "x", "token_endpoint": "x"}"#;
        assert_eq!(issuer(&answer(200, whole)).as_deref(), Some("https://a.dev"));
        assert_eq!(issuer(&answer(200, r#"{"issuer": "https://a.dev"}"#)), None);
        let servers = r#"{"authorization_servers": ["https://a.dev"]}"#;
        assert_eq!(authorization_server(&answer(200, servers)).as_deref(), Some("https://a.dev"));
        assert_eq!(authorization_server(&answer(200, "{}")), None);
    }
}
