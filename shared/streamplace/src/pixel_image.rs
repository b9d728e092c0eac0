use serde::Deserialize;
use serde_json::Value;
use streamhut_atproto::BlobRef;

/// SVG is left out: it can hold script.
const PIXELS: [&str; 5] = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];

/// A blob that is, by its own word, a picture of pixels such as every browser shows.
pub(crate) fn pixel_image(value: &Value) -> Option<BlobRef> {
    BlobRef::deserialize(value).ok().filter(|blob| PIXELS.contains(&blob.mime_type.as_str()))
}
