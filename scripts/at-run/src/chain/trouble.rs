//! What a step of the chain that fails is for the user: not there, not reached, or not proven.

use streamhut_atproto::{DidDocumentError, HandleError, PdsError, ResolveError};
use streamhut_outbound::{FetchError, TransportError};
use streamhut_release::{Module, ModuleError};

use crate::fault::Fault;

/// A step that does not hold.
pub fn unproven(what: impl ToString, reason: impl ToString) -> Fault {
    Fault::Unproven { what: what.to_string(), reason: reason.to_string() }
}

fn silent(url: &str, reason: impl ToString) -> Fault {
    Fault::Unreachable { url: url.to_owned(), reason: reason.to_string() }
}

/// A handle that leads nowhere.
pub fn of_handle(error: &HandleError) -> Fault {
    match error {
        HandleError::Unknown { handle } => {
            Fault::NotFound { service: "the network".to_owned(), what: handle.to_string() }
        }
        error if error.is_unavailable() => silent("the handle's DNS or host", error),
        error => unproven("the handle", error),
    }
}

/// A DID without a document.
pub fn of_resolve(error: &ResolveError, place: &str) -> Fault {
    match error {
        ResolveError::UnknownAccount { did } | ResolveError::Tombstoned { did } => {
            Fault::NotFound { service: place.to_owned(), what: did.to_string() }
        }
        error if error.is_unavailable() => silent(place, error),
        error => unproven("the account", error),
    }
}

/// A document without key or PDS.
pub fn of_document(error: &DidDocumentError) -> Fault {
    unproven("the account", error)
}

/// A PDS that gives no proof of the record `what`, which belongs to `did`.
pub fn of_record(error: &PdsError, did: &str, what: &str) -> Fault {
    match error {
        PdsError::RecordNotFound { .. } => absent(did, what),
        error => of_pds(error, did, what),
    }
}

/// A record that the repo proves not to hold, or that the PDS says it doesn't.
pub fn absent(did: &str, what: &str) -> Fault {
    Fault::Unpublished { did: did.to_owned(), what: what.to_owned() }
}

/// A module's bytes that the PDS doesn't give.
pub fn of_blob(error: &PdsError, did: &str, module: &Module) -> Fault {
    let what = of_module(module);
    match error {
        PdsError::Fetch { reason: FetchError::Transport(TransportError::TooLarge { max, .. }), .. } => {
            let (path, declared, actual) = (module.path.clone(), module.blob.size, *max as u64 + 1);
            unproven(what, ModuleError::Size { path, declared, actual })
        }
        error => of_pds(error, did, &what),
    }
}

/// What a module is called.
pub fn of_module(module: &Module) -> String {
    format!("module {}", module.path)
}

fn of_pds(error: &PdsError, did: &str, what: &str) -> Fault {
    match error {
        PdsError::RepoNotFound { pds }
        | PdsError::RepoDeactivated { pds }
        | PdsError::RepoTakendown { pds }
        | PdsError::RepoSuspended { pds } => {
            let why = match error {
                PdsError::RepoNotFound { .. } => String::new(),
                error => format!(" ({error})"),
            };
            Fault::NotFound { service: pds.clone(), what: format!("{did}{why}") }
        }
        PdsError::Unavailable { pds, status, .. } => {
            Fault::Unavailable { url: pds.clone(), status: *status, message: format!("for {what}") }
        }
        error if error.is_unavailable() => silent("the PDS", error),
        error => unproven(what, error),
    }
}
