//! The command line.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand};
use streamhut_release::CHANNEL_KEY_LATEST;

use crate::settings::Settings;

/// Seconds that an answer may be waited for.
pub const TIMEOUTS: RangeInclusive<u64> = 1..=3600;

const EXIT_CODES: &str = "\
Exit codes:
  0  done            4  no such account, bundle, version or channel
  1  failure         5  a conflict: the version is taken or in use
  2  usage           6  network, or a service that can't answer
  3  not logged in   7  the bundle can't be published as it is,
                        or is not what its author signed
  130  interrupted

Settings: an option, else its AT_RUN_ variable, else DIR/at-run.toml, else
~/.config/at-run/config.toml. Both files may give service, runner, profile,
channel and timeout.";

/// Publish serverless bundles as records of your AT Protocol account.
///
/// Results go to stdout, progress and errors to stderr.
#[derive(Debug, Parser)]
#[command(name = "at-run", version, arg_required_else_help = true, after_long_help = EXIT_CODES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What all commands understand.
    #[command(flatten)]
    pub global: Global,
}

/// What all commands understand.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Print one JSON object on stdout, for an error too
    #[arg(long, global = true)]
    pub json: bool,
    /// Show each request
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Show errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// No colours (also NO_COLOR)
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Never ask a question: what would have to be asked is an error
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Answer every question with yes
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// The bundle's folder
    #[arg(
        short = 'C',
        long,
        global = true,
        value_name = "DIR",
        default_value = ".",
        hide_default_value = true
    )]
    pub cwd: PathBuf,
    /// Read the project's settings from FILE, not from DIR/at-run.toml
    #[arg(long, global = true, value_name = "FILE", env = "AT_RUN_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// The stored session to use [default: default]
    #[arg(long, global = true, value_name = "NAME", env = "AT_RUN_PROFILE", hide_env_values = true)]
    pub profile: Option<String>,
    /// The PDS, such as https://pds.example.com
    #[arg(long, global = true, value_name = "URL", env = "AT_RUN_SERVICE", hide_env_values = true)]
    pub service: Option<String>,
    /// Seconds to wait for each answer [default: 30]
    #[arg(long, global = true, value_name = "SECONDS", env = "AT_RUN_TIMEOUT", hide_env_values = true,
          value_parser = clap::value_parser!(u64).range(TIMEOUTS))]
    pub timeout: Option<u64>,
    /// What stands behind the options.
    #[arg(skip)]
    pub settings: Settings,
}

impl Global {
    /// The name of the stored session.
    pub fn profile(&self) -> &str {
        self.profile.as_deref().or(self.settings.profile.as_deref()).unwrap_or("default")
    }

    /// The PDS's address.
    pub fn service(&self) -> Option<&str> {
        self.service.as_deref().or(self.settings.service.as_deref())
    }

    /// The PDS that a password may go to: never one that only a project's file names.
    pub fn trusted_service(&self) -> Option<&str> {
        self.service.as_deref().or(self.settings.trusted.service.as_deref())
    }

    /// The runner that a secret may be sealed to: never one that only a project's file names.
    pub fn trusted_runner<'a>(&'a self, option: &'a Option<String>) -> Option<&'a str> {
        option.as_deref().or(self.settings.trusted.runner.as_deref())
    }

    /// The runner's address: `option`, else as the settings say.
    pub fn runner<'a>(&'a self, option: &'a Option<String>) -> Option<&'a str> {
        option.as_deref().or(self.settings.runner.as_deref())
    }

    /// The channel: `option`, else as the settings say, else `latest`.
    pub fn channel<'a>(&'a self, option: &'a Option<String>) -> &'a str {
        option.as_deref().or(self.settings.channel.as_deref()).unwrap_or(CHANNEL_KEY_LATEST)
    }

