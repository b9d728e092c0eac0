//! Who is logged in where: one file per profile, readable by its owner only. Its tokens stand in it, or in the system's
//! keyring.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;

use crate::fault::Fault;
use crate::keyring::{Item, Keyring};
use crate::oauth::Grant;

/// Somebody logged in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The PDS's origin.
    pub service: String,
    /// The account.
    pub did: Did,
    /// Its handle when it logged in.
    pub handle: String,
    /// What the PDS knows it by.
    #[serde(flatten)]
    pub credentials: Credentials,
}

/// What a PDS knows an account by.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Credentials {
    /// As an authorization server granted it.
    OAuth {
        /// The tokens.
        oauth: Grant,
    },
    /// As `com.atproto.server.createSession` gave it.
    #[serde(rename_all = "camelCase")]
    AppPassword {
        /// Good for hours.
        access_jwt: String,
        /// Good for months; makes a new access token.
        refresh_jwt: String,
    },
}

impl Credentials {
    /// The access token.
    pub fn access(&self) -> &str {
        match self {
            Self::OAuth { oauth } => &oauth.access_token,
            Self::AppPassword { access_jwt, .. } => access_jwt,
        }
    }

    /// How one is logged in, in a word.
    pub fn method(&self) -> &'static str {
        match self {
            Self::OAuth { .. } => "oauth",
            Self::AppPassword { .. } => "app-password",
        }
    }

    /// What was granted; an app password may do nearly all that its owner may.
    pub fn scope(&self) -> Option<&str> {
        match self {
            Self::OAuth { oauth } => Some(&oauth.scope),
            Self::AppPassword { .. } => None,
        }
    }
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    /// All of it.
    Here(Session),
    /// All but the credentials.
    Elsewhere {
        service: String,
        did: Did,
        handle: String,
        /// Where those are.
        keyring: Keyring,
    },
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
    /// `NotLoggedIn` when there is none, or none that can be understood; `Keyring` when that does not answer.
    pub fn read(&self) -> Result<Session, Fault> {
        let missing = || Fault::NotLoggedIn { profile: self.profile.clone() };
        match self.kept()?.ok_or_else(missing)? {
            Kept::Here(session) => Ok(session),
            Kept::Elsewhere { service, did, handle, keyring } => {
                let secret = keyring.get(&self.item())?.ok_or_else(missing)?;
                let json = BASE64URL_NOPAD.decode(secret.as_bytes()).map_err(|_| missing())?;
                let credentials = serde_json::from_slice(&json).map_err(|_| missing())?;
                Ok(Session { service, did, handle, credentials })
            }
        }
    }

    /// The PDS that the session is for, without asking a keyring.
    pub fn service(&self) -> Result<Option<String>, Fault> {
        Ok(self.kept()?.map(|kept| match kept {
            Kept::Here(session) => session.service,
            Kept::Elsewhere { service, .. } => service,
        }))
    }

    /// Which keyring holds the credentials, if one does.
    pub fn keyring(&self) -> Result<Option<Keyring>, Fault> {
        Ok(match self.kept()? {
            Some(Kept::Elsewhere { keyring, .. }) => Some(keyring),
            Some(Kept::Here(_)) | None => None,
        })
    }

    /// Forgets the session, if there is one.
    pub fn remove(&self) -> Result<(), Fault> {
        let keyring = self.keyring()?;
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(Fault::io(&self.path)(error)),
            _ => {}
        }
        keyring.map_or(Ok(()), |keyring| keyring.clear(&self.item()))
    }

    /// Stores the session in place of what was there; whoever reads meanwhile sees the one or the other. The
    /// credentials go to `keyring`.
    ///
    /// # Errors
    /// `Keyring` when that does not take them; then what was there stays.
    pub fn write(&self, session: &Session, keyring: Option<Keyring>) -> Result<(), Fault> {
        let before = self.keyring()?;
        let kept = match keyring {
            None => Kept::Here(session.clone()),
            Some(keyring) => {
                let json = serde_json::to_vec(&session.credentials).map_err(io::Error::from);
                let json = json.map_err(Fault::io(&self.path))?;
                keyring.put(&self.item(), &BASE64URL_NOPAD.encode(&json))?;
                let Session { service, did, handle, .. } = session.clone();
                Kept::Elsewhere { service, did, handle, keyring }
            }
        };
        self.replace(&kept)?;
        if let Some(before) = before.filter(|before| keyring != Some(*before)) {
            // The session is stored; a keyring that has failed may hold on to what nobody reads any more.
            let _ = before.clear(&self.item());
        }
        Ok(())
    }

    /// Keeps other commands from renewing or ending the session until the lock is dropped. Waits for those that do.
    pub fn lock(&self) -> Result<Lock, Fault> {
        let path = self.path.with_extension("lock");
        self.make_folder()?;
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(Fault::io(&path))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => file.lock().map_err(Fault::io(&path))?,
            // Some file systems know no locks.
            Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => {
                return Err(Fault::io(&path)(error));
            }
            _ => {}
        }
        Ok(Lock(file))
    }

    fn item(&self) -> Item {
        Item::of(&self.profile, &self.path)
    }

    /// What the file holds; nothing when that can't be understood.
    fn kept(&self) -> Result<Option<Kept>, Fault> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::io(&self.path)(error)),
        }
    }

    fn make_folder(&self) -> Result<(), Fault> {
        self.path.parent().map_or(Ok(()), |folder| fs::create_dir_all(folder).map_err(Fault::io(folder)))
    }

    fn replace(&self, kept: &Kept) -> Result<(), Fault> {
        let json = serde_json::to_vec_pretty(kept).map_err(io::Error::from).map_err(Fault::io(&self.path))?;
        self.make_folder()?;
        let fresh = self.path.with_extension(format!("{}.new", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&fresh)
            .and_then(|mut file| file.write_all(&json).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&fresh, &self.path))
            .map_err(Fault::io(&self.path))
    }
}

