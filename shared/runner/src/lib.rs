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

mod accept;
pub mod admin;
mod admin_token;
mod answer;
mod describe;
mod directory;
mod egress;
mod fault;
mod follows;
mod grant;
mod handle;
mod home;
mod host;
mod installation;
mod installed;
mod load;
mod logs;
mod memory;
mod modules;
mod nsid;
mod page;
mod plan;
mod proof;
mod purge;
mod query;
mod recent;
mod records;
mod resolve;
mod revision;
mod route;
mod runner;
mod secret;
mod settings;
mod source;
mod store;
mod versions;
mod warm;
mod words;

pub use accept::prefers_html;
pub use admin_token::AdminToken;
pub use answer::{
    HeadersOut, MAX_BODY_BYTES, RESPONSE_HEADERS, is_forwarded, keeps_header, plain_request_headers,
};
pub use describe::{Description, ModuleEntry, SecretEntry};
pub use directory::Directory;
pub use egress::{Address, Way, leaves};
pub use fault::Fault;
pub use follows::Trusts;
pub use grant::{Grant, MAX_DEPTH};
pub use home::{Health, Home, InstalledShown, KnownChannel, PolicyShown};
pub use host::{
    BlobAction, BlobPart, BlobRange, CacheAction, HostError, HostRequest, Key, KeyPrefix, LeaseAction,
    MAX_LOG_BYTES, PutCondition, log_lines,
};
pub use installation::{Admission, BundleId, Caps, Installation, Installations, Trust};
pub use load::Load;
pub use logs::{LogsRequest, Reader};
pub use page::{home_page, page_policy, release_page, versions_page};
pub use plan::Plan;
pub use proof::RecordId;
pub use resolve::{Due, Resolved};
pub use route::{Route, is_admin, route, route_on_host};
pub use runner::Runner;
pub use secret::{BundleSecret, SecretState};
pub use settings::{Settings, SettingsError};
pub use source::SourceError;
pub use store::{Store, StoreError};
pub use versions::{ChannelEntry, VersionEntry, Versions};
