//! The bundle `atmosphereconf-vod`: lists the videos of a Streamplace node and plays them.

mod list_videos;
mod playlist;
mod upstream;
mod video;

use at_run::Bundle;

/// Settings of this bundle.
mod setting {
    /// The Streamplace node to ask; `https://stream.place` unless set.
    pub(crate) const STREAMPLACE_URL: &str = "STREAMPLACE_URL";
}

/// The bundle.
pub fn bundle() -> Bundle {
    Bundle::new("atmosphereconf-vod", env!("CARGO_PKG_VERSION"))
        .net(["stream.place", "config:STREAMPLACE_URL"])
        .config([setting::STREAMPLACE_URL])
        .limits(1_000, 20)
        .get("listVideos", list_videos::list_videos)
        .get("getVideo", video::get_video)
        .post("getVideo", video::get_video)
        .get("getPlaylist", playlist::get_playlist)
}

#[cfg(target_arch = "wasm32")]
at_run_edge::main!(bundle);
