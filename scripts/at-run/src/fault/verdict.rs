//! What scripts see of a fault: exit code, a stable name, and the way out.

use serde_json::{Value, json};

use super::Fault;

/// Exit codes. 130 after Ctrl-C is the shell's own: the signal keeps its default effect.
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
    /// The version is taken.
    Conflict = 5,
    /// A service can't be reached or can't answer.
    Network = 6,
    /// The bundle can't be published as it is.
    Validation = 7,
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
        use ExitCode::{Auth, Conflict, Failure, Network, NotFound, Usage, Validation};
        let (code, exit, hint) = match self {
            Self::Usage(_) => ("Usage", Usage, "see `at-run --help`"),
            Self::Service { .. } => (
                "BadService",
                Usage,
                "give an address such as https://pds.example.com; http only for this machine",
            ),
            Self::Name(_) => ("BadName", Usage, "choose a name that keeps to this grammar"),
            Self::NotLoggedIn { .. } => (
                "NotLoggedIn",
                Auth,
                "at-run login --service URL --identifier HANDLE, with an app password on stdin",
            ),
            Self::OtherService { .. } => {
                ("OtherService", Auth, "log in there, under another --profile if you like")
            }
            Self::LogIn { .. } => {
                ("LogInRefused", Auth, "check the identifier, and use an app password of that account")
            }
            Self::SessionEnded { .. } => ("SessionEnded", Auth, "log in again with `at-run login`"),
            Self::NotFound { .. } => ("NotFound", NotFound, "check the account and the service"),
            Self::Published { .. } => (
                "VersionTaken",
                Conflict,
                "raise the version in Cargo.toml, or deploy with --snapshot while developing",
            ),
            Self::Unreachable { .. } => {
                ("Unreachable", Network, "check the address and your connection, then try again")
            }
            Self::Unavailable { .. } => ("Unavailable", Network, "try again in a while"),
            Self::Refused { .. } => ("Refused", Failure, "run again with -v to see each request"),
            Self::Answer { .. } => ("BadAnswer", Failure, "check that the address is a PDS's"),
            Self::OtherCid { .. } => (
                "OtherCid",
                Failure,
                "nothing can be trusted to be what you built; report this to the PDS's operator",
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
            Self::ManifestDiffers { .. } => {
                ("ManifestDiffers", Validation, "the build is stale: run `at-run build`")
            }
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
            (Fault::NotFound { service: text(), what: text() }, 4, "NotFound"),
            (Fault::Published { uri: text() }, 5, "VersionTaken"),
            (Fault::Unreachable { url: text(), reason: text() }, 6, "Unreachable"),
            (Fault::Unavailable { url: text(), status: 503, message: text() }, 6, "Unavailable"),
            (Fault::BlobLimit { module: text(), size: 2, limit: 1, service: text() }, 7, "BlobTooLarge"),
            (Fault::ManifestDiffers { at: text(), built: text(), source_says: text() }, 7, "ManifestDiffers"),
            (Fault::OtherCid { what: text(), ours: text(), theirs: text() }, 1, "OtherCid"),
            (Fault::Tool { tool: text(), reason: text() }, 1, "ToolFailed"),
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