    /// How long each answer is waited for.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.or(self.settings.timeout).unwrap_or(30))
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Log in by your own server's page in a browser, or with an app password
    ///
    /// What is asked for is to publish releases, channels and secrets, and to read a bundle's logs. With AT_RUN_PASSWORD
    /// set, the log-in is by app password.
    Login(Login),
    /// End the session at the PDS, and forget it
    Logout,
    /// Show who is logged in where, and whether the session is still good
    Whoami,
    /// Make a bundle's crate, with an endpoint, a job and tests
    Init(Init),
    /// Build and publish after each change, to a channel of its own
    ///
    /// The version's own URL is live at once. So is the channel's, when AT_RUN_ADMIN_TOKEN holds the runner's admin
    /// token; else it follows within 30 seconds.
    Dev(Dev),
    /// Compile the bundle and write build/release.json
    Build(Build),
    /// Publish the bundle: upload its modules, write release and channel
    Deploy(Deploy),
    /// List an account's bundles, versions and channels
    List(List),
    /// List a bundle's versions, with channels, date, size and message
    Versions(Versions),
    /// Show what is published, whether the local build differs, and what a runner serves
    Status(Status),
    /// Show a bundle's log on a runner: what it printed and threw
    ///
    /// For the bundle's author, by a token of the account logged in; for the runner's operator, of any bundle, when
    /// AT_RUN_ADMIN_TOKEN holds its admin token.
    Logs(Logs),
    /// Recompute the chain from an account's key to the code, for a runner and a checkout too
    ///
    /// Nothing is taken on anybody's word but the directory's: the DID's document gives the key, signed commits prove
    /// the records of channel and release, and each module's bytes are held to their CID.
    Verify(Verify),
    /// Point a channel back at an earlier version
    Rollback(Rollback),
    /// Point a channel at a version, or at what another channel points at
    Promote(Promote),
    /// Delete a version, or all of a bundle
    Delete(Delete),
    /// Seal secrets to a runner's key, list and delete them
    #[command(subcommand)]
    Secrets(Secrets),
    /// Set up a runner
    #[command(subcommand)]
    Runner(Runner),
    /// Look whether this machine, the log-in, the project and the runner are fit
    Doctor(Doctor),
    /// Print a script that completes commands and options in a shell
    ///
    /// bash: source <(at-run completions bash)
    /// zsh: at-run completions zsh >"${fpath[1]}/_at-run"
    /// fish: at-run completions fish >~/.config/fish/completions/at-run.fish
    #[command(verbatim_doc_comment)]
    Completions(Completions),
}

/// `at-run login`
#[derive(Debug, Args)]
pub struct Login {
    /// Handle or DID of the account
    #[arg(long, value_name = "HANDLE_OR_DID", env = "AT_RUN_IDENTIFIER", hide_env_values = true)]
    pub identifier: Option<String>,
    /// Log in without a browser, with an app password from stdin or AT_RUN_PASSWORD
    #[arg(long)]
    pub app_password: bool,
    /// Only print the address to go to, and open no browser
    #[arg(long, conflicts_with = "app_password")]
    pub no_browser: bool,
    /// Keep the tokens in a file, also where there is a keyring
    #[arg(long, env = "AT_RUN_NO_KEYRING", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub no_keyring: bool,
    /// Whom to ask.
    #[command(flatten)]
    pub directories: Directories,
}

/// Who is asked for DIDs and handles.
#[derive(Debug, Args)]
pub struct Directories {
    /// The directory of did:plc
    #[arg(
        long,
        value_name = "URL",
        env = "AT_RUN_PLC",
        hide_env_values = true,
        default_value = "https://plc.directory"
    )]
    pub plc: String,
    /// Who is asked for the DNS records of handles, as application/dns-json
    #[arg(
        long,
        value_name = "URL",
        env = "AT_RUN_DNS",
        hide_env_values = true,
        default_value = "https://cloudflare-dns.com/dns-query"
    )]
    pub dns: String,
}

