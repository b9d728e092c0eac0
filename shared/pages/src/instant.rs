//! When a video was made: for people, for machines, for feeds. Times are milliseconds since the epoch; one that is not
//! after it, or after year 9999, is unknown.

use streamhut_streamplace::datetime;
use time::format_description::well_known::Rfc2822;
use time::{Duration, OffsetDateTime};

/// `2026-10-18T17:42:05.000Z`, as W3C's profile of ISO 8601 has it.
pub(crate) fn w3c(millis: Option<i64>) -> Option<String> {
    datetime::iso(known(millis)?)
}

/// `Sun, 18 Oct 2026 17:42:05 +0000` (RFC 822 with the years of RFC 2822).
pub(crate) fn rfc822(millis: Option<i64>) -> Option<String> {
    moment(millis)?.format(&Rfc2822).ok()
}

/// `18 October 2026`.
pub(crate) fn calendar(millis: Option<i64>) -> Option<String> {
    let date = moment(millis)?.date();
    Some(format!("{} {} {}", date.day(), date.month(), date.year()))
}

fn moment(millis: Option<i64>) -> Option<OffsetDateTime> {
    OffsetDateTime::UNIX_EPOCH.checked_add(Duration::milliseconds(known(millis)?))
}

fn known(millis: Option<i64>) -> Option<i64> {
    millis.filter(|millis| *millis > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        let check = |millis, expect: Option<(&str, &str, &str)>| {
            let found = w3c(millis).zip(rfc822(millis)).zip(calendar(millis));
            let found =
                found.as_ref().map(|((w3c, rfc822), day)| (w3c.as_str(), rfc822.as_str(), day.as_str()));
            assert_eq!(found, expect, "{millis:?}");
        };
        check(None, None);
        check(Some(0), None);
        check(Some(-1), None);
        check(Some(i64::MIN), None);
        check(Some(i64::MAX), None);
        check(
            Some(1_792_345_325_250),
            Some(("2026-10-18T17:42:05.250Z", "Sun, 18 Oct 2026 17:42:05 +0000", "18 October 2026")),
        );
        check(
            Some(253_402_300_799_999),
            Some(("9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 +0000", "31 December 9999")),
        );
        check(Some(253_402_300_800_000), None);
    }
}
