//! What the program said, held to what is written down. `AT_RUN_BLESS=1` writes it down anew.
#![allow(dead_code, missing_docs)]

use std::path::Path;

use super::{Outcome, Stage};

/// Compares with `tests/snapshots/{name}.txt`.
pub fn hold(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/{name}.txt"));
    if std::env::var_os("AT_RUN_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
    }
    let expect = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(text, expect, "{}", file.display());
}

/// Runs of the program, one below the other, as somebody at a terminal would see them.
#[derive(Default)]
pub struct Transcript {
    /// What stands for what differs from run to run.
    names: Vec<(String, String)>,
    text: String,
}

impl Transcript {
    pub fn name(&mut self, what: &str, name: &str) {
        self.names.push((what.to_owned(), name.to_owned()));
    }

    /// Runs the program and writes down what came of it.
    pub fn run(&mut self, stage: &Stage, arguments: &[&str]) -> Outcome {
        self.run_with(stage, arguments, "")
    }

    pub fn run_with(&mut self, stage: &Stage, arguments: &[&str], input: &str) -> Outcome {
        let outcome = stage.run_with(arguments, input);
        self.add(stage, arguments, &outcome);
        outcome
    }

    pub fn add(&mut self, stage: &Stage, arguments: &[&str], outcome: &Outcome) {
        let mut text = format!("$ at-run {}\n", arguments.join(" "));
        for (label, said) in [("stdout", &outcome.stdout), ("stderr", &outcome.stderr)] {
            if !said.is_empty() {
                text.push_str(&format!("[{label}]\n{said}"));
            }
        }
        text.push_str(&format!(
            "[exit {}]\n\n",
            outcome.exit.map_or("by a signal".to_owned(), |code| code.to_string())
        ));
        let folder = stage.bundle().parent().unwrap().to_str().unwrap().to_owned();
        text = text.replace(&folder, "~");
        for (what, name) in &self.names {
            text = text.replace(what, name);
        }
        self.text.push_str(&times(&text));
    }

    pub fn hold(self, name: &str) {
        hold(name, &format!("{}\n", self.text.trim_end()));
    }
}

/// Times of now become `TIME` and `DAY`, how long something took `0.0 s`. What the tests publish is of January 2020.
fn times(text: &str) -> String {
    let shape = |word: &str, pattern: &str| {
        word.len() == pattern.len()
            && word
                .bytes()
                .zip(pattern.bytes())
                .all(|(byte, p)| if p == b'0' { byte.is_ascii_digit() } else { byte == p })
    };
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let head = |pattern: &str| rest.get(..pattern.len()).filter(|head| shape(head, pattern));
        let now = |pattern: &'static str| head(pattern).filter(|time| !time.starts_with("2020-01-"));
        if let Some(time) = now("0000-00-00T00:00:00.000Z") {
            out.push_str("TIME");
            rest = &rest[time.len()..];
        } else if let Some(day) = now("0000-00-00") {
            out.push_str("DAY");
            rest = &rest[day.len()..];
        } else if let Some(took) = head(" in 0.0 s") {
            out.push_str(" in 0.0 s");
            rest = &rest[took.len()..];
        } else {
            let next = rest.chars().next().unwrap().len_utf8();
            out.push_str(&rest[..next]);
            rest = &rest[next..];
        }
    }
    out
}
