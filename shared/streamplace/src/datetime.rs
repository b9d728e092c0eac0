//! Datetimes of records, as they come: RFC 3339 and a little around it.

use time::{Date, Duration, Month, OffsetDateTime, Time};

/// Milliseconds since the Unix epoch of a datetime such as `2026-03-01T12:30:00.250+01:00`.
///
/// Tolerates what is seen in records: any number of fraction digits, no offset (taken as UTC), a
/// leap second (taken as the end of the second before), and years beyond four digits with or
/// without sign, which saturate at [`i64::MAX`] and [`i64::MIN`]. `None` for what is no datetime.
pub fn unix_millis(text: &str) -> Option<i64> {
    let (date, clock) = text.trim().split_once(['T', 't', ' '])?;
    let (year, month, day) = date_parts(date)?;
    let (time, offset_minutes) = clock_parts(clock)?;
    let Ok(year) = year.parse::<i32>().map(|year| year.clamp(-10_000, 10_000)) else {
        return Some(if year.starts_with('-') { i64::MIN } else { i64::MAX });
    };
    match year {
        10_000 => return Some(i64::MAX),
        -10_000 => return Some(i64::MIN),
        _ => {}
    }
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let local = date.with_time(time).assume_utc();
    let millis = i64::try_from(local.unix_timestamp_nanos() / 1_000_000).ok()?;
    Some(millis - offset_minutes * 60_000)
}

/// A datetime in UTC with milliseconds, such as `2026-03-01T11:30:00.250Z`; `None` beyond year 9999.
pub fn iso(millis: i64) -> Option<String> {
    let at = OffsetDateTime::UNIX_EPOCH.checked_add(Duration::milliseconds(millis))?;
    let (date, time) = (at.date(), at.time());
    let (hour, minute, second, milli) = time.as_hms_milli();
    (date.year() >= 0).then(|| {
        format!(
            "{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z",
            date.year(),
            u8::from(date.month()),
            date.day(),
        )
    })
}

/// Year as text (it may be beyond any integer), month, day.
fn date_parts(date: &str) -> Option<(&str, u8, u8)> {
    let (rest, day) = date.rsplit_once('-')?;
    let (year, month) = rest.rsplit_once('-')?;
    let digits = year.strip_prefix(['+', '-']).unwrap_or(year);
    (digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    Some((year, two_digits(month)?, two_digits(day)?))
}

/// Time of day and offset from UTC in minutes.
fn clock_parts(clock: &str) -> Option<(Time, i64)> {
    let (clock, offset) = match clock.find(['Z', 'z', '+', '-']) {
        Some(at) => (clock.get(..at)?, offset_minutes(clock.get(at..)?)?),
        None => (clock, 0),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let (hour, minute) = (two_digits(parts.next()?)?, two_digits(parts.next()?)?);
    let second = parts.next().map_or(Some(0), two_digits)?;
    if parts.next().is_some() || fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (second, milli) = match second {
        60 => (59, 999),
        second => (second, format!("{fraction:0<3}").get(..3)?.parse().ok()?),
    };
    Some((Time::from_hms_milli(hour, minute, second, milli).ok()?, offset))
}

fn offset_minutes(offset: &str) -> Option<i64> {
    if matches!(offset, "Z" | "z") {
        return Some(0);
    }
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let digits = offset.strip_prefix(['+', '-'])?;
    let (hours, minutes) = digits.split_once(':').or_else(|| digits.split_at_checked(2))?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)))
}

fn two_digits(text: &str) -> Option<u8> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datetimes() {
        let check = |text: &str, expect| assert_eq!(unix_millis(text), expect, "{text:?}");
        check("1970-01-01T00:00:00Z", Some(0));
        check("2026-03-01T12:30:00.250+01:00", Some(1_772_364_600_250));
        check("2026-03-01T11:30:00.25Z", Some(1_772_364_600_250));
        check("2026-03-01t11:30:00.250999999z", Some(1_772_364_600_250));
        check("2026-03-01 11:30", Some(1_772_364_600_000));
        check("2026-03-01T06:30:00-0500", Some(1_772_364_600_000));
        check("2016-12-31T23:59:60Z", Some(1_483_228_799_999));
        check("0000-01-01T00:00:00Z", Some(-62_167_219_200_000));
        check("9999-12-31T23:59:59.999Z", Some(253_402_300_799_999));
        check("10000-01-01T00:00:00Z", Some(i64::MAX));
        check("+010000-01-01T00:00:00Z", Some(i64::MAX));
        check("99999999999999999999-01-01T00:00:00Z", Some(i64::MAX));
        check("-10000-01-01T00:00:00Z", Some(i64::MIN));
        for text in [
            "",
            "T",
            "yesterday",
            "2026-03-01",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "26-03-01T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T00:00:61Z",
            "2026-03-01T00:00:00.Z",
            "2026-03-01T00:00:00+2x:00",
            "2026-03-01T00:00:00+é",
            "2026-3-1T0:0:0Z",
            "2026-03-01T00:00:00:00Z",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for millis in [0, 1, 999, 1_772_364_600_250, 253_402_300_799_999, -62_167_219_200_000] {
            assert_eq!(iso(millis).as_deref().and_then(unix_millis), Some(millis));
        }
        assert_eq!(iso(1_772_364_600_250).as_deref(), Some("2026-03-01T11:30:00.250Z"));
        for millis in [253_402_300_800_000, i64::MAX, i64::MIN] {
            assert_eq!(iso(millis), None);
        }
    }
}
