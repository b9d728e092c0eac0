//! How long a video is, in figures.

/// `1:02:03`, `4:05` or `0:07`; seconds that have begun don't count. `None` below a second, and from 1000 hours on,
/// where the figure is surely wrong.
pub(crate) fn figures(milliseconds: u64) -> Option<String> {
    let seconds = milliseconds / 1000;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, seconds) {
        (1000.., _) | (_, 0) => None,
        (0, _) => Some(format!("{minutes}:{rest:02}")),
        _ => Some(format!("{hours}:{minutes:02}:{rest:02}")),
    }
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn durations() {
        let table = [
            (0, None),
            (999, None),
            (1_000, Some("0:01")),
            (7_999, Some("0:07")),
            (245_000, Some("4:05")),
            (3_599_999, Some("59:59")),
            (3_723_000, Some("1:02:03")),
            (3_599_999_999, Some("999:59:59")),
            (3_600_000_000, None),
            (u64::MAX, None),
        ];
        for (milliseconds, expected) in table {
            assert_eq!(figures(milliseconds).as_deref(), expected, "{milliseconds}");
        }
    }
}
