//! `at-run logs`

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use streamhut_atproto::{Audience, Did, Nsid};
use streamhut_release::{BundleName, nsid};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use url::form_urlencoded;

use super::account;
use crate::arguments::{Global, Logs};
use crate::bundle;
use crate::fault::{ExitCode, Fault};
use crate::interruption;
use crate::pds::{Account, Service};
use crate::runner::{LogLine, LogPage, Runner};
use crate::terminal::Terminal;

/// How often new lines are looked for.
const PAUSE: Duration = Duration::from_secs(2);
/// The longest pause while the runner doesn't answer.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// Shows the newest lines of a bundle's log, and with `--follow` those that come.
///
/// JSON: `{"did", "name", "runner", "lines": [{"at", "level", "request", "call", "version", "text"}], "next"}`, `at` in
/// milliseconds since 1970. With `--follow`, one object of `lines` after the other, each on a line of its own.
pub fn logs(global: &Global, options: &Logs, terminal: &Terminal) -> Result<(), Fault> {
    let since = options.since.as_deref().map(|text| moment(text, OffsetDateTime::now_utc())).transpose()?;
    let Some(url) = global.runner(&options.runner) else {
        return Err(Fault::Usage(
            "which runner? Say --runner URL, or set runner in at-run.toml or AT_RUN_RUNNER".to_owned(),
        ));
    };
    let runner = Runner::new(url, global.timeout(), *terminal)?;
    let reader = Reader::of(global, options, &runner, terminal)?;
    let (did, name) = target(global, options, &reader, terminal)?;
    let bundle = format!("{did}/{name}");
    let mut read = |after: Option<u64>| {
        let query = query(options, since.filter(|_| after.is_none()), after);
        runner.logs(&bundle, &query, &reader.bearer(&runner)?)
    };
    let page = read(None)?;
    if !options.follow {
        let text: Vec<String> = page.lines.iter().map(shown).collect();
        if page.lines.is_empty() {
            terminal.note(&format!("no such lines in the log of {name} at {}", runner.origin()));
        }
        let value = json!({"did": did, "name": name, "runner": runner.origin(), "lines": page.lines, "next": page.next});
        terminal.result(&text.join("\n"), &value);
        return Ok(());
    }
    interruption::is_the_end("");
    follow(page, &mut read, terminal)
}

