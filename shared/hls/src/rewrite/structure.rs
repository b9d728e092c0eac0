use crate::error::without_query;
use crate::tags::{MASTER_TAGS, MEDIA_TAGS};
use crate::{MAX_RENDITIONS, MAX_SEGMENTS, PlaylistError};

/// What tags and URIs have stood in a playlist, as far as it decides which may follow.
#[derive(Default)]
pub(super) struct Structure {
    kind: Option<Kind>,
    /// The line of the tag whose URI is to come.
    announced: Option<usize>,
    segments: usize,
    renditions: usize,
    variants: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Master,
    Media,
}

/// What a tag is made of.
#[derive(Default)]
pub(super) struct Tag {
    /// Its value must be an attribute list.
    pub is_list: bool,
    /// One of the attributes must be a URI.
    pub needs_uri: bool,
    /// Without it the segments would be others.
    pub must_stay: bool,
}

impl Structure {
    /// An `EXTINF`.
    pub fn segment(&mut self, line: usize) -> Result<(), PlaylistError> {
        self.media(line, "EXTINF")?;
        self.announce(line)
    }

    /// A tag of media playlists.
    pub fn media(&mut self, line: usize, tag: &str) -> Result<(), PlaylistError> {
        match self.kind.get_or_insert(Kind::Media) {
            Kind::Media => Ok(()),
            Kind::Master => Err(PlaylistError::MediaPlaylist { line, tag: tag.to_owned() }),
        }
    }

    fn master(&mut self, line: usize, tag: &str) -> Result<(), PlaylistError> {
        match self.kind.get_or_insert(Kind::Master) {
            Kind::Master => Ok(()),
            Kind::Media => Err(PlaylistError::MasterPlaylist { line, tag: tag.to_owned() }),
        }
    }

    fn announce(&mut self, line: usize) -> Result<(), PlaylistError> {
        match self.announced.replace(line) {
            None => Ok(()),
            Some(line) => Err(PlaylistError::MissingUri { line }),
        }
    }

    /// A URI on a line of its own.
    pub fn uri(&mut self, line: usize, uri: &str) -> Result<(), PlaylistError> {
        if self.announced.take().is_none() {
            return Err(PlaylistError::StrayUri { line, uri: without_query(uri) });
        }
        if self.kind == Some(Kind::Media) {
            self.segments += 1;
            if self.segments > MAX_SEGMENTS {
                return Err(PlaylistError::TooManySegments { limit: MAX_SEGMENTS });
            }
        }
        Ok(())
    }

    /// Any tag, by its name without `#`.
    pub fn tag(&mut self, line: usize, name: &str) -> Result<Tag, PlaylistError> {
        if MEDIA_TAGS.contains(&name) {
            self.media(line, name)?;
        } else if MASTER_TAGS.contains(&name) {
            self.master(line, name)?;
        }
        match name {
            "EXTM3U" => Err(PlaylistError::Nested { line }),
            "EXTINF" => self.announce(line).map(|()| Tag::default()),
            // Its variables would have to be put into every URI before it is resolved.
            "EXT-X-DEFINE" => Err(PlaylistError::Unsupported { line, tag: name.to_owned() }),
            "EXT-X-STREAM-INF" => {
                self.announce(line)?;
                self.variants += 1;
                self.rendition(false)
            }
            "EXT-X-I-FRAME-STREAM-INF" => self.rendition(true),
            "EXT-X-MEDIA" => self.rendition(false),
            "EXT-X-MAP" | "EXT-X-PART" | "EXT-X-PRELOAD-HINT" | "EXT-X-RENDITION-REPORT" => {
                Ok(Tag { is_list: true, needs_uri: true, ..Tag::default() })
            }
            "EXT-X-KEY" | "EXT-X-SESSION-DATA" | "EXT-X-SESSION-KEY" => {
                Ok(Tag { is_list: true, ..Tag::default() })
            }
            _ => {
                let must_stay = name == "EXT-X-GAP" || MEDIA_TAGS.contains(&name);
                Ok(Tag { must_stay, ..Tag::default() })
            }
        }
    }

    fn rendition(&mut self, needs_uri: bool) -> Result<Tag, PlaylistError> {
        self.renditions += 1;
        match self.renditions <= MAX_RENDITIONS {
            true => Ok(Tag { is_list: true, needs_uri, ..Tag::default() }),
            false => Err(PlaylistError::TooManyRenditions { limit: MAX_RENDITIONS }),
        }
    }

    /// # Errors
    /// `MissingUri` of the last tag, `NoVariants`.
    pub fn finish(&self) -> Result<(), PlaylistError> {
        match self.announced {
            Some(line) => Err(PlaylistError::MissingUri { line }),
            None if self.kind == Some(Kind::Master) && self.variants == 0 => Err(PlaylistError::NoVariants),
            None => Ok(()),
        }
    }
}
