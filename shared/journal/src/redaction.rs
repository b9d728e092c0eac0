//! Secrets don't get into a log, not even when a bundle prints them.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};

/// Fewest bytes of a value that is looked for: a shorter one is in every text.
const MIN_BYTES: usize = 4;

/// The values that are taken out of what a bundle writes.
#[derive(Clone, Default)]
pub struct Redaction(Vec<(String, String)>);

/// Without the values.
impl std::fmt::Debug for Redaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redaction").field("values", &self.0.len()).finish_non_exhaustive()
    }
}

impl Redaction {
    /// Of secrets by their names, each in the spellings that it is likely to be printed in: as it is, each of its lines,
    /// as JSON and `{:?}` have it, percent-encoded, and in base64, also as the password of Basic credentials without
    /// a name.
    pub fn of<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut values = Vec::new();
        for (name, value) in secrets {
            let shown = format!("[{name}]");
            let mut add = |text: &str| {
                if text.trim().len() >= MIN_BYTES {
                    values.push((text.trim().to_owned(), shown.clone()));
                }
            };
            add(value);
            value.lines().for_each(&mut add);
            add(serde_json::to_string(value).unwrap_or_default().trim_matches('"'));
            add(format!("{value:?}").trim_matches('"'));
            add(&percent_encoded(value));
            for bytes in [value.to_owned(), format!(":{value}")] {
                add(&STANDARD.encode(&bytes));
                add(&STANDARD_NO_PAD.encode(&bytes));
                add(&URL_SAFE.encode(&bytes));
                add(&URL_SAFE_NO_PAD.encode(&bytes));
            }
        }
        // The longest first: what holds another is taken out whole.
        values.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        values.dedup();
        Self(values)
    }

    /// Reads pairs of name and value, as JSON; what isn't that hides nothing.
    pub fn parse(json: &str) -> Self {
        let pairs: Vec<(String, String)> = serde_json::from_str(json).unwrap_or_default();
        Self::of(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The text with the name of a secret in brackets wherever its value stood.
    pub fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (value, shown) in &self.0 {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), shown);
            }
        }
        text
    }
}

/// As `encodeURIComponent` spells it.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_37_a_secret_is_taken_out_in_every_usual_spelling() {
        let secret = "p/ss \"wörd\"+1";
        let redaction = Redaction::of([("TOKEN", secret), ("TINY", "abc"), ("EMPTY", "")]);
        let spellings = [
            format!("value {secret}!"),
            format!("debug {secret:?}"),
            serde_json::json!({"token": secret}).to_string(),
            format!("https://h/?t={}", percent_encoded(secret)),
            format!("Basic {}", STANDARD.encode(secret)),
            format!("Basic {}", STANDARD.encode(format!(":{secret}"))),
            format!("jwt {}", URL_SAFE_NO_PAD.encode(secret)),
        ];
        for text in spellings {
            let redacted = redaction.apply(&text);
            assert!(redacted.contains("[TOKEN]"), "{text} → {redacted}");
            assert!(!redacted.contains("wörd") && !redacted.contains(&percent_encoded("wörd")), "{redacted}");
        }
        assert_eq!(redaction.apply("abc, nothing"), "abc, nothing");
        assert!(!format!("{redaction:?}").contains("wörd"));
    }

    #[test]
    fn bad_input_37_each_line_of_a_secret_is_one() {
        let redaction = Redaction::of([("KEY", "-----BEGIN-----\nMC4CAQAwBQYDK2Vw\n")]);
        assert_eq!(redaction.apply("-----BEGIN-----"), "[KEY]");
        assert_eq!(redaction.apply("line MC4CAQAwBQYDK2Vw."), "line [KEY].");
    }

    #[test]
    fn a_secret_that_holds_another_is_taken_out_whole() {
        let redaction = Redaction::of([("SHORT", "hunter2"), ("LONG", "hunter2-and-more")]);
        assert_eq!(redaction.apply("hunter2-and-more, hunter2"), "[LONG], [SHORT]");
    }

    #[test]
    fn what_was_written_as_json_is_read() {
        let redaction = Redaction::parse(r#"[["TOKEN", "secret-value"]]"#);
        assert_eq!(redaction.apply("secret-value"), "[TOKEN]");
        assert_eq!(Redaction::parse("nonsense").apply("secret-value"), "secret-value");
    }
}
