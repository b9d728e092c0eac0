//! at-run: write a serverless bundle in Rust, publish it on your PDS, run it anywhere.
//!
//! A bundle is one value. It says what it answers to and what it may reach, and its handlers are plain async
//! functions:
//!
//! ```
//! use at_run::{Bundle, Context, Json, Result};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize)]
//! struct Greet {
//!     who: String,
//! }
//!
//! #[derive(Serialize)]
//! struct Greeting {
//!     text: String,
//! }
//!
//! async fn greet(_ctx: Context, input: Greet) -> Result<Json<Greeting>> {
//!     Ok(Json(Greeting { text: format!("Hello, {}!", input.who) }))
//! }
//!
//! pub fn bundle() -> Bundle {
//!     Bundle::new("hello", "0.1.0").get("greet", greet)
//! }
//!
//! # use at_run::testing::Harness;
//! let answer = Harness::new(bundle()).get("greet?who=world");
//! assert_eq!(answer.json()["text"], "Hello, world!");
//! ```
//!
//! This crate knows no platform: it defines the ports ([`HttpPort`], …) that a runner fills. In a wasm crate
//! `at_run_edge::main!(bundle)` joins the two; natively [`testing`] does.

mod bundle;
mod context;
mod error;
mod http;
mod input;
mod response;
pub mod testing;

pub use bundle::{Bundle, Call, CallKind};
pub use context::{ConfigPort, Context, Log, Ports};
pub use error::{Error, Result};
pub use http::{Http, HttpError, HttpPort, HttpRequest, HttpResponse};
pub use response::{Cache, IntoResponse, Json, Response};
pub use streamhut_release::{Limits, Manifest, Method};