/// Held while a session is changed.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock ends with the file")] File);

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
    use serde_json::json;

    use super::*;

    fn session(token: &str) -> Session {
        Session {
            service: "https://pds.example.com".into(),
            did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz".parse().unwrap(),
            handle: "aurora.test".into(),
            credentials: Credentials::AppPassword { access_jwt: token.into(), refresh_jwt: "r".into() },
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
            file.write(&session(token), None).unwrap();
            assert_eq!(file.read().unwrap().credentials.access(), token);
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
    fn both_kinds_are_read() {
        let names = json!({"service": "https://pds.dev", "did": "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "handle": "aurora.test"});
        let oauth = json!({"issuer": "https://as.dev", "clientId": "http://localhost", "scope": "atproto", "accessToken": "a", "refreshToken": "r", "key": "k"});
        for (more, method, scope, expect) in [
            (json!({"accessJwt": "a", "refreshJwt": "r"}), "app-password", None, true),
            (json!({"oauth": oauth}), "oauth", Some("atproto"), true),
            (json!({"oauth": {"issuer": "https://as.dev"}}), "", None, false),
            (json!({"accessJwt": "a"}), "", None, false),
            (json!({}), "", None, false),
        ] {
            let mut whole = names.clone();
            whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let session = serde_json::from_value::<Session>(whole.clone());
            assert_eq!(session.is_ok(), expect, "{whole}");
            if let Ok(session) = session {
                let credentials = &session.credentials;
                assert_eq!(
                    (credentials.access(), credentials.method(), credentials.scope()),
                    ("a", method, scope)
                );
                assert_eq!(serde_json::to_value(&session).unwrap(), whole);
            }
        }
    }

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile { profile: "p".into(), path: folder.path().join("p.session.json") };
        let held = file.lock().unwrap();
        let (told, heard) = std::sync::mpsc::channel();
        let other = file.clone();
        let waiting = std::thread::spawn(move || {
            let _lock = other.lock().unwrap();
            heard.try_recv()
        });
        told.send(()).unwrap();
        drop(held);
        assert_eq!(waiting.join().unwrap(), Ok(()), "it came in before the lock was dropped");
    }

    #[test]
    fn a_profile_is_no_path() {
        for bad in ["", "../x", "a/b", "a.b", &"a".repeat(65)] {
            assert!(matches!(SessionFile::of(bad), Err(Fault::Usage(_))), "{bad}");
        }
    }
}
