//! The page of the runner itself.

use askama::Template;

use super::{CSS, command::argument, host, rendered};
use crate::{Caps, Fault, Home, home::PolicyShown, words};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    css: &'static str,
    home: &'a Home,
    /// The host and port, for the heading.
    host: &'a str,
    origin: &'a str,
    /// The origin as a shell takes it.
    runner: String,
    /// How many authors are admitted.
    admitted: String,
    /// A bundle to try `at-run verify` with.
    example: Option<String>,
    limits: Vec<String>,
}

impl HomePage<'_> {
    fn ago(&self, at: &u64) -> String {
        words::ago(self.home.now, *at)
    }

    fn ago_seconds(&self, seconds: &u64) -> String {
        words::ago(seconds.saturating_mul(1_000), 0)
    }

    fn time(&self, at: &u64) -> String {
        words::time(*at)
    }
}

/// The page of a runner, which answers at `origin`.
///
/// # Errors
/// None that settings could cause.
pub fn home_page(home: &Home, origin: &str) -> Result<String, Fault> {
    let example = home
        .installed
        .first()
        .map(|shown| argument(&format!("{}/{}@{}", shown.did, shown.name, shown.channel)));
    rendered(&HomePage {
        css: CSS,
        home,
        host: host(origin),
        origin,
        runner: argument(origin),
        admitted: words::counted(home.trusts.admitted.unwrap_or_default() as u64, "author"),
        example,
        limits: limits(home),
    })
}

fn limits(home: &Home) -> Vec<String> {
    let Caps { cpu_ms, sub_requests, .. } = home.caps;
    let declared = "as its release declares";
    vec![
        match cpu_ms {
            Some(ms) => format!(
                "A call may take {} of CPU time, or less where its release says so.",
                words::duration(ms)
            ),
            None => format!("A call may take as much CPU time {declared}."),
        },
        match sub_requests {
            Some(count) => format!("It may send {count} requests, or fewer where its release says so."),
            None => format!("It may send as many requests {declared}, and only to where the release says."),
        },
        format!("Its answer has to begin within {}.", words::duration(home.call_ms)),
        format!("A run of a job or task may take {}.", words::duration(home.job_ms)),
        format!("A request may bring {}.", words::bytes(home.max_body_bytes)),
    ]
}
