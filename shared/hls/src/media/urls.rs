//! Each URL once.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use url::Url;

use super::{MAX_TOTAL_URI_BYTES, MAX_URIS};
use crate::{PlaylistError, absolute};

/// Absolute http(s) URLs, numbered from 0 in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Urls {
    text: String,
    /// Where each ends in `text`.
    ends: Vec<u32>,
}

impl Urls {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, id: u32) -> Option<&str> {
        let id = id as usize;
        let start = match id.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..*self.ends.get(id)? as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..).map_while(|id| self.get(id))
    }

    /// # Errors
    /// [`PlaylistError`] `TooManyUris`, `TooManyUriBytes`.
    pub fn push(&mut self, url: &str) -> Result<u32, PlaylistError> {
        let too_many = PlaylistError::TooManyUris { limit: MAX_URIS };
        let id = u32::try_from(self.len()).ok().filter(|_| self.len() < MAX_URIS).ok_or(too_many)?;
        let too_long = PlaylistError::TooManyUriBytes { limit: MAX_TOTAL_URI_BYTES };
        let end = self.text.len() + url.len();
        self.ends.push(u32::try_from(end).ok().filter(|_| end <= MAX_TOTAL_URI_BYTES).ok_or(too_long)?);
        self.text.push_str(url);
        Ok(id)
    }

    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    pub fn memory_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}

/// From the texts of URIs to the numbers of their URLs. A text is resolved once.
pub(super) struct Interner {
    playlist: Url,
    /// How the text of each number read.
    read: Vec<Read>,
    /// Numbers by the hash of the text.
    known: HashMap<u64, u32>,
    hasher: RandomState,
    last: u32,
}

/// Most texts are the end of their URL, or all of it, and need not be kept.
enum Read {
    /// The last so many bytes of the URL.
    End(usize),
    Text(Box<str>),
}

impl Interner {
    /// For a playlist that was fetched from `playlist`.
    pub fn new(playlist: &Url) -> Interner {
        let (read, known) = (Vec::new(), HashMap::new());
        Interner { playlist: playlist.clone(), read, known, hasher: RandomState::new(), last: 0 }
    }

    /// # Errors
    /// [`PlaylistError`] `Uri`, `Nested`, `TooManyUris`, `TooManyUriBytes`.
    pub fn intern(&mut self, urls: &mut Urls, text: &str, line: usize) -> Result<u32, PlaylistError> {
        if self.is(urls, self.last, text) {
            return Ok(self.last);
        }
        let hash = self.hasher.hash_one(text);
        self.last = match self.known.get(&hash) {
            Some(id) if self.is(urls, *id, text) => *id,
            _ => self.resolve(urls, text, line, hash)?,
        };
        Ok(self.last)
    }

    fn is(&self, urls: &Urls, id: u32, text: &str) -> bool {
        match self.read.get(id as usize) {
            Some(Read::End(length)) => {
                *length == text.len() && urls.get(id).is_some_and(|url| url.ends_with(text))
            }
            Some(Read::Text(read)) => **read == *text,
            None => false,
        }
    }

    fn resolve(&mut self, urls: &mut Urls, text: &str, line: usize, hash: u64) -> Result<u32, PlaylistError> {
        let url = absolute(&self.playlist, text).map_err(|source| PlaylistError::Uri { line, source })?;
        if url == self.playlist {
            return Err(PlaylistError::Nested { line });
        }
        let id = urls.push(url.as_str())?;
        self.read.push(match url.as_str().ends_with(text) {
            true => Read::End(text.len()),
            false => Read::Text(text.into()),
        });
        self.known.insert(hash, id);
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_each_number_its_url() {
        let mut urls = Urls::default();
        let mut interner = Interner::new(&Url::parse("https://a.example/xrpc/p?q").unwrap());
        let table = [
            ("/b", 0, "https://a.example/b"),
            ("b", 1, "https://a.example/xrpc/b"),
            ("/b", 0, "https://a.example/b"),
            ("../b", 2, "https://a.example/b"),
            ("https://a.example/b", 3, "https://a.example/b"),
            ("../b", 2, "https://a.example/b"),
            ("b", 1, "https://a.example/xrpc/b"),
            ("b", 1, "https://a.example/xrpc/b"),
            ("?b", 4, "https://a.example/xrpc/p?b"),
            ("https://a.example/b", 3, "https://a.example/b"),
        ];
        for (text, id, url) in table {
            assert_eq!(interner.intern(&mut urls, text, 1), Ok(id), "{text}");
            assert_eq!(urls.get(id), Some(url), "{text}");
        }
        assert_eq!(urls.len(), 5);
        assert_eq!(urls.iter().count(), 5);
        assert_eq!(urls.get(5), None);
        for text in ["https://a.example/xrpc/p?q", "p?q", "?q"] {
            assert_eq!(interner.intern(&mut urls, text, 9), Err(PlaylistError::Nested { line: 9 }));
        }
    }

    #[test]
    fn a_hash_that_two_texts_share_mixes_nothing_up() {
        let mut urls = Urls::default();
        let mut interner = Interner::new(&Url::parse("https://a.example/p").unwrap());
        let first = interner.intern(&mut urls, "/a", 1).unwrap();
        let hash = interner.hasher.hash_one("/b");
        interner.known.insert(hash, first);
        let second = interner.intern(&mut urls, "/b", 1).unwrap();
        assert_eq!(
            (urls.get(first), urls.get(second)),
            (Some("https://a.example/a"), Some("https://a.example/b"))
        );
        assert_eq!(interner.intern(&mut urls, "/a", 1), Ok(first));
    }

    #[test]
    fn both_caps_hold() {
        let mut urls = Urls::default();
        for id in 0..MAX_URIS {
            assert_eq!(urls.push("u"), Ok(id as u32));
        }
        assert_eq!(urls.push("u"), Err(PlaylistError::TooManyUris { limit: MAX_URIS }));
        let mut urls = Urls::default();
        let half = "u".repeat(MAX_TOTAL_URI_BYTES / 2);
        assert_eq!((urls.push(&half), urls.push(&half)), (Ok(0), Ok(1)));
        assert_eq!(urls.push("u"), Err(PlaylistError::TooManyUriBytes { limit: MAX_TOTAL_URI_BYTES }));
        assert_eq!((urls.push(""), urls.len()), (Ok(2), 3));
    }
}