/// `at-run init`
#[derive(Debug, Args)]
pub struct Init {
    /// The bundle's folder, made where it is missing
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub dir: PathBuf,
    /// The bundle's name; the folder's unless given
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The SDK: a checkout of at-run, or the URL of a git repository, with #REVISION if you like
    #[arg(long, value_name = "PATH_OR_URL", env = "AT_RUN_SDK", hide_env_values = true)]
    pub sdk: Option<String>,
}

/// `at-run dev`
#[derive(Debug, Args)]
pub struct Dev {
    /// The channel that shall point at what was built last
    #[arg(long, value_name = "NAME", default_value = "dev")]
    pub channel: String,
    /// The runner that serves the account's bundles; a local network's unless given
    #[arg(long, value_name = "URL", env = "AT_RUN_RUNNER", hide_env_values = true)]
    pub runner: Option<String>,
    /// A further folder to watch, such as that of a crate which the bundle uses
    #[arg(long, value_name = "DIR")]
    pub watch: Vec<PathBuf>,
}

/// `at-run build`
#[derive(Clone, Debug, Args)]
pub struct Build {
    /// Take DIR/build as it is, without compiling it
    #[arg(long)]
    pub prebuilt: bool,
    /// Read the manifest from FILE, not from the crate's `manifest` binary
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
}

/// `at-run deploy`
#[derive(Debug, Args)]
pub struct Deploy {
    /// How the bundle is built.
    #[command(flatten)]
    pub build: Build,
    /// What changed, for people
    #[arg(long, value_name = "TEXT")]
    pub message: Option<String>,
    /// The channel that shall point at the release [default: latest]
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
    /// Publish as a pre-release whose version is made from the content
    #[arg(long)]
    pub snapshot: bool,
    /// The runner that serves the account's bundles: for the URL and a health check
    #[arg(long, value_name = "URL", env = "AT_RUN_RUNNER", hide_env_values = true)]
    pub runner: Option<String>,
    /// Publish nothing; print the exact record
    #[arg(long)]
    pub dry_run: bool,
}

/// `at-run list`
#[derive(Debug, Args)]
pub struct List {
    /// Another account than the one logged in
    #[arg(long, value_name = "DID")]
    pub did: Option<String>,
}

/// `at-run versions`
#[derive(Debug, Args)]
pub struct Versions {
    /// The bundle's name
    pub bundle: String,
    /// Another account than the one logged in
    #[arg(long, value_name = "DID")]
    pub did: Option<String>,
}

/// `at-run status`
#[derive(Debug, Args)]
pub struct Status {
    /// The bundle's name; without it, the project in DIR
    pub bundle: Option<String>,
    /// The runner to ask
    #[arg(long, value_name = "URL", env = "AT_RUN_RUNNER", hide_env_values = true)]
    pub runner: Option<String>,
    /// The channel that the runner is asked for [default: latest]
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
}

/// `at-run logs`
#[derive(Debug, Args)]
pub struct Logs {
    /// The bundle: NAME, or DID/NAME of another author; without it, the project in DIR
    #[arg(value_name = "[DID/]NAME")]
    pub bundle: Option<String>,
    /// Go on with new lines as they come
    #[arg(short, long)]
    pub follow: bool,
    /// Nothing older: a time such as 30s, 15m, 2h or 7d ago, or 2026-11-26T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// At least as important
    #[arg(long, value_name = "LEVEL", value_parser = ["debug", "info", "warn", "error"])]
    pub level: Option<String>,
    /// With this in text, call or request id
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// How many of the newest lines
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: u32,
    /// The runner that runs it
    #[arg(long, value_name = "URL", env = "AT_RUN_RUNNER", hide_env_values = true)]
    pub runner: Option<String>,
}

