//! The AT Protocol as this project needs it: identifiers, DID documents, signing keys,
//! content ids, and proofs that a record is (or is not) in a signed repository.
//!
//! Nothing here reads a clock or opens a socket. Bytes, keys and times come in as arguments;
//! requests leave through the transport of the crate `outbound`.

pub mod content_id;
pub mod data_model;
pub mod did_document;
pub mod handle_records;
pub mod identifiers;
pub mod key;
pub mod pds;
pub mod repo;
pub mod resolve;
pub mod resolve_handle;
pub mod service_auth;
#[cfg(feature = "testkit")]
pub mod testkit;
mod varint;

pub use content_id::{BlobCid, BlobHasher, CidError, CidMismatch, RecordCid};
pub use data_model::blob::BlobRef;
pub use did_document::{DidDocument, DidDocumentError, MAX_DID_DOCUMENT_BYTES};
pub use handle_records::HandleRecords;
pub use identifiers::{
    AtUri, Authority, Did, DidMethod, Handle, IdentifierError, IdentifierKind, Nsid, Reason, RecordKey, Tid,
};
pub use key::{KeyError, PublicKey, SignatureError};
pub use pds::{Pds, PdsError};
pub use repo::collection::{self, CollectionError, CollectionProof};
pub use repo::proof::{self, ProofError, Proven, RecordProof};
pub use resolve::{ResolveError, Resolver};
pub use resolve_handle::{HandleError, HandleResolver};
pub use service_auth::{Audience, ServiceAuthError, ServiceToken};
