use serde::{Deserialize, Serialize};
use serde_json::Value;
use streamhut_atproto::Did;

use crate::text::{paragraphs_with_places, web_url};

const MAX_FACETS: usize = 200;
const MAX_LINK_BYTES: usize = 4096;

/// What a part of a description or of a comment means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facet {
    /// Where the part begins, in bytes of the cleaned text's UTF-8.
    pub start_byte: usize,
    /// Where it ends: the first byte behind it. Both lie between characters.
    pub end_byte: usize,
    /// What it leads to; in JSON a field `link` or `mention` of the facet itself.
    #[serde(flatten)]
    pub target: FacetTarget,
}

/// What such a part leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FacetTarget {
    /// An http or https URL of at most 4096 bytes, without credentials.
    Link(String),
    /// An account.
    Mention(Did),
}

/// A description or a comment as it is shown, at most `max_bytes` of it, with its facets
/// (`place.stream.richtext.videoFacet`, `place.stream.richtext.facet`).
///
/// Facets come in the order of the text. Left out is one that is out of bounds, splits a character, begins inside
/// another, leads nowhere that is known, or has nothing left of its text; and what goes beyond two hundred.
pub(crate) fn described(text: &str, facets: Option<&Value>, max_bytes: usize) -> (String, Vec<Facet>) {
    let facets = facets.and_then(Value::as_array).into_iter().flatten();
    let mut told: Vec<_> = facets.filter_map(Told::from_value).take(MAX_FACETS).collect();
    told.sort_by_key(|facet| (facet.start, facet.end));
    let mut places: Vec<usize> = told.iter().flat_map(|facet| [facet.start, facet.end]).collect();
    places.sort_unstable();
    places.dedup();
    let (shown, found) = paragraphs_with_places(text, max_bytes, &places);
    let place = |wanted: usize| *found.get(places.binary_search(&wanted).ok()?)?;

    let mut kept: Vec<Facet> = Vec::new();
    let mut told_until = 0;
    for Told { start, end, target } in told {
        let (Some(start_byte), Some(end_byte)) = (place(start), place(end)) else { continue };
        if start >= told_until && start_byte < end_byte {
            kept.push(Facet { start_byte, end_byte, target });
            told_until = end;
        }
    }
    (shown, kept)
}

/// A facet as the record has it, in bytes of the record's text.
struct Told {
    start: usize,
    end: usize,
    target: FacetTarget,
}

impl Told {
    fn from_value(facet: &Value) -> Option<Told> {
        let index = facet.get("index")?;
        let place =
            |key| index.get(key).and_then(Value::as_u64).and_then(|place| usize::try_from(place).ok());
        let (start, end) = (place("byteStart")?, place("byteEnd")?);
        let target = facet.get("features")?.as_array()?.iter().find_map(target)?;
        (start < end).then_some(Told { start, end, target })
    }
}

