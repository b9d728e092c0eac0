//! What scripts see of a fault: exit code, a stable name, and the way out.

use serde_json::{Value, json};
use streamhut_release::secret::SecretError;

use super::Fault;

/// Exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Anything without a code of its own.
    Failure = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Not logged in, or not any more.
    Auth = 3,
    /// No such account or record.
    NotFound = 4,
    /// Something else has the place, or points at it.
    Conflict = 5,
    /// A service can't be reached or can't answer.
    Network = 6,
    /// The bundle can't be published as it is, or is not what its author signed.
    Validation = 7,
    /// Ctrl-C: what shells call a program that SIGINT ended.
    Interrupted = 130,
}

/// A fault as scripts see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its stable name.
    pub code: &'static str,
    /// The exit code.
    pub exit: ExitCode,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: &'static str,
}

impl Verdict {
    /// `{"error": {"code", "message", "hint"}}`, what `--json` prints in place of a result.
    pub fn to_json(&self) -> Value {
        json!({"error": {"code": self.code, "message": self.message, "hint": self.hint}})
    }
}

impl Fault {
    /// Name, exit code and hint of this fault.
    pub fn verdict(&self) -> Verdict {
        use ExitCode::{Auth, Conflict, Failure, Interrupted, Network, NotFound, Usage, Validation};
        let (code, exit, hint) = match self {
            Self::Usage(_) => ("Usage", Usage, "see `at-run --help`"),
            Self::Service { .. } => (
                "BadService",
                Usage,
                "give an address such as https://pds.example.com; http only for this machine",
            ),
            Self::Name(_) => ("BadName", Usage, "choose a name that keeps to this grammar"),
            Self::Settings { .. } => (
                "BadSettings",
                Usage,
                "a settings file may give service, runner, profile, channel and timeout",
            ),
            Self::NoBundleHere { .. } => {
                ("NoBundleHere", Usage, "name the bundle, or give its folder with -C")
            }
            Self::Unconfirmed { .. } => ("Unconfirmed", Usage, "add --yes if you are sure"),
            Self::Declined => ("Declined", Failure, "the answer was no"),
            Self::Interrupted { .. } => {
                ("Interrupted", Interrupted, "what was begun can be done again from the start")
            }
            Self::NotLoggedIn { .. } => ("NotLoggedIn", Auth, "at-run login --identifier HANDLE"),
            Self::OtherService { .. } => {
                ("OtherService", Auth, "log in there, under another --profile if you like")
            }
            Self::LogIn { .. } => (
                "LogInRefused",
                Auth,
                "check the identifier, and log in as that account; --app-password takes an app password of it",
            ),
            Self::Keyring { .. } => {
                ("KeyringFailed", Auth, "unlock it and try again, or log in with --no-keyring")
            }
            Self::SessionEnded { .. } => ("SessionEnded", Auth, "log in again with `at-run login`"),
            Self::NotFound { .. } => ("NotFound", NotFound, "check the account and the service"),
            Self::Unpublished { .. } => {
                ("NotFound", NotFound, "`at-run list` and `at-run secrets list` show what there is")
            }
            Self::NoEarlier { .. } => {
                ("NotFound", NotFound, "name a version with --to; `at-run versions` shows what there is")
            }
            Self::InUse { .. } => (
                "InUse",
                Conflict,
                "move the channel with promote or rollback, or delete it too with --force",
            ),
            Self::Overtaken { .. } => ("Overtaken", Conflict, "look at `at-run status`, then try again"),
            Self::Published { .. } => (
                "VersionTaken",
                Conflict,
                "raise the version in Cargo.toml, or deploy with --snapshot while developing",
            ),
            Self::Unreachable { .. } => {
                ("Unreachable", Network, "check the address and your connection, then try again")
            }
            Self::Unavailable { .. } => ("Unavailable", Network, "try again in a while"),
            // As the reference PDS calls it.
            Self::Refused { error, .. } if error == "ScopeMissingError" => {
                ("ScopeMissing", Auth, "log in again with `at-run login`, and allow what is asked for")
            }
            Self::Refused { .. } => ("Refused", Failure, "run again with -v to see each request"),
            Self::Answer { .. } => ("BadAnswer", Failure, "check that the address is a PDS's"),
            Self::OtherCid { .. } => (
                "OtherCid",
                Failure,
                "nothing can be trusted to be what you built; report this to the PDS's operator",
            ),
            Self::Unproven { .. } => {
                ("NotVerified", Validation, "trust none of it before you know why; -v shows each request")
            }
            Self::Secret(SecretError::TooLarge { .. }) => (
                "SecretTooLarge",
                Validation,
                "keep large things elsewhere, and the key to them in the secret",
            ),
            Self::Secret(_) => ("BadKey", Failure, "check that the key is a runner's"),
            Self::NoRunnerKey { .. } => (
                "NoRunnerKey",
                Failure,
                "its operator makes one: at-run runner key | wrangler secret put RUNNER_KEYS",
            ),
            Self::BlobLimit { .. } => (
                "BlobTooLarge",
                Validation,
                "build with --release, drop what the bundle doesn't need, or use a PDS with a higher limit",
            ),
            Self::File { .. } => ("BadFile", Validation, "run `at-run build` and look at the named file"),
            Self::Wasm { .. } => {
                ("BadWasm", Validation, "build for wasm32-unknown-unknown with worker-build")
            }
            Self::Release(_) => {
                ("BadRelease", Validation, "mend the bundle's declaration or its wrangler.toml")
            }
            Self::Cron { .. } => {
                ("BadCron", Validation, "five fields: minute, hour, day of month, month, day of week; UTC")
            }
            Self::ManifestDiffers { .. } => {
                ("ManifestDiffers", Validation, "the build is stale: run `at-run build`")
            }
            Self::Exists { .. } => ("FileExists", Conflict, "choose another folder, or move the file away"),
            Self::Tool { ended: true, .. } => ("ToolFailed", Failure, "mend what the tool complains of"),
            Self::Tool { .. } => {
                ("ToolFailed", Failure, "install the tool, or name it by its AT_RUN_ variable")
            }
            Self::Io { .. } => ("FileFailed", Failure, "check that the file's folder exists and is yours"),
        };
        Verdict { code, exit, message: self.to_string(), hint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_exit_code_and_shape() {
        let text = String::new;
        let table = [
            (Fault::Usage(text()), 2, "Usage"),
            (Fault::NotLoggedIn { profile: text() }, 3, "NotLoggedIn"),
            (Fault::LogIn { service: text(), message: text() }, 3, "LogInRefused"),
            (Fault::SessionEnded { service: text(), message: text() }, 3, "SessionEnded"),
            (
                Fault::Refused { url: text(), status: 400, error: "Other".into(), message: text() },
                1,
                "Refused",
            ),
            (
                Fault::Refused {
                    url: text(),
                    status: 403,
                    error: "ScopeMissingError".into(),
                    message: text(),
                },
                3,
                "ScopeMissing",
            ),
            (Fault::Keyring { tool: "x", reason: text() }, 3, "KeyringFailed"),
            (Fault::NotFound { service: text(), what: text() }, 4, "NotFound"),
            (Fault::Published { uri: text() }, 5, "VersionTaken"),
            (Fault::Unreachable { url: text(), reason: text() }, 6, "Unreachable"),
            (Fault::Unavailable { url: text(), status: 503, message: text() }, 6, "Unavailable"),
            (Fault::BlobLimit { module: text(), size: 2, limit: 1, service: text() }, 7, "BlobTooLarge"),
            (Fault::ManifestDiffers { at: text(), built: text(), source_says: text() }, 7, "ManifestDiffers"),
            (Fault::OtherCid { what: text(), ours: text(), theirs: text() }, 1, "OtherCid"),
            (Fault::Tool { tool: text(), reason: text(), ended: false }, 1, "ToolFailed"),
            (Fault::Settings { path: "x".into(), reason: text() }, 2, "BadSettings"),
            (Fault::Unconfirmed { act: "" }, 2, "Unconfirmed"),
            (Fault::Declined, 1, "Declined"),
            (Fault::Unpublished { did: text(), what: text() }, 4, "NotFound"),
            (Fault::NoEarlier { what: text() }, 4, "NotFound"),
            (Fault::InUse { name: text(), version: text(), channels: text() }, 5, "InUse"),
            (Fault::Overtaken { did: text() }, 5, "Overtaken"),
            (Fault::Unproven { what: text(), reason: text() }, 7, "NotVerified"),
            (Fault::Secret(SecretError::TooLarge { size: 1 }), 7, "SecretTooLarge"),
            (Fault::Secret(SecretError::Key), 1, "BadKey"),
            (Fault::NoRunnerKey { runner: text() }, 1, "NoRunnerKey"),
            (Fault::Interrupted { meanwhile: "" }, 130, "Interrupted"),
        ];
        for (fault, exit, code) in table {
            let verdict = fault.verdict();
            assert_eq!((verdict.exit as u8, verdict.code), (exit, code));
            let json = verdict.to_json();
            let error = json["error"].as_object().expect("an object");
            assert_eq!(error.keys().collect::<Vec<_>>(), ["code", "hint", "message"]);
            assert_eq!(error["message"], fault.to_string());
        }
    }

    #[test]
    fn a_message_names_what_it_is_about() {
        let fault = Fault::BlobLimit {
            module: "index_bg.wasm".into(),
            size: 6_000_000,
            limit: 5_242_880,
            service: "https://pds.example.com".into(),
        };
        let message = fault.verdict().message;
        for part in ["index_bg.wasm", "6000000", "5242880", "https://pds.example.com"] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
}
