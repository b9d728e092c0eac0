//! How far an upload is: a bar on a terminal, a line at its start and end elsewhere.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::quantity::{bytes, wait};

const BAR: usize = 24;
const REDRAW: Duration = Duration::from_millis(100);

/// One upload under way.
#[derive(Debug)]
pub struct Meter {
    label: String,
    total: u64,
    sent: AtomicU64,
    started: Instant,
    drawn: Mutex<Option<Instant>>,
    live: bool,
    silent: bool,
}

impl Meter {
    pub(super) fn start(label: &str, total: u64, live: bool, silent: bool) -> Self {
        let meter = Self {
            label: label.to_owned(),
            total,
            sent: AtomicU64::new(0),
            started: Instant::now(),
            drawn: Mutex::new(None),
            live,
            silent,
        };
        if !live && !silent {
            write(&format!("uploading {label} ({})\n", bytes(total)));
        }
        meter
    }

    /// Counts `more` bytes as sent.
    pub fn advance(&self, more: u64) {
        let sent = self.sent.fetch_add(more, Ordering::Relaxed) + more;
        let Ok(mut drawn) = self.drawn.lock() else { return };
        if self.live && drawn.is_none_or(|at| at.elapsed() >= REDRAW) {
            *drawn = Some(Instant::now());
            write(&format!("\r\x1b[2K{}", line(&self.label, sent, self.total, self.started.elapsed())));
        }
    }

    /// Says that all of it has arrived.
    pub fn finish(self) {
        if self.silent {
            return;
        }
        let time = self.started.elapsed();
        let start = if self.live { "\r\x1b[2K" } else { "" };
        write(&format!(
            "{start}uploaded {} ({}) in {:.1} s\n",
            self.label,
            bytes(self.total),
            time.as_secs_f64()
        ));
    }
}

/// `index_bg.wasm [######      ] 1.2 MB of 4.8 MB, 640.0 kB/s, 6 s left`
fn line(label: &str, sent: u64, total: u64, elapsed: Duration) -> String {
    let sent = sent.min(total);
    let share = if total == 0 { 1.0 } else { sent as f64 / total as f64 };
    let full = (share * BAR as f64) as usize;
    let rate = sent as f64 / elapsed.as_secs_f64().max(0.001);
    let left = if rate > 0.0 {
        wait(Duration::from_secs_f64((total - sent) as f64 / rate))
    } else {
        "? s".to_owned()
    };
    let bar = format!("{}{}", "#".repeat(full), " ".repeat(BAR - full));
    format!("{label} [{bar}] {} of {}, {}/s, {left} left", bytes(sent), bytes(total), bytes(rate as u64))
}

fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_bytes_rate_and_time_left() {
        let table = [
            (0, 4_800_000, 0, "m [                        ] 0 B of 4.8 MB, 0 B/s, ? s left"),
            (1_200_000, 4_800_000, 2, "m [######                  ] 1.2 MB of 4.8 MB, 600.0 kB/s, 6 s left"),
            (9, 4, 1, "m [########################] 4 B of 4 B, 4 B/s, 0 s left"),
            (0, 0, 1, "m [########################] 0 B of 0 B, 0 B/s, ? s left"),
        ];
        for (sent, total, seconds, expect) in table {
            assert_eq!(line("m", sent, total, Duration::from_secs(seconds)), expect);
        }
    }
}
