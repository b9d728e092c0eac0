//! From the bytes of a response to the text of a playlist.

use crate::PlaylistError;
use crate::error::excerpt;

/// The first line of every playlist, RFC 8216 section 4.3.1.1.
pub const HEADER: &str = "#EXTM3U";

/// Checks what holds for every playlist and gives its text without the byte order mark:
/// at most `limit` bytes, UTF-8, line ends LF or CR LF, no other control character, and the
/// header on the first line.
///
/// # Errors
/// [`PlaylistError`] `TooLarge`, `NotUtf8`, `Html`, `NotAPlaylist`, `ControlCharacter`.
pub fn playlist_text(bytes: &[u8], limit: usize) -> Result<&str, PlaylistError> {
    if bytes.len() > limit {
        return Err(PlaylistError::TooLarge { size: bytes.len(), limit });
    }
    let text =
        std::str::from_utf8(bytes).map_err(|error| PlaylistError::NotUtf8 { at: error.valid_up_to() })?;
    let text = unmarked(text);
    if !is_header(text.lines().next().unwrap_or_default()) {
        return Err(not_a_playlist(text));
    }
    for (index, line) in text.split_inclusive('\n').enumerate() {
        refuse_control_character(index + 1, line.strip_suffix('\n').map_or(line, without_return))?;
    }
    Ok(text)
}

/// RFC 8216 section 4 forbids the byte order mark, yet editors and some servers add it.
pub(crate) fn unmarked(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

/// Whether a first line, without its mark and its end, makes the text a playlist.
pub(crate) fn is_header(line: &str) -> bool {
    line.trim_end() == HEADER
}

/// What a text is that does not begin with the header.
pub(crate) fn not_a_playlist(text: &str) -> PlaylistError {
    let begins = excerpt(text.trim_start());
    match begins.starts_with('<') {
        true => PlaylistError::Html { begins },
        false => PlaylistError::NotAPlaylist { begins },
    }
}

/// A line without the carriage return before its line feed, which alone makes it a line's end.
pub(crate) fn without_return(line: &str) -> &str {
    line.strip_suffix('\r').unwrap_or(line)
}

/// Refuses every control character in a line without its end.
pub(crate) fn refuse_control_character(line: usize, text: &str) -> Result<(), PlaylistError> {
    // The bytes that a control character begins with, looked for all at once: nearly no line has any.
    if !text.bytes().fold(false, |found, byte| found | matches!(byte, 0..0x20 | 0x7f | 0xc2)) {
        return Ok(());
    }
    match text.chars().find(|character| character.is_control()) {
        Some(found) => Err(PlaylistError::ControlCharacter { line, code: u32::from(found) }),
        None => Ok(()),
    }
}
