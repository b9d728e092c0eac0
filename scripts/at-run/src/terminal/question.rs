//! Questions: asked of a person, or an error where there is none.

use std::io::{self, BufRead, Read, Write};

use super::{Terminal, plain, say};
use crate::fault::Fault;

impl Terminal {
    /// Shows `facts`, asks whether to `act`, and goes on only after a yes. With `--yes` nothing is asked.
    ///
    /// # Errors
    /// `Fault::Declined` after a no; `Fault::Unconfirmed` when nobody can be asked.
    pub fn confirm(&self, facts: &str, act: &'static str) -> Result<(), Fault> {
        let may_ask = self.attended && self.shown && !self.no_input;
        if self.yes || !may_ask {
            self.note(facts);
        }
        if self.yes {
            return Ok(());
        }
        if !may_ask {
            return Err(Fault::Unconfirmed { act });
        }
        say(&plain(facts));
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "Do you want to {act}? [y/N] ").and_then(|()| stderr.flush());
        drop(stderr);
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).map_err(Fault::io("the terminal"))?;
        if is_yes(&answer) { Ok(()) } else { Err(Fault::Declined) }
    }

    /// Something that must not be seen: from `variable`, from a person, who is shown `prompt`, or from stdin; never
    /// from the command line, which other users can read. The line break at its end is not part of it.
    ///
    /// # Errors
    /// `Fault::Usage` when there is none, or more than `most` bytes.
    pub fn hidden(&self, variable: &str, prompt: &str, what: &str, most: u64) -> Result<String, Fault> {
        let mut text = String::new();
        match std::env::var(variable) {
            Ok(value) if !value.is_empty() => text = value,
            _ if self.attended && self.no_input => {}
            _ if self.attended => {
                text = rpassword::prompt_password(prompt).map_err(Fault::io("the terminal"))?;
            }
            _ => {
                io::stdin().take(most + 1).read_to_string(&mut text).map_err(Fault::io("stdin"))?;
            }
        }
        if text.len() as u64 > most {
            return Err(Fault::Usage(format!("{what} has more than {most} bytes")));
        }
        let text =
            text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        if text.is_empty() {
            return Err(Fault::Usage(format!("no {what} on stdin or in {variable}")));
        }
        Ok(text.to_owned())
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, expect) in [
            ("y\n", true),
            ("YES\r\n", true),
            (" yes ", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yep", false),
        ] {
            assert_eq!(is_yes(answer), expect, "{answer:?}");
        }
    }
}
