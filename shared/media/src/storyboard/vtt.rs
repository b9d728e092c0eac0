//! The cues that tell a player which tile belongs to which moment.

use std::fmt::Write;

use super::{Storyboard, StoryboardError};

/// WebVTT of the board: for each tile a cue over its time whose text is its sheet's URL with the tile's place as a media
/// fragment, `#xywh=x,y,width,height` in pixels (Media Fragments URI 1.0, 4.2.2). Without tiles, a file without cues.
///
/// `url` gives the URL of a sheet, absolute or relative to where the file will be, without fragment. Times are rounded
/// to milliseconds, and the end of a cue is the start of the next.
///
/// # Errors
/// [`StoryboardError::Url`] for a URL that would end the cue or say another place.
pub fn vtt(board: &Storyboard, mut url: impl FnMut(u32) -> String) -> Result<String, StoryboardError> {
    let mut text = String::from("WEBVTT\n");
    for sheet in 0..board.sheets() {
        let url = checked(sheet, url(sheet))?;
        for tile in board.sheet_tiles(sheet).filter_map(|index| board.tile(index)) {
            let (start, end) = (milliseconds(tile.start_us), milliseconds(tile.end_us));
            // A cue without length is no cue (WebVTT 1, 4.1).
            if start < end {
                let (x, y, w, h) = (tile.x, tile.y, tile.width, tile.height);
                let (start, end) = (timestamp(start), timestamp(end));
                // Writing to a string doesn't fail.
                let _ = writeln!(text, "\n{start} --> {end}\n{url}#xywh={x},{y},{w},{h}");
            }
        }
    }
    Ok(text)
}

fn checked(sheet: u32, url: String) -> Result<String, StoryboardError> {
    let odd = |c: char| c == '#' || c.is_whitespace() || c.is_control();
    // The arrow is what makes a line one of times.
    if url.is_empty() || url.contains(odd) || url.contains("-->") {
        return Err(StoryboardError::Url { sheet, url: url.chars().take(120).collect() });
    }
    Ok(url)
}

fn milliseconds(us: u64) -> u64 {
    us / 1000 + u64::from(us % 1000 >= 500)
}

/// Hours have two digits or more (WebVTT 1, 4.1).
fn timestamp(ms: u64) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", ms % 1000)
}
