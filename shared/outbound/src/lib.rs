//! Who may be called: the policy that every request leaving Streamhut passes.
//!
//! A host that a user or a record named becomes a [`PublicHost`] or is refused; a URL passes
//! [`Policy::admit`], a PDS endpoint [`Policy::endpoint`]; [`fetch`] applies the policy to every hop of a
//! redirect and holds each answer to its [`Limits`] and to what it promises ([`Asked`]). The network itself is a
//! port, [`Transport`].

mod allow;
mod complete;
mod fetch;
mod loopback;
mod policy;
mod public_host;
mod range;
mod transport;

pub use allow::{Allow, HostPattern, PatternError};
pub use complete::{Asked, Incomplete, Promise};
pub use fetch::{FetchError, Redirects, fetch, next_hop};
pub use loopback::LoopbackOrigins;
pub use policy::{Policy, Refusal};
pub use public_host::{HostError, PublicHost};
pub use range::{ByteRange, Part, RangeError};
pub use transport::{Limits, MaybeSend, Method, Request, Response, Transport, TransportError};
