//! Cursors: a place in one list, opaque to whoever keeps it.

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::IndexError;

/// The place behind an item: its key in the list's order, and the number that orders items of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) key: i64,
    pub(crate) tie: i64,
}

/// Changes when a cursor means something else.
const FORM: u8 = 1;

/// What binds a cursor to its list.
pub(crate) fn digest(list: &Value) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(list.to_string()).into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    [a, b, c, d, e, f, g, h]
}

/// The cursor of a place.
pub(crate) fn write(place: Place, list: [u8; 8]) -> String {
    let parts = [&[FORM][..], &list, &place.key.to_be_bytes(), &place.tie.to_be_bytes()];
    BASE64URL_NOPAD.encode(&parts.concat())
}

/// The place of a cursor.
///
/// # Errors
/// [`IndexError::Cursor`], and [`IndexError::OtherQuery`] for a cursor of another list.
pub(crate) fn read(text: &str, list: [u8; 8]) -> Result<Place, IndexError> {
    let unread = || IndexError::Cursor { cursor: text.chars().take(128).collect() };
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| unread())?;
    let rest = bytes.strip_prefix(&[FORM]).ok_or_else(unread)?;
    let (own, rest) = rest.split_first_chunk::<8>().ok_or_else(unread)?;
    let (key, rest) = rest.split_first_chunk::<8>().ok_or_else(unread)?;
    let tie = <[u8; 8]>::try_from(rest).map_err(|_| unread())?;
    if *own != list {
        return Err(IndexError::OtherQuery);
    }
    Ok(Place { key: i64::from_be_bytes(*key), tie: i64::from_be_bytes(tie) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_leads_back_to_its_place_and_to_no_other_list(key in any::<i64>(), tie in any::<i64>()) {
            let (list, other) = (digest(&json!(["a"])), digest(&json!(["b"])));
            let place = Place { key, tie };
            let text = write(place, list);
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(read(&text, list), Ok(place));
            prop_assert_eq!(read(&text, other), Err(IndexError::OtherQuery));
        }

        #[test]
        fn any_text_is_a_cursor_or_none(text in "\\PC{0,60}|[A-Za-z0-9_-]{30,40}") {
            let list = digest(&json!([]));
            if let Ok(place) = read(&text, list) {
                prop_assert_eq!(write(place, list), text);
            }
        }
    }

    #[test]
    fn what_is_no_cursor() {
        let list = digest(&json!([]));
        let cursor = write(Place { key: 1, tie: 2 }, list);
        for text in [
            "",
            "1",
            "null",
            "AAAA",
            &cursor[1..],
            &format!("{cursor}="),
            &format!("{cursor}AAAA"),
            &"A".repeat(9999),
        ] {
            assert!(matches!(read(text, list), Err(IndexError::Cursor { .. })), "{text}");
        }
    }
}
