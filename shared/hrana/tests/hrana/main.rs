//! Against a real server, and against a network that answers by a script.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod answers;
mod contention;
mod errors;
mod faults;
mod lost;
mod transactions;
mod values;
