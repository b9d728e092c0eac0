//! Where a bundle under test may go: what its release declares, as a runner holds it to.

use streamhut_outbound::{Allow, HostPattern, Policy};
use url::Url;

pub(super) struct Network(Allow);

impl Network {
    /// # Panics
    /// When a declared host can't be read: a release with it could not be published.
    #[allow(clippy::panic)]
    pub(super) fn of<'a>(net: &[String], configured: impl Fn(&str) -> Option<&'a str>) -> Self {
        let pattern = |text: &String| HostPattern::parse(text).unwrap_or_else(|e| panic!("net: {e}"));
        let patterns: Vec<_> = net.iter().map(pattern).collect();
        Self(Allow::resolve(&patterns, configured))
    }

    /// Why the URL may not be reached, if so.
    pub(super) fn refusal(&self, url: &Url) -> Option<String> {
        // The policy speaks of requests; the handshake of a `wss:` URL is one over `https:`.
        let mut request = url.clone();
        if let Some(rest) = url.as_str().strip_prefix("wss:") {
            request = Url::parse(&format!("https:{rest}")).unwrap_or(request);
        }
        self.0.admit(&Policy::default(), &request).err().map(|refusal| refusal.to_string())
    }
}
