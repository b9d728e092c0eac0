//! What a bundle is: its manifest and release record, names and versions, permissions, limits, and the
//! verification of its modules.
//!
//! The contract is `lexicons/run/at/*.json`. Everything here is decided from bytes and values alone.

mod check;
mod manifest;
mod module;
mod name;
pub mod nsid;
mod record;
pub mod secret;
mod wasm;

pub use check::{MAX_MODULES, MAX_TOTAL_BYTES, ReleaseError, check};
pub use manifest::{BlobsPermission, Endpoint, Job, Limits, Manifest, Method, Parameter, Permissions, Task};
pub use module::{ModuleError, VerifiedModule, encode};
pub use name::{BundleName, Channel, NameError, Selector, Version, is_config_name, is_endpoint_name};
pub use record::{CHANNEL_KEY_LATEST, ChannelRecord, Encoding, Module, ModuleType, Release, StrongRef};
pub use wasm::{MAX_MEMORY_BYTES, WasmError, check as check_wasm};
