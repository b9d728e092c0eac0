use proptest::{prelude::*, sample::select};
use time::{PrimitiveDateTime, UtcDateTime};

use super::*;

fn at(text: &str) -> u64 {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let time = PrimitiveDateTime::parse(text, format).unwrap().assume_utc();
    u64::try_from(time.unix_timestamp()).unwrap() * 1000
}

fn shown(ms: u64) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    UtcDateTime::from_unix_timestamp((ms / 1000) as i64).unwrap().format(format).unwrap()
}

#[test]
fn next_times() {
    for (expression, after, next) in [
        ("* * * * *", "2026-11-22 10:00:00", "2026-11-22 10:01:00"),
        ("* * * * *", "2026-11-22 10:00:59", "2026-11-22 10:01:00"),
        ("*/10 * * * *", "2026-11-22 10:00:00", "2026-11-22 10:10:00"),
        ("*/25 * * * *", "2026-11-22 10:50:00", "2026-11-22 11:00:00"),
        ("7/20 * * * *", "2026-11-22 10:00:00", "2026-11-22 10:07:00"),
        ("10-20/5,59 * * * *", "2026-11-22 10:20:00", "2026-11-22 10:59:00"),
        ("0 0 1 1 *", "2026-11-22 10:00:00", "2027-01-01 00:00:00"),
        ("0 0 29 2 *", "2026-11-22 10:00:00", "2028-02-29 00:00:00"),
        ("0 0 29 2 *", "2096-03-01 00:00:00", "2104-02-29 00:00:00"),
        // A 29 February on a Sunday: 2088, and 2128 because 2100 is no leap year.
        ("0 0 29 2 */7", "2088-03-01 00:00:00", "2128-02-29 00:00:00"),
        ("0 0 31 12 */7", "2084-01-01 00:00:00", "2084-12-31 00:00:00"),
        ("0 0 31 * *", "2026-01-31 00:00:00", "2026-03-31 00:00:00"),
        // The 22nd of November 2026 is a Sunday.
        ("0 12 * * 0", "2026-11-22 10:00:00", "2026-11-22 12:00:00"),
        ("0 12 * * 7", "2026-11-22 10:00:00", "2026-11-22 12:00:00"),
        ("0 12 * * SUN", "2026-11-22 10:00:00", "2026-11-22 12:00:00"),
        ("0 12 * * fri-7", "2026-11-22 12:00:00", "2026-11-27 12:00:00"),
        ("0 12 * * 6/1", "2026-11-22 10:00:00", "2026-11-28 12:00:00"),
        ("0 0 * dec,feb *", "2026-11-22 10:00:00", "2026-12-01 00:00:00"),
        // Both days: either. A day field that begins with a star: both.
        ("0 0 13 * fri", "2026-11-22 00:00:00", "2026-11-27 00:00:00"),
        ("0 0 25 * fri", "2026-11-22 00:00:00", "2026-11-25 00:00:00"),
        ("0 0 */2 * mon", "2026-11-24 00:00:00", "2026-12-07 00:00:00"),
        ("0 0 30 2 mon", "2026-11-22 00:00:00", "2027-02-01 00:00:00"),
        ("59 23 31 12 *", "2026-12-31 23:58:00", "2026-12-31 23:59:00"),
    ] {
        let next_after = Schedule::parse(expression).unwrap().next_after(at(after)).map(shown);
        assert_eq!(next_after.as_deref(), Some(next), "{expression} after {after}");
    }
}

