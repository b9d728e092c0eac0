//! What the AppView's database holds, and every statement that writes or reads it. Nothing here speaks to a database:
//! functions give [`Statement`]s, and read the [`Rows`] that they gave.
//!
//! - [`schema`]: numbered migrations.
//! - [`sync`]: a creator's repository, as it was read, becomes rows; all of it or nothing.
//! - [`stream`]: single changes, as a stream tells them, together with the stream's cursor.
//! - [`creators`]: who is indexed, in which state, and who is due.
//! - [`tidy`]: what follows a change of a creator, row by row.
//! - [`list`]: pages of videos: filters, orders, full text, cursors.
//! - [`video`], [`stats`], [`runs`], [`tokens`]: one video; numbers; what jobs did; which tokens were used.
//!
//! Every transaction here may be done twice with the effect of one, but for those that say otherwise.

pub mod creators;
mod error;
pub mod list;
pub mod record;
pub mod runs;
pub mod schema;
pub mod stats;
pub mod stream;
pub mod sync;
pub mod tidy;
pub mod tokens;
mod transaction;
pub mod video;

pub use error::IndexError;
pub use record::Record;
pub use streamhut_hrana::{Rows, Statement};
pub use transaction::Transaction;
