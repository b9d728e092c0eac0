//! Marks that are set on letters.

use super::{ASCENDERS, CAPITALS, Glyph, X_HEIGHT};

/// A mark: an accent above, a hook below, a stroke beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Grave,
    Acute,
    Circumflex,
    Tilde,
    Macron,
    Breve,
    DotAbove,
    Diaeresis,
    HookAbove,
    Ring,
    DoubleAcute,
    Caron,
    /// The caron of ď, ľ and ť, which stands beside the stem.
    Apostrophe,
    /// The tonos of a Greek capital, which stands before it.
    Tonos,
    CommaAbove,
    Horn,
    DotBelow,
    CommaBelow,
    Cedilla,
    Ogonek,
}

/// Where a mark's path is anchored.
pub(crate) enum Anchor {
    /// Centred above the letter; the height that the next mark above begins at.
    Above(i16),
    /// Centred below the baseline.
    Below,
    /// At the end of the letter, at its top.
    TopRight,
    /// Before the letter, at its top.
    TopLeft,
    /// At the letter's own hook, on the baseline.
    Hook,
}

impl Mark {
    /// Path, anchor, and reach of the skeleton to either side of the anchor.
    pub(crate) fn shape(self) -> (&'static str, Anchor, i16, i16) {
        use Anchor::{Above, Below, Hook, TopLeft, TopRight};
        match self {
            Mark::Grave => ("M-66 110L34 14", Above(130), 66, 34),
            Mark::Acute => ("M-34 14L66 110", Above(130), 34, 66),
            Mark::Circumflex => ("M-104 10L0 108L104 10", Above(130), 104, 104),
            Mark::Caron => ("M-104 108L0 10L104 108", Above(130), 104, 104),
            Mark::Tilde => {
                ("M-122 24C-112 76 -84 98 -52 98C0 98 0 36 52 36C84 36 112 58 122 108", Above(126), 122, 122)
            }
            Mark::Macron => ("M-108 56H108", Above(84), 108, 108),
            Mark::Breve => ("M-100 108C-94 46 -56 14 0 14C56 14 94 46 100 108", Above(128), 100, 100),
            Mark::DotAbove => ("D0 62", Above(96), 20, 20),
            Mark::Diaeresis => ("D-94 62D94 62", Above(116), 110, 110),
            Mark::HookAbove => {
                ("M-42 112C-24 136 4 142 26 132C58 116 58 84 26 66C8 56 0 44 0 16", Above(150), 44, 56)
            }
            Mark::Ring => ("W72M-70 74Y0 144X70 74Y0 4X-70 74Z", Above(160), 70, 70),
            Mark::DoubleAcute => ("M-96 14L-24 110M54 14L126 110", Above(130), 96, 126),
            Mark::CommaAbove => ("M-10 20L16 120", Above(130), 10, 16),
            Mark::Apostrophe => ("M44 -90L76 16", TopRight, 0, 76),
            Mark::Tonos => ("M-160 -80L-118 16", TopLeft, 160, 0),
            Mark::Horn => ("M-20 -44C40 -44 84 -10 84 66", TopRight, 0, 84),
            Mark::DotBelow => ("D0 -136", Below, 20, 20),
            Mark::CommaBelow => ("M14 -126L-22 -226", Below, 22, 14),
            Mark::Cedilla => ("M4 0L-8 -62C44 -60 72 -84 72 -124C72 -176 28 -202 -60 -190", Below, 60, 72),
            Mark::Ogonek => ("M0 0C-66 -44 -92 -86 -92 -128C-92 -176 -58 -200 4 -192", Hook, 92, 4),
        }
    }

    /// Whether the mark takes the place of the dot of i and j.
    pub(crate) fn is_above(self) -> bool {
        matches!(self.shape().1, Anchor::Above(_))
    }

    /// The anchor along x, and the reach of the skeleton to the left and to the right of it.
    pub(crate) fn reach(self, glyph: &Glyph) -> (i16, i16, i16) {
        let (_, anchor, before, after) = self.shape();
        let at = match anchor {
            Anchor::Above(_) | Anchor::Below => middle(glyph),
            Anchor::TopRight => glyph.width,
            Anchor::TopLeft => 0,
            Anchor::Hook => hook(glyph).0,
        };
        (at, before, after)
    }

    /// The mark that a combining character stands for.
    pub(crate) fn of_combining(ch: char) -> Option<Self> {
        Some(match ch {
            '\u{300}' => Mark::Grave,
            '\u{301}' => Mark::Acute,
            '\u{302}' => Mark::Circumflex,
            '\u{303}' => Mark::Tilde,
            '\u{304}' => Mark::Macron,
            '\u{306}' => Mark::Breve,
            '\u{307}' => Mark::DotAbove,
            '\u{308}' => Mark::Diaeresis,
            '\u{309}' => Mark::HookAbove,
            '\u{30a}' => Mark::Ring,
            '\u{30b}' => Mark::DoubleAcute,
            '\u{30c}' => Mark::Caron,
            '\u{31b}' => Mark::Horn,
            '\u{323}' => Mark::DotBelow,
            '\u{326}' => Mark::CommaBelow,
            '\u{327}' => Mark::Cedilla,
            '\u{328}' => Mark::Ogonek,
            _ => return None,
        })
    }
}

/// Height of the skeleton that a mark above is set on.
pub(crate) fn top(ch: char) -> i16 {
    match ch {
        'b' | 'd' | 'f' | 'h' | 'k' | 'l' | 'ß' => ASCENDERS,
        't' => 570,
        'г' | 'ґ' | 'ĸ' | 'ı' | 'ȷ' | 'æ' | 'ø' | 'œ' => X_HEIGHT,
        _ if ch.is_lowercase() => X_HEIGHT,
        _ => CAPITALS,
    }
}

/// Middle of the letter, where marks above and below stand.
pub(crate) fn middle(glyph: &Glyph) -> i16 {
    match glyph.ch {
        'ȷ' => glyph.width,
        'l' | 'r' | 'ι' => glyph.width / 4,
        'L' => glyph.width / 2 - 20,
        'h' | 'b' | 'k' => 0,
        'd' => glyph.width,
        't' => 68,
        'a' => 150,
        _ => glyph.width / 2,
    }
}

/// Where an ogonek grows out of the letter.
pub(crate) fn hook(glyph: &Glyph) -> (i16, i16) {
    match glyph.ch {
        'e' => (glyph.width * 7 / 10, 8),
        'o' | 'O' | 'U' => (glyph.width * 6 / 10, -4),
        'ı' | 'i' | 'I' => (6, 0),
        _ => (glyph.width, 0),
    }
}