fn target(feature: &Value) -> Option<FacetTarget> {
    let text = |key| feature.get(key).and_then(Value::as_str);
    let link = text("uri").and_then(|uri| web_url(uri, MAX_LINK_BYTES)).map(FacetTarget::Link);
    link.or_else(|| text("did").and_then(|did| Did::parse(did).ok()).map(FacetTarget::Mention))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DID: &str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";

    fn link(start: usize, end: usize) -> Value {
        json!({"index": {"byteStart": start, "byteEnd": end}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/"}]})
    }

    /// The parts of what is shown that have a facet.
    fn parts(text: &str, facets: &[Value], max_bytes: usize) -> Vec<String> {
        let (shown, facets) = described(text, Some(&json!(facets)), max_bytes);
        facets.iter().map(|facet| shown[facet.start_byte..facet.end_byte].to_owned()).collect()
    }

    #[test]
    fn ranges_follow_the_text_through_its_cleaning() {
        let check = |text: &str, range: (usize, usize), expect: &[&str]| {
            assert_eq!(parts(text, &[link(range.0, range.1)], 99), expect, "{text:?} {range:?}");
        };
        check("see a.example", (4, 13), &["a.example"]);
        check("a\0\u{202E}b c", (5, 6), &["b"]);
        check("a\0\u{202E}b c", (1, 6), &["b"]);
        check(" \r\n\r\nab cd", (5, 7), &["ab"]);
        check("ä\r\nöü x", (4, 8), &["öü"]);
        check("ab\t ", (0, 4), &["ab"]);
        check("a\r\nb", (1, 2), &[]);
        check("\u{2028}a\u{2028}b", (6, 8), &[]);
        check("\u{2028}a\u{2028}b", (7, 8), &["b"]);
    }

    #[test]
    fn bad_input_27_ranges_that_split_overlap_or_leave_the_text_are_dropped() {
        assert_eq!(parts("äöü", &[link(0, 1), link(1, 2), link(3, 4), link(4, 6)], 99), ["ü"]);
        assert_eq!(parts("abc", &[link(0, 4), link(3, 3), link(2, 1), link(3, 9), link(0, 1)], 99), ["a"]);
        assert_eq!(
            parts("abcdef", &[link(3, 6), link(0, 2), link(1, 4), link(2, 3)], 99),
            ["ab", "c", "def"]
        );
        assert_eq!(parts("abcdef", &[link(0, 3), link(3, 4), link(2, 6)], 3), ["abc"]);
        let nul = parts("a\0b", &[link(1, 2)], 99);
        assert!(nul.is_empty());
        assert!(parts("abc", &[link(usize::MAX - 1, usize::MAX)], 99).is_empty());
        assert_eq!(
            parts(&"x".repeat(500), &(0..500).map(|at| link(at, at + 1)).collect::<Vec<_>>(), 999).len(),
            200
        );
    }

    #[test]
    fn bad_input_27_targets_that_lead_nowhere_are_dropped() {
        let of = |features: Value| {
            let facet = json!({"index": {"byteStart": 0, "byteEnd": 1}, "features": features});
            described("a", Some(&json!([facet])), 9).1.into_iter().next().map(|facet| facet.target)
        };
        let to = |url: &str| Some(FacetTarget::Link(url.to_owned()));
        assert_eq!(of(json!([{"uri": "HTTPS://A.example"}])), to("https://a.example/"));
        assert_eq!(
            of(json!([{"tag": "x"}, {"uri": "http://a.example/b"}, {"did": DID}])),
            to("http://a.example/b")
        );
        assert_eq!(of(json!([{"did": DID}])), Some(FacetTarget::Mention(Did::parse(DID).unwrap())));
        for features in [
            json!([{"uri": "javascript:alert(1)"}]),
            json!([{"uri": "data:text/html,x"}]),
            json!([{"uri": "/relative"}]),
            json!([{"uri": "https://bank.example@evil.example/"}]),
            json!([{"uri": format!("https://a.example/{}", "x".repeat(5000))}]),
            json!([{"did": "aurora.test"}]),
            json!([{"uri": 1}, null, []]),
            json!({}),
            json!("x"),
        ] {
            assert_eq!(of(features.clone()), None, "{features}");
        }
        for facets in
            [json!({}), json!("x"), json!([null, 1, {}, {"index": {"byteStart": -1, "byteEnd": 1.5}}])]
        {
            assert!(described("abc", Some(&facets), 9).1.is_empty());
        }
    }

    #[test]
    fn the_json_of_a_facet() {
        let (_, facets) = described("ab", Some(&json!([link(0, 2)])), 9);
        let written = json!(facets);
        assert_eq!(written, json!([{"startByte": 0, "endByte": 2, "link": "https://a.example/"}]));
        assert_eq!(serde_json::from_value::<Vec<Facet>>(written).unwrap(), facets);
        let mention =
            Facet { start_byte: 1, end_byte: 2, target: FacetTarget::Mention(Did::parse(DID).unwrap()) };
        assert_eq!(json!(mention), json!({"startByte": 1, "endByte": 2, "mention": DID}));
    }
}
