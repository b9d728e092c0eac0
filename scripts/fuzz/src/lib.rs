//! Fuzz targets, one for each parser of foreign bytes. Each is a function that takes the bytes, says whether they
//! were accepted, and panics when what was accepted breaks a promise of the crate that accepted it.
//!
//! `scripts/fuzz/run` lets libFuzzer look for such bytes; `cargo test` replays the seeds and small changes of them.

mod cron;
mod did_document;
mod fixture;
mod fmp4;
mod forged_proof;
mod host_request;
mod keyframe;
mod media_playlist;
mod module;
mod playlist;
mod playlist_rewrite;
mod proof;
mod release;
mod route;
mod secret;
mod service_auth;
mod tail_event;
mod task_id;
mod video;
mod wasm;

pub use cron::cron;
pub use did_document::did_document;
pub use fmp4::fmp4;
pub use forged_proof::forged_proof;
pub use host_request::host_request;
pub use keyframe::keyframe;
pub use media_playlist::media_playlist;
pub use module::module;
pub use playlist::playlist;
pub use playlist_rewrite::playlist_rewrite;
pub use proof::proof;
pub use release::release;
pub use route::route;
pub use secret::{sealed_secret, secret};
pub use service_auth::service_auth;
pub use tail_event::tail_event;
pub use task_id::task_id;
pub use video::{video, video_list};
pub use wasm::wasm;

/// A target: whether the bytes are accepted.
pub type Target = fn(&[u8]) -> bool;

/// Every target under the name of its binary and of its folder of seeds.
pub const TARGETS: [(&str, Target); 21] = [
    ("proof", proof),
    ("forged_proof", forged_proof),
    ("service_auth", service_auth),
    ("did_document", did_document),
    ("wasm", wasm),
    ("module", module),
    ("release", release),
    ("playlist", playlist),
    ("media_playlist", media_playlist),
    ("playlist_rewrite", playlist_rewrite),
    ("fmp4", fmp4),
    ("keyframe", keyframe),
    ("video", video),
    ("video_list", video_list),
    ("route", route),
    ("host_request", host_request),
    ("cron", cron),
    ("secret", secret),
    ("sealed_secret", sealed_secret),
    ("tail_event", tail_event),
    ("task_id", task_id),
];
