//! What is asked for is left at the server before the browser goes there, so that the browser carries nothing.
//!
//! Source: RFC 9126.

use url::Url;

use super::client;
use super::pkce::Verifier;
use super::server::{Refusal, Server, odd};
use crate::fault::Fault;

/// A log-in that has been begun.
pub struct Request<'a> {
    /// What comes back with the code.
    pub state: &'a str,
    /// What the code is redeemed with.
    pub verifier: &'a Verifier,
    /// Where the browser comes back to, with its port.
    pub redirect: &'a str,
    /// Whose log-in it is, as the user says.
    pub hint: Option<&'a str>,
}

/// Leaves the request at the server, and gives the address for the browser. `broad` says that the server knows no fine
/// permissions.
///
/// # Errors
/// `Refusal::No` with `invalid_scope` when that is so, or more is wrong.
pub fn push(server: &Server<'_>, request: &Request<'_>, broad: bool) -> Result<Url, Refusal> {
    let (id, challenge) = (client::client_id(), request.verifier.challenge());
    let mut fields = vec![
        ("client_id", id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", request.redirect),
        ("scope", if broad { client::BROAD } else { client::WANTED }),
        ("state", request.state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    fields.extend(request.hint.map(|hint| ("login_hint", hint)));
    let answer = server.form(&server.metadata.pushed_authorization_request_endpoint, &fields)?;
    let uri = answer.get("request_uri").and_then(|uri| uri.as_str());
    let uri = uri.ok_or_else(|| fault(server, "its answer has no request_uri"))?;
    let url = Url::parse(&server.metadata.authorization_endpoint);
    let mut url = url.map_err(|error| fault(server, &error.to_string()))?;
    // The browser is led to where this tool would go itself, and nowhere else.
    let admitted = server.network.policy.admit(&url);
    admitted.map_err(|refusal| fault(server, &refusal.to_string()))?;
    url.query_pairs_mut().append_pair("client_id", &id).append_pair("request_uri", uri);
    Ok(url)
}

fn fault(server: &Server<'_>, reason: &str) -> Refusal {
    let fault: Fault = odd(&server.metadata.issuer, reason.to_owned());
    Refusal::Fault(fault)
}
