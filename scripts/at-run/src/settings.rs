//! Settings from files: a project's `at-run.toml`, and behind it the user's `config.toml`. Options and variables go
//! before both ([`Global`]).

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use crate::arguments::{Global, TIMEOUTS};
use crate::fault::Fault;
use crate::session::config_folder;

/// What a settings file may say; all of it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The PDS's address.
    pub service: Option<String>,
    /// The runner's address.
    pub runner: Option<String>,
    /// The stored session.
    pub profile: Option<String>,
    /// The channel that commands mean unless told otherwise.
    pub channel: Option<String>,
    /// Seconds to wait for each answer.
    pub timeout: Option<u64>,
    /// What the user's own file says of places that get to see something secret. A project is often somebody else's.
    #[serde(skip)]
    pub trusted: Trusted,
}

/// Places that a password or a secret may go to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted {
    /// The PDS's address.
    pub service: Option<String>,
    /// The runner's address.
    pub runner: Option<String>,
}

impl Settings {
    /// Reads both files. A file that is not there says nothing, unless `--config` names it.
    ///
    /// # Errors
    /// `Fault::Settings` for a file that can't be understood: a misspelled setting must not be passed over.
    pub fn read(global: &Global) -> Result<Self, Fault> {
        let project = match &global.config {
            Some(file) => from_file(file)?.ok_or_else(|| Fault::Settings {
                path: file.clone(),
                reason: "there is no such file".to_owned(),
            })?,
            None => from_file(&global.cwd.join("at-run.toml"))?.unwrap_or_default(),
        };
        let user = match config_folder() {
            Ok(folder) => from_file(&folder.join("config.toml"))?.unwrap_or_default(),
            Err(_) => Self::default(),
        };
        Ok(project.over(user))
    }

    fn over(self, behind: Self) -> Self {
        let (behind_service, behind_runner) = (behind.service.clone(), behind.runner.clone());
        Self {
            service: self.service.or(behind.service),
            runner: self.runner.or(behind.runner),
            profile: self.profile.or(behind.profile),
            channel: self.channel.or(behind.channel),
            timeout: self.timeout.or(behind.timeout),
            trusted: Trusted { service: behind_service, runner: behind_runner },
        }
    }
}

fn from_file(path: &Path) -> Result<Option<Settings>, Fault> {
    let odd = |reason: String| Fault::Settings { path: path.to_owned(), reason };
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).map(Some).map_err(odd),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(odd(error.to_string())),
    }
}

fn parse(text: &str) -> Result<Settings, String> {
    let settings: Settings = toml::from_str(text).map_err(|error| {
        let line =
            error.span().map_or(1, |span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
        format!("line {line}: {}", error.message())
    })?;
    match settings.timeout {
        Some(seconds) if !TIMEOUTS.contains(&seconds) => {
            Err(format!("timeout {seconds} is not in {} to {}", TIMEOUTS.start(), TIMEOUTS.end()))
        }
        _ => Ok(settings),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_goes_before_the_user() {
        let project = parse("service = \"p\"\nrunner = \"p\"").unwrap();
        let user = parse("service = \"u\"\nprofile = \"u\"\nchannel = \"u\"\ntimeout = 5").unwrap();
        let text = |value: &str| Some(value.to_owned());
        assert_eq!(
            project.over(user),
            Settings {
                service: text("p"),
                runner: text("p"),
                profile: text("u"),
                channel: text("u"),
                timeout: Some(5),
                trusted: Trusted { service: text("u"), runner: None },
            }
        );
        assert_eq!(parse("# nothing").unwrap(), Settings::default());
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, expect) in [
            ("service = 7", "line 1: invalid type"),
            ("\n\nservces = \"x\"", "line 3: unknown field `servces`"),
            ("service", "line 1:"),
            ("timeout = 0", "timeout 0 is not in 1 to 3600"),
            ("timeout = -1", "line 1:"),
        ] {
            let reason = parse(text).unwrap_err();
            assert!(reason.contains(expect), "{text}: {reason}");
        }
    }
}
