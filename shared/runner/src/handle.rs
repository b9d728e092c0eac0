//! A handle in place of a DID: where it leads, verified from both ends.

use streamhut_atproto::{Did, Handle, HandleError, ResolveError};
use streamhut_outbound::Transport;

use crate::{Directory, Fault, Runner, SourceError};

/// For this long a handle that leads to an account is not asked for again.
const KNOWN_MS: u64 = 60_000;
/// For this long one that doesn't isn't.
const UNKNOWN_MS: u64 = 10_000;

impl<T: Transport, S> Runner<T, S> {
    /// The DID of a handle, whose document bears that handle.
    ///
    /// # Errors
    /// 400 for a handle that can't be public, 404 for one that leads nowhere or to an account that doesn't bear
    /// it, 502 and 504 when nobody says.
    pub async fn did_of(&self, directory: &Directory, handle: &Handle, now: u64) -> Result<Did, Fault> {
        if let Some(known) = directory.handles.borrow().get(handle, now) {
            return known;
        }
        let found = self.look_up(directory, handle).await;
        let until = match &found {
            Ok(_) => Some(now.saturating_add(KNOWN_MS)),
            Err(fault) if fault.status() < 500 => Some(now.saturating_add(UNKNOWN_MS)),
            // A failure is not remembered.
            Err(_) => None,
        };
        if let Some(until) = until {
            directory.handles.borrow_mut().keep(handle.clone(), found.clone(), until);
        }
        found
    }

    async fn look_up(&self, directory: &Directory, handle: &Handle) -> Result<Did, Fault> {
        let policy = &self.source.policy;
        let did =
            directory.resolver.resolve(&self.transport, policy, handle).await.map_err(
                |error| match error {
                    HandleError::Host { .. } => Fault::InvalidHandle { reason: error.to_string() },
                    error if error.is_unavailable() => {
                        Fault::HandleUnavailable { handle: handle.clone(), source: error }
                    }
                    error => Fault::UnknownHandle { reason: error.to_string() },
                },
            )?;
        let document = self.source.identity(&self.transport, &did).await;
        let document = document.map_err(|source| of_identity(&did, source))?;
        if document.handle.as_ref() == Some(handle) {
            return Ok(did);
        }
        let bears = document.handle.map_or_else(|| "none".to_owned(), |other| other.to_string());
        Err(Fault::UnknownHandle {
            reason: format!(
                "{handle} names {did}, whose own handle is {bears}: both have to name each other"
            ),
        })
    }
}

/// Why an author could not be found or asked.
pub(crate) fn of_identity(did: &Did, source: SourceError) -> Fault {
    match source {
        SourceError::Resolve(ResolveError::Host { reason, .. }) => {
            Fault::InvalidDid { reason: reason.to_string() }
        }
        error if error.is_account_gone() => {
            Fault::UnknownAccount { did: did.clone(), reason: error.to_string() }
        }
        source => Fault::Source { did: did.clone(), source },
    }
}
