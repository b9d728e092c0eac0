//! What callers of pictures may say.

use at_run::{Error, Result};
use streamhut_atproto::RecordCid;
use streamhut_media::Width;

fn invalid(name: &str, reason: impl std::fmt::Display) -> Error {
    Error::invalid("InvalidInput", format!("`{name}`: {reason}"))
}

/// The width of a thumbnail; 640 unless said.
pub(super) fn width(text: Option<&str>) -> Result<Width> {
    text.unwrap_or("640").parse().map_err(|error| invalid("width", error))
}

/// The version of the record that the caller means.
pub(super) fn cid(text: Option<&str>) -> Result<Option<RecordCid>> {
    text.map(RecordCid::parse).transpose().map_err(|error| invalid("cid", error))
}

/// Seconds with at most six decimals, in microseconds.
pub(super) fn time_us(text: &str) -> Result<u64> {
    let (seconds, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(seconds, 8) || !digits(decimals, 6) {
        let given: String = text.chars().take(24).collect();
        return Err(invalid("t", format!("`{given}` is no time in seconds, such as 90 or 12.5")));
    }
    let whole: u64 = seconds.parse().map_err(|error| invalid("t", error))?;
    let part: u64 = format!("{decimals:0<6}").parse().map_err(|error| invalid("t", error))?;
    Ok(whole * 1_000_000 + part)
}

/// A sheet of a storyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SheetName {
    /// Of the whole board.
    Number(u32),
    /// The one that is there before it.
    Coarse,
}

pub(super) fn sheet(text: Option<&str>) -> Result<SheetName> {
    match text.unwrap_or("0") {
        "coarse" => Ok(SheetName::Coarse),
        text => {
            let plain = text.len() <= 4 && (text == "0" || !text.starts_with('0'));
            let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
            number.filter(|_| plain).map(SheetName::Number).ok_or_else(|| {
                let given: String = text.chars().take(24).collect();
                invalid("sheet", format!("`{given}` is neither a number from 0 nor `coarse`"))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_23_times_are_plain_seconds() {
        for (text, expect) in [
            ("0", Some(0)),
            ("90", Some(90_000_000)),
            ("12.5", Some(12_500_000)),
            ("0.000001", Some(1)),
            ("99999999", Some(99_999_999_000_000)),
            ("NaN", None),
            ("inf", None),
            ("-1", None),
            ("-0", None),
            ("+1", None),
            ("1e3", None),
            ("1.", None),
            (".5", None),
            ("1.0000001", None),
            ("100000000", None),
            ("1,5", None),
            (" 1", None),
            ("", None),
            ("٣", None),
        ] {
            assert_eq!(time_us(text).ok(), expect, "{text}");
        }
        assert!(time_us(&"9".repeat(1_000_000)).unwrap_err().message.len() < 200);
    }

    #[test]
    fn bad_input_23_sheets_are_counted() {
        for (text, expect) in [
            (None, Some(SheetName::Number(0))),
            (Some("7"), Some(SheetName::Number(7))),
            (Some("coarse"), Some(SheetName::Coarse)),
            (Some("1000000"), None),
            (Some("-1"), None),
            (Some("01"), None),
            (Some("1.0"), None),
            (Some(""), None),
        ] {
            assert_eq!(sheet(text).ok(), expect, "{text:?}");
        }
    }
}
