//! The bundle `atmosphereconf-vod`: lists the videos of a Streamplace node, plays them and makes their pictures.

mod catalogue;
mod comments;
mod list;
mod pictures;
mod playlist;
mod profile;
mod setting;
mod share;
mod upstream;
mod video;

use at_run::Bundle;

/// The bundle.
pub fn bundle() -> Bundle {
    Bundle::new("atmosphereconf-vod", env!("CARGO_PKG_VERSION"))
        // A creator's repo lies on their PDS, which may be anywhere.
        .net(setting::HOSTS)
        .config(setting::ALL)
        // On the same runner its address leads inside, where it is a bundle and no host.
        .bundles(["config:APPVIEW_URL"])
        .blobs(10 << 30)
        .limits(15_000, 400)
        .get("listVideos", list::list_videos)
        .get("getVideo", video::get_video)
        .post("getVideo", video::get_video)
        .get("getComments", comments::get_comments)
        .post("getComments", comments::get_comments)
        .get("getVideoStreams", playlist::get_video_streams)
        .post("getVideoStreams", playlist::get_video_streams)
        .get("getPlaylist", playlist::get_playlist)
        .get("getThumbnail", pictures::get_thumbnail)
        .get("getSprite", pictures::get_sprite)
        .get("getVtt", pictures::get_vtt)
        .get("getShareImage", pictures::get_share_image)
        .get("isMetadataReady", pictures::is_metadata_ready)
        .get("batchMetadataReady", pictures::batch_metadata_ready)
        .post("batchMetadataReady", pictures::batch_metadata_ready)
        .get("getProfile", profile::get_profile)
        .get("batchProfiles", profile::batch_profiles)
        .post("batchProfiles", profile::batch_profiles)
        .get("shareVideo", share::share_video)
        .get("shareCreator", share::share_creator)
        .get("getShareHead", share::get_share_head)
        .get("embed", share::embed)
        .get("oembed", share::oembed)
        .get("rss", share::rss)
        .get("sitemap", share::sitemap)
        .task("pictures", 2, 4, pictures::pictures)
        .task("storyboard", 2, 4, pictures::storyboard)
        .job("syncAndProcessVideos", "*/10 * * * *", pictures::sync_and_process_videos)
}

#[cfg(target_arch = "wasm32")]
at_run_edge::main!(bundle);
