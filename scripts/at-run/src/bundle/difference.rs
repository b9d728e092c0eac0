//! Whether two JSON values say the same, and where not.

use serde_json::Value;

use crate::fault::Fault;

/// Refuses a built module that reports another manifest than its source.
pub fn refuse(built: &Value, source: &Value) -> Result<(), Fault> {
    match first(built, source) {
        None => Ok(()),
        Some((at, built, source_says)) => Err(Fault::ManifestDiffers { at, built, source_says }),
    }
}

/// The first place where two values differ: a JSON pointer, and what either has there.
pub fn first(a: &Value, b: &Value) -> Option<(String, String, String)> {
    below(a, b, String::new())
}

fn below(a: &Value, b: &Value, at: String) -> Option<(String, String, String)> {
    match (a, b) {
        (Value::Object(left), Value::Object(right)) => {
            let keys = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key)));
            keys.into_iter().find_map(|key| step(left.get(key), right.get(key), format!("{at}/{key}")))
        }
        (Value::Array(left), Value::Array(right)) => (0..left.len().max(right.len()))
            .find_map(|index| step(left.get(index), right.get(index), format!("{at}/{index}"))),
        _ if a == b => None,
        _ => Some((at, a.to_string(), b.to_string())),
    }
}

fn step(a: Option<&Value>, b: Option<&Value>, at: String) -> Option<(String, String, String)> {
    match (a, b) {
        (Some(a), Some(b)) => below(a, b, at),
        (None, None) => None,
        (a, b) => {
            let text = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
            Some((at, text(a), text(b)))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let table = [
            (json!({"a": [1, {"b": 2}]}), json!({"a": [1, {"b": 2}]}), None),
            (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}), None),
            (json!({"a": [1, {"b": 2}]}), json!({"a": [1, {"b": 3}]}), Some(("/a/1/b", "2", "3"))),
            (json!({"a": [1]}), json!({"a": [1, 2]}), Some(("/a/1", "nothing", "2"))),
            (json!({"a": 1}), json!({}), Some(("/a", "1", "nothing"))),
            (json!({"v": "0.1.0"}), json!({"v": "0.2.0"}), Some(("/v", "\"0.1.0\"", "\"0.2.0\""))),
            (json!([]), json!({}), Some(("", "[]", "{}"))),
        ];
        for (built, source, expect) in table {
            let found = first(&built, &source);
            let found = found.as_ref().map(|(at, a, b)| (at.as_str(), a.as_str(), b.as_str()));
            assert_eq!(found, expect, "{built} and {source}");
        }
    }
}
