//! Codes and tokens: redeemed, renewed, given back.

use serde::Deserialize;
use serde_json::Value;
use streamhut_atproto::Did;

use super::client;
use super::pkce::Verifier;
use super::server::{Refusal, Server, odd};

/// What a server grants.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Whose account it is.
    pub did: Did,
    /// What may be done with the access token.
    pub scope: String,
    /// Good for less than an hour.
    pub access: String,
    /// Makes the next tokens, once.
    pub refresh: Option<String>,
}

impl Tokens {
    /// Reads the answer of a token endpoint.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(answer: Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Answer {
            access_token: String,
            token_type: String,
            sub: String,
            scope: String,
            refresh_token: Option<String>,
        }
        let answer: Answer = serde_json::from_value(answer).map_err(|error| error.to_string())?;
        if !answer.token_type.eq_ignore_ascii_case("DPoP") {
            return Err(format!("its token is a {:?}, which anybody could use", answer.token_type));
        }
        if !answer.scope.split(' ').any(|scope| scope == "atproto") {
            return Err(format!("it grants {:?}, without atproto", answer.scope));
        }
        let did = Did::parse(&answer.sub).map_err(|error| error.to_string())?;
        Ok(Self { did, scope: answer.scope, access: answer.access_token, refresh: answer.refresh_token })
    }
}

/// Redeems a code.
pub fn redeem(
    server: &Server<'_>,
    code: &str,
    verifier: &Verifier,
    redirect: &str,
) -> Result<Tokens, Refusal> {
    let id = client::client_id();
    let fields = [
        ("client_id", id.as_str()),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", verifier.as_str()),
        ("redirect_uri", redirect),
    ];
    tokens(server, &fields)
}

/// Redeems a refresh token that the client `id` got. The server takes it no second time.
pub fn renew(server: &Server<'_>, id: &str, refresh: &str) -> Result<Tokens, Refusal> {
    tokens(server, &[("client_id", id), ("grant_type", "refresh_token"), ("refresh_token", refresh)])
}

/// Gives a token back, and with it all of its session.
///
/// # Errors
/// `Refusal::No` with `unsupported` at a server that takes none back.
pub fn revoke(server: &Server<'_>, id: &str, token: &str) -> Result<(), Refusal> {
    let endpoint = server.metadata.revocation_endpoint.as_deref().ok_or_else(|| Refusal::No {
        error: "unsupported".to_owned(),
        message: "the server takes no tokens back".to_owned(),
    })?;
    server.form(endpoint, &[("client_id", id), ("token", token)]).map(drop)
}

fn tokens(server: &Server<'_>, fields: &[(&str, &str)]) -> Result<Tokens, Refusal> {
    let answer = server.form(&server.metadata.token_endpoint, fields)?;
    Tokens::read(answer).map_err(|reason| Refusal::Fault(odd(&server.metadata.issuer, reason)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_of_a_token_endpoint() {
        let whole = json!({
            "access_token": "a", "token_type": "DPoP", "sub": "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
            "scope": "atproto blob:*/*", "refresh_token": "r", "expires_in": 3600,
        });
        let tokens = Tokens::read(whole.clone()).unwrap();
        assert_eq!((tokens.access.as_str(), tokens.refresh.as_deref()), ("a", Some("r")));
        assert_eq!(tokens.scope, "atproto blob:*/*");
        for (name, value, part) in [
            ("token_type", json!("Bearer"), "anybody"),
            ("scope", json!("blob:*/*"), "without atproto"),
            ("scope", json!("atproto2"), "without atproto"),
            ("sub", json!("aurora.test"), "aurora.test"),
            ("sub", Value::Null, "null"),
            ("access_token", json!(7), "integer"),
        ] {
            let mut other = whole.clone();
            other[name] = value;
            let Err(reason) = Tokens::read(other.clone()) else { panic!("{other} was taken") };
            assert!(reason.contains(part) && !reason.contains("\"a\""), "{other}: {reason}");
        }
    }
}
