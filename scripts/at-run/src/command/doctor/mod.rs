//! `at-run doctor`

mod account;
mod check;
mod project;
mod room;
mod runner;
mod tools;

use std::process::ExitCode;

use serde_json::json;

use crate::arguments::{Doctor, Global};
use crate::fault::Fault;
use crate::session::SessionFile;
use crate::terminal::{Terminal, columns};
use check::{Check, State};

/// Looks at everything that publishing takes, and says what to do where something is amiss.
///
/// JSON: `{"ok", "checks": [{"name", "state", "message", "next"}]}`; `state` is `ok`, `warn` or `fail`, `next` null where
/// nothing has to be done. The exit code is 1 when something fails. `unread` is why the settings can't be read.
pub fn doctor(
    global: &Global,
    options: &Doctor,
    unread: Option<&Fault>,
    terminal: &Terminal,
) -> Result<ExitCode, Fault> {
    let session = SessionFile::of(global.profile()).and_then(|file| file.read()).ok();
    let name = project::name(&global.cwd);
    let mut checks = vec![settings(unread)];
    checks.extend(tools::look(&global.cwd));
    checks.extend(account::look(global, session.as_ref(), terminal));
    checks.push(project::look(&global.cwd));
    let did = session.as_ref().map(|session| &session.did);
    checks.extend(runner::look(global, &options.runner, did, name.as_ref(), terminal));
    checks.extend(room::look(&global.cwd));
    let failed = checks.iter().any(|check| check.state == State::Fail);
    terminal.result(&words(&checks), &json!({"ok": !failed, "checks": checks}));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn settings(unread: Option<&Fault>) -> Check {
    match unread {
        None => Check::ok("settings", "as they should be"),
        Some(fault) => Check::fault("settings", fault),
    }
}

fn words(checks: &[Check]) -> String {
    let rows = checks.iter().flat_map(|check| {
        let cell = str::to_owned;
        let message = check.message.lines().enumerate().map(move |(line, text)| match line {
            0 => vec![cell(check.state.word()), cell(check.name), cell(text)],
            _ => vec![String::new(), String::new(), cell(text)],
        });
        let next = check.next.iter().map(move |next| vec![String::new(), String::new(), format!("→ {next}")]);
        message.chain(next)
    });
    columns(0, &rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_each_and_the_next_step_below() {
        let checks = [Check::ok("rust", "cargo 1.91.0"), Check::fail("node", "it is old", "install another")];
        assert_eq!(
            words(&checks),
            "ok    rust  cargo 1.91.0\nfail  node  it is old\n            → install another"
        );
        assert_eq!(
            json!(checks),
            json!([
                {"name": "rust", "state": "ok", "message": "cargo 1.91.0", "next": null},
                {"name": "node", "state": "fail", "message": "it is old", "next": "install another"},
            ])
        );
    }
}