#[test]
fn latest_times() {
    for (expression, after, until, latest) in [
        ("*/10 * * * *", "2026-11-22 10:00:00", "2026-11-22 10:10:00", Some("2026-11-22 10:10:00")),
        ("*/10 * * * *", "2026-11-22 10:00:00", "2026-11-22 10:09:59", None),
        ("*/10 * * * *", "2026-11-22 10:10:00", "2026-11-22 10:10:00", None),
        ("*/10 * * * *", "2026-11-22 10:10:30", "2026-11-22 10:10:59", None),
        ("*/10 * * * *", "2026-11-20 10:00:00", "2026-11-22 10:55:00", Some("2026-11-22 10:50:00")),
        ("0 4 * * *", "2026-11-20 10:00:00", "2026-11-22 03:00:00", Some("2026-11-21 04:00:00")),
        ("0 0 29 2 *", "2020-01-01 00:00:00", "2026-11-22 03:00:00", Some("2024-02-29 00:00:00")),
        ("0 4 * * *", "2026-11-22 10:00:00", "2026-11-20 10:00:00", None),
    ] {
        let found = Schedule::parse(expression).unwrap().latest_within(at(after), at(until)).map(shown);
        assert_eq!(found.as_deref(), latest, "{expression} in {after} to {until}");
    }
}

#[test]
fn refusals_name_the_field() {
    for (expression, message) in [
        ("", "a cron expression has five fields (minute hour day-of-month month day-of-week), not 0"),
        ("* * * *", "a cron expression has five fields (minute hour day-of-month month day-of-week), not 4"),
        (
            "0 * * * * *",
            "a cron expression has five fields (minute hour day-of-month month day-of-week), not 6",
        ),
        ("@daily", "a cron expression has five fields (minute hour day-of-month month day-of-week), not 1"),
        ("60 * * * *", "minute: `60` is not 0 to 59"),
        ("-1 * * * *", "minute: `` is not 0 to 59"),
        ("+1 * * * *", "minute: `+1` is not 0 to 59"),
        ("1, * * * *", "minute: `` is not 0 to 59"),
        ("99999999999 * * * *", "minute: `99999999999` is not 0 to 59"),
        ("* 24 * * *", "hour: `24` is not 0 to 23"),
        ("* 5-2 * * *", "hour: the range `5-2` ends before it begins"),
        ("* * 0 * *", "day of month: `0` is not 1 to 31"),
        ("* * L * *", "day of month: `L` is not 1 to 31"),
        ("* * ? * *", "day of month: `?` is not 1 to 31"),
        ("* * * 13 *", "month: `13` is not 1 to 12 or jan to dec"),
        ("* * * sun *", "month: `sun` is not 1 to 12 or jan to dec"),
        ("* * * * 8", "day of week: `8` is not 0 to 7 or sun to sat"),
        ("* * * * fri-mon", "day of week: the range `fri-mon` ends before it begins"),
        ("* * * * mon#1", "day of week: `mon#1` is not 0 to 7 or sun to sat"),
        ("*/0 * * * *", "minute: the step of `*/0` is not 1 to 59"),
        ("*/90 * * * *", "minute: the step of `*/90` is not 1 to 59"),
        ("*/ * * * *", "minute: the step of `*/` is not 1 to 59"),
        ("*/5/5 * * * *", "minute: the step of `*/5/5` is not 1 to 59"),
        ("*-5 * * * *", "minute: `*` is not 0 to 59"),
        ("0 0 30 2 *", "`0 0 30 2 *` is never due"),
        ("0 0 31 4,6,9,11 *", "`0 0 31 4,6,9,11 *` is never due"),
    ] {
        assert_eq!(
            Schedule::parse(expression).map_err(|e| e.to_string()),
            Err(message.to_owned()),
            "{expression}"
        );
    }
    let long = format!("{}0 * * * *", "0,".repeat(200));
    assert!(matches!(Schedule::parse(&long), Err(CronError::TooLong { bytes: 409, max: 256 })));
}

