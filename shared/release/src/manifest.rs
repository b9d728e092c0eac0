//! What a bundle says of itself: what it answers to, and everything it may do.

use serde::{Deserialize, Serialize};

use crate::{BundleName, Version};

/// The part of a release that its code declares (`at_run::Bundle::manifest`); the rest of a
/// [`crate::Release`] says where the code is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The bundle's name.
    pub name: BundleName,
    /// This release's version.
    pub version: Version,
    /// What it answers to.
    pub endpoints: Vec<Endpoint>,
    /// What it runs by the clock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<Job>,
    /// What it does in the background.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
    /// What it may reach.
    pub permissions: Permissions,
    /// Names of the secrets it reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// Names of the settings an operator may give.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub config: Vec<String>,
    /// What one call may cost.
    pub limits: Limits,
}

impl Manifest {
    /// The endpoint of that name.
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.name == name)
    }

    /// The methods under which an endpoint name is declared; a name may be declared once for each method.
    pub fn methods(&self, name: &str) -> Vec<Method> {
        self.endpoints
            .iter()
            .filter(|endpoint| endpoint.name == name)
            .map(|endpoint| endpoint.method)
            .collect()
    }
}

/// One endpoint, at `/bundle/{did}/{bundle}/{version}/{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// A letter, then letters and digits.
    pub name: String,
    /// GET (input in the query) or POST (input as JSON).
    pub method: Method,
    /// The fields of its input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<Parameter>,
    /// The Cache-Control of its answers, when it is always the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<String>,
}

/// How an endpoint is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Input in the query.
    Get,
    /// Input as a JSON object.
    Post,
}

impl Method {
    /// `GET` or `POST`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A field of an endpoint's input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name in the query or in the JSON object.
    pub name: String,
}

/// Work by the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// A letter, then letters and digits.
    pub name: String,
    /// Five fields, UTC.
    pub cron: String,
}

/// Work in the background.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// A letter, then letters and digits.
    pub name: String,
    /// How many may run at once.
    pub concurrency: u32,
    /// How often a failed one is tried again.
    pub retries: u32,
}

/// Everything a bundle may reach; what is not named is not reachable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    /// Hosts, in the forms of [`streamhut_outbound::HostPattern`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub net: Vec<String>,
    /// Storage of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blobs: Option<BlobsPermission>,
    /// Bundles it may call: `did/name` or `config:NAME`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bundles: Vec<String>,
}

/// Storage under the bundle's own prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlobsPermission {
    /// Most bytes that it may keep.
    pub max_bytes: u64,
}

/// What one call may cost, in the words of the platform's loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Milliseconds of CPU.
    pub cpu_ms: u32,
    /// Requests to elsewhere.
    pub sub_requests: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cpu_ms: 1_000, sub_requests: 50 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The very object that the loader is given.
    #[test]
    fn limits_are_spelled_as_the_loader_spells_them() {
        let limits = Limits { cpu_ms: 50, sub_requests: 5 };
        assert_eq!(serde_json::to_string(&limits).unwrap(), r#"{"cpuMs":50,"subRequests":5}"#);
    }
}
