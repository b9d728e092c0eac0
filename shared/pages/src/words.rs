//! What pages say of a video and of whoever made it.

use streamhut_atproto::{Did, Handle};

use crate::text::{Max, is_visible, line};
use crate::{Creator, Video};

/// The name of the site, as heads and feeds give it.
pub(crate) const SITE_NAME: &str = "Streamhut";
/// The longest title in a head: what the strictest reader of heads shows.
pub(crate) const HEAD_TITLE: Max = Max::Bytes(70);
/// The longest title elsewhere; a record's may have 140 graphemes.
pub(crate) const TITLE: Max = Max::Characters(300);
/// The longest description in a head.
pub(crate) const SUMMARY: Max = Max::Characters(200);
const NAME: Max = Max::Characters(64);
const WARNINGS: Max = Max::Characters(160);
/// Characters of a DID that stand for it where there is no name: its beginning, and its end.
const DID_ENDS: (usize, usize) = (16, 4);

/// A video's title, or that it has none.
pub(crate) fn title(video: &Video, max: Max) -> String {
    match is_visible(&video.title) {
        true => line(&video.title, max),
        false => "Untitled video".to_owned(),
    }
}

/// What to call whoever made a video.
pub(crate) fn author(video: &Video) -> String {
    called(video.name.as_deref(), video.handle.as_ref(), &video.creator)
}

/// What to call a creator.
pub(crate) fn name(creator: &Creator) -> String {
    called(creator.name.as_deref(), creator.handle.as_ref(), &creator.did)
}

/// A creator's name with the handle, where both are known.
pub(crate) fn full_name(creator: &Creator, max: Max) -> String {
    let name = name(creator);
    let handle = creator.handle.as_ref().map(|handle| format!("@{handle}")).filter(|handle| *handle != name);
    line(&handle.map_or_else(|| name.clone(), |handle| format!("{name} ({handle})")), max)
}

/// One line about a video: its warning, else its description, else who made it.
pub(crate) fn summary(video: &Video) -> String {
    let own = || video.description.as_deref().filter(|text| is_visible(text)).map(|text| line(text, SUMMARY));
    warning(video).or_else(own).unwrap_or_else(|| format!("A video by {} on {SITE_NAME}.", author(video)))
}

/// One line about a creator.
pub(crate) fn creator_summary(creator: &Creator) -> String {
    let own = creator.description.as_deref().filter(|text| is_visible(text)).map(|text| line(text, SUMMARY));
    own.unwrap_or_else(|| format!("Videos by {} on {SITE_NAME}.", name(creator)))
}

/// `Content warning: nudity, flashing lights`, of a video with warnings.
pub(crate) fn warning(video: &Video) -> Option<String> {
    let kinds: Vec<String> =
        video.warnings.iter().map(|kind| spelled_out(kind)).filter(|kind| is_visible(kind)).collect();
    match (video.is_warned(), kinds.is_empty()) {
        (false, _) => None,
        (true, true) => Some("Content warning".to_owned()),
        (true, false) => Some(line(&format!("Content warning: {}", kinds.join(", ")), WARNINGS)),
    }
}

/// `flashingLights` → `flashing lights`.
fn spelled_out(kind: &str) -> String {
    let kind = line(kind, NAME);
    if kind.eq_ignore_ascii_case("pii") {
        return "personal information".to_owned();
    }
    let mut words = String::new();
    let mut was_lower = false;
    for character in kind.chars() {
        if was_lower && character.is_uppercase() {
            words.push(' ');
            words.extend(character.to_lowercase());
        } else {
            words.push(character);
        }
        was_lower = character.is_lowercase();
    }
    words
}

fn called(name: Option<&str>, handle: Option<&Handle>, did: &Did) -> String {
    match (name.filter(|name| is_visible(name)), handle) {
        (Some(name), _) => line(name, NAME),
        (None, Some(handle)) => line(&format!("@{handle}"), NAME),
        (None, None) => shortened(did.as_str()),
    }
}

fn shortened(did: &str) -> String {
    let (head, tail) = DID_ENDS;
    let ends = did.get(..head).zip(did.len().checked_sub(tail).and_then(|at| did.get(at..)));
    match ends {
        Some((start, end)) if did.len() > head + tail + 4 => format!("{start}…{end}"),
        _ => did.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_in_words() {
        for (kind, expect) in [
            ("nudity", "nudity"),
            ("flashingLights", "flashing lights"),
            ("drugUse", "drug use"),
            ("fantasyViolence", "fantasy violence"),
            ("PII", "personal information"),
            ("NSFW", "NSFW"),
            ("", ""),
            ("<b>\u{202E}x", "<b>x"),
        ] {
            assert_eq!(spelled_out(kind), expect, "{kind:?}");
        }
    }

    #[test]
    fn names() {
        let did = Did::parse("did:plc:jtfnthvf2ryakrpavyjd33uu").unwrap();
        let handle = Handle::parse("aurora.test").unwrap();
        assert_eq!(called(Some("Aurora\n"), Some(&handle), &did), "Aurora");
        assert_eq!(called(Some(" \u{200B}"), Some(&handle), &did), "@aurora.test");
        assert_eq!(called(None, None, &did), "did:plc:jtfnthvf…33uu");
        assert_eq!(called(None, None, &Did::parse("did:web:a.example").unwrap()), "did:web:a.example");
    }
}
