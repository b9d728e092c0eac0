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
//! # What a handler has
//!
//! | | |
//! |---|---|
//! | [`ctx.http()`](Context::http) | requests to the hosts that the release declares, each with a deadline and a size cap |
//! | [`ctx.websocket()`](Context::websocket) | WebSockets to the same hosts |
//! | [`ctx.blobs()`](Context::blobs) | storage of the bundle's own, with ranges, conditions and a quota |
//! | [`ctx.cache()`](Context::cache) | what is worth keeping for a while |
//! | [`ctx.single_flight()`](Context::single_flight) | costly work, done by one call while the others wait for it |
//! | [`ctx.tasks()`](Context::tasks) | work in the background |
//! | [`ctx.call()`](Context::call) | other bundles |
//! | [`ctx.secret()`](Context::secret), [`ctx.config()`](Context::config) | what the author keeps to himself, and what the operator sets |
//! | [`ctx.log()`](Context::log), [`ctx.now()`](Context::now), [`ctx.header()`](Context::header) | the log, the time, the request |
//!
//! What it returns is an [`IntoResponse`]; an [`Error`] goes out as `{"error", "message"}` with its status.
//!
//! # Three places
//!
//! This crate knows no platform: it defines the [ports](Ports) that a platform fills. In a wasm crate
//! `at_run_edge::main!(bundle)` joins the two, loaded by a runner or deployed alone; natively [`testing`] does, and
//! a bundle is tested without a network, a server, or a clock that runs by itself.

mod blob;
mod blobs;
mod body;
mod bundle;
mod cache_control;
mod cache_store;
mod call;
mod context;
mod dispatch;
mod error;
mod etag;
mod http;
mod input;
mod into_response;
mod log;
mod manifest;
mod memory;
mod other_bundle;
mod outcome;
mod port;
mod response;
mod secret;
mod single_flight;
mod socket;
mod task;
mod tasks;
pub mod testing;

pub use blob::{Blob, BlobError, BlobInfo, BlobPage, MAX_KEY_BYTES, Put, PutCondition, check_key};
pub use blobs::{Blobs, MAX_PAGE};
pub use body::{Body, BodyError, BodyParts, Pieces, PlatformBody};
pub use bundle::Bundle;
pub use cache_control::Cache;
pub use cache_store::CacheStore;
pub use call::{ATTEMPT, BASE, Call, CallKind, REQUEST_ID};
pub use context::Context;
pub use error::{Error, Result};
pub use http::{Http, HttpError, HttpPort, HttpRequest, HttpResponse, HttpStream, RawResponse};
pub use input::NoInput;
pub use into_response::{IntoResponse, Json};
pub use log::Log;
pub use manifest::ManifestError;
pub use memory::Memory;
pub use other_bundle::{CallError, OtherBundle};
pub use outcome::Outcome;
pub use port::{
    BlobsPort, CachePort, CallsPort, Lease, LeasePort, Message, Named, Ports, SocketPort, TasksPort,
    WebSocketPort,
};
pub use response::Response;
pub use secret::Secret;
pub use single_flight::SingleFlight;
pub use socket::{SocketError, SocketRequest, WebSocket};
pub use streamhut_outbound::{
    ByteRange, Incomplete, Limits as HttpLimits, Method as HttpMethod, Part, RangeError,
    Request as RawRequest,
};
pub use streamhut_release::{Limits, Manifest, Method};
pub use task::{TaskState, TaskStatus};
pub use tasks::{MAX_TASK_INPUT, Tasks};
