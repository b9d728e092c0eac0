//! One field of an expression.

use std::{fmt, ops::RangeInclusive};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// An expression that names no times.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// Not five fields.
    #[error("a cron expression has five fields (minute hour day-of-month month day-of-week), not {found}")]
    FieldCount {
        /// How many there are.
        found: usize,
    },
    /// Longer than any expression need be.
    #[error("a cron expression has at most {max} characters, not {bytes}")]
    TooLong {
        /// Its bytes.
        bytes: usize,
        /// The cap.
        max: usize,
    },
    /// Neither a number of the field's range nor a name.
    #[error("{field}: `{text}` is not {} to {}{}", field.range().start(), field.range().end(), field.names_hint())]
    Value {
        /// The field.
        field: Field,
        /// What stands there.
        text: String,
    },
    /// A range that ends before it begins.
    #[error("{field}: the range `{text}` ends before it begins")]
    Range {
        /// The field.
        field: Field,
        /// What stands there.
        text: String,
    },
    /// A step that is no number, zero, or beyond the field.
    #[error("{field}: the step of `{text}` is not 1 to {}", field.range().end())]
    Step {
        /// The field.
        field: Field,
        /// What stands there.
        text: String,
    },
    /// Only days that no calendar has.
    #[error("`{expression}` is never due")]
    NeverDue {
        /// The expression.
        expression: String,
    },
}

/// A field, by its place in the expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    DayOfMonth,
    /// 1 to 12, or by name.
    Month,
    /// 0 to 7, where 0 and 7 are Sunday, or by name.
    DayOfWeek,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
        })
    }
}

impl Field {
    const fn range(self) -> RangeInclusive<u32> {
        match self {
            Self::Minute => 0..=59,
            Self::Hour => 0..=23,
            Self::DayOfMonth => 1..=31,
            Self::Month => 1..=12,
            Self::DayOfWeek => 0..=7,
        }
    }

    const fn names_hint(self) -> &'static str {
        match self {
            Self::Month => " or jan to dec",
            Self::DayOfWeek => " or sun to sat",
            _ => "",
        }
    }

    /// The field's values, each as a bit.
    pub(super) fn parse(self, text: &str) -> Result<u64, CronError> {
        text.split(',').try_fold(0, |bits, entry| Ok(bits | self.entry(entry)?))
    }

    fn entry(self, text: &str) -> Result<u64, CronError> {
        let (span, step) = match text.split_once('/') {
            Some((span, step)) => (span, Some(step)),
            None => (text, None),
        };
        let (least, most) = (*self.range().start(), *self.range().end());
        // Sunday by its other number is for who writes it.
        let last = if self == Self::DayOfWeek { 6 } else { most };
        let (from, to) = match span.split_once('-') {
            _ if span == "*" => (least, last),
            Some((from, to)) => (self.value(from)?, self.value(to)?),
            None if step.is_some() => (self.value(span)?, last),
            None => (self.value(span)?, self.value(span)?),
        };
        if from > to {
            return Err(CronError::Range { field: self, text: text.to_owned() });
        }
        let step = step.map_or(Some(1), number).filter(|step| (1..=most).contains(step));
        let step = step.ok_or_else(|| CronError::Step { field: self, text: text.to_owned() })?;
        Ok((from..=to).step_by(step as usize).fold(0, |bits, value| bits | 1 << value))
    }

    fn value(self, text: &str) -> Result<u32, CronError> {
        let names: &[&str] = match self {
            Self::Month => &MONTHS,
            Self::DayOfWeek => &WEEKDAYS,
            _ => &[],
        };
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let named =
            named.and_then(|place| u32::try_from(place).ok()).map(|place| place + self.range().start());
        named
            .or_else(|| number(text))
            .filter(|value| self.range().contains(value))
            .ok_or_else(|| CronError::Value { field: self, text: text.to_owned() })
    }
}

/// Digits alone: `parse` would take a sign as well.
fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
