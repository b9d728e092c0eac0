//! The bundle against repositories, servers and a database that are simulated.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod accounts;
mod crashes;
mod database;
mod dates;
mod faults;
mod hosts;
mod lists;
mod network;
mod random;
mod records;
mod repo;
mod seeds;
mod site;
