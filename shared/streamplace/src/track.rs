use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text::{language_tag, single_line};

const MAX_WORD_BYTES: usize = 64;
/// More frames per second than any video has.
const MAX_FRAME_RATE: f64 = 1000.0;

/// A track of a video: its picture, its sound, or text. What the record doesn't tell is `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
    /// Its number in the media, `1` being the first, as the parameter `track` of a playlist names it.
    pub id: String,
    /// `video`, `audio` or `text`; a word in any case.
    pub kind: String,
    /// Such as `h264` or `opus`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Frames per second, to three decimals; at most 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// Of audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<u32>,
    /// Of audio, per second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<u32>,
    /// BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

impl Track {
    /// Reads a `trackView`, the record of a track in its envelope; `None` without the track's id and kind.
    pub(crate) fn from_view(view: &Value) -> Option<Track> {
        let record = view.get("record")?;
        let (track, metadata) = (record.get("track")?, record.get("metadata"));
        let about = |key| metadata.and_then(|metadata| metadata.get(key));
        let (picture, sound) = (about("video"), about("audio"));
        let kind = match word(track.get("mediaType")) {
            Some(kind) => kind,
            None => picture.map(|_| "video").or(sound.map(|_| "audio"))?.to_owned(),
        };
        let codec = if kind == "audio" { sound } else { picture };
        let language = about("language").or(track.get("language")).and_then(Value::as_str);
        Some(Track {
            id: word(track.get("trackId"))?,
            codec: word(codec.and_then(|about| about.get("codec"))),
            kind,
            width: number(picture, "width"),
            height: number(picture, "height"),
            frame_rate: picture.and_then(|about| about.get("framerate")).and_then(frame_rate),
            channels: number(sound, "channels"),
            sample_rate: number(sound, "rate"),
            language: language.and_then(language_tag),
            duration_ms: about("durationMs").and_then(Value::as_u64).filter(|ms| *ms > 0),
        })
    }
}

/// A string of one line, or a number for one.
fn word(value: Option<&Value>) -> Option<String> {
    let word = match value? {
        Value::String(text) => single_line(text, MAX_WORD_BYTES),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!word.is_empty()).then_some(word)
}

fn number(part: Option<&Value>, key: &str) -> Option<u32> {
    let number = part?.get(key)?.as_u64()?;
    u32::try_from(number).ok().filter(|number| *number > 0)
}

fn frame_rate(fraction: &Value) -> Option<f64> {
    let part = |key| fraction.get(key).and_then(Value::as_u64);
    let rate = part("num")? as f64 / part("den")? as f64;
    let rate = (rate * 1000.0).round() / 1000.0;
    (rate > 0.0 && rate <= MAX_FRAME_RATE).then_some(rate)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(track: Value, metadata: Value) -> Value {
        json!(Track::from_view(&json!({"uri": "at://x", "record": {"track": track, "metadata": metadata}})))
    }

    #[test]
    fn picture_and_sound() {
        let picture = json!({
            "$type": "place.stream.media.track#commonMetadata", "durationMs": 20_000,
            "video": {"codec": "h264", "width": 1920, "height": 1080, "framerate": {"num": 30_000, "den": 1001}, "bframes": true},
        });
        assert_eq!(
            read(json!({"trackId": "1", "mediaType": "video", "blob": "b"}), picture),
            json!({"id": "1", "kind": "video", "codec": "h264", "width": 1920, "height": 1080, "frameRate": 29.97, "durationMs": 20_000})
        );
        let sound = json!({"language": "en", "audio": {"codec": "opus", "rate": 48_000, "channels": 2}});
        let expect = json!({"id": "2", "kind": "audio", "codec": "opus", "channels": 2, "sampleRate": 48_000, "language": "en"});
        assert_eq!(read(json!({"trackId": 2, "language": "de"}), sound.clone()), expect);
        assert_eq!(read(json!({"trackId": 2, "mediaType": "audio"}), sound), expect);
        assert_eq!(
            read(json!({"trackId": "3", "mediaType": "text", "language": "pt-BR"}), json!(null)),
            json!({"id": "3", "kind": "text", "language": "pt-BR"})
        );
    }

    #[test]
    fn bad_input_27_wrong_types_cost_their_field_and_a_track_needs_id_and_kind() {
        let metadata = json!({
            "language": "no language", "durationMs": -1, "audio": "x",
            "video": {"codec": [], "width": -5, "height": 1e9, "framerate": {"num": 1, "den": 0}},
        });
        assert_eq!(
            read(json!({"trackId": "1", "mediaType": "video"}), metadata),
            json!({"id": "1", "kind": "video"})
        );
        for track in [
            json!({}),
            json!([]),
            json!({"trackId": "1"}),
            json!({"mediaType": "video"}),
            json!({"trackId": "\0", "mediaType": "video"}),
        ] {
            assert_eq!(read(track, json!(null)), json!(null));
        }
        for view in [json!(null), json!({}), json!({"record": 1}), json!({"record": {"track": null}})] {
            assert_eq!(Track::from_view(&view), None);
        }
    }

    #[test]
    fn frame_rates() {
        for (num, den, expect) in [
            (json!(60), json!(1), Some(60.0)),
            (json!(0), json!(1), None),
            (json!(u64::MAX), json!(1), None),
            (json!(1), json!(u64::MAX), None),
            (json!("60"), json!(1), None),
        ] {
            assert_eq!(frame_rate(&json!({"num": num, "den": den})), expect, "{num}/{den}");
        }
    }
}
