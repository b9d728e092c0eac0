//! The system's keyring, by the system's own tool. A secret goes to the tool on stdin and comes from it on stdout; it
//! is never an argument, which other users could read.

mod tool;

use std::fmt;
use std::path::Path;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fault::Fault;
use tool::{Said, run};

/// The label that people see, and what everything of this tool is found by.
const SERVICE: &str = "at-run";

/// `security` reads lines of at most 4096 bytes, and drops what is above.
const MAX_LINE_BYTES: usize = 4000;

/// Which tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keyring {
    /// Of libsecret, for any keyring that speaks the Secret Service API: GNOME's, KDE's, KeePassXC.
    SecretTool,
    /// Of macOS.
    Security,
}

impl fmt::Display for Keyring {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.program())
    }
}

impl Keyring {
    /// The system's, when its tool is in `PATH`. Whether it answers shows when something is put into it.
    pub fn of_the_system() -> Option<Self> {
        let keyring = if cfg!(target_os = "macos") { Self::Security } else { Self::SecretTool };
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(keyring.program()).is_file()).then_some(keyring)
    }

    fn program(self) -> &'static str {
        match self {
            Self::SecretTool => "secret-tool",
            Self::Security => "security",
        }
    }

    /// Keeps `secret` (one line of ASCII) under `item`, in place of what was there, and looks that it is kept.
    pub fn put(self, item: &Item, secret: &str) -> Result<(), Fault> {
        let name = item.as_str();
        let said = match self {
            Self::SecretTool => {
                let label = format!("--label={SERVICE} {name}");
                self.run(&["store", &label, "service", SERVICE, "account", name], secret)?
            }
            Self::Security => {
                // In this mode it reads whole commands from stdin. Neither name nor secret holds a space or a quote.
                let line = format!("add-generic-password -U -s {SERVICE} -a {name} -w {secret}\n");
                if line.len() > MAX_LINE_BYTES {
                    return Err(self.fault(format!("{} bytes are more than it takes", line.len())));
                }
                self.run(&["-i"], &line)?
            }
        };
        if !said.ok || self.get(item)?.as_deref() != Some(secret) {
            return Err(self.fault(said.words_or("it does not keep what it is given")));
        }
        Ok(())
    }

    /// What is kept under `item`.
    pub fn get(self, item: &Item) -> Result<Option<String>, Fault> {
        let name = item.as_str();
        let said = match self {
            Self::SecretTool => self.run(&["lookup", "service", SERVICE, "account", name], "")?,
            Self::Security => self.run(&["find-generic-password", "-s", SERVICE, "-a", name, "-w"], "")?,
        };
        let secret = said.stdout.trim_end_matches('\n');
        if said.ok {
            return Ok((!secret.is_empty()).then(|| secret.to_owned()));
        }
        // Without such an item the one says nothing, and the other that it could not be found.
        if said.stderr.trim().is_empty() || said.stderr.contains("could not be found") {
            return Ok(None);
        }
        Err(self.fault(said.words_or("it does not answer")))
    }

    /// Forgets what is kept under `item`, if there is anything.
    pub fn clear(self, item: &Item) -> Result<(), Fault> {
        let name = item.as_str();
        let said = match self {
            Self::SecretTool => self.run(&["clear", "service", SERVICE, "account", name], "")?,
            Self::Security => self.run(&["delete-generic-password", "-s", SERVICE, "-a", name], "")?,
        };
        if said.ok || self.get(item)?.is_none() {
            return Ok(());
        }
        Err(self.fault(said.words_or("it does not forget")))
    }

    fn run(self, arguments: &[&str], input: &str) -> Result<Said, Fault> {
        run(self.program(), arguments, input).map_err(|reason| self.fault(reason))
    }

    fn fault(self, reason: String) -> Fault {
        Fault::Keyring { tool: self.program(), reason }
    }
}

/// What something in the keyring is called: the session's profile, and which folder's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item(String);

impl Item {
    /// The item for the file at `path` of `profile`, whose letters are plain.
    pub fn of(profile: &str, path: &Path) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder: String = HEXLOWER.encode(&Sha256::digest(path.as_os_str().as_encoded_bytes()));
        Self(format!("{profile}-{}", folder.get(..16).unwrap_or_default()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_items_of_their_own() {
        let [one, other] = ["/a", "/b"].map(|folder| Item::of("work", &Path::new(folder).join("work.json")));
        assert_ne!(one, other);
        assert_eq!(one, Item::of("work", Path::new("/a/work.json")));
        assert!(one.as_str().starts_with("work-") && one.as_str().len() == 5 + 16, "{one:?}");
    }

    #[test]
    fn what_is_too_long_for_a_line_is_not_cut() {
        let item = Item::of("p", Path::new("/a"));
        let fault = Keyring::Security.put(&item, &"s".repeat(MAX_LINE_BYTES)).unwrap_err();
        assert!(matches!(fault, Fault::Keyring { .. }), "{fault}");
    }
}
