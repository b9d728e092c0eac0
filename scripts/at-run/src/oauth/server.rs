//! One authorization server: found, and asked under the policy of the crate `outbound`.

use serde::Deserialize;
use serde_json::Value;
use streamhut_outbound::{
    FetchError, Limits, LoopbackOrigins, Method, Policy, Redirects, Request, Response, TransportError, fetch,
};
use url::{Url, form_urlencoded};

use super::dpop::Prover;
use super::metadata::{self, Metadata};
use crate::fault::Fault;
use crate::outward::Outward;

/// Larger answers than this are no answers to what is asked here.
const MAX_BYTES: usize = 64 * 1024;

/// How the network is asked.
pub struct Network<'a> {
    /// The network.
    pub transport: &'a Outward,
    /// What may be asked at all.
    pub policy: &'a Policy,
    /// Milliseconds for each answer.
    pub deadline_ms: u32,
}

impl Network<'_> {
    /// Sends one request.
    pub fn send(&self, request: Request) -> Result<Response, Fault> {
        let url = place(&request.url);
        let limits = Limits { max_bytes: MAX_BYTES, deadline_ms: self.deadline_ms };
        let answer =
            pollster::block_on(fetch(self.transport, self.policy, request, limits, Redirects::Refuse));
        answer.map_err(|error| match error {
            FetchError::Transport(TransportError::Deadline { .. } | TransportError::Failed { .. }) => {
                Fault::Unreachable { url, reason: error.to_string() }
            }
            error => Fault::Answer { url, method: "OAuth".to_owned(), reason: error.to_string() },
        })
    }

    /// The authorization server of the PDS at `origin`. One that says nothing of its own may be the server itself.
    pub fn authorization_server(&self, origin: &str) -> Result<String, Fault> {
        let answer = self.send(Request::get(parsed(&format!("{origin}{}", metadata::RESOURCE))?))?;
        match answer.status {
            200 => metadata::authorization_server(&answer.body, origin).map_err(|reason| odd(origin, reason)),
            404 => Ok(origin.to_owned()),
            status => Err(refused(&answer.url, status, &answer.body)),
        }
    }

    /// What the authorization server at `issuer` tells of itself.
    pub fn metadata(&self, issuer: &str) -> Result<Metadata, Fault> {
        let url = self.policy.endpoint(issuer).map_err(|refusal| odd(issuer, refusal.to_string()))?;
        let origin = url.origin().ascii_serialization();
        let answer = self.send(Request::get(parsed(&format!("{origin}{}", metadata::SERVER))?))?;
        match answer.status {
            200 => Metadata::parse(&answer.body, issuer).map_err(|reason| odd(issuer, reason)),
            404 => Err(odd(issuer, "it offers no OAuth: log in with --app-password".to_owned())),
            status => Err(refused(&answer.url, status, &answer.body)),
        }
    }
}

/// An authorization server, and a session's key.
pub struct Server<'a> {
    /// How it is asked.
    pub network: &'a Network<'a>,
    /// What it told of itself.
    pub metadata: &'a Metadata,
    /// The session's key.
    pub prover: &'a Prover,
}

/// Why a form was of no use.
#[derive(Debug)]
pub enum Refusal {
    /// The server's own no.
    No {
        /// The error's name, as `invalid_grant`.
        error: String,
        /// Its words.
        message: String,
    },
    /// Anything else.
    Fault(Fault),
}

impl Refusal {
    /// As a log-in that the server refuses.
    pub fn of_login(self, server: &str) -> Fault {
        match self {
            Self::No { error, message } => {
                Fault::LogIn { service: server.to_owned(), message: words(&error, &message) }
            }
            Self::Fault(fault) => fault,
        }
    }
}

/// An error's name and what is said of it.
pub fn words(error: &str, message: &str) -> String {
    if message.is_empty() { error.to_owned() } else { format!("{error}: {message}") }
}