/// A field as text, and the values that it means, found without the parser.
fn field(least: u32, most: u32) -> impl Strategy<Value = (String, Vec<u32>)> {
    let value = least..=most;
    let star = (1..=most).prop_map(move |step| {
        let values = (least..=most).filter(|value| (value - least).is_multiple_of(step)).collect::<Vec<_>>();
        (if step == 1 { "*".to_owned() } else { format!("*/{step}") }, values)
    });
    let one = value.clone().prop_map(|v| (v.to_string(), vec![v]));
    let range = (value.clone(), value, 1..=most).prop_map(|(a, b, step)| {
        let (a, b) = (a.min(b), a.max(b));
        let values = (0..60).filter(|v| *v >= a && *v <= b && (v - a) % step == 0).collect::<Vec<_>>();
        (if step == 1 { format!("{a}-{b}") } else { format!("{a}-{b}/{step}") }, values)
    });
    prop_oneof![
        1 => Just(("*".to_owned(), (least..=most).collect::<Vec<_>>())),
        1 => star,
        4 => prop::collection::vec(prop_oneof![one, range], 1..4).prop_map(|entries| {
            let text = entries.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(",");
            (text, entries.into_iter().flat_map(|(_, values)| values).collect())
        }),
    ]
}

/// Whether a minute is due, by the calendar and the words of the manual alone.
fn is_due(fields: &[(String, Vec<u32>)], minute: u64) -> bool {
    let time = UtcDateTime::from_unix_timestamp((minute * 60) as i64).unwrap();
    let day = fields[2].1.contains(&u32::from(time.day()));
    let weekday = u32::from(time.weekday().number_days_from_sunday());
    let weekday = fields[4].1.iter().any(|value| value % 7 == weekday);
    let restricted = |text: &str| !text.starts_with('*');
    let days = match (restricted(&fields[2].0), restricted(&fields[4].0)) {
        (true, true) => day || weekday,
        _ => day && weekday,
    };
    days && fields[0].1.contains(&u32::from(time.minute()))
        && fields[1].1.contains(&u32::from(time.hour()))
        && fields[3].1.contains(&u32::from(u8::from(time.month())))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn agrees_with_a_look_at_every_minute(
        fields in (field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)),
        start in select(vec!["2026-11-22 10:00:00", "2024-02-28 23:00:00", "2027-12-31 12:34:56", "2099-12-30 00:00:00"]),
        minutes in 1u64..60_000,
    ) {
        let fields = [fields.0, fields.1, fields.2, fields.3, fields.4];
        let text = fields.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ");
        let (from, until) = (at(start), at(start) + minutes * MINUTE_MS);
        let due = (from / MINUTE_MS + 1..=until / MINUTE_MS).filter(|minute| is_due(&fields, *minute));
        let due: Vec<u64> = due.map(|minute| minute * MINUTE_MS).collect();
        let schedule = match Schedule::parse(&text) {
            Ok(schedule) => schedule,
            Err(CronError::TooLong { bytes, .. }) if bytes > MAX_LENGTH => return Ok(()),
            Err(error) => {
                prop_assert!(matches!(error, CronError::NeverDue { .. }) && due.is_empty(), "{}: {}", text, error);
                return Ok(());
            }
        };
        let next = schedule.next_after(from).filter(|next| *next <= until);
        prop_assert_eq!(next.map(shown), due.first().copied().map(shown), "next of {}", text);
        let latest = schedule.latest_within(from, until);
        prop_assert_eq!(latest.map(shown), due.last().copied().map(shown), "latest of {}", text);
        // Walking forward meets all of them.
        let mut met = Vec::new();
        let mut at = from;
        while let Some(next) = schedule.next_after(at).filter(|next| *next <= until && met.len() < 200) {
            met.push(next);
            at = next;
        }
        prop_assert_eq!(&met[..], &due[..met.len()]);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", piece in "[0-9*/,\\- a-z]{0,60}") {
        for text in [text, piece] {
            if let Ok(schedule) = Schedule::parse(&text) {
                prop_assert!(schedule.next_after(at("2026-11-22 10:00:00")).is_some());
            }
        }
    }
}

#[test]
fn far_times_end_quietly() {
    let schedule = Schedule::parse("* * * * *").unwrap();
    assert_eq!(schedule.next_after(u64::MAX), None);
    assert_eq!(schedule.latest_within(0, u64::MAX), None);
}
