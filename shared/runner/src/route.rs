//! From a request's path to what it means.

use std::borrow::Cow;

use streamhut_atproto::{Did, Handle};
use streamhut_outbound::PublicHost;
use streamhut_release::{BundleName, Selector, is_endpoint_name};

use crate::{BundleId, Fault, Installation, Runner};

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`: what this runner is, as a page.
    Home,
    /// `/health`
    Health,
    /// `/.well-known/at-run.json`: what this runner is.
    WellKnown,
    /// `/bundle/{did}/{name}`: the bundle's versions.
    Versions {
        /// The author.
        did: Did,
        /// The bundle.
        name: BundleName,
    },
    /// `/bundle/{did}/{name}/{version}`: what this release is.
    Describe {
        /// The author.
        did: Did,
        /// The bundle.
        name: BundleName,
        /// Version or channel.
        selector: Selector,
    },
    /// `/bundle/{did}/{name}/{version}/{endpoint}`: a call.
    Call {
        /// The author.
        did: Did,
        /// The bundle.
        name: BundleName,
        /// Version or channel.
        selector: Selector,
        /// The endpoint.
        endpoint: String,
    },
    /// `/bundle/{handle}/…`: the same place under the DID is where to ask.
    Handle {
        /// The author's handle.
        handle: Handle,
        /// What follows the author in the path: `/{name}…`, in its one spelling.
        rest: String,
    },
    /// `/tasks/{id}`: how a background task fares.
    Task {
        /// The id, as it was written.
        id: String,
    },
    /// `/logs/{did}/{name}`: the bundle's log, for its author and the operator.
    Logs {
        /// The author.
        did: Did,
        /// The bundle.
        name: BundleName,
    },
    /// `/admin/…`: [`crate::admin::Action`] reads the rest.
    Admin,
}

impl Route {
    /// Refuses a method that the runner's own routes don't have. Calls are held to their release, `/admin` to its
    /// own list.
    ///
    /// # Errors
    /// 405.
    pub fn admits(&self, method: &str, path: &str) -> Result<(), Fault> {
        let allowed: &[&str] = match self {
            Self::Call { .. } | Self::Admin => return Ok(()),
            Self::Handle { .. } => &["GET", "HEAD", "POST"],
            _ => &["GET", "HEAD"],
        };
        method_among(method, path, allowed)
    }
}

/// Refuses a method that is not among these.
pub(crate) fn method_among(method: &str, path: &str, allowed: &[&str]) -> Result<(), Fault> {
    if allowed.contains(&method) {
        return Ok(());
    }
    Err(Fault::MethodNotAllowed {
        endpoint: shorten(path),
        method: shorten(method),
        allowed: allowed.join(", "),
    })
}

/// Whether a path is the operator's, without a look at the rest of it.
pub fn is_admin(path: &str) -> bool {
    path.strip_prefix("/admin").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Reads a path. Each part has one spelling: it may come percent-encoded as a whole (`did%3Aplc%3A…` is what
/// `encodeURIComponent` makes), and is then held to its grammar, so that two paths never name one bundle by
/// accident and none climbs out of its place.
///
/// # Errors
/// 400 and 404.
pub fn route(path: &str) -> Result<Route, Fault> {
    let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    match parts.as_slice() {
        [""] => Ok(Route::Home),
        ["health"] => Ok(Route::Health),
        [".well-known", "at-run.json"] => Ok(Route::WellKnown),
        ["tasks", id] => Ok(Route::Task { id: decoded(id)?.into_owned() }),
        ["logs", did, name] => {
            let (did, name) = bundle_id(did, name)?;
            Ok(Route::Logs { did, name })
        }
        ["admin", ..] => Ok(Route::Admin),
        ["bundle", author, rest @ ..] if (1..=3).contains(&rest.len()) => bundle(author, rest),
        _ => Err(Fault::UnknownRoute { path: shorten(path) }),
    }
}

/// Reads a path on a bundle's own host: `/{endpoint}`, or `/` for its description. Nothing else is there.
///
/// # Errors
/// 400 and 404.
pub fn route_on_host(installation: &Installation, path: &str) -> Result<Route, Fault> {
    let (did, name) = (installation.did.clone(), installation.name.clone());
    let selector = Selector::Channel(installation.channel.clone());
    match path.strip_prefix('/').unwrap_or(path) {
        "" => Ok(Route::Describe { did, name, selector }),
        one if !one.contains('/') => {
            // What browsers ask every host for is no misspelled endpoint.
            let endpoint = decoded(one)?.into_owned();
            if !is_endpoint_name(&endpoint) {
                return Err(Fault::UnknownRoute { path: shorten(path) });
            }
            Ok(Route::Call { did, name, selector, endpoint })
        }
        _ => Err(Fault::UnknownRoute { path: shorten(path) }),
    }
}

impl<T, S> Runner<T, S> {
    /// The bundle that has the host of this runner's requests for its own.
    pub fn own_host(&self) -> Option<Installation> {
        self.installations.borrow().of_host(self.host_name()).cloned()
    }

    /// What a path means there: on a bundle's own host its endpoints stand at the root, so that no path of another
    /// bundle leads anywhere.
    pub fn address<'a>(&self, path: &'a str) -> Cow<'a, str> {
        match self.installations.borrow().of_host(self.host_name()) {
            Some(Installation { did, name, channel, .. }) => {
                Cow::Owned(format!("/bundle/{did}/{name}/{channel}{path}"))
            }
            None => Cow::Borrowed(path),
        }
    }

    /// The host without its port.
    fn host_name(&self) -> &str {
        self.host.rsplit_once(':').map_or(self.host.as_str(), |(name, _)| name)
    }
}

/// `{author}/{name}[/{version}[/{endpoint}]]`.
fn bundle(author: &str, rest: &[&str]) -> Result<Route, Fault> {
    let mut rest = rest.iter();
    let author = decoded(author)?;
    let author = read_author(&author)?;
    let name: BundleName =
        decoded(rest.next().unwrap_or(&""))?.parse().map_err(|reason| Fault::InvalidName { reason })?;
    let selector: Option<Selector> = match rest.next() {
        None => None,
        Some(version) => Some(decoded(version)?.parse().map_err(|reason| Fault::InvalidName { reason })?),
    };
    let endpoint = match rest.next() {
        None => None,
        Some(endpoint) => Some(decoded(endpoint)?.into_owned()),
    };
    if let Some(endpoint) = endpoint.as_ref().filter(|endpoint| !is_endpoint_name(endpoint)) {
        return Err(Fault::InvalidEndpoint { endpoint: shorten(endpoint) });
    }
    Ok(match (author, selector, endpoint) {
        (Author::Handle(handle), selector, endpoint) => {
            let selector = selector.map(|selector| selector.to_string());
            let parts = [Some(name.to_string()), selector, endpoint];
            let rest = parts.into_iter().flatten().map(|part| format!("/{part}")).collect();
            Route::Handle { handle, rest }
        }
        (Author::Did(did), None, _) => Route::Versions { did, name },
        (Author::Did(did), Some(selector), None) => Route::Describe { did, name, selector },
        (Author::Did(did), Some(selector), Some(endpoint)) => Route::Call { did, name, selector, endpoint },
    })
}

enum Author {
    Did(Did),
    Handle(Handle),
}

fn read_author(text: &str) -> Result<Author, Fault> {
    if !text.starts_with("did:") {
        return match Handle::parse(text) {
            Ok(handle) => Ok(Author::Handle(handle)),
            // Whoever wrote `DID:plc:…` meant no handle.
            Err(_) if text.contains(':') || !text.contains('.') => Err(Fault::InvalidDid {
                reason: format!("`{}` is neither a DID nor a handle", shorten(text)),
            }),
            Err(error) => Err(Fault::InvalidHandle { reason: error.to_string() }),
        };
    }
    read_did(text).map(Author::Did)
}

fn read_did(text: &str) -> Result<Did, Fault> {
    let did = Did::parse(text).map_err(|e| Fault::InvalidDid { reason: e.to_string() })?;
    if let Some(host) = did.web_host() {
        PublicHost::parse(host).map_err(|e| Fault::InvalidDid { reason: e.to_string() })?;
    }
    Ok(did)
}

/// Reads two parts of a path, percent-encoded or not, as a bundle.
///
/// # Errors
/// 400 for what breaks its grammar.
pub(crate) fn bundle_id(did: &str, name: &str) -> Result<BundleId, Fault> {
    let did = read_did(&decoded(did)?)?;
    let name = decoded(name)?.parse().map_err(|reason| Fault::InvalidName { reason })?;
    Ok((did, name))
}

/// Undoes percent-encoding once. What is encoded twice keeps its `%` and fails its grammar.
pub(crate) fn decoded(part: &str) -> Result<Cow<'_, str>, Fault> {
    let bad = || Fault::UnknownRoute { path: shorten(part) };
    if !part.contains('%') {
        return Ok(Cow::Borrowed(part));
    }
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(bad()) };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| bad())
}

pub(crate) fn shorten(text: &str) -> String {
    text.chars().take(128).collect()
}

#[cfg(test)]
mod tests;
