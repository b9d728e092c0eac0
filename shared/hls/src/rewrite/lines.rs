use url::Url;

use super::structure::{Structure, Tag};
use super::{MAX_LINES, MAX_REWRITTEN_BYTES};
use crate::PlaylistError;
use crate::attributes::{Value, attributes, first, is_uri, names_uri};
use crate::error::without_query;
use crate::resolver::Resolver;
use crate::text::HEADER;

/// What is known between two lines.
pub(super) struct Lines {
    structure: Structure,
    /// Of lines that are URIs, which mostly are like the one before.
    uris: Resolver,
    attributes: Resolver,
    /// Bytes.
    written: usize,
}

impl Lines {
    /// Of a playlist that was fetched from `url`.
    pub fn new(url: &Url) -> Lines {
        let (uris, attributes) = (Resolver::new(url), Resolver::new(url));
        Lines { structure: Structure::default(), uris, attributes, written: 0 }
    }

    /// # Errors
    /// Those of a playlist that ends too early.
    pub fn finish(&self) -> Result<(), PlaylistError> {
        self.structure.finish()
    }

    /// Appends a line to what is written, or nothing when it is refused. Numbers count from 1.
    pub fn line(&mut self, number: usize, text: &str, out: &mut Vec<u8>) -> Result<(), PlaylistError> {
        if number > MAX_LINES {
            return Err(PlaylistError::TooManyLines { limit: MAX_LINES });
        }
        let before = out.len();
        let line = self.rewritten(number, text.trim_start(), out);
        self.written += out.len() - before;
        let limit = MAX_REWRITTEN_BYTES;
        let line = line.and(match self.written <= limit {
            true => Ok(()),
            false => Err(PlaylistError::RewrittenTooLarge { limit }),
        });
        line.inspect_err(|_| out.truncate(before))
    }

    /// Appends a line that begins without spaces, and its end.
    fn rewritten(&mut self, number: usize, text: &str, out: &mut Vec<u8>) -> Result<(), PlaylistError> {
        if let Some(tag) = text.strip_prefix("#EXT") {
            return match number {
                1 => end(HEADER, out),
                _ => self.tag(number, tag, text, out),
            };
        }
        if text.is_empty() || text.starts_with('#') {
            return end(text, out);
        }
        let uri = text.trim_end();
        self.structure.uri(number, uri)?;
        end(self.uris.resolve(uri, number)?, out)
    }

    /// Appends a tag. `short` is its line behind `#EXT`.
    fn tag(
        &mut self,
        number: usize,
        short: &str,
        text: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), PlaylistError> {
        // Two lines in three of a media playlist.
        if short.starts_with("INF:") {
            self.structure.segment(number)?;
            return end(text, out);
        }
        if short.starts_with("-X-BYTERANGE:") {
            self.structure.media(number, "EXT-X-BYTERANGE")?;
            return end(text, out);
        }
        let whole = text.trim_end().strip_prefix('#').unwrap_or_default();
        let (name, value) = match whole.split_once(':') {
            Some((name, value)) => (name, Some(value)),
            None => (whole, None),
        };
        let Tag { is_list, needs_uri, must_stay } = self.structure.tag(number, name)?;
        let Some(value) = value else {
            return match needs_uri {
                true => Err(PlaylistError::MissingUri { line: number }),
                false => end(text, out),
            };
        };
        if !is_list && !names_uri(value) {
            return end(text, out);
        }
        if !is_list && !must_stay && attributes(value).is_err() {
            return Ok(());
        }
        for part in ["#", name, ":"] {
            out.extend_from_slice(part.as_bytes());
        }
        let uris = self.attributes(number, value, out).map_err(|fault| match fault {
            Fault::Playlist(error) => error,
            Fault::Malformed(reason) => {
                PlaylistError::Malformed { line: number, tag: without_query(whole), reason }
            }
        })?;
        if needs_uri && uris == 0 {
            return Err(PlaylistError::MissingUri { line: number });
        }
        end(text.get(whole.len() + 1..).unwrap_or_default(), out)
    }

    /// Appends an attribute list, and says how many URIs it has.
    fn attributes(&mut self, number: usize, list: &str, out: &mut Vec<u8>) -> Result<usize, Fault> {
        let mut uris = 0;
        let mut rest = list;
        loop {
            let begin = rest.trim_start();
            out.extend_from_slice(rest.strip_suffix(begin).unwrap_or_default().as_bytes());
            if begin.is_empty() {
                return Ok(uris);
            }
            let (attribute, after) = first(begin).map_err(Fault::Malformed)?;
            let own = begin.strip_suffix(after).unwrap_or(begin);
            match attribute.value {
                Value::Bare(_) if is_uri(attribute.name) => {
                    return Err(Fault::Malformed("a URI without quotes"));
                }
                Value::Quoted(uri) if is_uri(attribute.name) => {
                    uris += 1;
                    // No name holds a quote.
                    let (name, quoted) = own.split_once('"').unwrap_or_default();
                    out.extend_from_slice(name.as_bytes());
                    out.push(b'"');
                    let url = self.attributes.resolve(uri, number).map_err(Fault::Playlist)?;
                    out.extend_from_slice(url.as_bytes());
                    out.extend_from_slice(quoted.strip_prefix(uri).unwrap_or_default().as_bytes());
                }
                _ => out.extend_from_slice(own.as_bytes()),
            }
            rest = after;
        }
    }
}

/// What is wrong with an attribute list.
enum Fault {
    Malformed(&'static str),
    Playlist(PlaylistError),
}

fn end(text: &str, out: &mut Vec<u8>) -> Result<(), PlaylistError> {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
    Ok(())
}
