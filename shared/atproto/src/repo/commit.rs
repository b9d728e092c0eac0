//! Commits: the signed root of a repository at one moment.

use std::collections::BTreeMap;

use ipld_core::ipld::Ipld;

use crate::{CidError, Did, IdentifierError, PublicKey, RecordCid, SignatureError, Tid};

/// A commit whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The root of the tree of records.
    pub data: RecordCid,
    /// The commit's revision: later commits of a repository have greater ones.
    pub rev: Tid,
}

/// A commit that proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Not canonical dag-cbor, or no map.
    #[error("the commit is not valid dag-cbor: {message}")]
    DagCbor {
        /// The decoder's reason.
        message: String,
    },
    /// A field is missing or of another type.
    #[error("the commit has no valid {field:?}")]
    Field {
        /// The field's name.
        field: &'static str,
    },
    /// Another version than 3.
    #[error("the commit has the version {version}, 3 is required")]
    Version {
        /// The version in it.
        version: String,
    },
    /// Somebody else's repository.
    #[error("the commit belongs to {found:?}, not to {expected}")]
    WrongDid {
        /// Whose repository was asked for.
        expected: Did,
        /// The DID in the commit.
        found: String,
    },
    /// The revision is no TID.
    #[error("the commit's revision: {0}")]
    Rev(#[source] IdentifierError),
    /// The tree's root is no dag-cbor id.
    #[error("the commit's data: {0}")]
    Data(#[source] CidError),
    /// Not signed by the account's key.
    #[error("the commit of {did}: {reason}")]
    Signature {
        /// Whose repository was asked for.
        did: Did,
        /// What is wrong with the signature.
        reason: SignatureError,
    },
}

impl Commit {
    /// Reads a commit block and checks that `did` signed it with `key`.
    ///
    /// The signature covers the canonical encoding of all fields but `sig`, fields unknown
    /// here included.
    ///
    /// # Errors
    /// [`CommitError`].
    pub fn verify(block: &[u8], did: &Did, key: &PublicKey) -> Result<Self, CommitError> {
        let malformed = |message: String| CommitError::DagCbor { message };
        let mut fields: BTreeMap<String, Ipld> =
            serde_ipld_dagcbor::from_slice(block).map_err(|error| malformed(error.to_string()))?;
        match fields.get("version") {
            Some(Ipld::Integer(3)) => {}
            Some(Ipld::Integer(version)) => {
                return Err(CommitError::Version { version: version.to_string() });
            }
            _ => return Err(CommitError::Field { field: "version" }),
        }
        let found = text(&fields, "did")?;
        if found != did.as_str() {
            let found = found.chars().take(128).collect();
            return Err(CommitError::WrongDid { expected: did.clone(), found });
        }
        let rev = Tid::parse(text(&fields, "rev")?).map_err(CommitError::Rev)?;
        let data = match fields.get("data") {
            Some(Ipld::Link(cid)) => RecordCid::try_from(cid).map_err(CommitError::Data)?,
            _ => return Err(CommitError::Field { field: "data" }),
        };
        let Some(Ipld::Bytes(signature)) = fields.remove("sig") else {
            return Err(CommitError::Field { field: "sig" });
        };
        let unsigned = serde_ipld_dagcbor::to_vec(&fields).map_err(|error| malformed(error.to_string()))?;
        key.verify(&unsigned, &signature)
            .map_err(|reason| CommitError::Signature { did: did.clone(), reason })?;
        Ok(Self { data, rev })
    }
}

fn text<'a>(fields: &'a BTreeMap<String, Ipld>, field: &'static str) -> Result<&'a str, CommitError> {
    match fields.get(field) {
        Some(Ipld::String(text)) => Ok(text),
        _ => Err(CommitError::Field { field }),
    }
}
