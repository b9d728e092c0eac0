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
    // RFC 8216 forbids the mark, yet editors and some servers add it.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.lines().next().map(str::trim_end) != Some(HEADER) {
        let begins = excerpt(text.trim_start());
        return Err(match begins.starts_with('<') {
            true => PlaylistError::Html { begins },
            false => PlaylistError::NotAPlaylist { begins },
        });
    }
    refuse_control_characters(text)?;
    Ok(text)
}

fn refuse_control_characters(text: &str) -> Result<(), PlaylistError> {
    let mut line = 1;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => line += 1,
            '\r' if characters.peek() == Some(&'\n') => {}
            _ if character.is_control() => {
                return Err(PlaylistError::ControlCharacter { line, code: u32::from(character) });
            }
            _ => {}
        }
    }
    Ok(())
}
