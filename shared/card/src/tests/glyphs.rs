//! The font: every glyph is there, is well-formed, and can be told from the others.

use super::{drawn, ink, outside};
use crate::draw::path::flatten;
use crate::font::{TABLES, UNKNOWN, kerning};
use crate::text::cluster::Cluster;
use crate::text::pen::Pen;
use crate::text::read::coverage;

#[test]
fn no_character_is_drawn_by_two_glyphs() {
    let mut seen = std::collections::BTreeSet::new();
    for glyph in TABLES.iter().flat_map(|table| table.iter()) {
        assert!(seen.insert(glyph.ch), "{} is in two tables", glyph.ch);
    }
}

#[test]
fn skeletons_are_as_wide_as_they_say() {
    for glyph in TABLES.iter().flat_map(|table| table.iter()).chain([&UNKNOWN]) {
        let (mut left, mut right) = (f32::MAX, f32::MIN);
        flatten(
            glyph.path,
            |at| at,
            |piece| {
                left = left.min(piece.from.x).min(piece.to.x);
                right = right.max(piece.from.x).max(piece.to.x);
            },
        );
        if glyph.path.is_empty() {
            assert_eq!((glyph.ch, glyph.width), (' ', 0));
            continue;
        }
        assert!(left.abs() <= 8.0, "{} begins at {left}", glyph.ch);
        assert!((right - f32::from(glyph.width)).abs() <= 8.0, "{} ends at {right}", glyph.ch);
    }
}

#[test]
fn paths_make_sense_to_their_end() {
    let known = |path: &str| path.chars().all(|ch| "MLHVCZXYDW -0123456789".contains(ch));
    for glyph in TABLES.iter().flat_map(|table| table.iter()).chain([&UNKNOWN]) {
        assert!(known(glyph.path), "{}", glyph.ch);
        // A path that breaks off would leave this last dot out.
        let mut last = None;
        flatten(&format!("{}D7777 7777", glyph.path), |at| at, |piece| last = Some(piece.to.x));
        assert_eq!(last, Some(7777.0), "{}", glyph.ch);
    }
}

#[test]
fn every_glyph_has_ink_and_keeps_to_its_box() {
    for glyph in TABLES.iter().flat_map(|table| table.iter()).filter(|glyph| glyph.ch != ' ') {
        for pen in [Pen::regular(60.0), Pen::bold(60.0)] {
            let clusters = [Cluster::bare(glyph)];
            assert!(ink(&pen.line(&clusters, 0.0, 0.0, 4.0)) > 500, "{}", glyph.ch);
            assert_eq!(outside(&clusters, pen), None, "{} {}", glyph.ch, pen.weight);
        }
    }
}

#[test]
fn letters_with_marks_keep_to_their_box() {
    for ch in letters() {
        for pen in [Pen::regular(60.0), Pen::bold(60.0)] {
            assert_eq!(outside(&[Cluster::of(ch).unwrap()], pen), None, "{ch} {}", pen.weight);
        }
    }
}

/// The letters of Latin-1, Latin Extended-A, Vietnamese, Greek and Cyrillic.
fn letters() -> impl Iterator<Item = char> {
    let blocks = [('À', 'ſ'), ('Ạ', 'ỹ'), ('Ά', 'Ώ'), ('Α', 'Ρ'), ('Σ', 'ώ'), ('Ѐ', 'ѝ'), ('ў', 'џ')];
    // What is written as several letters has no cluster of its own, and ʼn is no longer in use.
    let letters = blocks.into_iter().flat_map(|(first, last)| first..=last).filter(|ch| ch.is_alphabetic());
    letters.filter(|ch| !"ĲĳĿŀŉ".contains(*ch)).chain("ơƯưȘșȚțґҐ".chars())
}

#[test]
fn the_alphabets_are_whole() {
    let missing: String = letters().filter(|ch| Cluster::of(*ch).is_none()).collect();
    assert_eq!(missing, "");
    let ascii: String = (' '..='~').filter(|ch| Cluster::of(*ch).is_none()).collect();
    assert_eq!(ascii, "");
    let signs: String = "¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¿×÷‘’‚“”„–—…•‹›€№™←→↑↓↔−≈≠≤≥∞′″"
        .chars()
        .filter(|ch| Cluster::of(*ch).is_none())
        .collect();
    assert_eq!(signs, "");
    for text in ["¼ ½ ¾ Ĳsselmeer ﬁn", "Ｓｔｒｅａｍ", "𝓗𝓮𝓵𝓵𝓸 𝟙𝟚", "Ⓐⓩ"]
    {
        assert_eq!(coverage(text), 1.0, "{text}");
    }
}

