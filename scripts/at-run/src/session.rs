//! Who is logged in where: one file per profile, readable by its owner only.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;

use crate::fault::Fault;

/// A session as `com.atproto.server.createSession` gave it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The PDS's origin.
    pub service: String,
    /// The account.
    pub did: Did,
    /// Its handle when it logged in.
    pub handle: String,
    /// Good for hours.
    pub access_jwt: String,
    /// Good for months; makes a new access token.
    pub refresh_jwt: String,
}

/// Where the session of one profile is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFile {
    profile: String,
    path: PathBuf,
}

impl SessionFile {
    /// The file of `profile` (`[A-Za-z0-9_-]`) in the user's folder for this tool.
    pub fn of(profile: &str) -> Result<Self, Fault> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if !(1..=64).contains(&profile.len()) || !profile.bytes().all(plain) {
            return Err(Fault::Usage(format!(
                "profile `{profile}` is not 1 to 64 of A-Z, a-z, 0-9, - and _"
            )));
        }
        let path = config_folder()?.join(format!("{profile}.session.json"));
        Ok(Self { profile: profile.to_owned(), path })
    }

    /// The file's path.
    pub fn path(&self) -> &PathBuf {
        &self.path
    }

    /// The stored session.
    ///
    /// # Errors
    /// `NotLoggedIn` when there is none, or none that can be understood.
    pub fn read(&self) -> Result<Session, Fault> {
        let missing = || Fault::NotLoggedIn { profile: self.profile.clone() };
        match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| missing()),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(missing()),
            Err(error) => Err(Fault::io(&self.path)(error)),
        }
    }

    /// Forgets the session, if there is one.
    pub fn remove(&self) -> Result<(), Fault> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Fault::io(&self.path)(error)),
            _ => Ok(()),
        }
    }

    /// Stores the session in place of what was there; whoever reads meanwhile sees the one or the other.
    pub fn write(&self, session: &Session) -> Result<(), Fault> {
        let json = serde_json::to_vec_pretty(session)
            .map_err(std::io::Error::from)
            .map_err(Fault::io(&self.path))?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(Fault::io(folder))?;
        }
        let fresh = self.path.with_extension(format!("{}.new", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&fresh)
            .and_then(|mut file| file.write_all(&json))
            .and_then(|()| fs::rename(&fresh, &self.path))
            .map_err(Fault::io(&self.path))
    }
}

/// The user's own folder for this tool: `AT_RUN_CONFIG_DIR`, else `at-run/` of the XDG config folder.
pub fn config_folder() -> Result<PathBuf, Fault> {
    folder_by(|name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
        .ok_or_else(|| Fault::Usage("neither AT_RUN_CONFIG_DIR nor HOME is set".to_owned()))
}

fn folder_by(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    variable("AT_RUN_CONFIG_DIR")
        .or_else(|| variable("XDG_CONFIG_HOME").map(|folder| folder.join("at-run")))
        .or_else(|| variable("HOME").map(|home| home.join(".config/at-run")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(token: &str) -> Session {
        Session {
            service: "https://pds.example.com".into(),
            did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz".parse().unwrap(),
            handle: "aurora.test".into(),
            access_jwt: token.into(),
            refresh_jwt: "r".into(),
        }
    }

    #[test]
    fn the_nearest_setting_names_the_folder() {
        type Variables = &'static [(&'static str, &'static str)];
        let table: [(Variables, Option<&str>); 4] = [
            (&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x"), ("AT_RUN_CONFIG_DIR", "/a")], Some("/a")),
            (&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")], Some("/x/at-run")),
            (&[("HOME", "/h")], Some("/h/.config/at-run")),
            (&[], None),
        ];
        for (variables, expect) in table {
            let read = |name: &str| {
                variables.iter().find(|(key, _)| *key == name).map(|(_, value)| PathBuf::from(value))
            };
            assert_eq!(folder_by(read), expect.map(PathBuf::from));
        }
    }

    #[test]
    fn what_was_written_is_read_and_only_the_owner_may() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile { profile: "p".into(), path: folder.path().join("deep/p.session.json") };
        assert!(matches!(file.read(), Err(Fault::NotLoggedIn { .. })));
        for token in ["one", "two"] {
            file.write(&session(token)).unwrap();
            assert_eq!(file.read().unwrap().access_jwt, token);
        }
        #[cfg(unix)]
        {
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file.path()).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path().join("deep")).unwrap().count(), 1, "nothing is left beside it");
        fs::write(file.path(), "{").unwrap();
        assert!(matches!(file.read(), Err(Fault::NotLoggedIn { .. })));
        for _ in 0..2 {
            file.remove().unwrap();
            assert!(!file.path().exists());
        }
    }

    #[test]
    fn a_profile_is_no_path() {
        for bad in ["", "../x", "a/b", "a.b", &"a".repeat(65)] {
            assert!(matches!(SessionFile::of(bad), Err(Fault::Usage(_))), "{bad}");
        }
    }
}
