//! What a PDS and its authorization server tell of themselves.
//!
//! Sources: RFC 9728 and RFC 8414, with the demands of <https://atproto.com/specs/oauth#server-metadata>.

use serde::Deserialize;
use serde_json::Value;

/// Where a PDS tells who gives tokens for it.
pub const RESOURCE: &str = "/.well-known/oauth-protected-resource";
/// Where an authorization server tells how.
pub const SERVER: &str = "/.well-known/oauth-authorization-server";

/// How an authorization server is talked to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// Its name: an origin.
    pub issuer: String,
    /// Where the user's browser goes.
    pub authorization_endpoint: String,
    /// Where codes and refresh tokens are redeemed.
    pub token_endpoint: String,
    /// Where a request is left before the browser goes there.
    pub pushed_authorization_request_endpoint: String,
    /// Where tokens are given back.
    pub revocation_endpoint: Option<String>,
}

/// The authorization server of the PDS at `origin`, from what the PDS tells.
///
/// # Errors
/// What is wrong with it.
pub fn authorization_server(body: &[u8], origin: &str) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Resource {
        resource: String,
        #[serde(default)]
        authorization_servers: Vec<String>,
    }
    let told: Resource = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if !is_same(&told.resource, origin) {
        return Err(format!("it speaks for {:?}, not for {origin}", cut(&told.resource)));
    }
    match told.authorization_servers.as_slice() {
        [one] => Ok(one.trim_end_matches('/').to_owned()),
        several => Err(format!("it names {} authorization servers, where one belongs", several.len())),
    }
}

impl Metadata {
    /// Reads what the authorization server at `issuer` (an origin) tells.
    ///
    /// # Errors
    /// What is wrong or missing.
    pub fn parse(body: &[u8], issuer: &str) -> Result<Self, String> {
        let told: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let metadata = Self::deserialize(&told).map_err(|error| error.to_string())?;
        if !is_same(&metadata.issuer, issuer) {
            return Err(format!("it calls itself {:?}, not {issuer}", cut(&metadata.issuer)));
        }
        let lists = |name: &str, value: &str| {
            let listed = told.get(name).and_then(Value::as_array).into_iter().flatten();
            listed.filter_map(Value::as_str).any(|listed| listed == value)
        };
        for (name, value) in [
            ("response_types_supported", "code"),
            ("code_challenge_methods_supported", "S256"),
            ("dpop_signing_alg_values_supported", "ES256"),
            ("token_endpoint_auth_methods_supported", "none"),
            ("scopes_supported", "atproto"),
        ] {
            if !lists(name, value) {
                return Err(format!("{value:?} is not among its {name}"));
            }
        }
        for name in
            ["authorization_response_iss_parameter_supported", "client_id_metadata_document_supported"]
        {
            if told.get(name).and_then(Value::as_bool) != Some(true) {
                return Err(format!("{name} is not true"));
            }
        }
        Ok(metadata)
    }
}

/// Origins are spelt with a slash at the end or without.
pub fn is_same(one: &str, other: &str) -> bool {
    one.strip_suffix('/').unwrap_or(one) == other.strip_suffix('/').unwrap_or(other)
}

fn cut(text: &str) -> String {
    text.chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pds_names_one_server_and_speaks_for_itself() {
        for (told, expect) in [
            (
                json!({"resource": "https://pds.dev", "authorization_servers": ["https://as.dev"]}),
                Ok("https://as.dev"),
            ),
            (
                json!({"resource": "https://pds.dev/", "authorization_servers": ["https://as.dev/"]}),
                Ok("https://as.dev"),
            ),
            (
                json!({"resource": "https://other.dev", "authorization_servers": ["https://as.dev"]}),
                Err("https://other.dev"),
            ),
            (json!({"resource": "https://pds.dev", "authorization_servers": []}), Err("names 0")),
            (json!({"resource": "https://pds.dev"}), Err("names 0")),
            (
                json!({"resource": "https://pds.dev", "authorization_servers": ["https://a.dev", "https://b.dev"]}),
                Err("names 2"),
            ),
            (json!({"authorization_servers": ["https://as.dev"]}), Err("resource")),
            (json!([]), Err("")),
        ] {
            let found = authorization_server(told.to_string().as_bytes(), "https://pds.dev");
            match expect {
                Ok(server) => assert_eq!(found.as_deref(), Ok(server), "{told}"),
                Err(part) => {
                    assert!(found.as_ref().is_err_and(|error| error.contains(part)), "{told}: {found:?}")
                }
            }
        }
    }

    fn whole() -> Value {
        json!({
            "issuer": "https://as.dev",
            "authorization_endpoint": "https://as.dev/oauth/authorize",
            "token_endpoint": "https://as.dev/oauth/token",
            "pushed_authorization_request_endpoint": "https://as.dev/oauth/par",
            "revocation_endpoint": "https://as.dev/oauth/revoke",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "dpop_signing_alg_values_supported": ["ES256K", "ES256"],
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "scopes_supported": ["atproto", "transition:generic"],
            "authorization_response_iss_parameter_supported": true,
            "client_id_metadata_document_supported": true,
        })
    }

    #[test]
    fn a_server_that_can_all_that_is_needed() {
        let metadata = Metadata::parse(whole().to_string().as_bytes(), "https://as.dev").unwrap();
        assert_eq!(metadata.token_endpoint, "https://as.dev/oauth/token");
        assert!(Metadata::parse(whole().to_string().as_bytes(), "https://other.dev").is_err());
        assert!(Metadata::parse(b"<html>", "https://as.dev").is_err());
        for name in whole().as_object().unwrap().keys().filter(|name| *name != "revocation_endpoint") {
            let mut less = whole();
            less.as_object_mut().unwrap().remove(name);
            let error = Metadata::parse(less.to_string().as_bytes(), "https://as.dev").unwrap_err();
            assert!(error.contains(name.as_str()), "{name}: {error}");
        }
        for (name, value) in [("issuer", json!("https://as.dev/x")), ("scopes_supported", json!("atproto"))] {
            let mut other = whole();
            other[name] = value;
            assert!(Metadata::parse(other.to_string().as_bytes(), "https://as.dev").is_err(), "{name}");
        }
    }
}
