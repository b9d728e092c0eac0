//! When a job is due.

use streamhut_ledger::cron::Schedule;

const MINUTE_MS: u64 = 60_000;
const START_MS: u64 = 1_790_000_000_000;
/// Years 1970 to 9000: the calendar that is counted with ends at 9999.
const MAX_START_MS: u64 = 221_800_000_000_000;
/// How many due times are looked at.
const STEPS: usize = 4;

/// A cron expression, and on a second line the milliseconds since 1970 from which to look. An accepted expression is
/// due again and again, each time later than the one before, and looked at backwards at the same times; case and
/// white space mean nothing.
pub fn cron(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let (expression, start) = text.split_once('\n').unwrap_or((text, ""));
    let start = start.trim().parse().unwrap_or(START_MS);
    let Ok(schedule) = Schedule::parse(expression) else { return false };
    let fields: Vec<&str> = expression.split_ascii_whitespace().collect();
    assert_eq!(fields.len(), 5);
    for spelled in [fields.join(" "), expression.to_ascii_uppercase(), expression.to_ascii_lowercase()] {
        assert_eq!(Schedule::parse(&spelled), Ok(schedule), "{spelled:?}");
    }
    // Whatever the time, nothing overflows.
    assert!(schedule.next_after(start).is_none_or(|next| next > start));
    let latest = schedule.latest_within(start / 2, start);
    assert!(latest.is_none_or(|latest| latest > start / 2 && latest <= start));
    let start = start % MAX_START_MS;
    let mut after = start;
    for _ in 0..STEPS {
        let next = schedule.next_after(after);
        let next = next.unwrap_or_else(|| panic!("{expression:?} is never due after {after}"));
        assert!(
            next > after && next.is_multiple_of(MINUTE_MS),
            "{expression:?} is due at {next} after {after}"
        );
        // Nothing lies between, from whichever side it is looked at.
        assert_eq!(schedule.next_after(next - 1), Some(next));
        assert_eq!(schedule.latest_within(after, next - 1), None);
        for until in [next, next + MINUTE_MS - 1] {
            assert_eq!(schedule.latest_within(start, until), Some(next), "{expression:?} until {until}");
        }
        after = next;
    }
    true
}
