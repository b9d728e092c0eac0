//! What the tags of a media playlist say, put together.

use std::collections::HashMap;

use url::Url;

use super::index::{MediaIndex, NewSegment, StoredMap};
use super::range::{ByteRange, WrittenRange};
use super::seconds::microseconds;
use super::urls::Interner;
use crate::PlaylistError;
use crate::attributes::{Value, attributes};
use crate::error::{excerpt, without_query};
use crate::lines::{Content, Line};
use crate::tags::MASTER_TAGS;

/// The index as far as it is read, and what the next segment needs.
pub(super) struct Draft {
    pub index: MediaIndex,
    interner: Interner,
    /// The numbers that maps have in the index.
    maps: HashMap<StoredMap, u32>,
    /// Holds for all segments until the next `EXT-X-MAP`.
    map: Option<StoredMap>,
    next: Next,
}

/// What tags have said about the segment whose URI is to come. Lines are those of the tags.
#[derive(Default)]
struct Next {
    duration: Option<(usize, u64)>,
    range: Option<(usize, WrittenRange)>,
    discontinuity: bool,
    gap: bool,
}

impl Draft {
    pub fn new(playlist: &Url) -> Draft {
        Draft {
            index: MediaIndex::default(),
            interner: Interner::new(playlist),
            maps: HashMap::new(),
            map: None,
            next: Next::default(),
        }
    }

    /// # Errors
    /// `MissingUri` when the last `EXTINF` has none.
    pub fn finish(mut self) -> Result<MediaIndex, PlaylistError> {
        if let Some((line, _)) = self.next.duration {
            return Err(PlaylistError::MissingUri { line });
        }
        self.index.shrink();
        Ok(self.index)
    }

    /// # Errors
    /// [`PlaylistError`], of what a line says and what must not follow what was said before.
    pub fn line(&mut self, line: Line<'_>) -> Result<(), PlaylistError> {
        match line.content {
            Content::Uri(uri) => self.segment(line.number, uri),
            Content::Tag { name, value } => self.tag(line.number, name, value.unwrap_or_default()),
        }
    }

    fn tag(&mut self, line: usize, name: &str, value: &str) -> Result<(), PlaylistError> {
        let malformed = |reason| malformed(line, name, value, reason);
        match name {
            "EXTINF" => {
                let number = value.split_once(',').map_or(value, |(number, _title)| number);
                let duration = microseconds(number.trim()).map_err(malformed)?;
                if let Some((line, _)) = self.next.duration.replace((line, duration)) {
                    return Err(PlaylistError::MissingUri { line });
                }
            }
            "EXT-X-BYTERANGE" => {
                self.next.range = Some((line, WrittenRange::parse(value).map_err(malformed)?));
            }
            "EXT-X-DISCONTINUITY" => self.next.discontinuity = true,
            "EXT-X-GAP" => self.next.gap = true,
            "EXT-X-MAP" => self.map = Some(self.read_map(line, value)?),
            "EXT-X-KEY" => refuse_encryption(line, value)?,
            "EXT-X-ENDLIST" => self.index.ended = true,
            "EXTM3U" => return Err(PlaylistError::Nested { line }),
            // Variables would have to be put into every URI before it is resolved, and a skip leaves out segments.
            "EXT-X-DEFINE" | "EXT-X-SKIP" => {
                return Err(PlaylistError::Unsupported { line, tag: name.to_owned() });
            }
            _ if MASTER_TAGS.contains(&name) => {
                return Err(PlaylistError::MasterPlaylist { line, tag: name.to_owned() });
            }
            _ => {}
        }
        Ok(())
    }

    fn read_map(&mut self, line: usize, value: &str) -> Result<StoredMap, PlaylistError> {
        let malformed = |reason| malformed(line, "EXT-X-MAP", value, reason);
        let (mut url, mut range) = (None, None);
        for attribute in attributes(value).map_err(malformed)? {
            match (attribute.name, attribute.value) {
                ("URI", Value::Quoted(uri)) => {
                    url = Some(self.interner.intern(&mut self.index.urls, uri, line)?);
                }
                // No range stands before it, so it is a beginning, as players take it.
                ("BYTERANGE", Value::Quoted(text)) => {
                    let written = WrittenRange::parse(text).and_then(|written| written.starting(0));
                    range = Some(written.map_err(malformed)?);
                }
                ("URI", Value::Bare(_)) => return Err(malformed("a URI without quotes")),
                ("BYTERANGE", Value::Bare(_)) => return Err(malformed("a byte range without quotes")),
                _ => {}
            }
        }
        Ok(StoredMap { url: url.ok_or(PlaylistError::MissingUri { line })?, range })
    }

    fn segment(&mut self, line: usize, uri: &str) -> Result<(), PlaylistError> {
        let next = std::mem::take(&mut self.next);
        let Some((_, duration_us)) = next.duration else {
            return Err(PlaylistError::StrayUri { line, uri: without_query(uri) });
        };
        let url = self.interner.intern(&mut self.index.urls, uri, line)?;
        let range = next.range.map(|(line, written)| self.range(line, written, url)).transpose()?;
        let map = self.map.map(|map| self.number(map));
        let Next { discontinuity, gap, .. } = next;
        self.index.push(NewSegment { duration_us, url, range, map, discontinuity, gap })
    }

    /// RFC 8216 section 4.3.2.2: without an offset a range begins behind that of the segment before, which must be one
    /// of the same resource.
    fn range(&self, line: usize, written: WrittenRange, url: u32) -> Result<ByteRange, PlaylistError> {
        let begin = match written.offset {
            Some(offset) => offset,
            None => {
                let before = self.index.segment(self.index.len().wrapping_sub(1));
                let before = before.filter(|before| Some(before.url) == self.index.urls.get(url));
                let range = before.and_then(|before| before.range);
                range.ok_or(PlaylistError::MissingOffset { line })?.end()
            }
        };
        written
            .starting(begin)
            .map_err(|reason| malformed(line, "EXT-X-BYTERANGE", &written.to_string(), reason))
    }

    /// Maps that no segment uses get no number, so there are no more of them than segments.
    fn number(&mut self, map: StoredMap) -> u32 {
        let maps = &mut self.index.maps;
        *self.maps.entry(map).or_insert_with(|| {
            maps.push(map);
            (maps.len() - 1) as u32
        })
    }
}

/// RFC 8216 section 4.3.2.4. The key's URI leads wherever the playlist wants, and nobody is to follow it.
fn refuse_encryption(line: usize, value: &str) -> Result<(), PlaylistError> {
    let malformed = |reason| malformed(line, "EXT-X-KEY", value, reason);
    let list = attributes(value).map_err(malformed)?;
    let mut methods =
        list.iter().filter(|attribute| attribute.name == "METHOD").map(|attribute| attribute.value);
    match (methods.next(), methods.next()) {
        (Some(Value::Bare("NONE")), None) => Ok(()),
        (Some(Value::Bare(method) | Value::Quoted(method)), None) => {
            Err(PlaylistError::Encrypted { line, method: excerpt(method) })
        }
        (Some(_), Some(_)) => Err(malformed("two methods")),
        (None, _) => Err(malformed("no method")),
    }
}

fn malformed(line: usize, name: &str, value: &str, reason: &'static str) -> PlaylistError {
    let tag = without_query(&format!("{name}:{value}"));
    PlaylistError::Malformed { line, tag, reason }
}
