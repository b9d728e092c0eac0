//! `at-run dev`

mod draft;
mod watch;

use std::time::{Duration, Instant};

use serde_json::json;
use streamhut_release::Version;

use super::account;
use super::health;
use crate::arguments::{Dev, Global};
use crate::bundle::{self, Words};
use crate::fault::{ExitCode, Fault};
use crate::interruption;
use crate::pds::{Account, Http, Service};
use crate::publish::Change;
use crate::terminal::Terminal;
use draft::{Draft, Drafts};
use watch::Watch;

/// Where the local network has its runner.
const LOCAL_RUNNER: &str = "http://127.0.0.1:4401";

/// More of a compiler's words than fit on any screen.
const COMPILER_LINES: usize = 2_000;

/// Builds the bundle and publishes it as a snapshot, again after each change of its folder, until it is interrupted.
/// What can't be built or published is shown, and what was published before goes on.
///
/// stdout has the URL of each published version. JSON: one object on a line for each of them: `{"did", "name",
/// "version", "uri", "cid", "release", "channel": {"name", "state", "fresh"}, "changed": ["src/lib.rs"], "url",
/// "channelUrl", "health": {"ok", "message"}, "buildMs", "totalMs"}`; or `{"error"}`.
pub fn dev(global: &Global, options: &Dev, terminal: &Terminal) -> Result<(), Fault> {
    let mut session = Session::new(global, options, terminal)?;
    interruption::is_the_end("stopped; what was published last stays");

    let watch = Watch::new([&global.cwd].into_iter().chain(&options.watch));
    let mut changed = Vec::new();
    let mut words = if terminal.is_quiet() { Words::Held(COMPILER_LINES) } else { Words::Shown };
    loop {
        let mut seen = watch.look();
        match session.round(&changed, words) {
            Ok(()) => {}
            Err(fault) if fault.verdict().exit == ExitCode::Auth => return Err(fault),
            Err(fault) => {
                terminal.mishap(&fault.verdict());
                session.reassure();
            }
        }
        watch.overlook(&mut seen, "Cargo.lock");
        changed = watch.wait(&seen);
        terminal.note(&format!("changed: {}", changed.join(", ")));
        // The first build takes long and shows its progress; of the others only what goes wrong is of interest.
        words = Words::Held(COMPILER_LINES);
    }
}

struct Session<'a> {
    global: &'a Global,
    terminal: &'a Terminal,
    account: Account,
    drafts: Drafts,
    runner: Service,
    http: Http,
    admin_token: Option<String>,
    /// The version that was published last.
    last: Option<Version>,
}

impl<'a> Session<'a> {
    fn new(global: &'a Global, options: &Dev, terminal: &'a Terminal) -> Result<Self, Fault> {
        let drafts = Drafts::new(options.channel.parse()?);
        let named = global.runner(&options.runner);
        let runner = Service::parse(named.unwrap_or(LOCAL_RUNNER))?;
        let account = account(global, terminal)?;
        let http = Http::new(&runner, global.timeout(), *terminal);
        let mut admin_token = std::env::var("AT_RUN_ADMIN_TOKEN").ok().filter(|token| !token.is_empty());
        if named != global.trusted_runner(&options.runner) && admin_token.take().is_some() {
            let origin = runner.origin();
            terminal.warn(&format!(
                "{origin} gets no admin token, since only the project's at-run.toml names it: say --runner {origin}"
            ));
        }
        Ok(Self { global, terminal, account, drafts, runner, http, admin_token, last: None })
    }

    /// From the folder as it is now to a published version.
    fn round(&mut self, changed: &[String], words: Words) -> Result<(), Fault> {
        let started = Instant::now();
        let bundle = bundle::draft(&self.global.cwd, words)?;
        let built = started.elapsed();
        let draft = self.drafts.publish(&self.account, bundle, self.terminal)?;
        self.last = Some(draft.version.clone());
        let fresh = self.purge(&draft);
        let (did, name) = (self.account.did(), &draft.name);
        let at = |version: &dyn std::fmt::Display| {
            format!("{}/bundle/{did}/{name}/{version}", self.runner.origin())
        };
        let (url, channel_url) = (at(&draft.version), at(self.drafts.channel()));
        let health = health::check(&self.http, &url, &draft.cid);
        let total = started.elapsed();
        self.tell(&draft, &health, fresh, &channel_url, built, total);
        let value = json!({
            "did": did, "name": name, "version": draft.version, "uri": draft.uri, "cid": draft.cid,
            "release": draft.release, "channel": {"name": self.drafts.channel(), "state": draft.channel, "fresh": fresh},
            "changed": changed, "url": url, "channelUrl": channel_url, "health": health,
            "buildMs": built.as_millis() as u64, "totalMs": total.as_millis() as u64,
        });
        self.terminal.event(&url, &value);
        Ok(())
    }

    fn tell(
        &self,
        draft: &Draft,
        health: &health::Health,
        fresh: bool,
        channel_url: &str,
        built: Duration,
        total: Duration,
    ) {
        let Draft { name, version, .. } = draft;
        let what = if draft.release == Change::Created { "is published" } else { "was published already" };
        let (built, total) = (built.as_secs_f64(), total.as_secs_f64());
        self.terminal
            .note(&format!("{name} {version} {what} after {total:.1} s, {built:.1} of them building"));
        if !health.ok {
            self.terminal.warn(&health.message);
        } else if fresh || draft.channel == Change::Unchanged {
            self.terminal.note(&format!("the runner serves it, also at {channel_url}"));
        } else {
            self.terminal.note(&format!(
                "the runner serves it; {channel_url} follows within 30 s, or at once with the runner's admin token in \
                 AT_RUN_ADMIN_TOKEN"
            ));
        }
    }

    /// After something went wrong.
    fn reassure(&self) {
        if let Some(version) = &self.last {
            self.terminal.note(&format!("{version} goes on"));
        }
    }

    /// Has the runner forget where the channel pointed, when it moved and we may. Gives whether it did.
    fn purge(&self, draft: &Draft) -> bool {
        let Some(token) = &self.admin_token else { return false };
        if draft.channel == Change::Unchanged {
            return true;
        }
        let url = format!("{}/admin/purge/{}/{}", self.runner.origin(), self.account.did(), draft.name);
        let bearer = format!("Bearer {token}");
        let request = http::Request::post(&url).header(http::header::AUTHORIZATION, bearer).body(Vec::new());
        let failed = match request.map(|request| self.http.send(request, &|_| {})) {
            Ok(Ok(answer)) if answer.status().is_success() => return true,
            Ok(Ok(answer)) => format!("it answers {}", answer.status()),
            Ok(Err(fault)) => fault.to_string(),
            // Not the error's own words, which could hold the token.
            Err(_) => "AT_RUN_ADMIN_TOKEN is no header's value".to_owned(),
        };
        self.terminal.warn(&format!("the runner could not be told to look at the channel anew: {failed}"));
        false
    }
}
