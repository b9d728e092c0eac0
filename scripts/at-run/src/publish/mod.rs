//! From a package to what a PDS has to be sent: nothing twice, nothing half.

mod content;
mod existing;
mod plan;
mod upload;

pub use content::{content, snapshot_version};
pub use existing::Existing;
pub use plan::{Change, Plan, Writes};
pub use upload::upload;
