//! The PDS, as far as publishing needs it. Method names and inputs are atrium's.

mod account;
mod call;
mod http;
mod records;
mod service;
mod token;
mod write;

use std::time::Duration;

use atrium_api::com::atproto::server::{create_session, describe_server};
use atrium_api::com::atproto::sync::get_latest_commit;
use serde::Deserialize;
use serde_json::{Value, json};
use streamhut_atproto::pds::ServerDescription;
use streamhut_atproto::{Did, RecordCid};

use crate::fault::Fault;
use crate::session::Session;
use crate::terminal::Terminal;
use call::Call;

pub use account::{Account, Standing};
pub use http::Http;
pub use records::Record;
pub use service::Service;
pub use write::{MAX_WRITES, Write, WriteKind, record_cid};

/// A PDS that is asked without being logged in.
#[derive(Debug)]
pub struct Pds {
    http: Http,
    service: Service,
    timeout: Duration,
    terminal: Terminal,
}

impl Pds {
    /// The PDS at `service`, which gets `timeout` for each answer.
    pub fn new(service: Service, timeout: Duration, terminal: Terminal) -> Self {
        Self { http: Http::new(&service, timeout, terminal), service, timeout, terminal }
    }

    /// Its origin.
    pub fn origin(&self) -> &str {
        self.service.origin()
    }

    /// `com.atproto.server.describeServer`.
    pub fn describe(&self) -> Result<ServerDescription, Fault> {
        self.anonymous().query(describe_server::NSID, json!({}))
    }

    /// `com.atproto.sync.getLatestCommit`: what a later write may hold on to.
    pub fn latest_commit(&self, did: &Did) -> Result<RecordCid, Fault> {
        #[derive(Deserialize)]
        struct Latest {
            cid: RecordCid,
        }
        let latest: Latest = self
            .anonymous()
            .query(get_latest_commit::NSID, json!({"did": did}))
            .map_err(|fault| self.unknown_repo(fault, did))?;
        Ok(latest.cid)
    }

    /// `com.atproto.server.createSession` with an app password.
    ///
    /// # Errors
    /// `Fault::LogIn` with the PDS's words when it refuses.
    pub fn log_in(&self, identifier: &str, password: &str) -> Result<Session, Fault> {
        let input = create_session::InputData {
            allow_takendown: None,
            auth_factor_token: None,
            identifier: identifier.to_owned(),
            password: password.to_owned(),
        };
        let answer: Value = self
            .anonymous()
            .procedure(create_session::NSID, Some(create_session::Input::from(input)))
            .map_err(|fault| match fault {
                Fault::Refused { error, message, .. } => {
                    Fault::LogIn { service: self.origin().to_owned(), message: format!("{error}: {message}") }
                }
                other => other,
            })?;
        self.session(answer, create_session::NSID)
    }

    fn session(&self, mut answer: Value, method: &str) -> Result<Session, Fault> {
        let odd = |reason: String| Fault::Answer {
            url: self.origin().to_owned(),
            method: method.to_owned(),
            reason,
        };
        if let Some(fields) = answer.as_object_mut() {
            fields.insert("service".to_owned(), self.origin().into());
        }
        serde_json::from_value(answer).map_err(|error| odd(error.to_string()))
    }

    fn anonymous(&self) -> Call<'_> {
        Call { http: &self.http, service: &self.service, token: None, sent: &|_| {} }
    }
}