/// Shows page after page. What keeps one from coming is told, and asked for again; what never will be is the end.
fn follow(
    first: LogPage,
    read: &mut impl FnMut(Option<u64>) -> Result<LogPage, Fault>,
    terminal: &Terminal,
) -> Result<(), Fault> {
    let (mut page, mut pause) = (first, PAUSE);
    loop {
        for line in &page.lines {
            terminal.event(&shown(line), &json!(line));
        }
        sleep(pause);
        match read(Some(page.next)) {
            Ok(next) => (page, pause) = (next, PAUSE),
            Err(fault) if fault.verdict().exit == ExitCode::Network => {
                pause = (pause * 2).min(MAX_PAUSE);
                terminal.warn(&format!("{fault}; asking again in {} s", pause.as_secs()));
                page.lines.clear();
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// Whose log it is: DID and name.
fn target(
    global: &Global,
    options: &Logs,
    reader: &Reader,
    terminal: &Terminal,
) -> Result<(Did, BundleName), Fault> {
    let own = |name: BundleName| match reader {
        Reader::Author(account) => Ok((account.did().clone(), name)),
        Reader::Operator(_) => Ok((account(global, terminal)?.did().clone(), name)),
    };
    match options.bundle.as_deref() {
        None => own(bundle::name(&global.cwd, terminal)?),
        Some(text) => match text.split_once('/') {
            None => own(text.parse()?),
            Some((did, name)) => {
                let did = Did::parse(did).map_err(|error| Fault::Usage(error.to_string()))?;
                Ok((did, name.parse()?))
            }
        },
    }
}

/// By what the log opens.
enum Reader {
    Operator(String),
    Author(Box<Account>),
}

impl Reader {
    fn of(global: &Global, options: &Logs, runner: &Runner, terminal: &Terminal) -> Result<Self, Fault> {
        let token = std::env::var("AT_RUN_ADMIN_TOKEN").ok().filter(|token| !token.is_empty());
        if let Some(token) = token {
            if global.runner(&options.runner) == global.trusted_runner(&options.runner) {
                return Ok(Self::Operator(token));
            }
            let origin = runner.origin();
            terminal.warn(&format!(
                "{origin} gets no admin token, since only the project's at-run.toml names it: say --runner {origin}"
            ));
        }
        Ok(Self::Author(Box::new(account(global, terminal)?)))
    }

    /// An author's token is good once, and for nobody but the runner that it is made out to.
    fn bearer(&self, runner: &Runner) -> Result<String, Fault> {
        match self {
            Self::Operator(token) => Ok(token.clone()),
            Self::Author(account) => {
                let usage = |error: String| Fault::Usage(format!("{}: {error}", runner.origin()));
                let service = Service::parse(runner.origin())?;
                let audience = Audience::of_host(service.host()).map_err(|error| usage(error.to_string()))?;
                let method = Nsid::parse(nsid::RUN_AT_GET_LOGS).map_err(|error| usage(error.to_string()))?;
                account.service_token(&audience, &method)
            }
        }
    }
}

fn query(options: &Logs, since: Option<u64>, after: Option<u64>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", &options.limit.to_string());
    for (name, value) in [
        ("since", since.map(|ms| ms.to_string())),
        ("after", after.map(|number| number.to_string())),
        ("level", options.level.clone()),
        ("search", options.search.clone()),
    ] {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    query.finish()
}

/// A line for people: when, how important, what was called, and what it says.
fn shown(line: &LogLine) -> String {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(line.at) * 1_000_000).ok();
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second].[subsecond digits:3]");
    let at = at.and_then(|at| at.format(form).ok()).unwrap_or_else(|| line.at.to_string());
    let mut words = vec![at, format!("{:<5}", line.level)];
    words.extend(line.call.split_once(' ').map(|(_, name)| name.to_owned()));
    words.push(line.text.clone());
    words.extend(line.request.as_ref().map(|id| format!("({id})")));
    words.join(" ")
}

/// A moment in milliseconds since 1970: how long ago, or a time by RFC 3339.
fn moment(text: &str, now: OffsetDateTime) -> Result<u64, Fault> {
    let bad = || {
        Fault::Usage(format!(
            "`{text}` is no time: say how long ago, as in 30s, 15m, 2h or 7d, or 2026-11-26T12:00:00Z"
        ))
    };
    let ms = |at: OffsetDateTime| u64::try_from(at.unix_timestamp_nanos() / 1_000_000).map_err(|_| bad());
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 60 * 60,
        Some('d') => 24 * 60 * 60,
        _ => return ms(OffsetDateTime::parse(text, &Rfc3339).map_err(|_| bad())?),
    };
    let count = text.get(..text.len() - 1).and_then(|count| count.parse::<u32>().ok()).ok_or_else(bad)?;
    ms(now.checked_sub(time::Duration::seconds(i64::from(count) * unit)).ok_or_else(bad)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_how_long_ago_or_times() {
        let now = OffsetDateTime::parse("2026-11-26T12:00:00Z", &Rfc3339).unwrap();
        let at = |text: &str| moment(text, now).ok();
        let noon = 1_795_694_400_000;
        for (text, expect) in [
            ("30s", Some(noon - 30_000)),
            ("15m", Some(noon - 900_000)),
            ("2h", Some(noon - 7_200_000)),
            ("7d", Some(noon - 604_800_000)),
            ("2026-11-26T12:00:00Z", Some(noon)),
            ("2026-11-26T13:00:00+01:00", Some(noon)),
            ("yesterday", None),
            ("h", None),
            ("-3h", None),
            ("3ü", None),
            ("", None),
        ] {
            assert_eq!(at(text), expect, "{text}");
        }
    }

    #[test]
    fn a_line_says_when_what_and_how() {
        let line = LogLine {
            at: 1_795_694_400_123,
            level: "warn".to_owned(),
            request: Some("0123456789abcdef".to_owned()),
            call: "endpoint listVideos".to_owned(),
            version: "1.0.0".to_owned(),
            text: "the node is slow".to_owned(),
        };
        assert_eq!(
            shown(&line),
            "2026-11-26 12:00:00.123 warn  listVideos the node is slow (0123456789abcdef)"
        );
        let bare = LogLine { request: None, call: String::new(), at: u64::MAX, ..line };
        assert_eq!(shown(&bare), "18446744073709551615 warn  the node is slow");
    }
}
