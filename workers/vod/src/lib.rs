//! The bundle `atmosphereconf-vod`: lists the videos of a Streamplace node, plays them and makes their pictures.

mod list_videos;
mod pictures;
mod playlist;
mod upstream;
mod video;

use at_run::Bundle;

/// Settings of this bundle.
mod setting {
    /// The Streamplace node to ask; `https://stream.place` unless set.
    pub(crate) const STREAMPLACE_URL: &str = "STREAMPLACE_URL";
    /// The directory of did:plc; `https://plc.directory` unless set.
    pub(crate) const PLC_URL: &str = "PLC_URL";
    /// A PDS that is no public host, on a network of one's own.
    pub(crate) const PDS_URL: &str = "PDS_URL";
    /// Bytes of pictures from which on the oldest go.
    pub(crate) const PICTURES_BYTES: &str = "PICTURES_BYTES";
}

/// The bundle.
pub fn bundle() -> Bundle {
    Bundle::new("atmosphereconf-vod", env!("CARGO_PKG_VERSION"))
        // A creator's own thumbnail lies on their PDS, which may be anywhere.
        .net(["*", "config:STREAMPLACE_URL", "config:PLC_URL", "config:PDS_URL"])
        .config([setting::STREAMPLACE_URL, setting::PLC_URL, setting::PDS_URL, setting::PICTURES_BYTES])
        .blobs(10 << 30)
        .limits(15_000, 400)
        .get("listVideos", list_videos::list_videos)
        .get("getVideo", video::get_video)
        .post("getVideo", video::get_video)
        .get("getPlaylist", playlist::get_playlist)
        .get("getThumbnail", pictures::get_thumbnail)
        .get("getSprite", pictures::get_sprite)
        .get("getVtt", pictures::get_vtt)
        .get("getShareImage", pictures::get_share_image)
        .get("isMetadataReady", pictures::is_metadata_ready)
        .post("batchMetadataReady", pictures::batch_metadata_ready)
        .task("pictures", 2, 4, pictures::pictures)
        .task("storyboard", 2, 4, pictures::storyboard)
        .job("syncAndProcessVideos", "*/10 * * * *", pictures::sync_and_process_videos)
}

#[cfg(target_arch = "wasm32")]
at_run_edge::main!(bundle);
