//! The bundle `probe`: an endpoint for each thing that a bundle can reach, so that tests can pull at all of it.

mod body;
mod elsewhere;
mod storage;
mod values;
mod work;

use at_run::Bundle;

/// Settings of this bundle.
mod setting {
    /// The one origin that it may ask.
    pub(crate) const STAGE_URL: &str = "STAGE_URL";
    /// Asked by each run of the job `tick`, when it is set.
    pub(crate) const TICK_URL: &str = "TICK_URL";
    /// The URL of a bundle that it may call.
    pub(crate) const OTHER: &str = "OTHER";
}

/// A secret of this bundle.
const PROBE_SECRET: &str = "PROBE_SECRET";

/// Most bytes that it may keep: few, so that a test can pass them.
const MAX_BLOB_BYTES: u64 = 1 << 20;

/// The bundle.
pub fn bundle() -> Bundle {
    Bundle::new("probe", env!("CARGO_PKG_VERSION"))
        .net(["config:STAGE_URL"])
        .bundles(["config:OTHER"])
        .blobs(MAX_BLOB_BYTES)
        .config([setting::STAGE_URL, setting::TICK_URL, setting::OTHER])
        .secrets([PROBE_SECRET])
        .limits(10_000, 200)
        .post("blobPut", storage::blob_put)
        .get("blobGet", storage::blob_get)
        .get("blobHead", storage::blob_head)
        .get("blobRead", storage::blob_read)
        .post("blobDelete", storage::blob_delete)
        .get("blobList", storage::blob_list)
        .post("cachePut", storage::cache_put)
        .get("cacheGet", storage::cache_get)
        .post("cacheDelete", storage::cache_delete)
        .get("flight", work::flight)
        .post("enqueue", work::enqueue)
        .get("taskStatus", work::task_status)
        .task("count", 2, 2, work::count)
        .job("tick", "* * * * *", work::tick)
        .get("fetch", elsewhere::fetch)
        .get("pass", elsewhere::pass)
        .get("socket", elsewhere::socket)
        .get("call", elsewhere::call)
        .post("callPost", elsewhere::call_post)
        .get("stream", body::stream)
        .get("broken", body::broken)
        .get("status", body::status)
        .get("secret", values::secret)
        .get("config", values::config)
        .get("echo", values::echo)
        .post("echo", values::echo_body)
        .get("log", values::log)
        .get("panic", values::panic)
}

#[cfg(target_arch = "wasm32")]
at_run_edge::main!(bundle);
