//! `at-run deploy`

use serde_json::json;
use streamhut_release::{Channel, Release};

use super::facts::{ChannelFacts, Deployment, ModuleFacts, ModuleState, describe};
use super::health::{self, Health};
use super::{account, now};
use crate::arguments::{Deploy, Global};
use crate::bundle::{self, Package, Stored};
use crate::fault::Fault;
use crate::interruption;
use crate::pds::{Account, Http, Service};
use crate::publish::{Change, Existing, Plan, Writes, snapshot_version, upload};
use crate::terminal::Terminal;

/// Publishes the bundle. Blobs go first and the records last, in one commit: what is interrupted leaves no release.
/// JSON: a [`Deployment`].
pub fn deploy(global: &Global, options: &Deploy, terminal: &Terminal) -> Result<(), Fault> {
    let channel: Channel = global.channel(&options.channel).parse()?;
    let runner = global.runner(&options.runner).map(Service::parse).transpose()?;
    interruption::meanwhile("nothing was published");
    let account = account(global, terminal)?;
    let package = Package::new(bundle::build(&global.cwd, &options.build, terminal)?)?;
    let mut release = record(&package, options)?;
    let (name, version) = (&package.manifest.name, release.manifest.version.clone());

    let existing = Existing::ask(account.pds(), account.did(), name, &version, &channel)?;
    let value = serde_json::to_value(&release).map_err(|error| Fault::Usage(error.to_string()))?;
    let plan = Plan::new(account.did(), &value, &existing)?;
    let (new, known): (Vec<&Stored>, Vec<&Stored>) =
        package.modules.iter().partition(|stored| plan.uploads(stored));
    terminal.note(&format!("{name} {version}: {} new, {} unchanged", new.len(), known.len()));
    respect_limit(&account, &new)?;
    for stored in known {
        if let Some(mime_type) = existing.blobs.get(&stored.module.blob.cid().to_string()) {
            set_type(&mut release, stored, mime_type);
        }
    }
    if !options.dry_run {
        for stored in new {
            let mime_type = upload(&account, stored, terminal)?;
            set_type(&mut release, stored, &mime_type);
        }
    }

    let done = plan.writes(name, &channel, &release)?;
    let url = runner.as_ref().map(|at| format!("{}/bundle/{}/{name}/{version}", at.origin(), account.did()));
    let health = if options.dry_run {
        None
    } else {
        interruption::meanwhile("the PDS has got the release whole, or nothing of it; see `at-run list`");
        publish(&account, &done)?;
        interruption::meanwhile("the release is published");
        tell(&plan, &done, &channel, &release, terminal);
        let asked = runner.as_ref().zip(url.as_deref());
        asked.map(|(runner, url)| ask(&Http::new(runner, global.timeout(), *terminal), url, &done, terminal))
    };
    let facts = |stored| {
        let state = if plan.uploads(stored) { ModuleState::New } else { ModuleState::Unchanged };
        ModuleFacts::of(stored, Some(state))
    };
    let deployment = Deployment {
        did: account.did(),
        name,
        version: &version,
        uri: &done.release.uri,
        cid: &done.release.cid,
        release: plan.release,
        channel: ChannelFacts { name: &channel, state: done.channel },
        modules: package.modules.iter().map(facts).collect(),
        url: url.as_deref(),
        health,
        dry_run: options.dry_run,
        record: options.dry_run.then_some(&release),
    };
    let text = if options.dry_run {
        package.modules.iter().for_each(|stored| terminal.note(&describe(stored)));
        terminal.note("nothing was published (--dry-run)");
        serde_json::to_string_pretty(&release).unwrap_or_default()
    } else {
        terminal.note(&next(&deployment, &release));
        url.as_deref().unwrap_or(&done.release.uri).to_owned()
    };
    terminal.result(&text, &json!(deployment));
    Ok(())
}

fn record(package: &Package, options: &Deploy) -> Result<Release, Fault> {
    let base = &package.manifest.version;
    let release = package.release(base, options.message.as_deref(), &now())?;
    if !options.snapshot {
        return Ok(release);
    }
    let value = serde_json::to_value(&release).map_err(|error| Fault::Usage(error.to_string()))?;
    package.release(&snapshot_version(base, &value)?, options.message.as_deref(), &release.created_at)
}

pub(super) fn respect_limit(account: &Account, new: &[&Stored]) -> Result<(), Fault> {
    if new.is_empty() {
        return Ok(());
    }
    let Some(limit) = account.pds().describe()?.blob_upload_limit else { return Ok(()) };
    match new.iter().find(|stored| stored.module.blob.size > limit) {
        None => Ok(()),
        Some(stored) => Err(Fault::BlobLimit {
            module: stored.module.path.clone(),
            size: stored.module.blob.size,
            limit,
            service: account.pds().origin().to_owned(),
        }),
    }
}

pub(super) fn set_type(release: &mut Release, stored: &Stored, mime_type: &str) {
    for module in release.modules.iter_mut().filter(|module| module.blob.cid() == stored.module.blob.cid()) {
        module.blob.mime_type = mime_type.to_owned();
    }
}

/// Writes the records, in one commit.
pub(super) fn publish(account: &Account, done: &Writes) -> Result<(), Fault> {
    if done.writes.is_empty() {
        return Ok(());
    }
    account.write(&done.writes, None)
}

fn tell(plan: &Plan<'_>, done: &Writes, channel: &Channel, release: &Release, terminal: &Terminal) {
    let verb = if plan.release == Change::Created { "published" } else { "already published" };
    terminal.note(&format!("{verb} {} ({})", done.release.uri, done.release.cid));
    if done.channel != Change::Unchanged {
        terminal.note(&format!("channel {channel} points at {}", release.manifest.version));
    }
}

/// A runner that is not well is worth a warning; what was published is published.
fn ask(http: &Http, url: &str, done: &Writes, terminal: &Terminal) -> Health {
    let health = health::check(http, url, &done.release.cid);
    if health.ok {
        terminal.note(&health.message);
    } else {
        terminal.warn(&health.message);
    }
    health
}

fn next(deployment: &Deployment<'_>, release: &Release) -> String {
    let Deployment { name, url, .. } = deployment;
    match (url, release.manifest.endpoints.first()) {
        (Some(url), Some(endpoint)) => format!("next: curl '{url}/{}'", endpoint.name),
        _ => format!("next: at-run status {name} --runner URL"),
    }
}
