//! DIDs with the name of a service behind them.

use std::fmt;

use super::ServiceAuthError;
use super::error::quoted;
use crate::Did;

const MAX_SERVICE_CHARS: usize = 128;

/// Whom a token is for: a DID, and mostly which of its services, as in
/// `did:web:example.org#streamhut_appview`.
///
/// A DID alone is an audience of its own: it does not stand for the services of the DID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Audience {
    did: Did,
    service: Option<String>,
}

impl Audience {
    /// Parses `did` or `did#service`. A service's name has 1 to 128 letters, digits and `-._~`;
    /// its case is kept.
    ///
    /// # Errors
    /// `Identifier` and `Service`.
    pub fn parse(text: &str) -> Result<Self, ServiceAuthError> {
        let (did, service) = split("aud", text)?;
        Ok(Self { did, service })
    }

    /// What answers on a host (`name` or `name:port`), as `did:web`, which has no port here; this machine is
    /// `localhost` however it is spelled.
    ///
    /// # Errors
    /// `Identifier` where the host has no `did:web`.
    pub fn of_host(host: &str) -> Result<Self, ServiceAuthError> {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        match name {
            "localhost" | "127.0.0.1" | "[::1]" => Self::parse("did:web:localhost"),
            name => Self::parse(&format!("did:web:{}", name.to_ascii_lowercase())),
        }
    }

    /// Whose service it is.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The service's name, without `#`.
    pub fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.service {
            Some(service) => write!(out, "{}#{service}", self.did),
            None => self.did.fmt(out),
        }
    }
}

/// The DID and the service's name of the claim `claim`.
pub(super) fn split(claim: &'static str, text: &str) -> Result<(Did, Option<String>), ServiceAuthError> {
    let (did, service) = match text.split_once('#') {
        Some((did, service)) => (did, Some(service)),
        None => (text, None),
    };
    let did = Did::parse(did).map_err(|reason| ServiceAuthError::Identifier { member: claim, reason })?;
    if let Some(service) = service.filter(|service| !is_service_name(service)) {
        return Err(ServiceAuthError::Service { claim, found: quoted(service) });
    }
    Ok((did, service.map(str::to_owned)))
}

fn is_service_name(text: &str) -> bool {
    (1..=MAX_SERVICE_CHARS).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}
