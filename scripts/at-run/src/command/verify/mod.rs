//! `at-run verify`

mod checkout;
mod report;
mod served;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use streamhut_release::Selector;

use super::sources;
use crate::arguments::{Global, Verify};
use crate::bundle;
use crate::chain::{Address, Chain, Link, Sources};
use crate::fault::Fault;
use crate::outward::Outward;
use crate::pds::Service;
use crate::runner::Runner;
use crate::session::SessionFile;
use crate::terminal::Terminal;
use checkout::Checkout;
use report::Report;
use served::Served;

/// Recomputes the chain from an account to its code, and holds a runner and a checkout against it.
///
/// JSON: a [`Report`], also when something does not verify; then it has an `error` in the form of all commands, and the
/// exit code is the error's.
pub fn verify(global: &Global, options: &Verify, terminal: &Terminal) -> Result<ExitCode, Fault> {
    let address = Address::parse(&options.bundle)?;
    let selector = match &address.selector {
        Some(selector) => selector.clone(),
        None => Selector::Channel(global.channel(&None).parse()?),
    };
    let runner = options.runner.as_deref();
    let runner = runner.map(|url| Runner::new(url, global.timeout(), *terminal)).transpose()?;
    let question = Question {
        sources: sources(global, &options.directories, service(global)?.as_ref())?,
        address,
        selector,
        runner,
    };
    let mut report = Report::new(&question.address, &question.selector);
    let outcome = question.answer(global, options, terminal, &mut report);
    let verdict = outcome.err().map(|fault| fault.verdict());
    report.conclude(verdict.as_ref());
    terminal.result(&report.words(), &report.facts());
    Ok(match verdict {
        None => ExitCode::SUCCESS,
        Some(verdict) => {
            terminal.explain(&verdict);
            ExitCode::from(verdict.exit as u8)
        }
    })
}

/// What is asked, and of whom.
struct Question {
    sources: Sources,
    address: Address,
    selector: Selector,
    runner: Option<Runner>,
}

impl Question {
    /// Fills the report as far as it gets.
    fn answer(
        &self,
        global: &Global,
        options: &Verify,
        terminal: &Terminal,
        report: &mut Report,
    ) -> Result<(), Fault> {
        let Self { sources, address, selector, runner } = self;
        let transport = Outward::new(*terminal);
        report.chain.follow(&transport, sources, address, selector, &|text| terminal.note(text))?;
        let Chain { account: Some(account), release: Some(link), .. } = &report.chain else { return Ok(()) };
        let mut differs = None;
        if let Some(runner) = runner {
            terminal.note(&format!("asking {}", runner.origin()));
            let told = runner.described(&account.did, &address.name, selector);
            let served = Served::judge(runner.origin(), told, link)?;
            differs = served.fault();
            report.runner = Some(served);
        }
        if let Some(folder) = folder(global, options, link) {
            let built = bundle::build(&folder, &options.build, terminal)?;
            let checkout = Checkout::compare(&folder, built, link)?;
            differs = differs.or_else(|| checkout.fault());
            report.checkout = Some(checkout);
        }
        differs.map_or(Ok(()), Err)
    }
}

/// The checkout to compare: the one that was named, else the folder at hand when its last build is of that bundle.
fn folder(global: &Global, options: &Verify, link: &Link) -> Option<PathBuf> {
    if let Some(folder) = &options.checkout {
        return Some(global.cwd.join(folder));
    }
    let here: &Path = &global.cwd;
    let built = bundle::as_built(here).ok().flatten()?;
    (built.manifest.name == link.release.manifest.name).then(|| here.to_owned())
}

/// The PDS that the user named, or the one that the session is for.
fn service(global: &Global) -> Result<Option<Service>, Fault> {
    let named = global.trusted_service().map(Service::parse).transpose()?;
    let session = || SessionFile::of(global.profile()).and_then(|file| file.service()).ok().flatten();
    Ok(named.or_else(|| Service::parse(&session()?).ok()))
}
