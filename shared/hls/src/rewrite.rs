//! Any playlist with absolute URIs, and otherwise as it was.
//!
//! A media playlist of eight hours has 86,000 lines and 10 MB, so nothing is made of it but text: it passes through,
//! line by line, and what is no URI is copied. What numbers and names mean is left to the player.

mod lines;
mod structure;

use url::Url;

use self::lines::Lines;
use crate::pieces::Pieces;
use crate::{MAX_MEDIA_BYTES, PlaylistError};

/// The most lines of a playlist that is rewritten.
pub const MAX_LINES: usize = 1_000_000;

/// The most bytes that a playlist may have once it is rewritten: a short URI may become a long one.
pub const MAX_REWRITTEN_BYTES: usize = 2 * MAX_MEDIA_BYTES;

/// Rewrites a whole playlist, master or media; see [`Rewriter`]. `url` is where it was fetched from, after redirects.
///
/// # Errors
/// [`PlaylistError`], see there.
pub fn rewrite(bytes: &[u8], url: &Url) -> Result<Vec<u8>, PlaylistError> {
    let mut out = Vec::with_capacity((bytes.len() + bytes.len() / 4).min(MAX_REWRITTEN_BYTES));
    let mut rewriter = Rewriter::new(url);
    rewriter.push(bytes, &mut out)?;
    rewriter.finish(&mut out)?;
    Ok(out)
}

/// Rewrites a playlist, master or media, as its body arrives, and holds a few lines of it at most.
///
/// Every URI becomes absolute, [as `absolute` gives it](crate::absolute): lines that are one, and the quoted values of
/// attributes that are one, in tags known and unknown (`URI`, `SERVER-URI`, `X-…-URI`, `X-ASSET-LIST`). All else stays
/// byte for byte, but that
///
/// - lines end with LF, the last one too, and begin without the byte order mark and without spaces;
/// - an unknown tag goes when it seems to hold a URI and its attributes can't be read; a known one is an error.
///
/// Refused is what [`crate::Master`] or [`crate::MediaReader`] refuses of text, URIs, tags of both kinds of playlist
/// together, variables, and URIs that nothing announces. Caps: [`MAX_MEDIA_BYTES`], [`MAX_REWRITTEN_BYTES`],
/// [`MAX_LINES`], [`crate::MAX_LINE_BYTES`], [`crate::MAX_SEGMENTS`], [`crate::MAX_RENDITIONS`]. Encryption is the
/// player's affair: a key's URI becomes absolute as any other.
pub struct Rewriter {
    pieces: Pieces,
    lines: Lines,
    fault: Option<PlaylistError>,
}

impl Rewriter {
    /// For the body that is fetched from `url`, which is the URL after redirects: the base of relative URIs.
    pub fn new(url: &Url) -> Rewriter {
        Rewriter { pieces: Pieces::new(MAX_MEDIA_BYTES), lines: Lines::new(url), fault: None }
    }

    /// Takes the next bytes of the body, of any number, and appends the lines that they complete to `out`. How the body
    /// is cut changes nothing: neither what is written in all, nor the error.
    ///
    /// # Errors
    /// [`PlaylistError`], see there; the same one again after the first. `out` then ends with the line before.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), PlaylistError> {
        let Rewriter { pieces, lines, fault } = self;
        if let Some(fault) = fault {
            return Err(fault.clone());
        }
        let pushed = pieces.push(bytes, |number, text| lines.line(number, text, out));
        pushed.inspect_err(|error| *fault = Some(error.clone()))
    }

    /// The body has ended: appends a last line that no line feed ended.
    ///
    /// # Errors
    /// [`PlaylistError`]: that of a push before, one in the last line, `MissingUri` when the text ends between a tag and
    /// its URI, `NoVariants`.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), PlaylistError> {
        let Rewriter { pieces, mut lines, fault } = self;
        if let Some(fault) = fault {
            return Err(fault);
        }
        pieces.finish(|number, text| lines.line(number, text, out))?;
        lines.finish()
    }
}
