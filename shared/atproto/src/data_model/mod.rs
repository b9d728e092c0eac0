//! The AT Protocol's data model in its two spellings: dag-cbor, which is signed and hashed,
//! and JSON, in which links are `{"$link": "b…"}` and bytes `{"$bytes": "…"}` (base64).
//!
//! Source: <https://atproto.com/specs/data-model>.

pub mod blob;
mod from_json;
mod to_json;

use ipld_core::ipld::Ipld;
use serde_json::Value;

/// Data that one of the two spellings has no word for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataModelError {
    /// Not canonical dag-cbor: cut off, keys out of order, numbers not in shortest form,
    /// nested too deeply, trailing bytes.
    #[error("the block is not valid dag-cbor: {message}")]
    DagCbor {
        /// The decoder's reason.
        message: String,
    },
    /// A float, which the data model excludes.
    #[error("{value} is not an integer, and the data model has no other numbers")]
    Float {
        /// The number.
        value: String,
    },
    /// An integer outside 64 bits.
    #[error("{value} does not fit into 64 bits")]
    Integer {
        /// The number.
        value: String,
    },
    /// `$link` or `$bytes` with anything but one well-formed string.
    #[error("{key:?} must stand alone, with one well-formed string: {message}")]
    Special {
        /// `$link` or `$bytes`.
        key: &'static str,
        /// What is wrong with its value.
        message: String,
    },
    /// Deeper than [`MAX_DEPTH`].
    #[error("the value is nested more than {MAX_DEPTH} deep")]
    TooDeep,
}

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: usize = 128;

/// A dag-cbor block in the JSON spelling.
///
/// # Errors
/// `DagCbor` for malformed bytes; `Float` and `Integer` for numbers out of the data model;
/// `Special` for a map with a key that JSON reserves, since two blocks never share a spelling.
pub fn json_from_dag_cbor(block: &[u8]) -> Result<Value, DataModelError> {
    let data: Ipld = serde_ipld_dagcbor::from_slice(block)
        .map_err(|error| DataModelError::DagCbor { message: error.to_string() })?;
    to_json::to_json(data, MAX_DEPTH)
}

/// The one canonical dag-cbor block of a JSON value: what a PDS stores, and what
/// `RecordCid::of` names, when a record is written.
///
/// # Errors
/// `Float`, `Integer`, `Special` and `TooDeep` for JSON outside the data model.
pub fn dag_cbor_from_json(value: &Value) -> Result<Vec<u8>, DataModelError> {
    let data = from_json::from_json(value, MAX_DEPTH)?;
    serde_ipld_dagcbor::to_vec(&data).map_err(|error| DataModelError::DagCbor { message: error.to_string() })
}
