//! Service auth: short-lived tokens by which an account asks a service for something.
//!
//! A token is a JWT that the account signs with the key of its repository, or has its PDS sign
//! (`com.atproto.server.getServiceAuth`). [`ServiceToken::parse`] reads one,
//! [`ServiceToken::issuer`] says whose key it takes, and [`ServiceToken::verify`] tells whether
//! that key signed it for this service, this method and this minute. That a token is used once
//! only is left to whoever remembers: [`Verified::jti`] names it.
//!
//! Source: <https://atproto.com/specs/xrpc#inter-service-authentication-jwt>, JWT by RFC 7519 and
//! JWS by RFC 7515 in the compact form.

mod audience;
mod claims;
mod error;
mod header;
mod members;
mod token;
mod verify;

pub use audience::Audience;
pub use error::ServiceAuthError;
pub use token::ServiceToken;
pub use verify::{Expected, Verified};

/// The longest token that is read, in bytes. A PDS makes some of 400.
pub const MAX_SERVICE_TOKEN_BYTES: usize = 4096;

/// The longest `jti` that is read, in characters.
pub const MAX_JTI_CHARS: usize = 256;
