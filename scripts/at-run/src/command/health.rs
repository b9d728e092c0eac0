//! Whether a runner serves what was just published.

use serde::Serialize;
use serde_json::Value;

use crate::pds::Http;

/// What a runner said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// It serves exactly this record.
    pub ok: bool,
    /// What it answered, in words.
    pub message: String,
}

/// Asks the runner to describe the release at `url`; it has to know the record by the CID `expected`.
pub fn check(http: &Http, url: &str, expected: &str) -> Health {
    let request = http::Request::get(url).header(http::header::ACCEPT, "application/json").body(Vec::new());
    let answer = match request {
        Ok(request) => http.send(request, &|_| {}),
        Err(error) => return bad(format!("the runner can't be asked: {error}")),
    };
    match answer {
        Ok(answer) => judge(answer.status().as_u16(), answer.body(), expected),
        Err(fault) => bad(format!("the runner is not reached: {fault}")),
    }
}

fn judge(status: u16, body: &[u8], expected: &str) -> Health {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |field: &str| value.get(field).and_then(Value::as_str);
    match (status, text("cid")) {
        (200, Some(cid)) if cid == expected => {
            Health { ok: true, message: "the runner serves it".to_owned() }
        }
        (200, Some(cid)) => bad(format!("the runner serves another record, {cid}")),
        (200, None) => bad("the runner answers 200, but describes no release".to_owned()),
        _ => bad(format!("the runner answers {status}: {}", text("message").unwrap_or("without a reason"))),
    }
}

fn bad(message: String) -> Health {
    Health { ok: false, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_record_is_well() {
        for (status, body, ok, expect) in [
            (200, r#"{"cid": "bafyA"}"#, true, "serves it"),
            (200, r#"{"cid": "bafyB"}"#, false, "another record, bafyB"),
            (200, "<html>", false, "describes no release"),
            (404, r#"{"error": "E", "message": "no such bundle"}"#, false, "404: no such bundle"),
            (502, "", false, "502: without a reason"),
        ] {
            let health = judge(status, body.as_bytes(), "bafyA");
            assert!(health.ok == ok && health.message.contains(expect), "{status} {body}: {health:?}");
        }
    }
}
