//! A bundle as people write it down.

use streamhut_atproto::{Authority, Did, Handle};
use streamhut_release::{BundleName, Selector};

use crate::fault::Fault;

/// `<did-or-handle>/<name>[@version-or-channel]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whose bundle it is.
    pub author: Authority,
    /// Its name.
    pub name: BundleName,
    /// Which of its releases; none when nothing was said.
    pub selector: Option<Selector>,
}

impl Address {
    /// Parses an address.
    ///
    /// # Errors
    /// `Fault::Usage` when it is none; `Fault::Name` when one of its parts breaks its grammar.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let usage = |reason: String| Fault::Usage(format!("`{text}` is no bundle's address: {reason}"));
        let (author, rest) = text
            .split_once('/')
            .ok_or_else(|| usage("it is AUTHOR/NAME, or AUTHOR/NAME@VERSION".to_owned()))?;
        let author = if author.starts_with("did:") {
            Did::parse(author).map(Authority::Did)
        } else {
            Handle::parse(author).map(Authority::Handle)
        };
        let author = author.map_err(|error| usage(error.to_string()))?;
        let (name, selector) =
            rest.split_once('@').map_or((rest, None), |(name, selector)| (name, Some(selector)));
        let selector = selector.map(str::parse).transpose()?;
        Ok(Self { author, name: name.parse()?, selector })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, author, name, selector) in [
            ("did:plc:ewvi7nxzyoun6zhxrhs64oiz/demo", "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "demo", None),
            ("did:web:a.dev/demo@1.0.0", "did:web:a.dev", "demo", Some("1.0.0")),
            ("Aurora.test/demo@next", "aurora.test", "demo", Some("next")),
        ] {
            let address = Address::parse(text).unwrap();
            let found = match &address.author {
                Authority::Did(did) => did.as_str(),
                Authority::Handle(handle) => handle.as_str(),
            };
            let told = address.selector.as_ref().map(ToString::to_string);
            assert_eq!(
                (found, address.name.to_string().as_str(), told.as_deref()),
                (author, name, selector),
                "{text}"
            );
        }
        for (bad, expect) in [
            ("demo", "AUTHOR/NAME"),
            ("", "AUTHOR/NAME"),
            ("did:plc:short/demo", "did:plc:short"),
            ("nobody/demo", "nobody"),
            ("a.dev/Demo", "`Demo` is not a bundle name"),
            ("a.dev/", "`` is not a bundle name"),
            ("a.dev/demo@", "`` is not a channel"),
            ("a.dev/demo@1.0", "`1.0` is not a version"),
            ("a.dev/demo/x", "`demo/x` is not a bundle name"),
            ("a.dev/demo@1.0.0@2.0.0", "`1.0.0@2.0.0` is not a version"),
        ] {
            let message = Address::parse(bad).unwrap_err().to_string();
            assert!(message.contains(expect), "{bad}: {message}");
        }
    }
}