#[test]
fn no_two_signs_of_ascii_draw_alike() {
    let pen = Pen::regular(40.0);
    let masks: Vec<_> = ('!'..='~').map(|ch| (ch, drawn(&ch.to_string(), pen))).collect();
    for (index, (one, a)) in masks.iter().enumerate() {
        for (other, b) in masks.iter().skip(index + 1) {
            let differs = difference(a, b);
            assert!(differs * 12 > ink(a).min(ink(b)), "{one} and {other} differ by {differs}");
        }
    }
}

#[test]
fn look_alikes_can_be_told_apart() {
    for pen in [Pen::regular(24.0), Pen::bold(24.0)] {
        for group in ["il1I|!", "O0oQ", "5S", "2Z", "8B", "6Gb", "9gq", "uv", "aeo"] {
            for (index, one) in group.char_indices() {
                for other in group.chars().skip(index + 1) {
                    let (a, b) = (drawn(&one.to_string(), pen), drawn(&other.to_string(), pen));
                    assert!(difference(&a, &b) * 10 > ink(&a).min(ink(&b)), "{one} {other}");
                }
            }
        }
    }
}

/// By how much two masks differ, laid with their left edges together.
fn difference(a: &crate::draw::mask::Mask, b: &crate::draw::mask::Mask) -> u64 {
    let mut sum = 0;
    for y in a.top..a.top + a.height as i32 {
        for x in a.left..a.left + a.width.max(b.width) as i32 {
            sum += u64::from(a.at(x, y).abs_diff(b.at(x, y)));
        }
    }
    sum
}

#[test]
fn quotes_open_and_close() {
    let pen = Pen::regular(60.0);
    for (open, close) in [("‘", "’"), ("“", "”"), ("(", ")"), ("«", "»"), ("<", ">")] {
        assert!(
            difference(&drawn(open, pen), &drawn(close, pen)) > ink(&drawn(open, pen)) / 3,
            "{open}{close}"
        );
    }
}

#[test]
fn weights_and_widths() {
    for text in ["Hamburgefonts", "0123456789", "жшщ ω Ψ"] {
        assert!(ink(&drawn(text, Pen::bold(50.0))) > ink(&drawn(text, Pen::regular(50.0))) * 5 / 4, "{text}");
    }
    let width = |text: &str| Pen::regular(50.0).width(&crate::text::read::read(text).clusters);
    assert!(width("iiii") * 2.0 < width("MMMM"));
    assert!(width("AVAVA") < width("AAA") + width("VV"), "AV is kerned");
}

#[test]
fn a_mark_of_its_own_draws_as_the_composed_letter_does() {
    let pairs = [
        ("é", "e\u{301}"),
        ("í", "i\u{301}"),
        ("Å", "A\u{30a}"),
        ("ệ", "e\u{323}\u{302}"),
        ("ợ", "o\u{31b}\u{323}"),
        ("ď", "d\u{30c}"),
        ("ņ", "n\u{327}"),
        ("ģ", "g\u{327}"),
        ("ш", "ш\u{20d0}"),
        ("й", "и\u{306}"),
        ("ΐ", "ι\u{308}\u{301}"),
    ];
    for (composed, apart) in pairs {
        let pen = Pen::regular(60.0);
        assert_eq!(difference(&drawn(composed, pen), &drawn(apart, pen)), 0, "{composed}");
    }
    assert_ne!(difference(&drawn("e", Pen::regular(60.0)), &drawn("é", Pen::regular(60.0))), 0);
}

#[test]
fn kerning_names_glyphs_that_there_are() {
    let missing: String =
        kerning::named().filter(|ch| crate::font::find(*ch).is_none_or(|glyph| glyph.ch != *ch)).collect();
    assert_eq!(missing, "");
}
