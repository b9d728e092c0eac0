use crate::uri::UriError;

/// Why a text is not a playlist that we pass on. Lines count from 1; quoted parts of the
/// foreign text are cut to a readable length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaylistError {
    /// The body is over the cap.
    #[error("the playlist has {size} bytes or more, the most is {limit}")]
    TooLarge {
        /// Bytes received by then.
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
    /// A tag of master playlists stands where a media playlist was expected.
    #[error("line {line} holds {tag}, so this is a master playlist, not a media playlist")]
    MasterPlaylist {
        /// Line of the tag.
        line: usize,
        /// The tag's name.
        tag: String,
    },
    /// A second `#EXTM3U`, or a rendition, segment or map that is this very playlist.
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
    /// A tag that would change the meaning of the URIs, or leave segments out.
    #[error("line {line}: {tag} is not supported")]
    Unsupported {
        /// Line of the tag.
        line: usize,
        /// The tag's name.
        tag: String,
    },
    /// A rendition, segment or map without its URI.
    #[error("the tag of line {line} has no URI")]
    MissingUri {
        /// Line of the tag.
        line: usize,
    },
    /// A URI line that no `EXT-X-STREAM-INF` announces, or in a media playlist no `EXTINF`.
    #[error("line {line}: no tag announces {uri:?}")]
    StrayUri {
        /// Line of the URI.
        line: usize,
        /// The URI as it stands, without its query.
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
    /// Over [`crate::MAX_LINES`].
    #[error("more than {limit} lines")]
    TooManyLines {
        /// Lines allowed.
        limit: usize,
    },
    /// With absolute URIs the playlist is over [`crate::MAX_REWRITTEN_BYTES`].
    #[error("the rewritten playlist has more than {limit} bytes")]
    RewrittenTooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// A line of a media playlist is over [`crate::MAX_LINE_BYTES`].
    #[error("line {line} has more than {limit} bytes")]
    LineTooLong {
        /// The line.
        line: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Over [`crate::MAX_SEGMENTS`].
    #[error("more than {limit} segments")]
    TooManySegments {
        /// Segments allowed.
        limit: usize,
    },
    /// Over [`crate::MAX_URIS`].
    #[error("more than {limit} distinct URIs")]
    TooManyUris {
        /// Distinct URIs allowed.
        limit: usize,
    },
    /// Over [`crate::MAX_TOTAL_URI_BYTES`].
    #[error("the distinct URIs have more than {limit} bytes together")]
    TooManyUriBytes {
        /// Bytes allowed.
        limit: usize,
    },
    /// Over [`crate::MAX_DURATION_US`].
    #[error("the segments last longer than {limit_us} microseconds together")]
    TooLong {
        /// Microseconds allowed.
        limit_us: u64,
    },
    /// An `EXT-X-KEY` with another method than `NONE`. Its URI is not looked at.
    #[error("line {line}: the segments are encrypted with {method}")]
    Encrypted {
        /// Line of the tag.
        line: usize,
        /// Such as `AES-128`.
        method: String,
    },
    /// An `EXT-X-BYTERANGE` without an offset behind no range of the same resource.
    #[error("line {line}: the byte range has no offset and continues no other")]
    MissingOffset {
        /// Line of the tag.
        line: usize,
    },
}

/// The first characters of a foreign text, for messages.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}

/// The same of a URI, or of a tag that may hold one. Queries carry signatures, and what stands before an `@` passwords: both
/// stay out of messages.
pub(crate) fn without_query(text: &str) -> String {
    let plain = text.split_once('?').map_or(text, |(before, _)| before);
    let Some((before, rest)) = plain.split_once("//") else { return excerpt(plain) };
    let end = rest.find(['/', '\\', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) => excerpt(&format!("{before}//{host}{path}")),
        None => excerpt(plain),
    }
}
