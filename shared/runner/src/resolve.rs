//! From a bundle's address to its proven release.

use std::{cell::OnceCell, rc::Rc};

use streamhut_atproto::{Did, RecordCid, Tid};
use streamhut_outbound::Transport;
use streamhut_release::{BundleName, Release, Selector, Version};

use crate::{
    Fault, Plan, Runner, SecretState, Store, memory::Content, proof::RecordId, secret::BundleSecret,
};

/// A release that its author's repo is proven to hold.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The author.
    pub did: Did,
    /// The release.
    pub release: Rc<Release>,
    /// The CID of its record.
    pub cid: RecordCid,
    /// The commit that proves it.
    pub commit: String,
    /// That commit's revision.
    pub rev: Tid,
    /// The key that signed that commit, in Multikey form.
    pub key: Rc<str>,
    /// The PDS that it came from.
    pub pds: String,
    /// Milliseconds since 1970 at which the PDS last confirmed the release.
    pub checked_at: u64,
    /// The secrets that it names, as far as they were given.
    pub secrets: Rc<[BundleSecret]>,
    /// Why it is served although it could not be confirmed.
    pub stale: Option<String>,
    /// What is to be confirmed in the background.
    pub due: Vec<Due>,
    /// Milliseconds since 1970 until which nothing is due.
    pub(crate) fresh_until: u64,
    /// The state of memory that it was put together from.
    pub(crate) generation: u64,
    /// Its plan at depth 0, made once.
    pub(crate) plan: OnceCell<Rc<Plan>>,
}

/// What [`Runner::confirm`] asks for anew.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// A release or a channel.
    Record(RecordId),
    /// A secret.
    Secret(RecordId),
    /// What the operator installed.
    Installations,
    /// Whom the policy's account follows.
    Follows,
}

impl Resolved {
    /// `did/name@version`, for logs and errors.
    pub fn label(&self) -> String {
        format!("{}/{}@{}", self.did, self.release.manifest.name, self.release.manifest.version)
    }

    /// Whether each secret that the release names is given.
    pub fn has_secrets(&self) -> bool {
        self.secrets.iter().all(|secret| matches!(secret.state, SecretState::Given { .. }))
    }

    /// Whether the release has this endpoint, asked with this method. HEAD is GET without the body.
    ///
    /// # Errors
    /// 404 and 405.
    pub fn admits(&self, endpoint: &str, method: &str) -> Result<(), Fault> {
        let asked = if method == "HEAD" { "GET" } else { method };
        let mut of_name =
            self.release.manifest.endpoints.iter().filter(|declared| declared.name == endpoint).peekable();
        if of_name.peek().is_none() {
            return Err(Fault::UnknownEndpoint { bundle: self.label(), endpoint: endpoint.to_owned() });
        }
        if of_name.clone().any(|declared| declared.method.as_str() == asked) {
            return Ok(());
        }
        let allowed = of_name.map(|declared| declared.method.as_str()).collect::<Vec<_>>().join(", ");
        Err(Fault::MethodNotAllowed { endpoint: endpoint.to_owned(), method: method.to_owned(), allowed })
    }
}

impl<T: Transport + Send + Sync, S: Store> Runner<T, S> {
    /// Resolves an address. What is in memory answers at once, however old; what is old is named in
    /// [`Resolved::due`].
    ///
    /// # Errors
    /// 400, 403 and 404 for what the caller got wrong; 502 and 504 where identity, PDS or record are at fault.
    pub async fn resolve(
        &self,
        did: &Did,
        name: &BundleName,
        selector: &Selector,
        now: u64,
    ) -> Result<Rc<Resolved>, Fault> {
        let installations_due = self.know_installations(now).await;
        let trusted_until = self.admit(did, name, now).await?;
        let mut due = Vec::new();
        due.extend(trusted_until.is_some_and(|until| now >= until).then_some(Due::Follows));
        let mut fresh_until = self.installations_fresh_until().min(trusted_until.unwrap_or(u64::MAX));
        let mut stale = None;
        let (version, pinned) = match selector {
            Selector::Exact(version) => (version.clone(), None),
            Selector::Channel(_) => {
                let id = RecordId::of(did, name, selector)?;
                let known = self.record(&id, now).await?;
                let Content::Channel(version, cid) = known.content else {
                    return Err(Fault::Internal(format!("{} is no channel", id.path())));
                };
                stale = known.stale;
                fresh_until = fresh_until.min(id.fresh_until(known.checked_at));
                due.extend(id.is_due(known.checked_at, now).then_some(Due::Record(id)));
                (version, Some(cid))
            }
        };
        let mut resolved = self.release(did, name, version, now).await?;
        if let Some(pinned) = pinned.filter(|cid| *cid != resolved.cid) {
            return Err(Fault::ReleaseChanged {
                bundle: resolved.label(),
                known: pinned.to_string(),
                found: resolved.cid.to_string(),
            });
        }
        resolved.secrets = self.secrets(&resolved, now, &mut due, &mut fresh_until).await?;
        resolved.due.extend(due);
        resolved.due.extend(installations_due.then_some(Due::Installations));
        resolved.fresh_until = resolved.fresh_until.min(fresh_until);
        resolved.stale = resolved.stale.or(stale);
        resolved.generation = self.memory.borrow().generation;
        Ok(Rc::new(resolved))
    }

    pub(crate) async fn release(
        &self,
        did: &Did,
        name: &BundleName,
        version: Version,
        now: u64,
    ) -> Result<Resolved, Fault> {
        let id = RecordId::of(did, name, &Selector::Exact(version))?;
        let known = self.record(&id, now).await?;
        let Content::Release(release) = known.content else {
            return Err(Fault::Internal(format!("{} is no release", id.path())));
        };
        Ok(Resolved {
            did: did.clone(),
            release,
            cid: known.cid,
            commit: known.commit,
            rev: known.rev,
            key: known.key,
            pds: known.pds,
            checked_at: known.checked_at,
            secrets: Rc::default(),
            stale: known.stale,
            fresh_until: id.fresh_until(known.checked_at),
            due: id.is_due(known.checked_at, now).then_some(Due::Record(id)).into_iter().collect(),
            generation: 0,
            plan: OnceCell::new(),
        })
    }
}
