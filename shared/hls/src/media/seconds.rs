//! `EXTINF`'s decimal numbers of seconds, RFC 8216 sections 4.2 and 4.3.2.1.

use super::MAX_SEGMENT_US;

const NOT_DECIMAL: &str = "the duration is not a decimal number";
const TOO_LONG: &str = "the duration is longer than 24 hours";

/// Microseconds from the digits themselves; the seventh decimal rounds. No float takes part, so that sums stay exact.
///
/// # Errors
/// What is wrong, as a sentence part: signs, exponents, `NaN`, `inf`, or over [`MAX_SEGMENT_US`].
pub(super) fn microseconds(text: &str) -> Result<u64, &'static str> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(NOT_DECIMAL);
    }
    let seconds =
        whole.bytes().try_fold(0u64, |sum, byte| Some(sum.saturating_mul(10).saturating_add(digit(byte)?)));
    let seconds = seconds.ok_or(NOT_DECIMAL)?.min(MAX_SEGMENT_US);
    let mut micros = 0;
    let mut unit = 1_000_000;
    for (index, byte) in fraction.bytes().enumerate() {
        let digit = digit(byte).ok_or(NOT_DECIMAL)?;
        unit /= 10;
        micros += if index == 6 { digit / 5 } else { digit * unit };
    }
    match seconds * 1_000_000 + micros {
        total if total > MAX_SEGMENT_US => Err(TOO_LONG),
        total => Ok(total),
    }
}

fn digit(byte: u8) -> Option<u64> {
    byte.is_ascii_digit().then(|| u64::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_become_microseconds() {
        let table = [
            ("1.000167", 1_000_167),
            ("2", 2_000_000),
            ("2.", 2_000_000),
            (".5", 500_000),
            ("0", 0),
            ("0.1", 100_000),
            ("00001.0000000", 1_000_000),
            ("0.0333333333333", 33_333),
            ("0.0000005", 1),
            ("0.00000049999", 0),
            ("0.9999999", 1_000_000),
            ("86400", MAX_SEGMENT_US),
            ("86400.0000004", MAX_SEGMENT_US),
        ];
        for (text, expect) in table {
            assert_eq!(microseconds(text), Ok(expect), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_refused() {
        let table = [
            "", ".", "NaN", "nan", "inf", "infinity", "-1", "-0", "+1", "1e3", "1E3", "0x10", "1,5", "1.5.5",
            "1 5", "1_0", "²", "１",
        ];
        for text in table {
            assert_eq!(microseconds(text), Err(NOT_DECIMAL), "{text}");
        }
        for text in ["86400.0000005", "86401", "18446744073709551616", &"9".repeat(5000)] {
            assert_eq!(microseconds(text), Err(TOO_LONG), "{text}");
        }
    }
}
