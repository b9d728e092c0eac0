//! Timestamp identifiers: sortable names for records and commits.

use super::text::reads_as_text;
use super::{IdentifierError, IdentifierKind, Reason};

const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
const CHARS: usize = 13;
const CLOCK_ID_BITS: u32 = 10;

/// A TID: 53 bits of microseconds since 1970 and 10 bits of clock id, as 13 characters of
/// sortable base32. Text order is time order.
///
/// Source: <https://atproto.com/specs/tid>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tid(String);

impl Tid {
    /// The latest time that a TID can hold, in microseconds since 1970 (the year 2255).
    pub const MAX_MICROS: u64 = (1 << 53) - 1;
    /// The largest clock id.
    pub const MAX_CLOCK_ID: u16 = (1 << CLOCK_ID_BITS) - 1;

    /// Parses a TID.
    ///
    /// # Errors
    /// `Reason::Length` unless it has 13 characters, `Reason::Character` for one outside the
    /// alphabet or a first one above `j`, which would set the unused top bit.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        check(text).map_err(|reason| IdentifierError::new(IdentifierKind::Tid, text, reason))?;
        Ok(Self(text.to_owned()))
    }

    /// The TID of a time in microseconds since 1970; `None` when `micros` is over
    /// [`Tid::MAX_MICROS`] or `clock_id` over [`Tid::MAX_CLOCK_ID`].
    pub fn from_micros(micros: u64, clock_id: u16) -> Option<Self> {
        if micros > Self::MAX_MICROS || clock_id > Self::MAX_CLOCK_ID {
            return None;
        }
        let bits = (micros << CLOCK_ID_BITS) | u64::from(clock_id);
        let digit = |place: usize| (bits >> (5 * (CHARS - 1 - place))) & 31;
        let text: Option<String> =
            (0..CHARS).map(|place| ALPHABET.get(digit(place) as usize).map(|b| char::from(*b))).collect();
        text.map(Self)
    }

    /// The 13 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Microseconds since 1970.
    pub fn micros(&self) -> u64 {
        self.bits() >> CLOCK_ID_BITS
    }

    /// Which of the clocks of one moment made this.
    pub fn clock_id(&self) -> u16 {
        (self.bits() & u64::from(Self::MAX_CLOCK_ID)) as u16
    }

    fn bits(&self) -> u64 {
        self.0.bytes().filter_map(value_of).fold(0, |bits, value| (bits << 5) | value)
    }
}

reads_as_text!(Tid);

fn value_of(digit: u8) -> Option<u64> {
    ALPHABET.iter().position(|known| *known == digit).map(|at| at as u64)
}

fn check(text: &str) -> Result<(), Reason> {
    if let Some(odd) = text.chars().find(|c| u8::try_from(*c).ok().and_then(value_of).is_none()) {
        return Err(Reason::Character(odd));
    }
    if text.len() != CHARS {
        return Err(Reason::Length { expected: CHARS });
    }
    match text.chars().next() {
        Some(first) if first > 'j' => Err(Reason::Character(first)),
        _ => Ok(()),
    }
}
