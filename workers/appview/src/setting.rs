//! Settings and secrets of this bundle.

/// The database: `libsql://…`, `https://…`, or `http://…` on a network of one's own.
pub(crate) const TURSO_URL: &str = "TURSO_URL";
/// Secret: what the database asks for. None where it asks for nothing.
pub(crate) const TURSO_AUTH_TOKEN: &str = "TURSO_AUTH_TOKEN";
/// Secret: who sends it may do everything.
pub(crate) const OPERATOR_TOKEN: &str = "OPERATOR_TOKEN";
/// The DID of the bundle's author, to whom creators' tokens are made out.
pub(crate) const AUTHOR_DID: &str = "AUTHOR_DID";
/// A Jetstream, such as `https://jetstream2.us-east.bsky.network/subscribe`: new videos are listed within minutes.
pub(crate) const STREAM_URL: &str = "STREAM_URL";
/// `1`: creators are indexed whether they registered or not.
pub(crate) const DISCOVER: &str = "DISCOVER";
/// A relay that lists repos by collection, such as `https://relay1.us-east.bsky.network`.
pub(crate) const RELAY_URL: &str = "RELAY_URL";

/// All settings but those of the crate that asks for accounts.
pub(crate) const ALL: [&str; 5] = [TURSO_URL, AUTHOR_DID, STREAM_URL, DISCOVER, RELAY_URL];
