//! What DNS says of a handle, as DNS-over-HTTPS resolvers write it in JSON.
//!
//! Source: <https://atproto.com/specs/handle#dns-txt-method>, RFC 1035 (the codes and types).

use serde::Deserialize;

/// The DNS record type TXT.
const TXT: u16 = 16;

/// An answer for `_atproto.{handle}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandleRecords {
    /// The response code: 0 is an answer, 3 says that there is no such name.
    pub code: u16,
    /// What its TXT records name after `did=`, each once: a DID where all is well.
    pub dids: Vec<String>,
}

impl HandleRecords {
    /// Reads an answer of type `application/dns-json`. Records of other types (a CNAME on the way) are passed over.
    ///
    /// # Errors
    /// When it is no such JSON.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        let Answer { status: code, records } = serde_json::from_slice(body)?;
        let texts = records.iter().filter(|record| record.kind == TXT).map(|record| text(&record.data));
        let mut dids: Vec<String> =
            texts.filter_map(|text| text.strip_prefix("did=").map(str::to_owned)).collect();
        dids.sort_unstable();
        dids.dedup();
        Ok(Self { code, dids })
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Status")]
    status: u16,
    #[serde(rename = "Answer", default)]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "type")]
    kind: u16,
    #[serde(default)]
    data: String,
}

/// A TXT record's text: its parts in quotes, joined; some resolvers leave the quotes out.
fn text(data: &str) -> String {
    match data.contains('"') {
        true => data.split('"').skip(1).step_by(2).collect(),
        false => data.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::HandleRecords;

    #[test]
    fn texts_of_records() {
        for (records, expect) in [
            ("", vec![]),
            (r#"{"type":16,"data":"\"did=did:plc:a\""}"#, vec!["did:plc:a"]),
            (r#"{"type":16,"data":"did=did:plc:a"}"#, vec!["did:plc:a"]),
            (r#"{"type":16,"data":"\"did=did:\" \"plc:a\""}"#, vec!["did:plc:a"]),
            (r#"{"type":5,"data":"did=did:plc:a"},{"type":16,"data":"v=spf1"},{"type":16}"#, vec![]),
            (
                r#"{"type":16,"data":"did=b"},{"type":16,"data":"did=a"},{"type":16,"data":"did=b"}"#,
                vec!["a", "b"],
            ),
        ] {
            let body = format!(r#"{{"Status":0,"Answer":[{records}]}}"#);
            let expect = expect.into_iter().map(str::to_owned).collect();
            assert_eq!(
                HandleRecords::parse(body.as_bytes()).unwrap(),
                HandleRecords { code: 0, dids: expect }
            );
        }
        let nobody = HandleRecords { code: 3, dids: vec![] };
        assert_eq!(HandleRecords::parse(br#"{"Status":3}"#).unwrap(), nobody);
        for broken in ["", "<html>", r#"{"Answer":[]}"#, r#"{"Status":0,"Answer":[{}]}"#] {
            HandleRecords::parse(broken.as_bytes()).unwrap_err();
        }
    }
}
