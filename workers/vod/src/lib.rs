//! The bundle `atmosphereconf-vod`.

use at_run::{Bundle, Context, Json, Result};
use serde::Deserialize;

#[derive(Deserialize)]
struct Nothing {}

async fn list_videos(ctx: Context, _: Nothing) -> Result<Json<String>> {
    Ok(Json(ctx.now().to_string()))
}

/// The bundle.
pub fn bundle() -> Bundle {
    Bundle::new("atmosphereconf-vod", env!("CARGO_PKG_VERSION")).get("listVideos", list_videos)
}

#[cfg(target_arch = "wasm32")]
at_run_edge::main!(bundle);