impl Server<'_> {
    /// Sends a form, with a proof. A server that wants its nonce in the proof gets it by a second try.
    pub fn form(&self, endpoint: &str, fields: &[(&str, &str)]) -> Result<Value, Refusal> {
        let url = parsed(endpoint).map_err(Refusal::Fault)?;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut again = true;
        loop {
            let headers = [
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
                ("accept", "application/json".to_owned()),
                ("dpop", self.prover.proof("POST", endpoint, None)),
            ];
            let request = Request {
                method: Method::Post,
                headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
                body: body.clone().into_bytes(),
                ..Request::get(url.clone())
            };
            let answer = self.network.send(request).map_err(Refusal::Fault)?;
            let is_new = self.prover.heard(endpoint, answer.header("dpop-nonce"));
            match read(&answer) {
                Err(Refusal::No { error, .. }) if error == "use_dpop_nonce" && is_new && again => {
                    again = false
                }
                done => return done,
            }
        }
    }
}

fn read(answer: &Response) -> Result<Value, Refusal> {
    #[derive(Deserialize)]
    struct No {
        error: String,
        #[serde(default)]
        error_description: String,
    }
    if (200..300).contains(&answer.status) {
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        return serde_json::from_slice(&answer.body)
            .map_err(|error| Refusal::Fault(odd(&place(&answer.url), error.to_string())));
    }
    if (400..500).contains(&answer.status)
        && answer.status != 429
        && let Ok(no) = serde_json::from_slice::<No>(&answer.body)
    {
        let cut = |text: &str, most| text.chars().take(most).collect();
        return Err(Refusal::No { error: cut(&no.error, 128), message: cut(&no.error_description, 256) });
    }
    Err(Refusal::Fault(refused(&answer.url, answer.status, &answer.body)))
}

fn refused(url: &Url, status: u16, body: &[u8]) -> Fault {
    let (url, message) = (place(url), String::from_utf8_lossy(body).chars().take(256).collect());
    if status == 429 || status >= 500 {
        Fault::Unavailable { url, status, message }
    } else {
        Fault::Refused { url, status, error: String::new(), message }
    }
}

/// An answer that is none.
pub fn odd(url: &str, reason: String) -> Fault {
    Fault::Answer { url: url.to_owned(), method: "OAuth".to_owned(), reason }
}

fn parsed(url: &str) -> Result<Url, Fault> {
    Url::parse(url).map_err(|error| odd(url, error.to_string()))
}

fn place(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}

/// Any public host, and of this machine those among `origins` that are on it.
pub fn policy<'a>(origins: impl IntoIterator<Item = &'a str>) -> Policy {
    let admitted = origins.into_iter().filter(|origin| LoopbackOrigins::parse(origin).is_ok());
    let admitted = admitted.collect::<Vec<_>>().join(" ");
    Policy::new(Vec::new(), LoopbackOrigins::parse(&admitted).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        let url = Url::parse("https://as.dev/oauth/token?secret=s").unwrap();
        Response { url, status, headers: Vec::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn answers_to_a_form() {
        assert_eq!(read(&answer(200, r#"{"a": 1}"#)).unwrap(), serde_json::json!({"a": 1}));
        assert_eq!(read(&answer(204, "")).unwrap(), Value::Null);
        for (status, body, expect) in [
            (
                400,
                r#"{"error": "invalid_grant", "error_description": "used"}"#,
                "refuses the log-in: invalid_grant: used",
            ),
            (401, r#"{"error": "invalid_client"}"#, "refuses the log-in: invalid_client"),
            (400, "<html>", "answered 400"),
            (404, "{}", "answered 404"),
            (429, r#"{"error": "x"}"#, "can't answer now: 429"),
            (503, r#"{"error": "x"}"#, "can't answer now: 503"),
            (302, "", "answered 302"),
            (200, "<html>", "something else"),
        ] {
            let message = read(&answer(status, body)).unwrap_err().of_login("https://as.dev").to_string();
            assert!(message.contains(expect) && !message.contains("secret"), "{status} {body}: {message}");
        }
    }

    #[test]
    fn of_this_machine_only_what_was_named() {
        let policy = policy(["https://pds.dev", "http://localhost:4402", "http://localhost", "nonsense"]);
        let admitted = |url: &str| policy.admit(&Url::parse(url).unwrap()).is_ok();
        assert!(admitted("http://localhost:4402/x") && admitted("https://any.dev/x"));
        assert!(!admitted("http://localhost:4403/x") && !admitted("http://pds.dev/x"));
    }
}
