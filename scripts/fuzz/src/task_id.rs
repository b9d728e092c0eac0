//! The id of a background task.

use streamhut_ledger::TaskId;

const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz234567";

/// An accepted id has one spelling: the bundle that it tells and its random letters make this very id, and nothing of
/// it could end a part of a path.
pub fn task_id(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let Some(id) = TaskId::parse(text) else { return false };
    assert_eq!(id.as_str(), text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    assert!(text.len() <= 4096 && text.bytes().all(plain), "{text:?}");
    let (_, letters) = text.split_once('.').expect("a dot");
    // Twelve letters of five bits from each number.
    let words: Vec<Vec<usize>> =
        letters.as_bytes().chunks(12).map(|chunk| chunk.iter().map(place).collect()).collect();
    let mut words =
        words.iter().map(|word| word.iter().rev().fold(0, |bits, place| bits << 5 | *place as u64));
    let made = TaskId::new(id.bundle(), &mut || words.next().expect("as many numbers as the letters take"));
    assert_eq!(made, id);
    true
}

fn place(letter: &u8) -> usize {
    ALPHABET.find(char::from(*letter)).expect("a letter of the alphabet")
}
