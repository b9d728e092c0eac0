//! Names that a bundle and its crate can both have.

use streamhut_release::{BundleName, NameError};

/// A bundle's name that is also its crate's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrateName(String);

const RULE: &str = "it names a crate too: a letter first, a letter or digit last, no word of Rust, and no crate that a bundle uses";

/// Words of Rust (The Rust Reference, "Keywords"), crates of its own, crates and programs of a bundle.
const TAKEN: &str = "abstract as async await become box break const continue crate do dyn else enum extern false final fn \
                     for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct \
                     super trait true try type typeof unsafe unsized use virtual where while yield \
                     alloc core proc-macro std test \
                     at-run at-run-edge js-sys manifest serde serde-json wasm-bindgen web-sys worker";

impl CrateName {
    /// Takes a bundle's name that can name a crate.
    ///
    /// # Errors
    /// `NameError` with the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let _: BundleName = text.parse()?;
        let plain = text.starts_with(|c: char| c.is_ascii_lowercase()) && !text.ends_with('-');
        if plain && !TAKEN.split_whitespace().any(|word| word == text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError {
                kind: "name for a new bundle",
                value: text.chars().take(96).collect(),
                rule: RULE,
            })
        }
    }

    /// As records and URLs have it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As Rust has it: with `_` for `-`.
    pub fn identifier(&self) -> String {
        self.as_str().replace('-', "_")
    }
}

impl std::fmt::Display for CrateName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (text, rule) in [
            ("hello", None),
            ("a", None),
            ("my-bundle-2", None),
            ("", Some("1 to 64")),
            ("Hello", Some("1 to 64")),
            ("my_bundle", Some("1 to 64")),
            ("../x", Some("1 to 64")),
            (&"a".repeat(65), Some("1 to 64")),
            ("2fast", Some("a letter first")),
            ("-x", Some("a letter first")),
            ("x-", Some("a letter first")),
            ("match", Some("no word of Rust")),
            ("test", Some("no word of Rust")),
            ("serde-json", Some("no crate that a bundle uses")),
            ("worker", Some("no crate that a bundle uses")),
        ] {
            let refused = CrateName::parse(text).err().map(|error| error.to_string());
            match (refused, rule) {
                (None, None) => {}
                (Some(message), Some(rule)) => assert!(message.contains(rule), "{text}: {message}"),
                (refused, _) => panic!("{text}: {refused:?}"),
            }
        }
        assert_eq!(CrateName::parse("my-bundle-2").unwrap().identifier(), "my_bundle_2");
    }
}
