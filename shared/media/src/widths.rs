//! The widths that pictures are made in.

use std::fmt;
use std::str::FromStr;

/// All of them, in pixels, smallest first. A few, because each is stored.
pub const WIDTHS: [u32; 6] = [160, 320, 480, 640, 960, 1280];

/// One of [`WIDTHS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Width(u32);

/// A width that is none of [`WIDTHS`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown width {given:?}: it is one of 160, 320, 480, 640, 960, 1280")]
pub struct UnknownWidth {
    /// As asked for, the first 24 characters.
    pub given: String,
}

impl Width {
    /// In pixels.
    pub const fn pixels(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Width {
    type Err = UnknownWidth;

    /// Takes the spelling of [`WIDTHS`] alone, so that a width has one cache key.
    fn from_str(text: &str) -> Result<Self, UnknownWidth> {
        let known = WIDTHS.into_iter().map(Width).find(|width| width.to_string() == text);
        known.ok_or_else(|| UnknownWidth { given: text.chars().take(24).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_parse_back() {
        for pixels in WIDTHS {
            let width: Width = pixels.to_string().parse().unwrap();
            assert_eq!(width.pixels(), pixels);
        }
        assert!(WIDTHS.is_sorted());
    }

    #[test]
    fn bad_input_23_other_widths_are_refused() {
        for text in [
            "", "0", "1", "65535", "1000000", "-320", "+320", "0320", " 320", "320.0", "3.2e2", "NaN",
            "0x140", "auto",
        ] {
            assert_eq!(text.parse::<Width>(), Err(UnknownWidth { given: text.into() }));
        }
        let long = "9".repeat(1_000_000).parse::<Width>().unwrap_err();
        assert_eq!(long.given.len(), 24);
    }

    #[test]
    fn the_refusal_names_all_widths() {
        let said = "0".parse::<Width>().unwrap_err().to_string();
        assert!(said.ends_with(&WIDTHS.map(|width| width.to_string()).join(", ")), "{said}");
    }
}
