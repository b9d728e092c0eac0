//! A bundle under work, published under a version of its content's.

use std::collections::{BTreeMap, VecDeque};

use streamhut_release::{BundleName, Channel, Release, Version, nsid};

use crate::bundle::{Bundle, Package, Stored};
use crate::command::deploy::{publish, respect_limit, set_type};
use crate::command::now;
use crate::fault::Fault;
use crate::pds::{Account, Write};
use crate::publish::{Change, Existing, Plan, snapshot_version, upload};
use crate::terminal::Terminal;

/// So many of its drafts a session leaves in the repo: what a runner may still be serving, and what one goes back to.
const KEPT: usize = 3;

/// What was published.
pub struct Draft {
    /// The bundle's name.
    pub name: BundleName,
    /// Its version, made from the content.
    pub version: Version,
    /// At-uri of the release.
    pub uri: String,
    /// The CID of the release's record.
    pub cid: String,
    /// `Unchanged` when the same content was published before.
    pub release: Change,
    /// What became of the channel.
    pub channel: Change,
}

/// The drafts of one session.
pub struct Drafts {
    channel: Channel,
    /// When each was first published, by record key: published again it has to be the very same record, or a runner
    /// that knows it would refuse it as rewritten.
    created: BTreeMap<String, String>,
    /// Keys of the releases that this session made and that are there, the newest last.
    kept: VecDeque<String>,
}

impl Drafts {
    /// A session whose drafts go to `channel`.
    pub fn new(channel: Channel) -> Self {
        Self { channel, created: BTreeMap::new(), kept: VecDeque::new() }
    }

    /// The channel that points at the last draft.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// Publishes `bundle` as a snapshot and points the channel at it. Of this session's drafts the oldest go.
    pub fn publish(
        &mut self,
        account: &Account,
        bundle: Bundle,
        terminal: &Terminal,
    ) -> Result<Draft, Fault> {
        let package = Package::new(bundle)?;
        let name = package.manifest.name.clone();
        let base = &package.manifest.version;
        let today = now();
        let version = snapshot_version(base, &json(&package.release(base, None, &today)?)?)?;
        let key = Release::key(&name, &version);
        let created_at = self.created.entry(key.clone()).or_insert(today);
        let mut release = package.release(&version, None, created_at)?;

        let existing = Existing::ask(account.pds(), account.did(), &name, &version, &self.channel)?;
        let plan = Plan::new(account.did(), &json(&release)?, &existing)?;
        let (new, known): (Vec<&Stored>, Vec<&Stored>) =
            package.modules.iter().partition(|stored| plan.uploads(stored));
        respect_limit(account, &new)?;
        for stored in known {
            if let Some(mime_type) = existing.blobs.get(&stored.module.blob.cid().to_string()) {
                set_type(&mut release, stored, mime_type);
            }
        }
        for stored in new {
            let mime_type = upload(account, stored, terminal)?;
            set_type(&mut release, stored, &mime_type);
        }
        let done = plan.writes(&name, &self.channel, &release)?;
        publish(account, &done)?;
        let outdated = outdated(&mut self.kept, key, plan.release == Change::Created);
        let deletions: Vec<Write> =
            outdated.into_iter().map(|key| Write::delete(nsid::RUN_AT_RELEASE, key)).collect();
        if !deletions.is_empty()
            && let Err(fault) = account.write(&deletions, None)
        {
            terminal.warn(&format!("an old draft stays: {fault}"));
        }
        Ok(Draft {
            name,
            version,
            uri: done.release.uri,
            cid: done.release.cid,
            release: plan.release,
            channel: done.channel,
        })
    }
}

/// Counts `key` as the newest, if the session made it; gives those that are too many.
fn outdated(kept: &mut VecDeque<String>, key: String, made_now: bool) -> Vec<String> {
    let made_before = kept.contains(&key);
    kept.retain(|other| *other != key);
    if made_now || made_before {
        kept.push_back(key);
    }
    let too_many = kept.len().saturating_sub(KEPT);
    kept.drain(..too_many).collect()
}

fn json(release: &Release) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(release).map_err(|error| Fault::Usage(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_clears_up_after_itself_and_nobody_else() {
        let mut kept = VecDeque::new();
        for (key, made_now, expect) in [
            ("theirs", false, vec![]),
            ("a", true, vec![]),
            ("b", true, vec![]),
            ("c", true, vec![]),
            ("a", false, vec![]),
            ("d", true, vec!["b"]),
            ("theirs", false, vec![]),
            ("b", true, vec!["c"]),
        ] {
            assert_eq!(outdated(&mut kept, key.to_owned(), made_now), expect, "{key}");
        }
        assert_eq!(kept, ["a", "d", "b"]);
    }
}
