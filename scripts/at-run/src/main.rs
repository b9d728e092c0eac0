//! `at-run`: publishes bundles to a PDS.
//!
//! A bundle's crate becomes a release record ([`bundle`]), the PDS is asked what it has already ([`pds`]), and only
//! what is new is written, both records in one commit ([`publish`]).

mod arguments;
mod bundle;
mod command;
mod fault;
mod pds;
mod publish;
mod session;
mod terminal;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::{Parser, error::ErrorKind};
use fault::Fault;
use terminal::Terminal;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    let terminal = Terminal::new(&arguments.global);
    let global = &arguments.global;
    let done = match &arguments.command {
        Command::Login(login) => command::login(global, login, &terminal),
        Command::Build(build) => command::build(global, build, &terminal),
        Command::Deploy(deploy) => command::deploy(global, deploy, &terminal),
        Command::List(list) => command::list(global, list, &terminal),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(&terminal, &fault),
    }
}

fn fail(terminal: &Terminal, fault: &Fault) -> ExitCode {
    let verdict = fault.verdict();
    terminal.error(&verdict);
    ExitCode::from(verdict.exit as u8)
}

/// Help and version are answers; the rest is a usage error, in JSON where that was asked for.
fn refused(error: &clap::Error) -> ExitCode {
    let asked_for_json = std::env::args_os().any(|argument| argument == "--json");
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if is_answer || !asked_for_json {
        // A closed stdout leaves nobody to tell.
        let _ = error.print();
        return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(fault::ExitCode::Usage as u8));
    }
    let text = error.to_string();
    let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    fail(&Terminal::json(), &Fault::Usage(message))
}
