//! The ledger over real SQLite, asked as the dispatcher asks it: commands in their JSON form.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod blobs;
mod books;
mod jobs;
mod leases;
mod simulation;
mod tasks;
