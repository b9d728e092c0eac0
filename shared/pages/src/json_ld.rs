//! Structured data inside a page.

use serde_json::Value;

/// JSON that no parser of HTML finds a tag, a comment or an entity in.
pub(crate) fn script_text(value: &Value) -> String {
    // In JSON these characters stand inside strings only, where the escape means the same.
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bad_input_25_any_text_stays_inside_its_script(text in "(</script>|<!--|-->|]]>|&lt;|.){0,20}") {
            let value = serde_json::json!({ "name": text });
            let written = script_text(&value);
            prop_assert!(!written.contains(['<', '>', '&']));
            prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
        }
    }
}
