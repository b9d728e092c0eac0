//! A creator's repository, as it was read, becomes rows: whatever crashes, readers see it as it was before or as it is
//! after, and the creator's `rev` with it.
//!
//! **The fence.** `creators.fence` holds the id of the last change of the creator's videos. A sync notes it together
//! with what is known ([`Creator`](crate::creators::Creator), [`Known`]), and its first transaction goes through only
//! if the fence is still that, or is the sync's own id already, as it is when a transaction is repeated. Any other
//! change since (another sync, an event of the stream) turns it into [`IndexError::Outdated`](crate::IndexError), and
//! nothing was done.
//!
//! **What fits one request** is one transaction: fence, rows, deletions, `rev`. It changes what readers see in place.
//!
//! **What doesn't**, since servers limit a request's size and a transaction's time, is staged. Readers see a row when
//! `born <= generation < died` by their creator's `generation`. New rows are written in portions as of the next
//! generation (`born = generation + 1`), what they replace and what is gone is marked to end there (`died = generation +
//! 1`), and none of it shows. Then one row of `creators` is written: the next `generation`, and `rev`. What is dead after
//! that is swept in portions.
//!
//! A sync that dies before that row leaves rows that nobody sees. The next one takes the fence, so that the dead one,
//! should it live on, writes nothing more, and removes them before it writes its own. `creators.staging_ms` says when a
//! staged sync last wrote: for [`STAGING_MS`] after that, events of the stream let the creator be, since what they would
//! change may be replaced, and have it synced again instead.
//!
//! **Memory.** A sync holds keys and CIDs of all records, and rows of one request.

mod known;
mod run;
mod statements;

pub use known::{Known, known};
pub use run::{Counts, Sync};

/// How long a staged sync may pause before it counts as dead, in milliseconds.
pub const STAGING_MS: i64 = 10 * 60 * 1000;
