//! Which video or creator an address of ours names.

use percent_encoding::percent_decode_str;
use streamhut_atproto::{AtUri, Did, Nsid, RecordKey};
use streamhut_streamplace::nsid;
use url::Url;

use super::video_address;
use crate::Site;

/// Longer than any address of ours with a share of tracking parameters.
const MAX_URL: usize = 8192;
/// The last second that a page may begin at: beyond the longest video that is believed.
const MAX_SECONDS: u64 = 9_999_999;

/// What an address names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A video's record, by DID.
    Video(AtUri),
    /// A creator.
    Creator(Did),
}

/// Reads the address of a page of ours: the page of a video or a creator, or an embed, at the web player or at the
/// bundle. A slash at the end, a fragment and parameters that we know nothing of change nothing.
///
/// `None` for an address elsewhere, one with credentials, and one that names nothing.
pub fn named(site: &Site, url: &str) -> Option<Named> {
    let url = Some(url).filter(|url| url.len() <= MAX_URL).and_then(|url| Url::parse(url).ok())?;
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let path = segments(&url)?;
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    at_frontend(site, &url, &path).or_else(|| at_bundle(site, &url, &path))
}

/// Reads `t`, the second that a page begins at: `90`, `90s`, `90.5`, `1m30s`, `1h2m3s`. `None` for
/// anything else.
pub fn seconds(text: &str) -> Option<u64> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number =
        |text: &str| digits(text).then(|| text.parse::<u64>().ok())?.filter(|number| *number <= MAX_SECONDS);
    let (hours, rest) = text.split_once('h').map_or((Some(0), text), |(hours, rest)| (number(hours), rest));
    let (minutes, rest) =
        rest.split_once('m').map_or((Some(0), rest), |(minutes, rest)| (number(minutes), rest));
    let plain = rest.strip_suffix('s').unwrap_or(rest);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, "0"));
    let seconds = match rest.is_empty() && rest.len() < text.len() {
        true => Some(0),
        false => digits(fraction).then(|| number(whole))?,
    };
    let all = hours?.checked_mul(3_600)?.checked_add(minutes?.checked_mul(60)?)?.checked_add(seconds?)?;
    Some(all).filter(|seconds| *seconds <= MAX_SECONDS)
}

fn at_frontend(site: &Site, url: &Url, path: &[&str]) -> Option<Named> {
    if site.frontend_origin()? != url.origin() {
        return None;
    }
    match path {
        ["watch" | "embed", did, rkey] => {
            let (did, rkey) = (Did::parse(did).ok()?, RecordKey::parse(rkey).ok()?);
            let collection = Nsid::parse(nsid::PLACE_STREAM_VIDEO).ok()?;
            Some(Named::Video(AtUri::of_record(&did, &collection, &rkey)))
        }
        ["creator", did] => Did::parse(did).ok().map(Named::Creator),
        _ => None,
    }
}

fn at_bundle(site: &Site, url: &Url, path: &[&str]) -> Option<Named> {
    let base = segments(site.bundle_url())?;
    let base: Vec<&str> = base.iter().map(String::as_str).collect();
    if site.bundle_url().origin() != url.origin() {
        return None;
    }
    let parameter = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
    match path.strip_prefix(base.as_slice())? {
        ["shareVideo" | "embed"] => {
            let uri = AtUri::parse(&parameter("uri")?).ok()?;
            video_address(&uri).is_some().then_some(Named::Video(uri))
        }
        ["shareCreator"] => Did::parse(&parameter("creator")?).ok().map(Named::Creator),
        _ => None,
    }
}

/// The segments of a path, decoded, without the empty one behind a slash at its end.
fn segments(url: &Url) -> Option<Vec<String>> {
    let path = url.path_segments()?;
    let decoded = path.map(|segment| percent_decode_str(segment).decode_utf8().ok().map(String::from));
    let mut segments: Vec<String> = decoded.collect::<Option<_>>()?;
    if segments.last().is_some_and(String::is_empty) {
        segments.pop();
    }
    Some(segments)
}
