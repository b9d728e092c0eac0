//! Reading foreign text: what is drawn of it, and what is left out.

use super::plain;
use crate::coverage;
use crate::text::read::read;

#[test]
fn what_is_drawn() {
    let table = [
        ("", ""),
        ("   ", ""),
        ("Hello", "Hello"),
        ("  two \t\n words ", "two words"),
        ("non\u{a0}breaking", "non breaking"),
        ("naïve café", "naıve cafe"),
        ("ＦＵＬＬ　ｗｉｄｔｈ！", "FULL width!"),
        ("Ünïcödé", "Unıcode"),
        ("Москва", "Mocквa"),
        ("emoji 🎉 in 👩‍👩‍👧‍👦 between", "emoji in between"),
        ("👍👍", ""),
        ("Live 👋!", "Live !"),
        ("key 1\u{fe0f}\u{20e3}", "key 1"),
        ("flag 🇩🇪", "flag"),
        ("東京 Tokyo", "Tokyo"),
        ("東京Tokyo大阪Osaka", "Tokyo Osaka"),
        ("Live (東京)", "Live"),
        ("東京 – Tokyo", "Tokyo"),
        ("مرحبا hello", "hello"),
        ("Ɓaŋ", "\u{fffd}aŋ"),
        ("ƁƁƁaŋ", "\u{fffd}aŋ"),
        ("a\u{fffd}\u{fffd}\u{fffd}b", "a\u{fffd}b"),
        ("\u{202e}evil\u{202c}", "evil"),
        ("zero\u{200b}\u{200d}width\u{feff}", "zerowidth"),
        ("soft\u{ad}hyphen", "softhyphen"),
        ("nul\0l", "null"),
        ("½ ﬁn", "1/2 fin"),
        ("𝕱𝖆𝖓𝖈𝖞", "Fancy"),
        ("mark \u{301}alone", "mark alone"),
        ("\u{301}\u{302}", ""),
        ("e\u{489}x", "ex"),
    ];
    for (text, expected) in table {
        assert_eq!(plain(&read(text).clusters).replace('ĸ', "к"), expected, "{text:?}");
    }
}

#[test]
fn coverages() {
    let table = [
        ("", 0.0),
        ("🎉", 0.0),
        ("!!!", 1.0),
        ("abc", 1.0),
        ("abc 東", 0.75),
        ("ab東京", 0.5),
        ("東京", 0.0),
        ("ab 🎉", 1.0),
        ("été", 1.0),
        ("Ɓa", 0.5),
    ];
    for (text, expected) in table {
        assert_eq!(coverage(text), expected, "{text:?}");
    }
}

#[test]
fn no_more_than_300_characters_are_looked_at() {
    assert_eq!(read(&"x".repeat(5_000)).clusters.len(), 300);
    assert_eq!(coverage(&("x".repeat(300) + &"東".repeat(5_000))), 1.0);
}

#[test]
fn a_letter_carries_two_marks_at_most() {
    let clusters = read(&("e".to_owned() + &"\u{301}".repeat(200))).clusters;
    assert_eq!(clusters.len(), 1);
    assert_eq!(clusters[0].marks.iter().flatten().count(), 2);
}
