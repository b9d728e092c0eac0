//! Where words go: results to stdout, everything else to stderr.

mod meter;
mod quantity;

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

use crate::arguments::Global;
use crate::fault::Verdict;

pub use meter::Meter;
pub use quantity::bytes;

/// How this run talks.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    json: bool,
    verbose: bool,
    quiet: bool,
    colour: bool,
    may_ask: bool,
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
            may_ask: !global.no_input && io::stdin().is_terminal(),
            live: live && !global.quiet,
        }
    }

    /// For errors found before there are options: JSON, no colours.
    pub fn json() -> Self {
        Self { json: true, verbose: false, quiet: false, colour: false, may_ask: false, live: false }
    }

    /// Whether somebody is there to answer a question.
    pub fn may_ask(&self) -> bool {
        self.may_ask
    }

    /// Whether only errors are wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The result of the command: `text` for people, or one JSON object.
    pub fn result(&self, text: &str, json: &Value) {
        let mut stdout = io::stdout().lock();
        // A closed stdout leaves nobody to tell.
        let _ =
            if self.json { writeln!(stdout, "{json:#}") } else { writeln!(stdout, "{}", text.trim_end()) };
    }

    /// A step of the way.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }

    /// Something for those who asked for all of it.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            say(&self.paint("2", text));
        }
    }

    /// Something that is no error and should not be missed.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            say(&format!("{} {text}", self.paint("33", "warning:")));
        }
    }

    /// Why the command failed: in words on stderr, and as one JSON object on stdout where results are JSON.
    pub fn error(&self, verdict: &Verdict) {
        say(&format!("{} {}", self.paint("31", "error:"), verdict.message));
        say(&format!("  {} {}", self.paint("36", "hint:"), verdict.hint));
        if self.json {
            self.result("", &verdict.to_json());
        }
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
