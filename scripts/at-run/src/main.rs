//! `at-run`: publishes bundles to a PDS.
//!
//! A bundle's crate becomes a release record ([`bundle`]), the PDS is asked what it has already ([`pds`]), and only
//! what is new is written, both records in one commit ([`publish`]). Whoever wants to know what somebody else published
//! has it proven ([`chain`]).

mod arguments;
mod bundle;
mod chain;
mod command;
mod fault;
mod interruption;
mod keyring;
mod oauth;
mod outward;
mod pds;
mod publish;
mod published;
mod runner;
mod session;
mod settings;
mod template;
mod terminal;

use std::process::ExitCode;

use arguments::{Arguments, Command, Runner, Secrets};
use clap::{Parser, error::ErrorKind};
use fault::Fault;
use settings::Settings;
use terminal::Terminal;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    let terminal = Terminal::new(&arguments.global);
    interruption::watch(terminal);
    match obey(arguments, &terminal) {
        Ok(exit) => exit,
        Err(fault) => {
            interruption::give_way();
            fail(&terminal, &fault)
        }
    }
}

fn obey(Arguments { command, mut global }: Arguments, terminal: &Terminal) -> Result<ExitCode, Fault> {
    let unread = match Settings::read(&global) {
        Ok(settings) => {
            global.settings = settings;
            None
        }
        // What is wrong with them is among what it is there to tell.
        Err(fault) if matches!(command, Command::Doctor(_)) => Some(fault),
        Err(fault) => return Err(fault),
    };
    let global = &global;
    match &command {
        Command::Login(login) => command::login(global, login, terminal),
        Command::Logout => command::logout(global, terminal),
        Command::Whoami => command::whoami(global, terminal),
        Command::Init(init) => command::init(global, init, terminal),
        Command::Dev(dev) => command::dev(global, dev, terminal),
        Command::Build(build) => command::build(global, build, terminal),
        Command::Deploy(deploy) => command::deploy(global, deploy, terminal),
        Command::List(list) => command::list(global, list, terminal),
        Command::Logs(logs) => command::logs(global, logs, terminal),
        Command::Versions(versions) => command::versions(global, versions, terminal),
        Command::Status(status) => command::status(global, status, terminal),
        Command::Verify(verify) => return command::verify(global, verify, terminal),
        Command::Rollback(rollback) => command::rollback(global, rollback, terminal),
        Command::Promote(promote) => command::promote(global, promote, terminal),
        Command::Delete(delete) => command::delete(global, delete, terminal),
        Command::Secrets(Secrets::Set(set)) => command::secrets::set(global, set, terminal),
        Command::Secrets(Secrets::List(list)) => command::secrets::list(global, list, terminal),
        Command::Secrets(Secrets::Unset(unset)) => command::secrets::unset(global, unset, terminal),
        Command::Runner(Runner::Key(key)) => command::runner_key(key, terminal),
        Command::Doctor(doctor) => return command::doctor(global, doctor, unread.as_ref(), terminal),
        Command::Completions(completions) => command::completions(completions, terminal),
    }?;
    Ok(ExitCode::SUCCESS)
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