/// `at-run verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// The bundle: AUTHOR/NAME, or AUTHOR/NAME@VERSION, or @CHANNEL; AUTHOR is a DID or a handle
    #[arg(value_name = "AUTHOR/NAME[@VERSION]")]
    pub bundle: String,
    /// Compare what this runner says that it runs
    #[arg(long, value_name = "URL")]
    pub runner: Option<String>,
    /// Build this checkout and compare; without it the folder at hand, when its last build is of that bundle
    #[arg(long, value_name = "DIR")]
    pub checkout: Option<PathBuf>,
    /// How the checkout is built.
    #[command(flatten)]
    pub build: Build,
    /// Whom to ask.
    #[command(flatten)]
    pub directories: Directories,
}

/// `at-run doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// The runner to look at
    #[arg(long, value_name = "URL", env = "AT_RUN_RUNNER", hide_env_values = true)]
    pub runner: Option<String>,
}

/// `at-run completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell that completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// Bash 4 or later.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

/// `at-run rollback`
#[derive(Debug, Args)]
pub struct Rollback {
    /// The bundle's name
    pub bundle: String,
    /// The version to go back to; the one before the current unless given
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    /// The channel that moves [default: latest]
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
}

/// `at-run promote`
#[derive(Debug, Args)]
pub struct Promote {
    /// The bundle's name
    pub bundle: String,
    /// What the channel shall point at: a version, or another channel's
    #[arg(value_name = "VERSION|CHANNEL")]
    pub from: String,
    /// The channel that moves
    #[arg(long, value_name = "NAME")]
    pub channel: String,
}

/// `at-run delete`
#[derive(Debug, Args)]
#[command(override_usage = "at-run delete [OPTIONS] <BUNDLE> <VERSION|--all>")]
#[command(group(clap::ArgGroup::new("what").required(true).args(["version", "all"])))]
pub struct Delete {
    /// The bundle's name
    pub bundle: String,
    /// The version to delete
    pub version: Option<String>,
    /// Delete every version and channel of the bundle, and its secrets
    #[arg(long)]
    pub all: bool,
    /// Also when a channel points at the version; the channel is deleted too
    #[arg(long)]
    pub force: bool,
}

/// `at-run secrets`
#[derive(Debug, Subcommand)]
pub enum Secrets {
    /// Seal a value, read from stdin or AT_RUN_SECRET_VALUE, and publish it
    Set(SecretsSet),
    /// List the secrets that are published, never their values
    List(SecretsList),
    /// Delete a secret
    Unset(SecretsUnset),
}

/// `at-run secrets set`
#[derive(Debug, Args)]
pub struct SecretsSet {
    /// The secret's name, as the bundle declares it
    pub name: String,
    /// The bundle; without it, the project in DIR
    #[arg(long, value_name = "NAME")]
    pub bundle: Option<String>,
    /// The runner that shall be able to open it
    #[arg(long, value_name = "URL", env = "AT_RUN_RUNNER", hide_env_values = true)]
    pub runner: Option<String>,
}

/// `at-run secrets list`
#[derive(Debug, Args)]
pub struct SecretsList {
    /// One bundle's only
    #[arg(long, value_name = "NAME")]
    pub bundle: Option<String>,
    /// A runner: shows which of them it can open
    #[arg(long, value_name = "URL", env = "AT_RUN_RUNNER", hide_env_values = true)]
    pub runner: Option<String>,
}

/// `at-run secrets unset`
#[derive(Debug, Args)]
pub struct SecretsUnset {
    /// The secret's name
    pub name: String,
    /// The bundle; without it, the project in DIR
    #[arg(long, value_name = "NAME")]
    pub bundle: Option<String>,
}

/// `at-run runner`
#[derive(Debug, Subcommand)]
pub enum Runner {
    /// Make the private key that secrets are sealed to, and print it for RUNNER_KEYS
    ///
    /// at-run runner key | wrangler secret put RUNNER_KEYS
    Key(RunnerKey),
}

/// `at-run runner key`
#[derive(Debug, Args)]
pub struct RunnerKey {
    /// Read the present RUNNER_KEYS from stdin, and keep its current key as the previous one
    #[arg(long)]
    pub rotate: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
