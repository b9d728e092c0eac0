use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::nsid;
use crate::text::{paragraphs, single_line};

const MAX_NAME_BYTES: usize = 640;
const MAX_NOTICE_BYTES: usize = 2560;

/// Whose a video is, and what others may do with it (`place.stream.metadata.contentRights`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentRights {
    /// The creator's name: one line of at most 640 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// Several lines of at most 2560 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copyright_notice: Option<String>,
    /// From 1 to 9999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copyright_year: Option<u16>,
    /// One line of at most 640 bytes: `CC-BY-4.0` and the like where upstream has a token for the licence,
    /// `All rights reserved`, or a URL or identifier as the record gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// One line of at most 640 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_line: Option<String>,
}

impl ContentRights {
    /// Reads `contentRights` of a record; `None` when nothing is said.
    pub(crate) fn from_value(value: &Value) -> Option<ContentRights> {
        let text = |key| value.get(key).and_then(Value::as_str);
        let line =
            |key| text(key).map(|text| single_line(text, MAX_NAME_BYTES)).filter(|text| !text.is_empty());
        let year = value.get("copyrightYear").and_then(Value::as_u64);
        let rights = ContentRights {
            creator: line("creator"),
            copyright_notice: text("copyrightNotice")
                .map(|text| paragraphs(text, MAX_NOTICE_BYTES))
                .filter(|text| !text.is_empty()),
            copyright_year: year
                .filter(|year| (1..=9999).contains(year))
                .and_then(|year| year.try_into().ok()),
            license: line("license").map(license),
            credit_line: line("creditLine"),
        };
        (rights != ContentRights::default()).then_some(rights)
    }
}

/// Upstream's tokens, such as `cc-by-sa_4__0`, by the names that SPDX has for them.
fn license(line: String) -> String {
    let token = line.strip_prefix(nsid::PLACE_STREAM_METADATA_CONTENT_RIGHTS);
    let token = token.and_then(|token| token.strip_prefix('#')).unwrap_or(&line);
    if token == "all-rights-reserved" {
        return "All rights reserved".to_owned();
    }
    match token.split_once('_').and_then(|(name, version)| Some((name, version.split_once("__")?))) {
        Some((name, (major, minor))) if name.starts_with("cc") => {
            format!("{}-{major}.{minor}", name.to_ascii_uppercase())
        }
        _ => token.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn licences() {
        let check = |text: &str, expect: &str| {
            let rights = ContentRights::from_value(&json!({"license": text}));
            assert_eq!(rights.and_then(|rights| rights.license).as_deref(), Some(expect), "{text}");
        };
        check("place.stream.metadata.contentRights#all-rights-reserved", "All rights reserved");
        check("place.stream.metadata.contentRights#cc0_1__0", "CC0-1.0");
        check("place.stream.metadata.contentRights#cc-by_4__0", "CC-BY-4.0");
        check("place.stream.metadata.contentRights#cc-by-nc-sa_4__0", "CC-BY-NC-SA-4.0");
        check("cc-by_4__0", "CC-BY-4.0");
        check("CC-BY-4.0", "CC-BY-4.0");
        check("place.stream.metadata.contentRights#own_1", "own_1");
        check(
            "https://creativecommons.org/licenses/by/4.0/#x",
            "https://creativecommons.org/licenses/by/4.0/#x",
        );
        check(" my\nown ", "my own");
    }

    #[test]
    fn every_field_is_bounded_and_none_needed() {
        let rights = json!({
            "creator": "\0Aurora\n", "copyrightNotice": "© 2026\r\nAurora", "copyrightYear": 2026,
            "license": "MIT", "creditLine": "x".repeat(5000),
        });
        assert_eq!(
            json!(ContentRights::from_value(&rights)),
            json!({
                "creator": "Aurora", "copyrightNotice": "© 2026\nAurora", "copyrightYear": 2026,
                "license": "MIT", "creditLine": "x".repeat(640),
            })
        );
        for nothing in [
            json!({}),
            json!([]),
            json!("x"),
            json!({"creator": 1, "license": "", "copyrightYear": "2026", "creditLine": "\0"}),
            json!({"copyrightYear": 0}),
            json!({"copyrightYear": 10_000}),
        ] {
            assert_eq!(ContentRights::from_value(&nothing), None, "{nothing}");
        }
    }
}
