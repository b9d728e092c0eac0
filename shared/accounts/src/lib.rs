//! Who accounts are and where their repos lie, as bundles ask for it over their own HTTP: DID documents, handles verified
//! both ways, profiles. What others said is remembered, and told while they are away ([`told`]).

mod handles;
mod identity;
pub mod profile;
pub mod setting;
pub mod told;

pub use handles::{account, did_of, is_of};
pub use identity::{Identity, document, foreign, identity, identity_now, refuse_other_status};
pub use profile::{find_profile, known_profiles, nobody, profile, profiles};
