//! What needs a session: blobs and records.

use std::cell::RefCell;
use std::rc::Rc;

use atrium_api::com::atproto::repo::{apply_writes, upload_blob};
use atrium_api::com::atproto::server::{delete_session, get_service_auth, get_session, refresh_session};
use serde::Deserialize;
use serde_json::{Value, json};
use streamhut_atproto::{Audience, BlobRef, Did, Nsid, RecordCid};

use super::Pds;
use super::call::Call;
use super::http::Sent;
use super::token::Token;
use super::write::{Write, input, written};
use crate::fault::Fault;
use crate::interruption;
use crate::oauth::{Grant, Network, Prover, policy};
use crate::outward::Outward;
use crate::session::{Credentials, Session, SessionFile};

/// An account that is logged in. An access token that has expired is renewed once, and stored before it is used.
pub struct Account {
    pds: Pds,
    did: Did,
    state: RefCell<State>,
    file: SessionFile,
}

/// A session, and what its calls are made with.
#[derive(Clone)]
struct State {
    session: Session,
    means: Means,
}

#[derive(Clone)]
enum Means {
    /// Tokens by OAuth, and what proves that they are ours.
    Grant(Box<Grant>, Rc<Prover>),
    /// Tokens by app password.
    AppPassword { refresh: String },
}

impl State {
    fn new(session: Session) -> Result<Self, Fault> {
        let means = match &session.credentials {
            Credentials::OAuth { oauth } => Means::Grant(Box::new(oauth.clone()), Rc::new(oauth.prover()?)),
            Credentials::AppPassword { refresh_jwt, .. } => {
                Means::AppPassword { refresh: refresh_jwt.clone() }
            }
        };
        Ok(Self { session, means })
    }

    fn token(&self) -> Token<'_> {
        let access = self.session.credentials.access();
        match &self.means {
            Means::Grant(_, prover) => Token::Bound(access, prover),
            Means::AppPassword { .. } => Token::Bearer(access),
        }
    }

    /// Whether the PDS would refuse the next call for want of its nonce.
    fn lacks_nonce(&self, pds: &str) -> bool {
        matches!(&self.means, Means::Grant(_, prover) if !prover.knows(pds))
    }
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
    ///
    /// # Errors
    /// `SessionEnded` for a session with which nothing can be done.
    pub fn new(pds: Pds, session: Session, file: SessionFile) -> Result<Self, Fault> {
        let did = session.did.clone();
        Ok(Self { pds, did, state: RefCell::new(State::new(session)?), file })
    }

    /// The PDS without the session.
    pub fn pds(&self) -> &Pds {
        &self.pds
    }

    /// Whose account it is.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// What it is logged in with.
    pub fn credentials(&self) -> Credentials {
        self.state.borrow().session.credentials.clone()
    }

    /// `com.atproto.repo.uploadBlob`: what the PDS says that it stored.
    pub fn upload(&self, bytes: &[u8], mime_type: &str, sent: Sent<'_>) -> Result<BlobRef, Fault> {
        // A file is not sent twice for want of a nonce: something small asks for it.
        if self.state.borrow().lacks_nonce(self.pds.origin()) {
            self.standing()?;
        }
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

    /// Ends the session, at the PDS by `com.atproto.server.deleteSession`, else where it was granted: no token is good
    /// for anything afterwards.
    ///
    /// # Errors
    /// `Fault::SessionEnded` when that is so already.
    pub fn log_out(&self) -> Result<(), Fault> {
        let state = self.state.borrow().clone();
        match &state.means {
            Means::Grant(grant, prover) => self.asking(&grant.issuer, |network| grant.end(network, prover)),
            Means::AppPassword { refresh } => {
                let done = self.call(Token::Bearer(refresh), &|_| {}).order(delete_session::NSID);
                done.map_err(|fault| self.ended(fault))
            }
        }
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

    fn with_token<T>(&self, call: impl Fn(Token<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let state = self.state.borrow().clone();
        match call(state.token()).map_err(|fault| self.ended(fault)) {
            Err(Fault::SessionEnded { .. }) => {}
            done => return done,
        }
        self.renew(&state)?;
        let state = self.state.borrow().clone();
        call(state.token()).map_err(|fault| self.ended(fault))
    }

    /// Renews the session, unless another command has done so meanwhile. A refresh token is good once, so what it makes
    /// is stored before it is used, and nobody else redeems it at the same time.
    fn renew(&self, used: &State) -> Result<(), Fault> {
        let _lock = self.file.lock()?;
        // Between the server's answer and the file, the one refresh token that is good is in memory alone.
        let _spared = interruption::spare();
        let stored = self.file.read()?;
        if stored.did != self.did {
            let (service, message) = (stored.service, format!("{} has logged in since", stored.did));
            return Err(Fault::SessionEnded { service, message });
        }
        if stored.credentials.access() != used.session.credentials.access() {
            self.state.replace(State::new(stored)?);
            return Ok(());
        }
        let session = match &used.means {
            Means::Grant(grant, prover) => {
                let oauth = self.asking(&grant.issuer, |network| grant.renew(network, prover, &self.did))?;
                Session { credentials: Credentials::OAuth { oauth }, ..stored }
            }
            Means::AppPassword { refresh } => self.renew_app_password(refresh)?,
        };
        self.store(&session)?;
        self.state.replace(State::new(session)?);
        Ok(())
    }

    fn renew_app_password(&self, refresh: &str) -> Result<Session, Fault> {
        let answer: Value = self
            .call(Token::Bearer(refresh), &|_| {})
            .procedure(refresh_session::NSID, None::<Value>)
            .map_err(|fault| match fault {
                Fault::Refused { error, message, .. } => Fault::SessionEnded {
                    service: self.pds.origin().to_owned(),
                    message: format!("{error}: {message}"),
                },
                other => other,
            })?;
        self.pds.session(answer, refresh_session::NSID)
    }

    /// Stores the session where it was kept; tokens that a keyring no longer takes go to the file, rather than nowhere.
    fn store(&self, session: &Session) -> Result<(), Fault> {
        match self.file.write(session, self.file.keyring()?) {
            Err(fault @ Fault::Keyring { .. }) => {
                let file = self.file.path().display();
                self.pds
                    .terminal
                    .warn(&format!("the session is stored unencrypted in {file} from now on: {fault}"));
                self.file.write(session, None)
            }
            done => done,
        }
    }

    /// Lets `act` ask the server that granted the session.
    fn asking<T>(
        &self,
        issuer: &str,
        act: impl FnOnce(&Network<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let transport = Outward::new(self.pds.terminal);
        let deadline_ms = u32::try_from(self.pds.timeout.as_millis()).unwrap_or(u32::MAX);
        act(&Network { transport: &transport, policy: &policy([issuer]), deadline_ms })
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

    fn call<'a>(&'a self, token: Token<'a>, sent: Sent<'a>) -> Call<'a> {
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
