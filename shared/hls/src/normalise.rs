//! The strict form of a master playlist that m3u8-rs is given.
//!
//! m3u8-rs 6.0.1 is lenient in ways that foreign text could use: its attribute names and quoted
//! values run across line ends, a tag that it can't read becomes an unknown tag whose URI line then
//! overwrites the rendition before, and text behind a known tag's name becomes a URI. It also can't
//! read empty quoted values. So every tag is read here first, its URIs are made absolute, and m3u8-rs
//! only sees tags that it knows, one per line, each with a well-formed attribute list.

use m3u8_rs::ExtTag;
use url::Url;

use crate::PlaylistError;
use crate::attributes::{Attribute, Value, attributes, is_uri, names_uri};
use crate::error::without_query;
use crate::lines::{Content, lines};
use crate::master::MAX_RENDITIONS;
use crate::resolver::Resolver;
use crate::tags::MEDIA_TAGS;
use crate::text::HEADER;

/// A master playlist in strict form.
pub(crate) struct Strict {
    /// What m3u8-rs reads.
    pub text: String,
    /// Renditions (tags with a media playlist of their own) in it.
    pub renditions: usize,
    /// The line of the original for each tag in it, and where in it the tag begins.
    pub origin: Vec<(usize, usize)>,
    /// Tags that m3u8-rs has no structure for, their URIs made absolute.
    pub unknown: Vec<ExtTag>,
}

pub(crate) fn strict(text: &str, playlist: &Url) -> Result<Strict, PlaylistError> {
    let mut out =
        Strict { text: format!("{HEADER}\n"), renditions: 0, origin: Vec::new(), unknown: Vec::new() };
    let mut uris = Resolver::new(playlist);
    let mut announced: Option<usize> = None;
    for line in lines(text).skip(1) {
        match line.content {
            Content::Uri(uri) => {
                let Some(_) = announced.take() else {
                    return Err(PlaylistError::StrayUri { line: line.number, uri: without_query(uri) });
                };
                out.text.push_str(uris.resolve(uri, line.number)?);
                out.text.push('\n');
            }
            Content::Tag { name, value } => {
                if name == "EXT-X-STREAM-INF"
                    && let Some(line) = announced.replace(line.number)
                {
                    return Err(PlaylistError::MissingUri { line });
                }
                out.tag(line.number, name, value, &mut uris)?;
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
        uris: &mut Resolver,
    ) -> Result<(), PlaylistError> {
        match name {
            "EXTM3U" => return Err(PlaylistError::Nested { line }),
            "EXT-X-STREAM-INF" | "EXT-X-I-FRAME-STREAM-INF" | "EXT-X-MEDIA" => {
                self.renditions += 1;
                if self.renditions > MAX_RENDITIONS {
                    return Err(PlaylistError::TooManyRenditions { limit: MAX_RENDITIONS });
                }
                let List { text, has_uri } = readable(name, value, line, uris)?;
                if name == "EXT-X-I-FRAME-STREAM-INF" && !has_uri {
                    return Err(PlaylistError::MissingUri { line });
                }
                self.emit(line, name, Some(&text));
            }
            "EXT-X-SESSION-DATA" | "EXT-X-SESSION-KEY" | "EXT-X-START" => {
                self.emit(line, name, Some(&readable(name, value, line, uris)?.text));
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
            _ => self.keep_unknown(line, name, value, uris)?,
        }
        Ok(())
    }

    fn emit(&mut self, line: usize, name: &str, value: Option<&str>) {
        self.origin.push((line, self.text.len()));
        self.text.extend(["#", name]);
        if let Some(value) = value {
            self.text.extend([":", value]);
        }
        self.text.push('\n');
    }

    /// Players skip tags that they don't know, so what is no attribute list stays as it stands,
    /// or goes when it seems to hold a URI all the same.
    fn keep_unknown(
        &mut self,
        line: usize,
        name: &str,
        value: Option<&str>,
        uris: &mut Resolver,
    ) -> Result<(), PlaylistError> {
        let Some(short) = name.strip_prefix("EXT-") else { return Ok(()) };
        let rest = match value {
            Some(list) if attributes(list).is_ok() => Some(readable(name, value, line, uris)?.text),
            Some(text) if names_uri(text) => return Ok(()),
            other => other.map(str::to_owned),
        };
        self.unknown.push(ExtTag { tag: short.to_owned(), rest });
        Ok(())
    }
}

/// An attribute list.
#[derive(Default)]
struct List {
    text: String,
    /// One of the names is `URI`.
    has_uri: bool,
}

/// A tag's attributes as m3u8-rs can read them: URIs absolute, without the empty values, which say
/// no more than an absent attribute, and without a FORCED that belongs to subtitles only.
fn readable(
    name: &str,
    value: Option<&str>,
    line: usize,
    uris: &mut Resolver,
) -> Result<List, PlaylistError> {
    let list =
        attributes(value.unwrap_or_default()).map_err(|reason| malformed(line, name, value, reason))?;
    let subtitles = list.contains(&Attribute { name: "TYPE", value: Value::Bare("SUBTITLES") });
    let mut out = List::default();
    for attribute in list {
        let (quote, text) = match attribute.value {
            Value::Quoted(uri) if is_uri(attribute.name) => ("\"", uris.resolve(uri, line)?),
            Value::Bare(_) if is_uri(attribute.name) => {
                return Err(malformed(line, name, value, "a URI without quotes"));
            }
            Value::Quoted("") => continue,
            _ if attribute.name == "FORCED" && !subtitles => continue,
            Value::Quoted(text) => ("\"", text),
            Value::Bare(text) => ("", text),
        };
        let comma = if out.text.is_empty() { "" } else { "," };
        out.text.extend([comma, attribute.name, "=", quote, text, quote]);
        out.has_uri |= attribute.name == "URI";
    }
    Ok(out)
}

fn malformed(line: usize, name: &str, value: Option<&str>, reason: &'static str) -> PlaylistError {
    let tag = without_query(&format!("{name}:{}", value.unwrap_or_default()));
    PlaylistError::Malformed { line, tag, reason }
}
