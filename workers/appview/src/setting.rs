//! Settings and secrets of this bundle.

/// The database: `libsql://…`, `https://…`, or `http://…` on a network of one's own.
pub(crate) const TURSO_URL: &str = "TURSO_URL";
/// Secret: what the database asks for. None where it asks for nothing.
pub(crate) const TURSO_AUTH_TOKEN: &str = "TURSO_AUTH_TOKEN";
/// Secret: who sends it may do everything.
pub(crate) const OPERATOR_TOKEN: &str = "OPERATOR_TOKEN";
/// The DID of the bundle's author, to whom creators' tokens are made out.
pub(crate) const AUTHOR_DID: &str = "AUTHOR_DID";
