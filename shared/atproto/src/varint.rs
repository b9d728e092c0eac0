//! Unsigned LEB128, the number format of CIDs, multihashes and CAR files.

/// Splits a number from the front of `bytes`; `None` when it is cut off, over 63 bits or not
/// in its shortest form.
///
/// Source: <https://github.com/multiformats/unsigned-varint>.
pub(crate) fn split_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let shortest = at == 0 || *byte != 0;
            return shortest.then(|| (value, bytes.get(at + 1..).unwrap_or_default()));
        }
    }
    None
}

/// Appends a number of at most 63 bits.
#[cfg(any(test, feature = "testkit"))]
pub(crate) fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip_and_leave_the_rest() {
        for value in [0, 1, 127, 128, 300, 65_535, (1 << 63) - 1] {
            let mut bytes = Vec::new();
            push_varint(&mut bytes, value);
            bytes.push(0xaa);
            assert_eq!(split_varint(&bytes), Some((value, &[0xaa][..])));
        }
    }

    #[test]
    fn cut_off_overlong_and_padded_numbers_are_refused() {
        for bytes in [&[][..], &[0x80], &[0x80, 0x00], &[0xff; 9], &[0xff; 12]] {
            assert_eq!(split_varint(bytes), None, "{bytes:?}");
        }
    }
}
