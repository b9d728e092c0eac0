//! What needs a session: blobs and records.

use std::cell::RefCell;

use atrium_api::com::atproto::repo::{apply_writes, upload_blob};
use atrium_api::com::atproto::server::{delete_session, get_service_auth, get_session, refresh_session};
use serde::Deserialize;
use serde_json::{Value, json};
use streamhut_atproto::{Audience, BlobRef, Did, Nsid, RecordCid};

use super::Pds;
use super::call::Call;
use super::http::Sent;
use super::write::{Write, input, written};
use crate::fault::Fault;
use crate::session::{Session, SessionFile};

/// An account that is logged in. An access token that has expired is renewed once, and stored.
pub struct Account {
    pds: Pds,
    did: Did,
    session: RefCell<Session>,
    file: SessionFile,
}

/// The account as the PDS sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Standing {
    /// Its handle now.
    pub handle: String,
    /// Whether it is served; a PDS that doesn't say so serves it.
    #[serde(default = "yes")]
    pub active: bool,
    /// Why it isn't.
    pub status: Option<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Uploaded {
    blob: BlobRef,
}

impl Account {
    /// The account of `session` at `pds`.
    pub fn new(pds: Pds, session: Session, file: SessionFile) -> Self {
        Self { pds, did: session.did.clone(), session: RefCell::new(session), file }
    }

    /// The PDS without the session.
    pub fn pds(&self) -> &Pds {
        &self.pds
    }

    /// Whose account it is.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// `com.atproto.repo.uploadBlob`: what the PDS says that it stored.
    pub fn upload(&self, bytes: &[u8], mime_type: &str, sent: Sent<'_>) -> Result<BlobRef, Fault> {
        let uploaded: Uploaded =
            self.with_token(|token| self.call(token, sent).send(upload_blob::NSID, bytes, mime_type))?;
        Ok(uploaded.blob)
    }

    /// `com.atproto.server.getSession`
    pub fn standing(&self) -> Result<Standing, Fault> {
        self.with_token(|token| self.call(token, &|_| {}).query(get_session::NSID, json!({})))
    }

    /// `com.atproto.server.getServiceAuth`: a token by which `audience` knows the account, for a call of `method`, once
    /// and within the minute. When it ends is left to the PDS, whose default is 60 seconds by its own clock.
    pub fn service_token(&self, audience: &Audience, method: &Nsid) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Issued {
            token: String,
        }
        let parameters = json!({"aud": audience.to_string(), "lxm": method});
        let issued: Issued = self.with_token(|token| {
            self.call(token, &|_| {}).query(get_service_auth::NSID, parameters.clone())
        })?;
        Ok(issued.token)
    }

    /// `com.atproto.server.deleteSession`: neither token is good for anything afterwards.
    ///
    /// # Errors
    /// `Fault::SessionEnded` when that is so already.
    pub fn log_out(&self) -> Result<(), Fault> {
        let refresh = self.session.borrow().refresh_jwt.clone();
        let done = self.call(&refresh, &|_| {}).order(delete_session::NSID);
        done.map_err(|fault| self.ended(fault))
    }

    /// `com.atproto.repo.applyWrites`: all of the records in one commit, or none; with `swap` only as long as that is
    /// the latest commit. The PDS has to call each record by the CID of what it was sent.
    ///
    /// # Errors
    /// `Fault::Overtaken` when another commit came first; `Fault::OtherCid`.
    pub fn write(&self, writes: &[Write], swap: Option<&RecordCid>) -> Result<(), Fault> {
        let input = input(&self.did, writes, swap)?;
        let answer: apply_writes::Output = self
            .with_token(|token| self.call(token, &|_| {}).procedure(apply_writes::NSID, Some(&input)))
            .map_err(|fault| match fault {
                Fault::Refused { error, .. } if error == "InvalidSwap" => {
                    Fault::Overtaken { did: self.did.to_string() }
                }
                other => other,
            })?;
        written(&self.did, writes, &answer.data.results.unwrap_or_default())
    }

    fn with_token<T>(&self, call: impl Fn(&str) -> Result<T, Fault>) -> Result<T, Fault> {
        let token = self.session.borrow().access_jwt.clone();
        let ended = |fault| self.ended(fault);
        match call(&token).map_err(ended) {
            Err(Fault::SessionEnded { .. }) => {}
            done => return done,
        }
        let refresh = self.session.borrow().refresh_jwt.clone();
        let answer: Value = self
            .call(&refresh, &|_| {})
            .procedure(refresh_session::NSID, None::<Value>)
            .map_err(|fault| match fault {
                Fault::Refused { error, message, .. } => Fault::SessionEnded {
                    service: self.pds.origin().to_owned(),
                    message: format!("{error}: {message}"),
                },
                other => other,
            })?;
        let session = self.pds.session(answer, refresh_session::NSID)?;
        self.file.write(&session)?;
        let token = session.access_jwt.clone();
        self.session.replace(session);
        call(&token).map_err(ended)
    }

    fn ended(&self, fault: Fault) -> Fault {
        match fault {
            Fault::Refused { status, error, message, .. } if is_token_refused(status, &error) => {
                Fault::SessionEnded {
                    service: self.pds.origin().to_owned(),
                    message: format!("{error}: {message}"),
                }
            }
            other => other,
        }
    }

    fn call<'a>(&'a self, token: &'a str, sent: Sent<'a>) -> Call<'a> {
        Call { http: &self.pds.http, service: &self.pds.service, token: Some(token), sent }
    }
}

fn is_token_refused(status: u16, error: &str) -> bool {
    status == 401 || matches!(error, "ExpiredToken" | "InvalidToken" | "AuthMissing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_tokens() {
        for (status, error, refused) in [
            (401, "AuthenticationRequired", true),
            (400, "ExpiredToken", true),
            (400, "InvalidRequest", false),
            (403, "Forbidden", false),
        ] {
            assert_eq!(is_token_refused(status, error), refused, "{status} {error}");
        }
    }
}
