//! What is known of a bundle's calls after they are over: lines of its log, and sums.
//!
//! An isolate of the dispatcher collects ([`Collected`]) and hands over every few seconds; the [`Journal`], one for each
//! bundle, keeps a bounded number of [`Line`]s and the [`Sums`] in SQLite. Nothing here knows the platform: what it
//! tells of a call comes as JSON ([`TailEvent`]), time comes as an argument.

mod collected;
mod journal;
mod line;
mod prometheus;
mod redaction;
mod summary;
mod sums;
mod tail;

pub use collected::{Collected, MAX_WAITING_BYTES};
pub use journal::{Command, Journal, KEPT_BYTES, KEPT_LINES, KEPT_MS, Kept, MAX_READ, Page, Query, Reading};
pub use line::{Level, Line, MAX_CHARS, lines_of};
pub use prometheus::{CONTENT_TYPE, Series, prometheus};
pub use redaction::Redaction;
pub use summary::{Calls, Percentiles, Summary, summary};
pub use sums::{BOUNDS_MS, Durations, Kind, Sums};
pub use tail::TailEvent;
