use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::text::{language_tag, single_line};

const MAX_ID_BYTES: usize = 512;
const MAX_WORD_BYTES: usize = 32;
const MAX_LABEL_BYTES: usize = 128;
/// The language of text whose language is not known (BCP 47).
const UNDETERMINED: &str = "und";

/// A track of captions (`place.stream.caption.defs#trackView`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptionTrack {
    /// What `getCaptions` calls it: opaque, of at most 512 bytes, without control characters.
    pub id: String,
    /// BCP 47; `und` when the node gives none.
    pub language: String,
    /// `captions` tell of sounds too, `subtitles` of words alone; one word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `auto` for recognised speech, `human`, `imported` or `ingest`; one word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its name for people: one line of at most 128 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A track of captions and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caption {
    /// Which track; in JSON its fields are the caption's own.
    #[serde(flatten)]
    pub track: CaptionTrack,
    /// The whole track as WebVTT.
    pub url: String,
}

impl CaptionTrack {
    /// The same with the address of its WebVTT.
    pub fn at(self, url: Url) -> Caption {
        Caption { track: self, url: url.into() }
    }

    /// Reads a `trackView`; `None` without an id that can be asked for.
    pub(crate) fn from_value(value: &Value) -> Option<CaptionTrack> {
        let text = |key| value.get(key).and_then(Value::as_str);
        let line = |key, max| text(key).map(|text| single_line(text, max)).filter(|text| !text.is_empty());
        let id = text("id").filter(|id| (1..=MAX_ID_BYTES).contains(&id.len()))?;
        (!id.contains(char::is_control)).then(|| CaptionTrack {
            id: id.to_owned(),
            language: text("language").and_then(language_tag).unwrap_or_else(|| UNDETERMINED.to_owned()),
            kind: line("kind", MAX_WORD_BYTES),
            source: line("source", MAX_WORD_BYTES),
            label: line("label", MAX_LABEL_BYTES),
        })
    }
}
