//! The bundle `streamhut-appview`: an index of creators' videos in libSQL, current and searchable.

mod auth;
mod creators;
mod database;
mod init;
mod live;
mod method;
pub mod nsid;
mod setting;
mod stats;
mod sync;
mod videos;

use at_run::Bundle;

/// The bundle.
pub fn bundle() -> Bundle {
    Bundle::new("streamhut-appview", env!("CARGO_PKG_VERSION"))
        // A creator's repo lies on their PDS, which may be anywhere.
        .net(
            ["*", "config:TURSO_URL", "config:STREAM_URL", "config:RELAY_URL"]
                .into_iter()
                .chain(streamhut_accounts::setting::HOSTS),
        )
        .config(setting::ALL.into_iter().chain(streamhut_accounts::setting::ALL))
        .secrets([setting::TURSO_AUTH_TOKEN, setting::OPERATOR_TOKEN])
        // A repo of a hundred thousand records is a thousand pages, each with statements of its own.
        .limits(30_000, 10_000)
        .get("listVideos", videos::list_videos)
        .get("getVideo", videos::get_video)
        .get("listCreators", creators::list_creators)
        .get("getStats", stats::get_stats)
        .post("init", init::init)
        .post("registerCreator", creators::register_creator)
        .post("unregisterCreator", creators::unregister_creator)
        .post("triggerSync", sync::trigger_sync)
        .task("sync", 1, 2, sync::sync_task)
        .job("syncAllCreators", "*/15 * * * *", sync::sync_all_creators)
        .job("followStream", "* * * * *", live::follow_stream)
        .job("discoverCreators", "7 * * * *", live::discover_creators)
}

#[cfg(target_arch = "wasm32")]
at_run_edge::main!(bundle);
