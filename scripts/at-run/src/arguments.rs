//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const EXIT_CODES: &str = "\
Exit codes:
  0  done            4  no such account or record
  1  failure         5  the version is taken
  2  usage           6  network, or a service that can't answer
  3  not logged in   7  the bundle can't be published as it is
  130  interrupted";

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
    /// Never ask a question
    #[arg(long, global = true)]
    pub no_input: bool,
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
    /// The stored session to use
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "AT_RUN_PROFILE",
        default_value = "default",
        hide_env_values = true
    )]
    pub profile: String,
    /// The PDS, such as https://pds.example.com
    #[arg(long, global = true, value_name = "URL", env = "AT_RUN_SERVICE", hide_env_values = true)]
    pub service: Option<String>,
    /// Seconds to wait for each answer
    #[arg(long, global = true, value_name = "SECONDS", env = "AT_RUN_TIMEOUT", default_value_t = 30, hide_env_values = true,
          value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: u64,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Log in with an app password, read from stdin or AT_RUN_PASSWORD
    Login(Login),
    /// Compile the bundle and write build/release.json
    Build(Build),
    /// Publish the bundle: upload its modules, write release and channel
    Deploy(Deploy),
    /// List an account's bundles, versions and channels
    List(List),
}

/// `at-run login`
#[derive(Debug, Args)]
pub struct Login {
    /// Handle or DID of the account
    #[arg(long, value_name = "HANDLE_OR_DID", env = "AT_RUN_IDENTIFIER", hide_env_values = true)]
    pub identifier: Option<String>,
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
    /// The channel that shall point at the release
    #[arg(long, value_name = "NAME", default_value = streamhut_release::CHANNEL_KEY_LATEST)]
    pub channel: String,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
