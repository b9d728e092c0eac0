//! Where words go: results to stdout, everything else to stderr.

mod columns;
mod meter;
mod plain;
mod quantity;
mod question;

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::arguments::Global;
use crate::fault::Verdict;
use plain::plain;

pub use columns::columns;
pub use meter::Meter;
pub use plain::line;
pub use quantity::bytes;

/// Stdout has had its one object.
static RESULT_TOLD: AtomicBool = AtomicBool::new(false);

/// How this run talks.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    json: bool,
    verbose: bool,
    quiet: bool,
    colour: bool,
    /// Stdin is a terminal: somebody sits there.
    attended: bool,
    no_input: bool,
    yes: bool,
    /// Stderr is a terminal: questions are seen there.
    shown: bool,
    /// Bars are wanted there.
    live: bool,
}

impl Terminal {
    /// As the options and the environment say: colours and bars only on a terminal that wants them.
    pub fn new(global: &Global) -> Self {
        let live = io::stderr().is_terminal();
        let plain = global.no_color
            || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            json: global.json,
            verbose: global.verbose,
            quiet: global.quiet,
            colour: live && !plain,
            attended: io::stdin().is_terminal(),
            no_input: global.no_input,
            yes: global.yes,
            shown: live,
            live: live && !global.quiet,
        }
    }

    /// For errors found before there are options: JSON, no colours.
    pub fn json() -> Self {
        Self {
            json: true,
            verbose: false,
            quiet: false,
            colour: false,
            attended: false,
            no_input: true,
            yes: false,
            shown: false,
            live: false,
        }
    }

    /// Whether only errors are wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The result of the command: `text` for people, or one JSON object.
    pub fn result(&self, text: &str, json: &Value) {
        RESULT_TOLD.store(true, Ordering::Relaxed);
        let mut stdout = io::stdout().lock();
        // A closed stdout leaves nobody to tell.
        let _ = if self.json {
            writeln!(stdout, "{json:#}")
        } else {
            writeln!(stdout, "{}", plain(text.trim_end()))
        };
    }

    /// One result of a command that goes on: `text` for people, or one JSON object on a line of its own.
    pub fn event(&self, text: &str, json: &Value) {
        let mut stdout = io::stdout().lock();
        let _ = if self.json {
            writeln!(stdout, "{json}")
        } else {
            writeln!(stdout, "{}", plain(text.trim_end()))
        };
    }

    /// A step of the way.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            say(&plain(text));
        }
    }

    /// Something without which a command can't go on, also for those who want errors only.
    pub fn show(&self, text: &str) {
        say(&plain(text));
    }

    /// Something for those who asked for all of it.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            say(&self.paint("2", &plain(text)));
        }
    }

    /// Something that is no error and should not be missed.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            say(&format!("{} {}", self.paint("33", "warning:"), plain(text)));
        }
    }

    /// Why the command failed: in words on stderr, and as one JSON object on stdout where results are JSON.
    pub fn error(&self, verdict: &Verdict) {
        self.explain(verdict);
        if self.json {
            self.result("", &verdict.to_json());
        }
    }

    /// What went wrong in a command that goes on; in JSON one object on a line of its own.
    pub fn mishap(&self, verdict: &Verdict) {
        self.explain(verdict);
        if self.json {
            self.event("", &verdict.to_json());
        }
    }

    /// Why the command failed, in words on stderr only.
    pub fn explain(&self, verdict: &Verdict) {
        say(&format!("{} {}", self.paint("31", "error:"), plain(&verdict.message)));
        say(&format!("  {} {}", self.paint("36", "hint:"), verdict.hint));
    }

    /// Like [`Terminal::error`], on a line of its own, and without a second object after a result.
    pub fn interrupted(&self, verdict: &Verdict) {
        if self.shown {
            say("");
        }
        let told = RESULT_TOLD.load(Ordering::Relaxed);
        Self { json: self.json && !told, ..*self }.error(verdict);
    }

    /// Shows how `total` bytes named `label` are sent.
    pub fn meter(&self, label: &str, total: u64) -> Meter {
        Meter::start(label, total, self.live, self.quiet)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
