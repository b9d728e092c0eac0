use std::borrow::Cow;
use std::collections::HashMap;

use m3u8_rs::{MasterPlaylist, QuotedOrUnquoted, SessionDataField};
use url::Url;

use crate::PlaylistError;
use crate::error::excerpt;
use crate::normalise::{Strict, strict};
use crate::text::playlist_text;

/// The largest master playlist that is read, in bytes. Real ones have a few thousand.
pub const MAX_MASTER_BYTES: usize = 1024 * 1024;

/// The most renditions (pictures, sounds, subtitles, I-frames together) that a playlist may name.
/// It bounds what is written, since a short relative URI may become a long absolute one.
pub const MAX_RENDITIONS: usize = 512;

/// A master playlist (RFC 8216 section 4.3.4) whose URIs are all absolute.
#[derive(Debug, Clone, PartialEq)]
pub struct Master {
    pub(crate) playlist: MasterPlaylist,
}

impl Master {
    /// Reads the body that was fetched from `url`, which is the URL after redirects, and resolves
    /// every URI in it against `url`.
    ///
    /// # Errors
    /// [`PlaylistError`], see there.
    pub fn parse(bytes: &[u8], url: &Url) -> Result<Master, PlaylistError> {
        let text = playlist_text(bytes, MAX_MASTER_BYTES)?;
        let strict = strict(text, url)?;
        let mut playlist = m3u8_rs::parse_master_playlist_res(strict.text.as_bytes())
            .map_err(|_| PlaylistError::NotAPlaylist { begins: excerpt(text) })?;
        refuse_unread(&playlist, &strict)?;
        if !playlist.variants.iter().any(|stream| !stream.is_i_frame) {
            return Err(PlaylistError::NoVariants);
        }
        // Rust reads "inf" and "NaN" as numbers, a playlist has no such thing, and Streamplace
        // writes 0.000 where it doesn't know the rate.
        for stream in &mut playlist.variants {
            stream.frame_rate = stream.frame_rate.filter(|rate| rate.is_finite() && *rate > 0.0);
        }
        playlist.start = playlist.start.filter(|start| start.time_offset.is_finite());
        playlist.unknown_tags = strict.unknown;
        Ok(Master { playlist })
    }

    /// The playlist as text, for `application/vnd.apple.mpegurl`.
    ///
    /// All known attributes come out as they were read, unknown ones too, sorted by name.
    /// Not kept, because m3u8-rs has no place for it: the order of tags and attributes, comments,
    /// `DEFAULT=NO`, `AUTOSELECT=NO` and `FORCED=NO` (absence means the same), unknown attributes of
    /// `EXT-X-START` and `EXT-X-SESSION-KEY`, and AUDIO, SUBTITLES and CLOSED-CAPTIONS on I-frame
    /// renditions, where the standard has none either.
    pub fn write(&self) -> String {
        let playlist = settled(&self.playlist);
        let mut text = Vec::new();
        match playlist.write_to(&mut text) {
            Ok(()) => String::from_utf8_lossy(&text).into_owned(),
            // A Vec takes every write.
            Err(_) => String::new(),
        }
    }

    /// Every URI in the playlist, absolute. The order is that of the text that [`Master::write`]
    /// makes; URIs in unknown tags are not among them.
    pub fn uris(&self) -> impl Iterator<Item = &str> {
        let MasterPlaylist { alternatives, variants, session_data, session_key, .. } = &self.playlist;
        let media = alternatives.iter().filter_map(|media| media.uri.as_deref());
        let streams = variants.iter().map(|stream| stream.uri.as_str());
        let data = session_data.iter().filter_map(|data| match &data.field {
            SessionDataField::Uri(uri) => Some(uri.as_str()),
            SessionDataField::Value(_) => None,
        });
        let keys = session_key.iter().filter_map(|key| key.0.uri.as_deref());
        media.chain(streams).chain(data).chain(keys)
    }
}

/// m3u8-rs makes an unknown tag of what it can't read; the strict form holds none that it doesn't
/// know.
fn refuse_unread(playlist: &MasterPlaylist, strict: &Strict) -> Result<(), PlaylistError> {
    let reason = "a required attribute is missing, or a value is not of its type";
    if let Some(tag) = playlist.unknown_tags.first() {
        let tag = tag.to_string();
        let is = |begin: usize| strict.text.get(begin..).is_some_and(|own| own.starts_with(&tag));
        let line = strict.origin.iter().find(|(_, begin)| is(*begin)).map_or(0, |(line, _)| *line);
        return Err(PlaylistError::Malformed { line, tag: excerpt(&tag), reason });
    }
    if playlist.variants.len() + playlist.alternatives.len() != strict.renditions {
        return Err(PlaylistError::Malformed { line: 0, tag: String::new(), reason });
    }
    Ok(())
}

/// The writer goes through a hash map in its chance order, and equal playlists must give equal
/// text. So unknown attributes become one entry each: the first name, and behind its value all the others.
fn settled(playlist: &MasterPlaylist) -> Cow<'_, MasterPlaylist> {
    let MasterPlaylist { variants, alternatives, session_data, .. } = playlist;
    let mut all = (variants.iter().map(|stream| &stream.other_attributes))
        .chain(alternatives.iter().map(|media| &media.other_attributes))
        .chain(session_data.iter().map(|data| &data.other_attributes));
    if all.all(|attributes| attributes.as_ref().is_none_or(|map| map.len() < 2)) {
        return Cow::Borrowed(playlist);
    }
    let mut playlist = playlist.clone();
    for stream in &mut playlist.variants {
        settle(&mut stream.other_attributes);
    }
    for media in &mut playlist.alternatives {
        settle(&mut media.other_attributes);
    }
    for data in &mut playlist.session_data {
        settle(&mut data.other_attributes);
    }
    Cow::Owned(playlist)
}

fn settle(attributes: &mut Option<HashMap<String, QuotedOrUnquoted>>) {
    let Some(map) = attributes.take() else { return };
    let mut list: Vec<(String, QuotedOrUnquoted)> = map.into_iter().collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    let joined: Vec<String> = list.iter().map(|(name, value)| format!("{name}={value}")).collect();
    *attributes = joined
        .join(",")
        .split_once('=')
        .map(|(name, rest)| HashMap::from([(name.to_owned(), QuotedOrUnquoted::Unquoted(rest.to_owned()))]));
}
