//! Breaking into lines.

use proptest::prelude::*;

use super::{outside, plain};
use crate::text::cluster::Cluster;
use crate::text::lines::{break_lines, fits, one_line};
use crate::text::pen::Pen;
use crate::text::read::read;

fn broken(text: &str, width: f32, most: usize) -> Vec<String> {
    break_lines(&read(text).clusters, Pen::regular(20.0), width, most)
        .iter()
        .map(|line| plain(line))
        .collect()
}

#[test]
fn lines() {
    let table: [(&str, f32, &[&str]); 9] = [
        ("", 200.0, &[]),
        ("one", 200.0, &["one"]),
        ("one two", 200.0, &["one two"]),
        // Balanced: a full first line would leave one word alone.
        ("aaaa bbbb cccc dddd eeee", 200.0, &["aaaa bbbb cccc", "dddd eeee"]),
        // Balancing breaks no word.
        ("aaaaaaaaaa bb cc", 110.0, &["aaaaaaaaaa", "bb cc"]),
        ("well-known half-truths", 130.0, &["well-known", "half-truths"]),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", 170.0, &["aaaaaaaaaaaaaaaaa", "aaaaaaa"]),
        ("aaaa bbbb cccc dddd eeee ffff gggg hhhh", 120.0, &["aaaa bbbb", "cccc dddd…"]),
        ("aaaa, bbbb, cccc, dddd, eeee", 70.0, &["aaaa,", "bbbb…"]),
    ];
    for (text, width, expected) in table {
        assert_eq!(broken(text, width, 2), expected, "{text}");
    }
}

#[test]
fn a_short_last_word_is_left_whole_or_left_out() {
    let clusters = read("the quick brown fox jumps over a lazy dog").clusters;
    let pen = Pen::regular(20.0);
    for width in 150..380 {
        let line = plain(&one_line(&clusters, pen, width as f32));
        let kept = line.trim_end_matches('…');
        let next = plain(&clusters).chars().nth(kept.chars().count());
        assert!(kept.len() < 12 || matches!(next, None | Some(' ')), "{line}");
    }
}

#[test]
fn letters_that_keep_a_distance_from_the_dots_fit_too() {
    let pen = Pen::bold(32.0);
    let clusters = read("aDaỗω ωbж0.– m2éfDj4/ỗJ74 0").clusters;
    for line in break_lines(&clusters, pen, 206.24013, 3) {
        assert!(pen.width(&line) <= 206.24013, "{}", plain(&line));
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let words =
        prop::collection::vec("[a-zA-ZéÅжωỗ0-9.,:–/ -]{0,24}", 0..24).prop_map(|words| words.join(" "));
    prop_oneof![words, any::<String>(), "\\PC{0,80}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn lines_keep_order_and_fit(text in any_text(), width in 80.0f32..900.0, most in 1usize..4) {
        let pen = Pen::bold(32.0);
        let clusters = read(&text).clusters;
        let lines = break_lines(&clusters, pen, width, most);
        prop_assert!(lines.len() <= most);
        let solid = |clusters: &[Cluster]| plain(clusters).replace(' ', "");
        let (all, joined) = (solid(&clusters), solid(&lines.concat()));
        match joined.strip_suffix('…') {
            Some(kept) if joined != all => prop_assert!(all.starts_with(kept), "{kept} of {all}"),
            _ => prop_assert_eq!(&joined, &all),
        }
        for line in &lines {
            prop_assert!(pen.width(line) <= width, "{}", plain(line));
            prop_assert!(!line.first().is_some_and(Cluster::is_space) && !line.last().is_some_and(Cluster::is_space));
        }
        if fits(&clusters, pen, width, most) {
            prop_assert_eq!(joined, all);
        }
    }

    #[test]
    fn text_never_leaves_its_box(text in any_text(), size in 8.0f32..40.0, bold in any::<bool>()) {
        let pen = if bold { Pen::bold(size) } else { Pen::regular(size) };
        let clusters: Vec<_> = read(&text).clusters.into_iter().take(40).collect();
        prop_assert_eq!(outside(&clusters, pen), None, "{:?}", text);
    }
}
