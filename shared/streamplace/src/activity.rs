use serde_json::Value;

use crate::text::single_line;

const MAX_ACTIVITY_BYTES: usize = 256;

/// What is done in a video, from the union `activity` of its record: a game's name, or a label such as
/// `software_dev` as the words that it stands for. One line, never empty.
pub(crate) fn activity(value: &Value) -> Option<String> {
    let line = |key| value.get(key).and_then(Value::as_str).map(|text| single_line(text, MAX_ACTIVITY_BYTES));
    let words = line("name").or_else(|| line("label").map(|label| label.replace('_', " ").trim().to_owned()));
    words.filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn games_and_labels() {
        let check = |value: Value, expect: Option<&str>| {
            assert_eq!(activity(&value).as_deref(), expect, "{value}");
        };
        check(
            json!({"$type": "place.stream.defs#activityLabel", "label": "software_dev"}),
            Some("software dev"),
        );
        check(json!({"$type": "place.stream.defs#activityLabel", "label": "music"}), Some("music"));
        check(
            json!({"$type": "place.stream.defs#activityGame", "uri": "at://x", "name": " Go\n9x9"}),
            Some("Go 9x9"),
        );
        check(json!({"label": "é".repeat(999)}), Some(&"é".repeat(128)));
        for value in [
            json!({"uri": "at://x"}),
            json!({"label": 1}),
            json!({"label": "_\0_"}),
            json!("music"),
            json!([]),
        ] {
            check(value, None);
        }
    }
}
