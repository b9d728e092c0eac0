//! Names, versions and channels, as they stand in URLs and record keys.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name that breaks its grammar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a {kind}: {rule}")]
pub struct NameError {
    /// What it should have been.
    pub kind: &'static str,
    /// The refused text, cut to a line.
    pub value: String,
    /// The grammar, in words.
    pub rule: &'static str,
}

fn error(kind: &'static str, value: &str, rule: &'static str) -> NameError {
    NameError { kind, value: value.chars().take(96).collect(), rule }
}

/// A bundle's name: `[a-z0-9-]{1,64}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleName(String);

impl FromStr for BundleName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if is_slug(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(error("bundle name", text, "1 to 64 of a-z, 0-9 and -"))
        }
    }
}

/// A release's version: semantic, without build part, at most 64 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(semver::Version);

impl FromStr for Version {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let bad = || error("version", text, "major.minor.patch with an optional -pre-release, and no +build");
        let version = semver::Version::parse(text).map_err(|_| bad())?;
        if version.build.is_empty() && text.len() <= 64 { Ok(Self(version)) } else { Err(bad()) }
    }
}

/// A channel's name: `[a-z][a-z0-9-]{0,63}`, so that none can be taken for a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel(String);

impl FromStr for Channel {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if is_slug(text) && text.starts_with(|c: char| c.is_ascii_lowercase()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(error("channel", text, "a letter, then up to 63 of a-z, 0-9 and -"))
        }
    }
}

/// The version part of a bundle's URL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// Exactly this release.
    Exact(Version),
    /// Whatever the channel points at.
    Channel(Channel),
}

impl FromStr for Selector {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            text.parse().map(Self::Exact)
        } else {
            text.parse().map(Self::Channel)
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(version) => version.fmt(f),
            Self::Channel(channel) => channel.fmt(f),
        }
    }
}

fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether the text can name an endpoint, job or task: a letter, then up to 63 letters and digits.
pub fn is_endpoint_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether the text can name a setting or a secret: `[A-Z][A-Z0-9_]{0,63}`.
pub fn is_config_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

macro_rules! text_form {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

text_form!(BundleName, Version, Channel);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors() {
        let exact = |text: &str| Ok(Selector::Exact(text.parse().unwrap()));
        assert_eq!("1.2.3".parse(), exact("1.2.3"));
        assert_eq!("1.2.3-rc.1".parse(), exact("1.2.3-rc.1"));
        assert_eq!("latest".parse(), Ok(Selector::Channel("latest".parse().unwrap())));
        for bad in [
            "",
            "1",
            "1.2",
            "v1.2.3",
            "1.2.3+build",
            "01.2.3",
            "Latest",
            "LATEST",
            "..",
            "la test",
            "é",
            "1.2.3/x",
            "-x",
        ] {
            // `v1.2.3` has a dot, which no channel has.
            assert!(bad.parse::<Selector>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names() {
        for good in ["a", "atmosphereconf-vod", "0", &"a".repeat(64)] {
            assert_eq!(good.parse::<BundleName>().map(|n| n.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "A", "a_b", "a.b", "a:b", "a/b", &"a".repeat(65)] {
            assert!(bad.parse::<BundleName>().is_err(), "{bad:?}");
        }
        assert!(
            is_endpoint_name("listVideos")
                && !is_endpoint_name("list-videos")
                && !is_endpoint_name("1x")
                && !is_endpoint_name("")
        );
        assert!(is_config_name("TURSO_URL") && is_config_name("X9"));
        for bad in ["", "turso", "_X", "9X", "X-Y", "X Y", "Xy", "X=Y", "X\0", &"X".repeat(65)] {
            assert!(!is_config_name(bad), "{bad:?}");
        }
    }
}
