//! What the platform tells of a bundle's calls, whose texts are the bundle's own.

use streamhut_journal::{Collected, MAX_CHARS, MAX_WAITING_BYTES, Redaction, TailEvent};

/// What no line may hold.
const SECRET: &str = "s3cret/värdet+1";

/// A list of events as JSON. Whatever they hold, each line is one, short, without control characters and without the
/// secret, no more bytes of them wait than may, and no line is gone without being counted.
pub fn tail_event(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let events = TailEvent::parse(text);
    let redaction = Redaction::of([("TOKEN", SECRET)]);
    let mut collected = Collected::default();
    for event in &events {
        event.collect("1.0.0", &redaction, 1_795_694_400_000, &mut collected);
    }
    let mut bytes = 0;
    for line in collected.lines() {
        assert!(line.text.chars().count() <= MAX_CHARS && !line.text.trim().is_empty());
        assert!(!line.text.chars().any(char::is_control), "{:?}", line.text);
        assert!(!line.text.contains(SECRET), "{:?}", line.text);
        bytes += line.bytes();
    }
    assert!(bytes <= MAX_WAITING_BYTES);
    let written: u64 = collected.sums.lines.values().sum();
    assert!(collected.lines().count() as u64 <= written);
    assert!(written <= collected.lines().count() as u64 + collected.sums.lines_lost);
    !events.is_empty()
}
