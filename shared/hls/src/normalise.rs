//! The strict form of a master playlist that m3u8-rs is given.
//!
//! m3u8-rs 6.0.1 is lenient in ways that foreign text could use: its attribute names and quoted
//! values run across line ends, a tag that it can't read becomes an unknown tag whose URI line then
//! overwrites the rendition before, and text behind a known tag's name becomes a URI. It also can't
//! read empty quoted values. So every tag is read here first, its URIs are made absolute, and m3u8-rs
//! only sees tags that it knows, one per line, each with a well-formed attribute list.

use m3u8_rs::ExtTag;
use url::Url;

use crate::attributes::{Attribute, Value, attributes, is_uri, names_uri};
use crate::error::without_query;
use crate::lines::{Content, lines};
use crate::master::MAX_RENDITIONS;
use crate::tags::MEDIA_TAGS;
use crate::text::HEADER;
use crate::{PlaylistError, absolute};

/// A master playlist in strict form.
pub(crate) struct Strict {
    /// What m3u8-rs reads.
    pub text: String,
    /// Renditions (tags with a media playlist of their own) in it.
    pub renditions: usize,
    /// The line of the original for each tag in it.
    pub origin: Vec<(usize, String)>,
    /// Tags that m3u8-rs has no structure for, their URIs made absolute.
    pub unknown: Vec<ExtTag>,
}

pub(crate) fn strict(text: &str, playlist: &Url) -> Result<Strict, PlaylistError> {
    let mut out =
        Strict { text: format!("{HEADER}\n"), renditions: 0, origin: Vec::new(), unknown: Vec::new() };
    let mut announced: Option<usize> = None;
    for line in lines(text).skip(1) {
        match line.content {
            Content::Uri(uri) => {
                let Some(_) = announced.take() else {
                    return Err(PlaylistError::StrayUri { line: line.number, uri: without_query(uri) });
                };
                out.text.push_str(&resolve(uri, playlist, line.number)?);
                out.text.push('\n');
            }
            Content::Tag { name, value } => {
                if name == "EXT-X-STREAM-INF"
                    && let Some(line) = announced.replace(line.number)
                {
                    return Err(PlaylistError::MissingUri { line });
                }
                out.tag(line.number, name, value, playlist)?;
            }
        }
    }
    match announced {
        Some(line) => Err(PlaylistError::MissingUri { line }),
        None => Ok(out),
    }
}

impl Strict {
    fn tag(
        &mut self,
        line: usize,
        name: &str,
        value: Option<&str>,
        playlist: &Url,
    ) -> Result<(), PlaylistError> {
        match name {
            "EXTM3U" => return Err(PlaylistError::Nested { line }),
            "EXT-X-STREAM-INF" | "EXT-X-I-FRAME-STREAM-INF" | "EXT-X-MEDIA" => {
                self.renditions += 1;
                if self.renditions > MAX_RENDITIONS {
                    return Err(PlaylistError::TooManyRenditions { limit: MAX_RENDITIONS });
                }
                let list = readable(name, value, line, playlist)?;
                if name == "EXT-X-I-FRAME-STREAM-INF" && !list.iter().any(|(name, _)| name == "URI") {
                    return Err(PlaylistError::MissingUri { line });
                }
                self.emit(line, name, Some(&join(&list)));
            }
            "EXT-X-SESSION-DATA" | "EXT-X-SESSION-KEY" | "EXT-X-START" => {
                self.emit(line, name, Some(&join(&readable(name, value, line, playlist)?)));
            }
            "EXT-X-VERSION" => match value.and_then(|text| text.trim().parse::<u8>().ok()) {
                Some(version) => self.emit(line, name, Some(&version.to_string())),
                None => return Err(malformed(line, name, value, "the version is not a small number")),
            },
            "EXT-X-INDEPENDENT-SEGMENTS" => self.emit(line, name, None),
            // Its variables would have to be put into every URI before it is resolved.
            "EXT-X-DEFINE" => return Err(PlaylistError::Unsupported { line, tag: name.to_owned() }),
            _ if MEDIA_TAGS.contains(&name) => {
                return Err(PlaylistError::MediaPlaylist { line, tag: name.to_owned() });
            }
            _ => self.keep_unknown(line, name, value, playlist)?,
        }
        Ok(())
    }

    fn emit(&mut self, line: usize, name: &str, value: Option<&str>) {
        let tag = match value {
            Some(value) => format!("#{name}:{value}"),
            None => format!("#{name}"),
        };
        self.text.push_str(&tag);
        self.text.push('\n');
        self.origin.push((line, tag));
    }

    /// Players skip tags that they don't know, so what is no attribute list stays as it stands,
    /// or goes when it seems to hold a URI all the same.
    fn keep_unknown(
        &mut self,
        line: usize,
        name: &str,
        value: Option<&str>,
        playlist: &Url,
    ) -> Result<(), PlaylistError> {
        let Some(short) = name.strip_prefix("EXT-") else { return Ok(()) };
        let rest = match value {
            Some(list) if attributes(list).is_ok() => Some(join(&readable(name, value, line, playlist)?)),
            Some(text) if names_uri(text) => return Ok(()),
            other => other.map(str::to_owned),
        };
        self.unknown.push(ExtTag { tag: short.to_owned(), rest });
        Ok(())
    }
}

/// A tag's attributes as m3u8-rs can read them: URIs absolute, without the empty values, which say
/// no more than an absent attribute, and without a FORCED that belongs to subtitles only.
fn readable(
    name: &str,
    value: Option<&str>,
    line: usize,
    playlist: &Url,
) -> Result<Vec<(String, String)>, PlaylistError> {
    let list =
        attributes(value.unwrap_or_default()).map_err(|reason| malformed(line, name, value, reason))?;
    let subtitles = list.contains(&Attribute { name: "TYPE", value: Value::Bare("SUBTITLES") });
    let mut out = Vec::with_capacity(list.len());
    for attribute in list {
        let written = match attribute.value {
            Value::Quoted(uri) if is_uri(attribute.name) => {
                format!("\"{}\"", resolve(uri, playlist, line)?)
            }
            Value::Bare(_) if is_uri(attribute.name) => {
                return Err(malformed(line, name, value, "a URI without quotes"));
            }
            Value::Quoted("") => continue,
            _ if attribute.name == "FORCED" && !subtitles => continue,
            Value::Quoted(text) => format!("\"{text}\""),
            Value::Bare(text) => text.to_owned(),
        };
        out.push((attribute.name.to_owned(), written));
    }
    Ok(out)
}

/// Absolute, and not the playlist itself, which would make a player go round in circles.
fn resolve(uri: &str, playlist: &Url, line: usize) -> Result<String, PlaylistError> {
    let url = absolute(playlist, uri).map_err(|source| PlaylistError::Uri { line, source })?;
    match &url == playlist {
        true => Err(PlaylistError::Nested { line }),
        false => Ok(url.into()),
    }
}

fn join(list: &[(String, String)]) -> String {
    let parts: Vec<String> = list.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parts.join(",")
}

fn malformed(line: usize, name: &str, value: Option<&str>, reason: &'static str) -> PlaylistError {
    let tag = without_query(&format!("{name}:{}", value.unwrap_or_default()));
    PlaylistError::Malformed { line, tag, reason }
}
