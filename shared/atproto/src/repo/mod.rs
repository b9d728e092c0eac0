//! Signed repositories: what a PDS sends to prove that a record is, or is not, there.
//!
//! A proof is a CAR file with the signed commit, the tree nodes on the way to one key, and the
//! record. [`proof::verify_record`] is the door; the modules behind it read one layer each.
//! [`collection::verify_collection`] is the door to all records of one collection.
//!
//! Source: <https://atproto.com/specs/repository>.

pub mod car;
pub mod collection;
pub mod commit;
pub mod mst;
pub mod proof;
