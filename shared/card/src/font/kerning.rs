//! Pairs that stand too far apart or too near by their own spaces.

/// Glyphs on the left, glyphs on the right, and what is added between them, in 1/1000 of the size. The first row
/// that has a pair counts. Letters of other scripts that are drawn as Latin ones count as those.
const PAIRS: &[(&str, &str, i16)] = &[
    ("AΛ", "TVWY", -62),
    ("TVWYΓ", "AΛΔЛД", -62),
    ("AΛ", "vwyCGOQUΘ", -20),
    ("TY", "acdegoqsæœøασςωφэфєө", -72),
    ("TYУ", "mnpruvwxyzгдилмнптцчшщъыьюявжĸη", -50),
    ("У", "acdegoqsфэ", -60),
    ("VW", "acdegoqsæœø", -36),
    ("VW", "mnpruvwxyz", -20),
    ("L", "TVWY", -70),
    ("L", "vwyCGOQU", -28),
    ("L", "’”'\"", -80),
    ("PF", "AДЛ", -56),
    ("PFTVWYΓУrvwyгт", ".,…‚„", -68),
    ("P", "acdegoqs", -16),
    ("F", "acdegoqsmnpru", -22),
    ("KЖ", "CGOQcdegoqvwy", -28),
    ("kĸж", "cdegoq", -14),
    ("DO0QΘЮ", "AVWYXTДЛУЖ", -22),
    ("AVWYXУЖ", "CGOQΘ", -20),
    ("r", "acdegoq", -14),
    ("f", "acdegoq", -10),
    ("f", "bfhklTVWY'\"’”‘“!?)]}", 34),
    ("TVWY", ")]}", 24),
    ("r", "bfhkl", 8),
    ("r", "vwxyt", 12),
    ("vwy", "acdegoq", -12),
    ("acegobp", "vwy", -8),
    ("7", ".,", -80),
    ("7", "4", -40),
    ("1", "1", -24),
    ("TYΓУ", "-–—·:;", -40),
    ("-–—", "TYV", -40),
    ("гт", "aoceдл", -28),
    ("Γ", "aceoиuюяpyлм", -56),
];

/// What is added between two glyphs, in 1/1000 of the size.
pub(crate) fn between(left: char, right: char) -> i16 {
    PAIRS
        .iter()
        .find(|(lefts, rights, _)| lefts.contains(left) && rights.contains(right))
        .map_or(0, |&(_, _, amount)| amount)
}

#[cfg(test)]
pub(crate) fn named() -> impl Iterator<Item = char> {
    PAIRS.iter().flat_map(|(lefts, rights, _)| lefts.chars().chain(rights.chars()))
}
