use std::fmt;
use std::str::FromStr;

/// The qualities that `getPlaylist` takes. A quality names the shorter side of the picture, so
/// that a portrait video of 1080x1920 is `1080p` too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// `240p`
    P240,
    /// `360p`
    P360,
    /// `480p`
    P480,
    /// `720p`
    P720,
    /// `1080p`
    P1080,
}

/// A quality that is none of [`Quality::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown quality {given:?}: it is one of 1080p, 720p, 480p, 360p, 240p")]
pub struct UnknownQuality {
    /// As asked for, cut to a readable length.
    pub given: String,
}

impl Quality {
    /// All of them, smallest first.
    pub const ALL: [Quality; 5] =
        [Quality::P240, Quality::P360, Quality::P480, Quality::P720, Quality::P1080];

    /// The shorter side in pixels.
    pub const fn lines(self) -> u64 {
        match self {
            Quality::P240 => 240,
            Quality::P360 => 360,
            Quality::P480 => 480,
            Quality::P720 => 720,
            Quality::P1080 => 1080,
        }
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}p", self.lines())
    }
}

impl FromStr for Quality {
    type Err = UnknownQuality;

    fn from_str(text: &str) -> Result<Self, UnknownQuality> {
        Quality::ALL
            .into_iter()
            .find(|quality| quality.to_string() == text)
            .ok_or_else(|| UnknownQuality { given: crate::error::excerpt(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back() {
        for quality in Quality::ALL {
            assert_eq!(quality.to_string().parse(), Ok(quality));
        }
    }

    #[test]
    fn other_names_are_refused_with_their_text() {
        for text in ["", "1080", "1080P", "0720p", "144p", "9999999999999999999p", "auto"] {
            assert_eq!(text.parse::<Quality>(), Err(UnknownQuality { given: text.into() }));
        }
    }
}
