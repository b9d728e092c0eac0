//! Boxes: size, type, body (section 4.2).

use std::fmt;

use crate::MediaError;

/// A box type, shown as its four letters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FourCc(pub [u8; 4]);

impl fmt::Display for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| match byte {
            b' '..=b'~' => write!(f, "{}", char::from(*byte)),
            other => write!(f, "\\x{other:02x}"),
        })
    }
}

impl fmt::Debug for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

/// A box, of which the bytes at hand may hold only the beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Box<'a> {
    pub kind: FourCc,
    /// Where it begins, counted from the start of the walked bytes.
    pub at: u64,
    /// Where the next box begins; `None` for a box that goes on to the end of the file (size 0).
    pub end: Option<u64>,
    /// As much of the body as is there.
    pub body: &'a [u8],
    /// Whether that is all of it.
    pub whole: bool,
}

/// What lies at one place of a walk.
pub(crate) enum Next<'a> {
    Box(Box<'a>),
    /// The bytes end here; with so many, counted from the start of the walk, the box's header could be read.
    Short(u64),
}

/// Reads the box that begins at `at` of `bytes`.
///
/// # Errors
/// [`MediaError::BoxSize`] when its size is smaller than its header.
pub(crate) fn box_at(bytes: &[u8], at: u64) -> Result<Next<'_>, MediaError> {
    let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
    let Some((head, after)) = rest.split_first_chunk::<8>() else {
        return Ok(Next::Short(at.saturating_add(8)));
    };
    let [a, b, c, d, kind @ ..] = *head;
    let kind = FourCc(kind);
    let (size, header, after) = match u32::from_be_bytes([a, b, c, d]) {
        0 => (None, 8, after),
        1 => match after.split_first_chunk::<8>() {
            Some((large, after)) => (Some(u64::from_be_bytes(*large)), 16, after),
            None => return Ok(Next::Short(at.saturating_add(16))),
        },
        size => (Some(u64::from(size)), 8, after),
    };
    if let Some(size) = size.filter(|size| *size < header || at.checked_add(*size).is_none()) {
        return Err(MediaError::BoxSize { kind, at, size });
    }
    let length = size.map(|size| size - header);
    let there = length.and_then(|length| usize::try_from(length).ok()).and_then(|length| after.get(..length));
    Ok(Next::Box(Box {
        kind,
        at,
        end: size.map(|size| at + size),
        body: there.unwrap_or(after),
        whole: there.is_some(),
    }))
}

/// The boxes inside the body of another, all of which is there. A tail of less than a header is padding.
pub(crate) fn inside(body: &[u8]) -> impl Iterator<Item = Result<Box<'_>, MediaError>> {
    let mut at = 0;
    std::iter::from_fn(move || match box_at(body, at) {
        Err(error) => {
            at = u64::MAX;
            Some(Err(error))
        }
        Ok(Next::Short(_)) => None,
        Ok(Next::Box(found)) => {
            at = found.end.unwrap_or(u64::MAX);
            // A box to the end of the file is to the end of the one around it here.
            let reaches_out = found.end.is_some() && !found.whole;
            let size = found.end.map_or(0, |end| end - found.at);
            if reaches_out {
                at = u64::MAX;
                return Some(Err(MediaError::BoxSize { kind: found.kind, at: found.at, size }));
            }
            Some(Ok(found))
        }
    })
}

/// The body of the first box of that type inside `body`.
pub(crate) fn first<'a>(body: &'a [u8], kind: &[u8; 4]) -> Result<Option<&'a [u8]>, MediaError> {
    for found in inside(body) {
        let found = found?;
        if found.kind.0 == *kind {
            return Ok(Some(found.body));
        }
    }
    Ok(None)
}

/// The body of the box at the end of `path`, going down from the boxes in `body`.
pub(crate) fn down<'a>(body: &'a [u8], path: &[&'static [u8; 4]]) -> Result<Option<&'a [u8]>, MediaError> {
    let mut at = body;
    for kind in path {
        match first(at, kind)? {
            Some(found) => at = found,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_size(size: u32, body: &[u8]) -> Vec<u8> {
        [&size.to_be_bytes(), b"free".as_slice(), body].concat()
    }

    #[test]
    fn sizes() {
        let large =
            |size: u64| [&1u32.to_be_bytes(), b"free".as_slice(), &size.to_be_bytes(), b"abc"].concat();
        for (bytes, expect) in [
            (with_size(11, b"abc"), "0 Some(11) 3 true"),
            (with_size(11, b"abcd"), "0 Some(11) 3 true"),
            (with_size(8, b""), "0 Some(8) 0 true"),
            (with_size(99, b"abc"), "0 Some(99) 3 false"),
            (with_size(0, b"abc"), "0 None 3 false"),
            (large(19), "0 Some(19) 3 true"),
            (large(1 << 63), "0 Some(9223372036854775808) 3 false"),
            (large(15), "box `free` at byte 0 says it has 15 bytes"),
            (large(0), "box `free` at byte 0 says it has 0 bytes"),
            (with_size(7, b""), "box `free` at byte 0 says it has 7 bytes"),
            (b"\0\0\0".to_vec(), "short 8"),
            (with_size(1, b"\0\0\0"), "short 16"),
        ] {
            let got = match box_at(&bytes, 0) {
                Ok(Next::Box(b)) => {
                    format!("{} {:?} {} {}", b.at, b.end, b.body.len(), b.whole)
                }
                Ok(Next::Short(need)) => format!("short {need}"),
                Err(error) => error.to_string(),
            };
            assert_eq!(got, expect, "{bytes:?}");
        }
    }

    #[test]
    fn a_box_does_not_reach_out_of_its_parent() {
        let body = [with_size(11, b"abc"), with_size(9, b"")].concat();
        let found: Vec<_> = inside(&body).map(|found| found.map(|b| b.at)).collect();
        let kind = FourCc(*b"free");
        assert_eq!(found, [Ok(0), Err(MediaError::BoxSize { kind, at: 11, size: 9 })]);
    }
}
