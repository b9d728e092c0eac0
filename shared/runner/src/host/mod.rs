//! What a loaded bundle asks of its runner through its one binding, `HOST`: requests to `https://host/…`, read into
//! a typed [`HostRequest`] or refused with a [`HostError`]. A bundle is not trusted to hold to the protocol.

mod error;
mod key;
mod log;
mod range;
mod request;

pub use error::HostError;
pub use key::{Key, KeyPrefix, MAX_KEY_BYTES};
pub use log::{MAX_LOG_BYTES, log_lines};
pub use range::{BlobPart, BlobRange};
pub use request::{BlobAction, CacheAction, HostRequest, LeaseAction, PutCondition};
