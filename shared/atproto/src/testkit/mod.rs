//! Signed repositories made in memory, for tests: real trees, real signatures, no network.
//!
//! Everything here panics on misuse, as tests should. Enable it by the feature `testkit` among
//! a crate's dev-dependencies only.
#![allow(clippy::expect_used, reason = "a test that sets itself up wrongly is to stop at once")]

mod car;
mod repo;
mod service_token;
mod signer;
mod tree;

pub use car::{TestCar, flip_bit};
pub use repo::TestRepo;
pub use service_token::{sign_jws, sign_service_token};
pub use signer::{KeyKind, TestSigner};
