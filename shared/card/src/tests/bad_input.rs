//! Hostile and broken input: 25, text and pictures that nobody should have sent.

use proptest::prelude::*;

use crate::text::read::read;
use crate::{Rgb, RgbRef, ShareCard, StandIn, coverage, share_card, stand_in};

fn titled(title: &str) -> Rgb {
    share_card(&ShareCard { picture: None, title, creator: title, handle: Some(title), duration_ms: None })
}

fn pictured(width: u32, height: u32, rgb: &[u8]) -> Rgb {
    let picture = Some(RgbRef { width, height, rgb });
    share_card(&ShareCard { picture, title: "Title", creator: "", handle: None, duration_ms: Some(u64::MAX) })
}

/// What is drawn of a text: its glyphs with their marks.
fn glyphs(text: &str) -> String {
    read(text).clusters.iter().map(|cluster| format!("{}{:?}", cluster.glyph.ch, cluster.marks)).collect()
}

#[test]
fn bad_input_25_a_title_of_a_megabyte_is_cut() {
    for piece in ["x", "long words ", "ệ", "e\u{301}", "東", "\u{301}", "🎉", "\0"] {
        let text = piece.repeat(1_000_000 / piece.len());
        let cut: String = text.chars().take(300).collect();
        assert_eq!(glyphs(&text), glyphs(&cut), "{piece:?}");
    }
    let text = "long words ".repeat(90_000);
    let cut: String = text.chars().take(300).collect();
    assert_eq!(titled(&text), titled(&cut));
}

#[test]
fn bad_input_25_controls_of_direction_change_nothing() {
    let (plain, table) = (
        "annual report gpj.exe",
        [
            "annual report \u{202e}gpj.exe",
            "\u{2067}annual\u{2069} report gpj.exe\u{200f}",
            "\u{61c}annual report gpj\u{202d}.exe",
        ],
    );
    for text in table {
        assert_eq!(glyphs(text), glyphs(plain), "{text:?}");
    }
    assert_eq!(titled(table[0]), titled(plain));
}

#[test]
fn bad_input_25_marks_and_joiners_without_a_letter_draw_nothing() {
    let table = [
        "\u{301}",
        "\u{301}\u{302}\u{489}",
        "\u{200d}\u{fe0f}",
        "\u{20e3}",
        " \u{308} ",
        "\u{feff}",
        "\u{e0061}\u{e007f}",
    ];
    for text in table {
        assert_eq!(glyphs(text), "", "{text:?}");
        assert_eq!(coverage(text), 0.0, "{text:?}");
    }
    assert_eq!(titled(table[0]), titled(""));
}

#[test]
fn bad_input_25_nul_and_other_controls_draw_nothing() {
    let table = [
        "\0a title",
        "a\u{7} title\u{1b}",
        "a\u{85}title",
        "a\r\n\r\n\ttitle",
        "a title\u{9f}",
        "a \u{7f}title\0\0",
    ];
    for text in table {
        assert_eq!(glyphs(text), glyphs("a title"), "{text:?}");
    }
    assert_eq!(titled(table[0]), titled("a title"));
}

#[test]
fn bad_input_25_empty_text_leaves_a_card() {
    let card = titled("");
    assert_eq!((card.width, card.height, card.rgb.len()), (1200, 630, 1200 * 630 * 3));
    assert_ne!(card, titled("a title"));
}

#[test]
fn bad_input_25_a_picture_that_cannot_be_read_counts_as_none() {
    let none = share_card(&ShareCard {
        picture: None,
        title: "Title",
        creator: "",
        handle: None,
        duration_ms: None,
    });
    let bytes = vec![200; 300];
    let table: [(u32, u32, &[u8]); 8] = [
        (0, 0, &[]),
        (0, 100, &[]),
        (100, 0, &[]),
        (10, 10, &[]),
        (10, 10, &bytes[..299]),
        (10, 9, &bytes),
        (u32::MAX, u32::MAX, &bytes),
        (100_000_000, 1, &bytes),
    ];
    for (width, height, rgb) in table {
        assert_eq!(pictured(width, height, rgb), none, "{width}x{height} in {}", rgb.len());
    }
    assert_ne!(pictured(10, 10, &bytes), none);
}

#[test]
fn bad_input_25_pictures_of_any_shape_stand_on_the_card() {
    for (width, height) in [(1, 1), (1, 8192), (8192, 1), (2, 3), (5, 2), (4, 3), (7000, 2), (3, 900)] {
        let card = pictured(width, height, &vec![255; (width * height * 3) as usize]);
        assert_eq!(card.rgb.len(), 1200 * 630 * 3, "{width}x{height}");
        assert!(card.rgb.contains(&255), "{width}x{height} is to be seen");
    }
}

#[test]
fn bad_input_25_sizes_of_stand_ins_are_kept_in_bounds() {
    let table = [(0, 0, 16, 16), (1, 90, 16, 90), (u32::MAX, 0, 1920, 16), (5_000, 1_920, 1920, 1920)];
    for (width, height, w, h) in table {
        let drawn = stand_in(width, height, StandIn::NotYet);
        assert_eq!((drawn.width, drawn.height, drawn.rgb.len() as u32), (w, h, w * h * 3));
    }
}

fn nasty() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "W",
        "ệ",
        "\u{301}",
        "\u{31b}",
        "\u{202e}",
        "\u{200d}",
        "\u{fe0f}",
        "東",
        "ب",
        "👩",
        " ",
        "\u{fffd}",
        "\0",
        "Ɓ",
        "…",
        "(",
        ")",
        "-",
        "½",
        "ﬃ",
        "\u{1d400}",
        "\u{ff21}",
        "@",
        ".",
    ]);
    prop_oneof![prop::collection::vec(piece, 0..400).prop_map(|pieces| pieces.concat()), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn bad_input_25_no_text_makes_a_card_fail(
        title in nasty(), creator in nasty(), handle in prop::option::of(nasty()), duration_ms in any::<Option<u64>>(),
        width in 1u32..40, height in 1u32..40,
    ) {
        let rgb = vec![128; (width * height * 3) as usize];
        let picture = Some(RgbRef { width, height, rgb: &rgb });
        let card = ShareCard { picture, title: &title, creator: &creator, handle: handle.as_deref(), duration_ms };
        prop_assert_eq!(share_card(&card).rgb.len(), 1200 * 630 * 3);
        prop_assert!((0.0..=1.0).contains(&coverage(&title)));
    }
}
