//! How long a video is: for people, for machines, for heads.

use streamhut_streamplace::MAX_DURATION_MS;

/// Whole seconds; `None` below one, and beyond what is believed of a record.
pub(crate) fn seconds(milliseconds: Option<u64>) -> Option<u64> {
    milliseconds
        .filter(|milliseconds| (1000..=MAX_DURATION_MS).contains(milliseconds))
        .map(|some| some / 1000)
}

/// `1:02:03`, `4:05` or `0:07`.
pub(crate) fn figures(seconds: u64) -> String {
    match parts(seconds) {
        (0, minutes, rest) => format!("{minutes}:{rest:02}"),
        (hours, minutes, rest) => format!("{hours}:{minutes:02}:{rest:02}"),
    }
}

/// `PT1H2M3S` (ISO 8601).
pub(crate) fn iso(seconds: u64) -> String {
    let (hours, minutes, rest) = parts(seconds);
    let part = |amount: u64, unit: &str| if amount == 0 { String::new() } else { format!("{amount}{unit}") };
    format!("PT{}{}{rest}S", part(hours, "H"), part(minutes, "M"))
}

fn parts(seconds: u64) -> (u64, u64, u64) {
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (milliseconds, expect) in [
            (None, None),
            (Some(0), None),
            (Some(999), None),
            (Some(1_000), Some(("0:01", "PT1S"))),
            (Some(59_999), Some(("0:59", "PT59S"))),
            (Some(60_000), Some(("1:00", "PT1M0S"))),
            (Some(3_600_000), Some(("1:00:00", "PT1H0S"))),
            (Some(3_723_000), Some(("1:02:03", "PT1H2M3S"))),
            (Some(360_000_000), Some(("100:00:00", "PT100H0S"))),
            (Some(MAX_DURATION_MS + 1), None),
            (Some(u64::MAX), None),
        ] {
            let found = seconds(milliseconds).map(|seconds| (figures(seconds), iso(seconds)));
            let found = found.as_ref().map(|(figures, iso)| (figures.as_str(), iso.as_str()));
            assert_eq!(found, expect, "{milliseconds:?}");
        }
    }
}
