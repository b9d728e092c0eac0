//! Sizes and times in words.

use std::time::Duration;

/// `812 B`, `12.3 kB`, `4.0 MB`: decimal units, as blob limits are given.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}

/// `8 s`, `2 min 5 s`: whole seconds, rounded up.
pub fn wait(time: Duration) -> String {
    let seconds = time.as_secs_f64().ceil() as u64;
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (count, text) in
            [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (245_310, "245.3 kB"), (5_242_880, "5.2 MB")]
        {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn waits() {
        for (ms, text) in [(0, "0 s"), (1, "1 s"), (59_000, "59 s"), (125_000, "2 min 5 s")] {
            assert_eq!(wait(Duration::from_millis(ms)), text);
        }
    }
}
