//! Log-in by the AT Protocol's OAuth, as a program on the user's own machine: the browser goes to the account's own
//! server, and comes back to a listener here. No password is seen, and what is granted reaches no further than what
//! this tool does.
//!
//! Source: <https://atproto.com/specs/oauth>.

mod browser;
mod callback;
mod client;
mod dpop;
mod grant;
mod log_in;
mod metadata;
mod par;
mod pkce;
mod server;
mod token;

pub use dpop::Prover;
pub use grant::Grant;
pub use log_in::{Granted, LogIn};
pub use server::{Network, policy};
