//! The ids of tasks: who asks for one by its id need not say whose it is.

use data_encoding::BASE64URL_NOPAD;

/// Lower-case base 32 (RFC 4648).
const ALPHABET: [char; 32] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u',
    'v', 'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7',
];

/// Characters of five random bits each: enough that nobody guesses another's task.
const RANDOM_CHARACTERS: usize = 26;

/// Most characters of an id: a DID has up to 2048, a bundle's name 64.
const MAX_ID: usize = 4096;

/// The id of a task: the bundle as `did/name` in base64url, a dot, and 26 random characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskId {
    bundle: String,
    text: String,
}

impl TaskId {
    /// A new id.
    pub fn new(bundle: &str, random: &mut dyn FnMut() -> u64) -> Self {
        let text =
            format!("{}.{}", BASE64URL_NOPAD.encode(bundle.as_bytes()), letters(RANDOM_CHARACTERS, random));
        Self { bundle: bundle.to_owned(), text }
    }

    /// Reads an id; `None` when it can't be one.
    pub fn parse(text: &str) -> Option<Self> {
        let (bundle, random) = text.split_once('.')?;
        if text.len() > MAX_ID
            || random.len() != RANDOM_CHARACTERS
            || !random.chars().all(|c| ALPHABET.contains(&c))
        {
            return None;
        }
        let bundle = String::from_utf8(BASE64URL_NOPAD.decode(bundle.as_bytes()).ok()?).ok()?;
        Some(Self { bundle, text: text.to_owned() })
    }

    /// The bundle, as `did/name`: whose ledger knows the task.
    pub fn bundle(&self) -> &str {
        &self.bundle
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Random lower-case letters and digits, five bits in each.
pub(crate) fn letters(count: usize, random: &mut dyn FnMut() -> u64) -> String {
    let mut text = String::with_capacity(count);
    let mut bits = 0;
    let mut left = 0u32;
    while text.len() < count {
        if left < 5 {
            bits = random();
            left = 60;
        }
        text.extend(ALPHABET.get((bits & 31) as usize));
        bits >>= 5;
        left -= 5;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_bundle() {
        let mut n = 0u64;
        let mut random = || {
            n = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
            n
        };
        let id = TaskId::new("did:plc:abc/demo", &mut random);
        assert_eq!(TaskId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(id.bundle(), "did:plc:abc/demo");
        let (_, letters) = id.as_str().split_once('.').unwrap();
        assert_eq!(letters.len(), 26);
        assert_ne!(TaskId::new("did:plc:abc/demo", &mut random), id);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let good = "ZGlkOnBsYzphYmMvZGVtbw.abcdefghijklmnopqrstuvwxyz";
        assert!(TaskId::parse(good).is_some());
        for bad in [
            "",
            ".",
            "abc",
            "ZGlkOnBsYzphYmMvZGVtbw",
            "ZGlkOnBsYzphYmMvZGVtbw.",
            "ZGlkOnBsYzphYmMvZGVtbw.abc",
            "ZGlkOnBsYzphYmMvZGVtbw.ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "ZGlkOnBsYzphYmMvZGVtbw==.abcdefghijklmnopqrstuvwxyz",
            "ZGlkOnBsYzphYmMvZGVtbx.abcdefghijklmnopqrstuvwxyz",
            "_____w.abcdefghijklmnopqrstuvwxyz",
            "ZGlkOnBsYzphYmMvZGVtbw.abcdefghijklmnopqrstuvwxy.",
        ] {
            assert_eq!(TaskId::parse(bad), None, "{bad}");
        }
        assert_eq!(TaskId::parse(&format!("{}.abcdefghijklmnopqrstuvwxyz", "A".repeat(5000))), None);
    }
}
