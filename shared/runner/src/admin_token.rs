//! The operator's token for `/admin`, which no bundle ever sees.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use sha2::{Digest, Sha256};

use crate::Fault;

/// Fewest characters of a token: 16 random letters and digits are out of reach of guessing.
const MIN_CHARACTERS: usize = 16;

/// The token as its hash. What is compared are hashes, whole, so the time taken says nothing about the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminToken(Result<Hash, &'static str>);

type Hash = [u8; 32];

impl AdminToken {
    /// Reads the setting `ADMIN_TOKEN`.
    pub fn new(setting: Option<&str>) -> Self {
        let text = setting.unwrap_or_default().trim();
        Self(if text.is_empty() {
            Err("the runner has no ADMIN_TOKEN")
        } else if text.len() < MIN_CHARACTERS {
            Err("the runner's ADMIN_TOKEN has fewer than 16 characters")
        } else if !text.bytes().all(is_token_byte) {
            Err("the runner's ADMIN_TOKEN has characters that no bearer token has")
        } else {
            Ok(hash(text))
        })
    }

    /// Admits a request to `/admin` by the value of its `Authorization` header.
    ///
    /// # Errors
    /// 403 when there is no usable token, 401 when the request has another or none.
    pub fn admits(&self, authorization: Option<&str>) -> Result<(), Fault> {
        let expected = self.0.as_ref().map_err(|reason| Fault::AdminClosed { reason })?;
        let (scheme, credential) =
            authorization.and_then(|value| value.trim().split_once(' ')).unwrap_or_default();
        let is_same = is_equal(expected, &hash(credential.trim()));
        if is_same && scheme.eq_ignore_ascii_case("bearer") { Ok(()) } else { Err(Fault::Unauthorized) }
    }

    /// Whether a header's value holds the token, whatever the scheme: alone, among others, or as a name or
    /// password in Basic credentials. Such a header is not for bundles.
    pub fn is_in(&self, value: &str) -> bool {
        let Ok(expected) = &self.0 else { return false };
        let mut found = false;
        for word in
            value.split(|c: char| !c.is_ascii() || !is_token_byte(u8::try_from(c).unwrap_or_default()))
        {
            found |= is_equal(expected, &hash(word));
            // `name=token`, as a parameter is written.
            found |= word.split_once('=').is_some_and(|(_, value)| is_equal(expected, &hash(value)));
            let Ok(basic) = BASE64.decode(word) else { continue };
            for part in basic.split(|byte| *byte == b':') {
                found |= is_equal(expected, &Sha256::digest(part).into());
            }
        }
        found
    }
}

/// RFC 6750: the characters of a bearer token.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// Looks at every byte, whether or not one differs.
fn is_equal(a: &Hash, b: &Hash) -> bool {
    a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "s3cret-token-of-the-operator";

    #[test]
    fn only_the_bearer_of_the_token_is_admitted() {
        let token = AdminToken::new(Some(TOKEN));
        for (value, admitted) in [
            (Some(format!("Bearer {TOKEN}")), true),
            (Some(format!("bearer  {TOKEN} ")), true),
            (Some(TOKEN.to_owned()), false),
            (Some(format!("Basic {TOKEN}")), false),
            (Some(format!("Bearer {TOKEN}x")), false),
            (Some(format!("Bearer {}", &TOKEN[1..])), false),
            (Some(format!("Bearer {}", TOKEN.to_uppercase())), false),
            (Some("Bearer ".to_owned()), false),
            (Some(String::new()), false),
            (None, false),
        ] {
            let result = token.admits(value.as_deref());
            assert_eq!(result.is_ok(), admitted, "{value:?}");
            assert_eq!(result.err().map_or(401, |fault| fault.status()), 401);
        }
    }

    #[test]
    fn without_a_usable_token_nobody_is() {
        for setting in [
            None,
            Some(""),
            Some("  "),
            Some("short"),
            Some("a token with white space"),
            Some("täglich-ein-neues-token"),
        ] {
            let token = AdminToken::new(setting);
            let value = format!("Bearer {}", setting.unwrap_or_default());
            assert_eq!(token.admits(Some(&value)).map_err(|fault| fault.status()), Err(403), "{setting:?}");
            assert!(!token.is_in(&value), "{setting:?}");
        }
    }

    #[test]
    fn bad_input_39_the_token_is_found_in_whatever_it_is_wrapped() {
        let token = AdminToken::new(Some(TOKEN));
        let basic = |text: &str| format!("Basic {}", BASE64.encode(text));
        for value in [
            format!("Bearer {TOKEN}"),
            format!("bearer\t{TOKEN}"),
            TOKEN.to_owned(),
            format!("Token token=\"{TOKEN}\", x=1"),
            format!("Bearer other, Bearer {TOKEN}"),
            format!("Digest token={TOKEN}"),
            basic(&format!("admin:{TOKEN}")),
            basic(&format!("{TOKEN}:")),
            format!("é{TOKEN}é"),
        ] {
            assert!(token.is_in(&value), "{value}");
        }
        for value in ["", "Bearer other", "Basic eDp5", "Bearer s3cret-token-of-the-operato", &basic("a:b")] {
            assert!(!token.is_in(value), "{value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_value_breaks_it(value in "\\PC{0,60}") {
            let token = AdminToken::new(Some(TOKEN));
            proptest::prop_assert!(!token.is_in(&value));
            let wrapped = format!("{value} {TOKEN}");
            proptest::prop_assert!(token.is_in(&wrapped));
        }
    }
}
