//! What needs a session: blobs and records.

use std::cell::RefCell;

use atrium_api::com::atproto::repo::{apply_writes, upload_blob};
use atrium_api::com::atproto::server::refresh_session;
use serde::Deserialize;
use serde_json::Value;
use streamhut_atproto::{BlobRef, Did, RecordCid};

use super::Pds;
use super::call::Call;
use super::http::Sent;
use crate::fault::Fault;
use crate::session::{Session, SessionFile};

/// An account that is logged in. An access token that has expired is renewed once, and stored.
pub struct Account {
    pds: Pds,
    did: Did,
    session: RefCell<Session>,
    file: SessionFile,
}

/// A record to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// Whether the key is free or taken.
    pub kind: WriteKind,
    /// The collection's NSID.
    pub collection: &'static str,
    /// The record key.
    pub key: String,
    /// The record.
    pub value: Value,
}

/// What a write does to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// There is nothing yet, or the PDS refuses.
    Create,
    /// There is another record.
    Update,
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

    /// `com.atproto.repo.applyWrites`: all of the records in one commit, or none. Gives the CID of each, in order,
    /// where the PDS tells it.
    pub fn write(&self, writes: &[Write]) -> Result<Vec<RecordCid>, Fault> {
        let input = self.input(writes)?;
        let answer: apply_writes::Output =
            self.with_token(|token| self.call(token, &|_| {}).procedure(apply_writes::NSID, Some(&input)))?;
        let odd = |reason: String| Fault::Answer {
            url: self.pds.origin().to_owned(),
            method: apply_writes::NSID.to_owned(),
            reason,
        };
        let results = answer.data.results.unwrap_or_default().into_iter().filter_map(|result| match result {
            apply_writes::OutputResultsItem::CreateResult(result) => Some(result.data.cid),
            apply_writes::OutputResultsItem::UpdateResult(result) => Some(result.data.cid),
            apply_writes::OutputResultsItem::DeleteResult(_) => None,
        });
        results
            .map(|cid| RecordCid::parse(&cid.as_ref().to_string()).map_err(|e| odd(e.to_string())))
            .collect()
    }

    fn input(&self, writes: &[Write]) -> Result<apply_writes::Input, Fault> {
        let writes = writes.iter().map(item).collect::<Result<_, _>>();
        let repo = self.did.as_str().parse();
        match (repo, writes) {
            (Ok(repo), Ok(writes)) => {
                Ok(apply_writes::InputData { repo, swap_commit: None, validate: None, writes }.into())
            }
            (Err(reason), _) => Err(Fault::Usage(format!("{}: {reason}", self.did))),
            (_, Err(reason)) => Err(Fault::Usage(format!("not a record: {reason}"))),
        }
    }

    fn with_token<T>(&self, call: impl Fn(&str) -> Result<T, Fault>) -> Result<T, Fault> {
        let token = self.session.borrow().access_jwt.clone();
        let ended = |fault: Fault| match fault {
            Fault::Refused { status, error, message, .. } if is_token_refused(status, &error) => {
                Fault::SessionEnded {
                    service: self.pds.origin().to_owned(),
                    message: format!("{error}: {message}"),
                }
            }
            other => other,
        };
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

    fn call<'a>(&'a self, token: &'a str, sent: Sent<'a>) -> Call<'a> {
        Call { http: &self.pds.http, service: &self.pds.service, token: Some(token), sent }
    }
}

fn is_token_refused(status: u16, error: &str) -> bool {
    status == 401 || matches!(error, "ExpiredToken" | "InvalidToken" | "AuthMissing")
}

fn item(write: &Write) -> Result<apply_writes::InputWritesItem, String> {
    let collection = write.collection.parse().map_err(str::to_owned)?;
    let rkey = write.key.parse().map_err(str::to_owned)?;
    let value = serde_json::from_value(write.value.clone()).map_err(|error| error.to_string())?;
    Ok(match write.kind {
        WriteKind::Create => apply_writes::InputWritesItem::Create(Box::new(
            apply_writes::CreateData { collection, rkey: Some(rkey), value }.into(),
        )),
        WriteKind::Update => apply_writes::InputWritesItem::Update(Box::new(
            apply_writes::UpdateData { collection, rkey, value }.into(),
        )),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use streamhut_release::nsid;

    use super::*;

    /// atrium's types for unknown records pass them on unchanged, links and large numbers among them.
    #[test]
    fn a_write_carries_the_record_as_it_is() {
        let cid = "bafkreib3h7z7b2x5h3jcf2nqyyrkq2n2tzgvq2gqk3mkpj6dbbpw5kcmbm";
        let value = json!({"$type": nsid::RUN_AT_RELEASE, "modules": [{"blob": {"$type": "blob", "ref": {"$link": cid}, "size": 5_000_000_000u64}}]});
        for (kind, tag) in [(WriteKind::Create, "create"), (WriteKind::Update, "update")] {
            let write = Write {
                kind,
                collection: nsid::RUN_AT_RELEASE,
                key: "demo:1.0.0".into(),
                value: value.clone(),
            };
            assert_eq!(
                serde_json::to_value(item(&write).unwrap()).unwrap(),
                json!({"$type": format!("{}#{tag}", apply_writes::NSID), "collection": nsid::RUN_AT_RELEASE, "rkey": "demo:1.0.0", "value": value})
            );
        }
    }

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
