//! From a bundle's address to its proven release.

use std::rc::Rc;

use streamhut_atproto::{Did, RecordCid, Tid};
use streamhut_outbound::Transport;
use streamhut_release::{BundleName, Release, Selector, Version};

use crate::{Fault, Runner, Store, memory::Content, proof::RecordId};

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
    /// The PDS that it came from.
    pub pds: String,
    /// Why it is served although it could not be confirmed.
    pub stale: Option<String>,
    /// Records to [`Runner::confirm`] in the background.
    pub due: Vec<RecordId>,
}

impl Resolved {
    /// `did/name@version`, for logs and errors.
    pub fn label(&self) -> String {
        format!("{}/{}@{}", self.did, self.release.manifest.name, self.release.manifest.version)
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
    ) -> Result<Resolved, Fault> {
        self.installations.admit(did, name)?;
        let mut due = Vec::new();
        let mut stale = None;
        let (version, pinned) = match selector {
            Selector::Exact(version) => (version.clone(), None),
            Selector::Channel(_) => {
                let id = RecordId::of(did, name, selector)?;
                let (known, is_due) = self.record(&id, now).await?;
                let Content::Channel(version, cid) = known.content else {
                    return Err(Fault::Internal(format!("{} is no channel", id.path())));
                };
                stale = known.stale;
                due.extend(is_due.then_some(id));
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
        resolved.due.extend(due);
        resolved.stale = resolved.stale.or(stale);
        Ok(resolved)
    }

    async fn release(
        &self,
        did: &Did,
        name: &BundleName,
        version: Version,
        now: u64,
    ) -> Result<Resolved, Fault> {
        let id = RecordId::of(did, name, &Selector::Exact(version))?;
        let (known, is_due) = self.record(&id, now).await?;
        let Content::Release(release) = known.content else {
            return Err(Fault::Internal(format!("{} is no release", id.path())));
        };
        Ok(Resolved {
            did: did.clone(),
            release,
            cid: known.cid,
            commit: known.commit,
            rev: known.rev,
            pds: known.pds,
            stale: known.stale,
            due: is_due.then_some(id).into_iter().collect(),
        })
    }
}

impl Resolved {
    /// Whether the release has this endpoint, asked with this method. HEAD is GET without the body.
    ///
    /// # Errors
    /// 404 and 405.
    pub fn admits(&self, endpoint: &str, method: &str) -> Result<(), Fault> {
        let methods = self.release.manifest.methods(endpoint);
        if methods.is_empty() {
            return Err(Fault::UnknownEndpoint { bundle: self.label(), endpoint: endpoint.to_owned() });
        }
        let asked = if method == "HEAD" { "GET" } else { method };
        if methods.iter().any(|allowed| allowed.as_str() == asked) {
            return Ok(());
        }
        let allowed = methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ");
        Err(Fault::MethodNotAllowed { endpoint: endpoint.to_owned(), method: method.to_owned(), allowed })
    }
}
