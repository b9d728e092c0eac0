//! What the dispatcher decides: which bundle a request means, whether its code is what its author signed, what
//! that code may reach, and what of its answer goes out.
//!
//! No platform here. The network and the store are ports ([`streamhut_outbound::Transport`], [`Store`]); time
//! comes as an argument. The chain that leads to code is
//!
//! ```text
//! DID → document → signing key → commit signature → record CID → module CIDs → bytes
//! ```
//!
//! and no link of it is skipped: [`Runner::resolve`] gives a proven release, [`Runner::modules`] the
//! [`streamhut_release::VerifiedModule`]s, and nothing else can be loaded.

mod answer;
mod fault;
mod installation;
mod load;
mod memory;
mod modules;
mod plan;
mod proof;
mod records;
mod resolve;
mod route;
mod runner;
mod settings;
mod source;
mod store;

pub use answer::{describe, is_forwarded, keeps_header};
pub use fault::Fault;
pub use installation::{Admission, BundleId, Installation, Installations};
pub use load::Load;
pub use plan::Plan;
pub use proof::RecordId;
pub use resolve::Resolved;
pub use route::{Route, route};
pub use runner::Runner;
pub use settings::{Settings, SettingsError};
pub use source::SourceError;
pub use store::{Store, StoreError};
