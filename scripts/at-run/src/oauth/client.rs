//! What this tool is to a server, and what it asks for.
//!
//! Source: <https://atproto.com/specs/oauth#localhost-client-development>: a program on somebody's own machine has no
//! document of its own, so all that there is to say stands in its id.

use url::form_urlencoded;

/// Where a browser comes back to, at whatever port is free.
pub const CALLBACK_PATH: &str = "/callback";

/// What is asked for: to publish releases, channels and secrets, with their modules, and to be known by a runner whose
/// logs are read. Spelt as servers spell it (<https://atproto.com/specs/permission>).
pub const WANTED: &str =
    "atproto repo:run.at.release repo:run.at.channel repo:run.at.secret blob:*/* rpc:run.at.getLogs?aud=*";

/// What is asked for at a server that knows no finer permissions: all that an app may do.
pub const BROAD: &str = "atproto transition:generic";

/// The client's id. It names both scopes, so that one client may ask for either.
pub fn client_id() -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("redirect_uri", &format!("http://127.0.0.1{CALLBACK_PATH}"));
    query.append_pair("scope", &format!("{WANTED} transition:generic"));
    format!("http://localhost?{}", query.finish())
}

/// How far what a server granted reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To all that was wanted, be it by a broader permission.
    Enough,
    /// To some of it: the server knows fine permissions, and these are missing.
    Part(Vec<&'static str>),
    /// To nothing of it: the server knows no fine permissions.
    Nothing,
}

/// Holds what was granted against what is wanted.
pub fn reach(granted: &str) -> Reach {
    let granted: Vec<&str> = granted.split(' ').collect();
    let wanted = || WANTED.split(' ').filter(|scope| *scope != "atproto");
    let missing: Vec<_> = wanted().filter(|scope| !granted.contains(scope)).collect();
    if missing.is_empty() || granted.contains(&"transition:generic") {
        Reach::Enough
    } else if missing.len() == wanted().count() {
        Reach::Nothing
    } else {
        Reach::Part(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_says_where_browsers_come_back_and_what_is_asked_for() {
        let id = client_id();
        assert!(
            id.starts_with("http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&scope=atproto+"),
            "{id}"
        );
        let url = url::Url::parse(&id).unwrap();
        let scopes = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
        for asked in [WANTED, BROAD] {
            assert!(asked.split(' ').all(|scope| scopes.split(' ').any(|named| named == scope)), "{scopes}");
        }
    }

    #[test]
    fn what_was_granted() {
        for (granted, expect) in [
            (WANTED, Reach::Enough),
            (BROAD, Reach::Enough),
            ("transition:generic atproto", Reach::Enough),
            ("atproto", Reach::Nothing),
            ("", Reach::Nothing),
            ("atproto transition:email", Reach::Nothing),
            (
                "atproto repo:run.at.release repo:run.at.channel repo:run.at.secret blob:*/*",
                Reach::Part(vec!["rpc:run.at.getLogs?aud=*"]),
            ),
        ] {
            assert_eq!(reach(granted), expect, "{granted}");
        }
    }
}
