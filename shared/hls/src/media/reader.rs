use url::Url;

use super::MAX_MEDIA_BYTES;
use super::draft::Draft;
use super::index::MediaIndex;
use crate::PlaylistError;
use crate::lines::line;
use crate::pieces::Pieces;

/// Reads a media playlist as its body arrives.
///
/// It holds the index and two lines of the text at most, and may be dropped at any time: what
/// [`MediaReader::so_far`] gives is right as far as it goes. The caps are [`crate::MAX_MEDIA_BYTES`],
/// [`crate::MAX_LINE_BYTES`], [`crate::MAX_SEGMENTS`], [`crate::MAX_URIS`], [`crate::MAX_TOTAL_URI_BYTES`],
/// [`crate::MAX_SEGMENT_US`] and [`crate::MAX_DURATION_US`]; each is an error as soon as it is passed.
///
/// Tags that say nothing about where a segment's bytes are, known or not, are skipped. A playlist without
/// `EXT-X-ENDLIST` and one without segments are no errors.
pub struct MediaReader {
    pieces: Pieces,
    draft: Draft,
    fault: Option<PlaylistError>,
}

impl MediaReader {
    /// For the body that is fetched from `url`, which is the URL after redirects: the base of relative URIs.
    pub fn new(url: &Url) -> MediaReader {
        MediaReader { pieces: Pieces::new(MAX_MEDIA_BYTES), draft: Draft::new(url), fault: None }
    }

    /// Takes the next bytes of the body, of any number. How the body is cut changes nothing, not even the error.
    ///
    /// # Errors
    /// [`PlaylistError`], see there; the same one again after the first.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), PlaylistError> {
        let MediaReader { pieces, draft, fault } = self;
        if let Some(fault) = fault {
            return Err(fault.clone());
        }
        pieces
            .push(bytes, |number, text| read(draft, number, text))
            .inspect_err(|error| *fault = Some(error.clone()))
    }

    /// The segments whose URI lines are complete by now.
    pub fn so_far(&self) -> &MediaIndex {
        &self.draft.index
    }

    /// The body has ended.
    ///
    /// # Errors
    /// [`PlaylistError`]: that of a push before, one in the last line, `MissingUri` when the text ends between an
    /// `EXTINF` and its URI.
    pub fn finish(self) -> Result<MediaIndex, PlaylistError> {
        let MediaReader { pieces, mut draft, fault } = self;
        if let Some(fault) = fault {
            return Err(fault);
        }
        pieces.finish(|number, text| read(&mut draft, number, text))?;
        draft.finish()
    }
}

/// A line behind the header.
fn read(draft: &mut Draft, number: usize, text: &str) -> Result<(), PlaylistError> {
    match line(number, text) {
        Some(line) if number > 1 => draft.line(line),
        _ => Ok(()),
    }
}
