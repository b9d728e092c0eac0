//! `at-run delete`

use serde_json::json;
use streamhut_release::secret::SecretKeyParts;
use streamhut_release::{BundleName, Channel, ChannelRecord, Release, Version, nsid};

use super::account;
use crate::arguments::{Delete, Global};
use crate::fault::Fault;
use crate::interruption;
use crate::pds::{Account, Write};
use crate::published::{Bundle, Held};
use crate::terminal::Terminal;

/// Deletes a version, or with `--all` the whole bundle, after a question, in one commit.
/// JSON: `{"did", "name", "deleted": ["at://…", …]}`
pub fn delete(global: &Global, options: &Delete, terminal: &Terminal) -> Result<(), Fault> {
    let name: BundleName = options.bundle.parse()?;
    let version: Option<Version> = options.version.as_deref().map(str::parse).transpose()?;
    let account = account(global, terminal)?;
    let held = Held::look(&account)?;
    let bundle = held.shelf.bundle(&name)?;
    let (writes, facts) = match &version {
        None => whole(bundle, secrets(&account, &name)?),
        Some(version) if bundle.version(version).is_none() => {
            return Err(held.shelf.unpublished(&format!("version {version} of `{name}`")));
        }
        Some(version) => one(bundle, version, options.force)?,
    };
    terminal.confirm(&facts, "delete this")?;
    interruption::meanwhile("the records may be deleted; see `at-run list`");
    held.write(&account, &name, &writes)?;
    let uris: Vec<String> = writes.iter().map(|write| write.uri(account.did())).collect();
    let what = version.map_or_else(|| "all of it".to_owned(), |version| version.to_string());
    terminal.note("runners that serve it stop within five minutes");
    let text = format!("{name}: deleted {what}, {} record{}", uris.len(), plural(uris.len()));
    terminal.result(&text, &json!({"did": account.did(), "name": name, "deleted": uris}));
    Ok(())
}

/// A version, and with `force` the channels that point at it.
fn one(bundle: &Bundle, version: &Version, force: bool) -> Result<(Vec<Write>, String), Fault> {
    let name = &bundle.name;
    let channels = bundle.channels_at(version);
    if !channels.is_empty() && !force {
        let channels = join(&channels);
        return Err(Fault::InUse { name: name.to_string(), version: version.to_string(), channels });
    }
    let mut facts = format!("{name} {version} will be deleted");
    if !channels.is_empty() {
        facts.push_str(&format!(", and with it channel{} {}", plural(channels.len()), join(&channels)));
    }
    facts.push_str(&format!(
        ".\nThe version stays taken: a runner that has seen {name} {version} refuses anything else under it."
    ));
    let writes = channels.into_iter().map(|channel| channel_record(name, channel));
    Ok((writes.chain([release(name, version)]).collect(), facts))
}

/// Everything that bears the bundle's name; channels first.
fn whole(bundle: &Bundle, secrets: Vec<(SecretKeyParts, String)>) -> (Vec<Write>, String) {
    let name = &bundle.name;
    let channels: Vec<&Channel> = bundle.pointers.iter().map(|pointer| &pointer.channel).collect();
    let versions: Vec<&Version> = bundle.versions.iter().map(|published| &published.version).collect();
    let mut sealed: Vec<&str> = secrets.iter().map(|(parts, _)| parts.name.as_str()).collect();
    sealed.sort_unstable();
    sealed.dedup();
    let parts = [
        ("version", versions.len(), join(&versions)),
        ("channel", channels.len(), join(&channels)),
        ("secret", sealed.len(), join(&sealed)),
    ];
    let lines = parts.iter().filter(|(_, count, _)| *count > 0);
    let lines: Vec<String> =
        lines.map(|(kind, count, names)| format!("  {count} {kind}{}: {names}", plural(*count))).collect();
    let facts = format!(
        "All of {name} will be deleted:\n{}\nWhat it has stored at runners stays there, and its versions stay taken: a runner that \
         has seen one refuses anything else under it.",
        lines.join("\n")
    );
    let writes = channels.into_iter().map(|channel| channel_record(name, channel));
    let writes = writes.chain(versions.into_iter().map(|version| release(name, version)));
    let secrets = secrets.into_iter().map(|(_, key)| Write::delete(nsid::RUN_AT_SECRET, key));
    (writes.chain(secrets).collect(), facts)
}

fn secrets(account: &Account, name: &BundleName) -> Result<Vec<(SecretKeyParts, String)>, Fault> {
    let records = account.pds().records(account.did(), nsid::RUN_AT_SECRET)?;
    let mine =
        records.into_iter().filter_map(|record| Some((SecretKeyParts::parse(&record.key)?, record.key)));
    Ok(mine.filter(|(parts, _)| &parts.bundle == name).collect())
}

fn release(name: &BundleName, version: &Version) -> Write {
    Write::delete(nsid::RUN_AT_RELEASE, Release::key(name, version))
}

fn channel_record(name: &BundleName, channel: &Channel) -> Write {
    Write::delete(nsid::RUN_AT_CHANNEL, ChannelRecord::key(name, channel))
}

fn join(names: &[impl ToString]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
