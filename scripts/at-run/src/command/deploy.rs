//! `at-run deploy`

use serde_json::{Value, json};
use streamhut_release::{Channel, Release};

use super::build::{describe, facts};
use super::health::{self, Health};
use super::{account, now, timeout};
use crate::arguments::{Deploy, Global};
use crate::bundle::{self, Package, Stored};
use crate::fault::Fault;
use crate::pds::{Account, Http, Service};
use crate::publish::{Change, Existing, Plan, snapshot_version, upload};
use crate::terminal::Terminal;

/// Publishes the bundle. Blobs go first and the records last, in one commit: what is interrupted leaves no release.
///
/// JSON: `{"did", "name", "version", "uri", "cid", "release": "created" | "unchanged", "channel": {"name", "state":
/// "created" | "moved" | "unchanged"}, "modules": [{"path", "type", "cid", "size", "stored", "state": "new" |
/// "unchanged"}], "url", "health": {"ok", "message"}}`; `url` and `health` are null without `--runner`. With
/// `--dry-run`: `dryRun` is true, `record` is the release, and nothing was written.
pub fn deploy(global: &Global, options: &Deploy, terminal: &Terminal) -> Result<(), Fault> {
    let channel: Channel = options.channel.parse()?;
    let runner = options.runner.as_deref().map(Service::parse).transpose()?;
    let account = account(global, terminal)?;
    let package = Package::new(bundle::build(&global.cwd, &options.build, terminal)?)?;
    let mut release = record(&package, options)?;
    let (name, version) = (&package.manifest.name, release.manifest.version.clone());

    let existing = Existing::ask(account.pds(), account.did(), name, &version, &channel)?;
    let value = serde_json::to_value(&release).map_err(|error| Fault::Usage(error.to_string()))?;
    let plan = Plan::new(account.did(), &value, &existing)?;
    let new: Vec<&Stored> = package.modules.iter().filter(|stored| plan.uploads(stored)).collect();
    terminal.note(&format!(
        "{name} {version}: {} new, {} unchanged",
        new.len(),
        package.modules.len() - new.len()
    ));
    respect_limit(&account, &new)?;

    if !options.dry_run {
        for stored in &new {
            let mime_type = upload(&account, stored, terminal)?;
            set_type(&mut release, stored, &mime_type);
        }
    }
    for stored in &package.modules {
        if let Some(mime_type) = existing.blobs.get(&stored.module.blob.link.cid) {
            set_type(&mut release, stored, mime_type);
        }
    }
    let done = plan.writes(name, &channel, &release)?;
    let modules: Vec<Value> = package
        .modules
        .iter()
        .map(|stored| {
            let mut facts = facts(stored);
            facts["state"] = json!(if plan.uploads(stored) { "new" } else { "unchanged" });
            facts
        })
        .collect();
    let url = runner
        .as_ref()
        .map(|runner| format!("{}/bundle/{}/{name}/{version}", runner.origin(), account.did()));
    let mut result = json!({
        "did": account.did(), "name": name, "version": version, "uri": done.release.uri, "cid": done.release.cid,
        "release": plan.release, "channel": {"name": channel, "state": done.channel}, "modules": modules,
        "url": url, "health": null,
    });

    if options.dry_run {
        for stored in &package.modules {
            terminal.note(&describe(stored));
        }
        terminal.note("nothing was published (--dry-run)");
        result["dryRun"] = json!(true);
        result["record"] = json!(release);
        let text = serde_json::to_string_pretty(&release).unwrap_or_default();
        terminal.result(&text, &result);
        return Ok(());
    }

    if !done.writes.is_empty() {
        let cids = account.write(&done.writes)?;
        if plan.release == Change::Created
            && let Some(theirs) = cids.first()
            && theirs.to_string() != done.release.cid
        {
            let (ours, theirs) = (done.release.cid, theirs.to_string());
            return Err(Fault::OtherCid { what: done.release.uri, ours, theirs });
        }
    }
    let verb = if plan.release == Change::Created { "published" } else { "already published" };
    terminal.note(&format!("{verb} {} ({})", done.release.uri, done.release.cid));
    if done.channel != Change::Unchanged {
        terminal.note(&format!("channel {channel} points at {version}"));
    }
    if let (Some(runner), Some(url)) = (&runner, &url) {
        let health = health::check(&Http::new(runner, timeout(global), *terminal), url, &done.release.cid);
        tell(&health, terminal);
        result["health"] = json!(health);
    }
    terminal.note(&match (&url, release.manifest.endpoints.first()) {
        (Some(url), Some(endpoint)) => format!("next: curl '{url}/{}'", endpoint.name),
        _ => format!("next: at-run list, or a runner's /bundle/{}/{name}/{version}", account.did()),
    });
    terminal.result(url.as_deref().unwrap_or(&done.release.uri), &result);
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

fn respect_limit(account: &Account, new: &[&Stored]) -> Result<(), Fault> {
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

fn set_type(release: &mut Release, stored: &Stored, mime_type: &str) {
    for module in release.modules.iter_mut().filter(|module| module.blob.link == stored.module.blob.link) {
        module.blob.mime_type = mime_type.to_owned();
    }
}

fn tell(health: &Health, terminal: &Terminal) {
    if health.ok {
        terminal.note(&health.message);
    } else {
        terminal.warn(&health.message);
    }
}
