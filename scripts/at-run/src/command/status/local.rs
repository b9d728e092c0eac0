//! How what was built here differs from what is published.

use serde::Serialize;
use streamhut_release::Version;

use crate::bundle::{self, Package};
use crate::command::now;
use crate::fault::Fault;
use crate::publish::{content, snapshot_version};
use crate::published::Bundle;

/// The local build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Local {
    /// As the build says.
    version: Version,
    state: State,
    /// The version that has its content: its own, or that of a snapshot.
    published_as: Option<Version>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// There is a release of this very content.
    Published,
    /// The version is taken by other content.
    Differs,
    /// There is no such version yet.
    Unpublished,
}

impl Local {
    /// Compares a build with the published versions.
    pub fn of(built: bundle::Bundle, published: Option<&Bundle>) -> Result<Self, Fault> {
        let package = Package::new(built)?;
        let version = package.manifest.version.clone();
        let value = |version: &Version| {
            let release = package.release(version, None, &now())?;
            serde_json::to_value(release).map_err(|error| Fault::Usage(error.to_string()))
        };
        let own = value(&version)?;
        let snapshot = snapshot_version(&version, &own)?;
        let find = |version: &Version| published.and_then(|bundle| bundle.version(version));
        let published_as = match (find(&version), find(&snapshot)) {
            (Some(found), _) if content(&found.value)? == content(&own)? => Some(version.clone()),
            (_, Some(_)) => Some(snapshot),
            _ => None,
        };
        let state = match (&published_as, find(&version)) {
            (Some(_), _) => State::Published,
            (None, Some(_)) => State::Differs,
            (None, None) => State::Unpublished,
        };
        Ok(Self { version, state, published_as })
    }

    /// For people.
    pub fn words(&self) -> String {
        let version = &self.version;
        match (self.state, &self.published_as) {
            (State::Published, Some(other)) if other != version => {
                format!("{version}, published as the snapshot {other}")
            }
            (State::Published, _) => format!("{version}, as published"),
            (State::Differs, _) => format!("{version}, differs from what is published under that version"),
            (State::Unpublished, _) => format!("{version}, not published"),
        }
    }
}
