//! When a job is due: cron expressions of five fields, in UTC.
//!
//! `minute hour day-of-month month day-of-week`; each field is `*`, a value, a range `a-b`, with a step `/n`, or a
//! list of these. Months and days of the week have names (`jan`, `sun`); Sunday is 0 and 7. As in every cron since
//! Vixie's, a day that both day fields restrict is due when either matches; a field that begins with `*` restricts
//! nothing.
//!
//! The crates that were looked at take more than this grammar (seconds, years, `L`, `W`, `#`) and don't say which
//! field is wrong; what a release may declare would hang on their versions.

mod field;

pub use field::{CronError, Field};
use time::{Date, OffsetDateTime};

/// Most characters of an expression.
const MAX_LENGTH: usize = 256;
const MINUTE_MS: u64 = 60_000;
const DAY_MINUTES: u64 = 24 * 60;
/// Days that are looked through for the next due one. A 29 February on a given weekday may be 40 years away: every 28
/// years, and a century that is no leap year lies between.
const MAX_DAYS: u64 = 366 * 40;

/// A cron expression that is due sooner or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Both day fields restrict, so either may match.
    either_day: bool,
}

impl Schedule {
    /// Reads an expression.
    ///
    /// # Errors
    /// Names the field that can't be read.
    pub fn parse(expression: &str) -> Result<Self, CronError> {
        if expression.len() > MAX_LENGTH {
            return Err(CronError::TooLong { bytes: expression.len(), max: MAX_LENGTH });
        }
        let fields: Vec<&str> = expression.split_ascii_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(CronError::FieldCount { found: fields.len() });
        };
        let mut weekdays = Field::DayOfWeek.parse(weekday)?;
        // Seven is Sunday by its other number.
        weekdays = (weekdays | weekdays >> 7) & 0x7f;
        let schedule = Self {
            minutes: Field::Minute.parse(minute)?,
            hours: Field::Hour.parse(hour)?,
            days: Field::DayOfMonth.parse(day)?,
            months: Field::Month.parse(month)?,
            weekdays,
            either_day: !day.starts_with('*') && !weekday.starts_with('*'),
        };
        match schedule.next_after(0) {
            Some(_) => Ok(schedule),
            None => Err(CronError::NeverDue { expression: expression.to_owned() }),
        }
    }

    /// The first due time after `ms`; both are milliseconds since 1970.
    pub fn next_after(&self, ms: u64) -> Option<u64> {
        let first = ms / MINUTE_MS + 1;
        let day = first / DAY_MINUTES;
        (day..=day + MAX_DAYS)
            .filter(|day| self.has_day(*day))
            .find_map(|day| self.minutes_of(day).find(|minute| *minute >= first))
            .map(|minute| minute * MINUTE_MS)
    }

    /// The latest due time after `after` and up to `until`, all milliseconds since 1970.
    pub fn latest_within(&self, after: u64, until: u64) -> Option<u64> {
        let (first, last) = (after / MINUTE_MS + 1, until / MINUTE_MS);
        let day = last / DAY_MINUTES;
        (day.saturating_sub(MAX_DAYS).max(first / DAY_MINUTES)..=day)
            .rev()
            .filter(|day| self.has_day(*day))
            .find_map(|day| self.minutes_of(day).rev().find(|minute| *minute <= last))
            .filter(|minute| *minute >= first)
            .map(|minute| minute * MINUTE_MS)
    }

    /// Whether the day, counted from 1970, has due times.
    fn has_day(&self, day: u64) -> bool {
        let Some(date) = date(day) else { return false };
        let holds = |bits: u64, value: u8| bits >> value & 1 == 1;
        let by_day = holds(self.days, date.day());
        let by_weekday = holds(self.weekdays, date.weekday().number_days_from_sunday());
        let fits = if self.either_day { by_day || by_weekday } else { by_day && by_weekday };
        fits && holds(self.months, u8::from(date.month()))
    }

    /// The due minutes of a day that has some, counted from 1970.
    fn minutes_of(&self, day: u64) -> impl DoubleEndedIterator<Item = u64> + '_ {
        let hours = (0..24).filter(|hour| self.hours >> hour & 1 == 1);
        hours.flat_map(move |hour| {
            let minutes = (0..60).filter(|minute| self.minutes >> minute & 1 == 1);
            minutes.map(move |minute| day * DAY_MINUTES + hour * 60 + minute)
        })
    }
}

fn date(day: u64) -> Option<Date> {
    let seconds = i64::try_from(day.checked_mul(86_400)?).ok()?;
    OffsetDateTime::from_unix_timestamp(seconds).ok().map(OffsetDateTime::date)
}

#[cfg(test)]
mod tests;
