use crate::uri::UriError;

/// Why a text is not a playlist that we pass on. Lines count from 1; quoted parts of the
/// foreign text are cut to a readable length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaylistError {
    /// The body is over the cap.
    #[error("the playlist has {size} bytes, the most is {limit}")]
    TooLarge {
        /// Bytes received.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// RFC 8216 section 4: playlists are UTF-8.
    #[error("the playlist is not UTF-8 from byte {at} on")]
    NotUtf8 {
        /// Offset of the first byte that isn't UTF-8.
        at: usize,
    },
    /// RFC 8216 section 4: no control characters but CR LF and LF.
    #[error("line {line} holds the control character U+{code:04X}")]
    ControlCharacter {
        /// Line of the character.
        line: usize,
        /// Its code point.
        code: u32,
    },
    /// An error page or a consent page came in place of a playlist.
    #[error("HTML in place of a playlist, beginning {begins:?}")]
    Html {
        /// The first characters.
        begins: String,
    },
    /// The text does not begin with `#EXTM3U`.
    #[error("not a playlist, beginning {begins:?}")]
    NotAPlaylist {
        /// The first characters.
        begins: String,
    },
    /// A tag of media playlists stands where a master playlist was expected.
    #[error("line {line} holds {tag}, so this is a media playlist, not a master playlist")]
    MediaPlaylist {
        /// Line of the tag.
        line: usize,
        /// The tag's name.
        tag: String,
    },
    /// A second `#EXTM3U`, or a rendition that is this very playlist.
    #[error("line {line} nests a playlist in the playlist")]
    Nested {
        /// Line where the inner playlist starts or is named.
        line: usize,
    },
    /// A tag whose attributes can't be read.
    #[error("line {line}: {tag:?} is malformed: {reason}")]
    Malformed {
        /// Line of the tag; 0 when it is not known.
        line: usize,
        /// The tag with its attributes.
        tag: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A tag that would change the meaning of the URIs.
    #[error("line {line}: {tag} is not supported")]
    Unsupported {
        /// Line of the tag.
        line: usize,
        /// The tag's name.
        tag: String,
    },
    /// A rendition without its URI.
    #[error("the rendition of line {line} has no URI")]
    MissingUri {
        /// Line of the tag.
        line: usize,
    },
    /// A URI line that no `EXT-X-STREAM-INF` announces.
    #[error("line {line}: no EXT-X-STREAM-INF announces {uri:?}")]
    StrayUri {
        /// Line of the URI.
        line: usize,
        /// The URI as it stands.
        uri: String,
    },
    /// A URI that does not become an absolute http(s) URL.
    #[error("line {line}: {source}")]
    Uri {
        /// Line of the URI.
        line: usize,
        /// Why.
        source: UriError,
    },
    /// More renditions than any real video has.
    #[error("more than {limit} renditions")]
    TooManyRenditions {
        /// Renditions allowed.
        limit: usize,
    },
    /// A playlist with nothing to play.
    #[error("the master playlist names no rendition")]
    NoVariants,
}

/// The first characters of a foreign text, for messages.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}
