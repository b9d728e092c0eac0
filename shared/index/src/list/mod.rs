//! Pages of videos.
//!
//! A page begins where the one before ended, by the order's key and a number that is no two videos' (a *keyset*): it
//! costs the same at any depth, and what is inserted meanwhile moves nothing. That holds for everything, for a creator
//! and for a tag, in each order; a range of durations and a creator's tag are looked for along the way.
//!
//! A search looks at all that matches, but at no more than [`MAX_MATCHES`]: those indexed last. How well a video fits
//! depends on all others, too, so that pages by relevance may repeat or miss one when much is indexed between them;
//! pages of a search in another order don't.

pub(crate) mod cursor;
mod highlight;
mod page;
mod query;
mod statement;
mod words;

pub use highlight::{Highlights, Range, Snippet};
pub use page::{Listed, Page, page};
pub use query::{MAX_LIMIT, Query, Sort};
pub use statement::{MAX_MATCHES, list};
