//! libSQL over HTTP, the protocol [Hrana 3](https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_3_SPEC.md):
//! statements that become one request, and answers that become rows or a typed error. Turso and `sqld` speak it.
//!
//! - [`Request`] is one exchange: a single statement, or a batch in a real transaction. Its bytes are made here and
//!   its answer is read here, without I/O.
//! - [`Database`] sends requests through a [`Transport`] and repeats what may be repeated.
//!
//! A batch of the protocol is no transaction: what stood before a failing statement stays. So a batch is sent as
//! BEGIN, then each statement on the condition that the one before it went well, then COMMIT, and ROLLBACK when there
//! was no COMMIT. An answer of status 200 may hold an error for each of these, and all are looked at.
//!
//! No error, no `Debug` and no URL that is printed here holds the token.

mod answer;
mod database;
mod endpoint;
mod error;
mod request;
mod retry;
mod rows;
mod statement;
#[cfg(feature = "testkit")]
pub mod testkit;
mod transport;
mod value;

pub use database::{Database, Limits};
pub use endpoint::{AuthToken, Endpoint};
pub use error::{Constraint, DbError};
pub use request::{Mode, Request};
pub use retry::Repeat;
pub use rows::{Row, Rows};
pub use statement::Statement;
pub use transport::{Answer, Post, Transport, TransportError};
pub use value::Value;
