//! The lines of a playlist whose body arrives in pieces.
//!
//! What [`crate::text`] checks of a whole text is checked here line by line. Two lines are held at most, and the
//! result is the same however the body is cut into pieces.

use std::str::Utf8Error;

use crate::PlaylistError;
use crate::text::{is_header, not_a_playlist, refuse_control_character, unmarked, without_return};

/// The longest line of a playlist that is read in pieces, in bytes without its line feed.
pub const MAX_LINE_BYTES: usize = 8 * 1024;

/// What is known of a body between two pieces.
pub(crate) struct Pieces {
    limit: usize,
    /// Where the line begins that has not ended, in bytes.
    offset: usize,
    /// Lines before it.
    lines: usize,
    headed: bool,
    /// What is there of it.
    held: Vec<u8>,
    /// The last URI line with its end. The segments of one resource all have the same, and it makes up most of the
    /// text: where it stands again, nothing is left to check.
    uri: String,
}

impl Pieces {
    /// For a body of at most `limit` bytes.
    pub fn new(limit: usize) -> Pieces {
        Pieces { limit, offset: 0, lines: 0, headed: false, held: Vec::new(), uri: String::new() }
    }

    /// Takes the next bytes and hands on every line that they complete: its number, which is 1 for the header, and its
    /// text without the line's end and without the byte order mark.
    pub fn push(
        &mut self,
        bytes: &[u8],
        mut to: impl FnMut(usize, &str) -> Result<(), PlaylistError>,
    ) -> Result<(), PlaylistError> {
        let room = self.limit.saturating_sub(self.offset + self.held.len());
        // Read up to the limit first: else an earlier fault would show in some cuts and not in others.
        let (mut rest, beyond) = bytes.split_at(bytes.len().min(room));
        loop {
            if self.held.is_empty()
                && !self.uri.is_empty()
                && let Some(after) = rest.strip_prefix(self.uri.as_bytes())
            {
                rest = after;
                self.offset += self.uri.len();
                self.lines += 1;
                to(self.lines, without_return(self.uri.strip_suffix('\n').unwrap_or_default()))?;
                continue;
            }
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
            let (begin, after) = rest.split_at(end);
            if self.held.is_empty() && begin.len() <= MAX_LINE_BYTES {
                self.line(begin, true, &mut to)?;
            } else {
                self.hold(begin)?;
                let mut held = std::mem::take(&mut self.held);
                self.line(&held, true, &mut to)?;
                held.clear();
                self.held = held;
            }
            rest = after.get(1..).unwrap_or_default();
        }
        self.hold(rest)?;
        match beyond.is_empty() {
            true => Ok(()),
            false => Err(PlaylistError::TooLarge { size: self.limit + 1, limit: self.limit }),
        }
    }

    /// The body has ended: hands on a last line that no line feed ends.
    pub fn finish(
        mut self,
        mut to: impl FnMut(usize, &str) -> Result<(), PlaylistError>,
    ) -> Result<(), PlaylistError> {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            self.line(&held, false, &mut to)?;
        }
        match self.headed {
            true => Ok(()),
            false => Err(not_a_playlist("")),
        }
    }

    fn hold(&mut self, bytes: &[u8]) -> Result<(), PlaylistError> {
        let room = MAX_LINE_BYTES.saturating_sub(self.held.len());
        let (within, beyond) = bytes.split_at(bytes.len().min(room));
        self.held.extend_from_slice(within);
        match beyond.is_empty() {
            true => Ok(()),
            false => Err(self.too_long()),
        }
    }

    fn too_long(&self) -> PlaylistError {
        if self.headed {
            return PlaylistError::LineTooLong { line: self.lines + 1, limit: MAX_LINE_BYTES };
        }
        // A page without line ends, or no text at all. A character that the cut halves is no fault.
        match std::str::from_utf8(&self.held) {
            Err(error) if error.error_len().is_some() => self.not_utf8(&error),
            _ => not_a_playlist(unmarked(&String::from_utf8_lossy(&self.held))),
        }
    }

    fn not_utf8(&self, error: &Utf8Error) -> PlaylistError {
        PlaylistError::NotUtf8 { at: self.offset + error.valid_up_to() }
    }

    fn line(
        &mut self,
        bytes: &[u8],
        ended: bool,
        to: &mut impl FnMut(usize, &str) -> Result<(), PlaylistError>,
    ) -> Result<(), PlaylistError> {
        let whole = std::str::from_utf8(bytes).map_err(|error| self.not_utf8(&error))?;
        let text = if ended { without_return(whole) } else { whole };
        self.offset += bytes.len() + 1;
        self.lines += 1;
        if self.headed {
            refuse_control_character(self.lines, text)?;
            let begin = text.trim_start();
            if ended && !begin.is_empty() && !begin.starts_with('#') {
                self.uri.clear();
                self.uri.extend([whole, "\n"]);
            }
            return to(self.lines, text);
        }
        let text = if self.lines == 1 { unmarked(text) } else { text };
        if self.lines == 1 && is_header(text) {
            self.headed = true;
            refuse_control_character(1, text)?;
            return to(1, text);
        }
        // Blank lines before the header make it no playlist either; what follows says what it is.
        match text.trim().is_empty() {
            true => Ok(()),
            false => Err(not_a_playlist(text)),
        }
    }
}
