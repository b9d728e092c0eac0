//! The operator's side: what a request to `/admin` asks for, and what may be installed.

mod install;

use streamhut_atproto::Did;
use streamhut_release::{BundleName, is_endpoint_name};

use crate::{
    Fault,
    query::{Query, invalid},
    route::{bundle_id, decoded, method_among, shorten},
};

pub use install::{InstallRequest, Installed};

/// Most bytes of an installation as it is sent.
pub const MAX_INSTALL_BYTES: u64 = 64 * 1024;
/// How many runs or tasks of one answer, and most, unless the request says.
const LISTED: (u32, u32) = (50, 200);

/// What the operator asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `GET /admin/installations`
    Installations,
    /// `PUT /admin/installations/{did}/{name}`
    Install(Did, BundleName),
    /// `DELETE /admin/installations/{did}/{name}`
    Uninstall(Did, BundleName),
    /// `GET /admin/jobs`
    Jobs,
    /// `GET /admin/runs/{did}/{name}?job=&limit=`
    Runs(Did, BundleName, Option<String>, u32),
    /// `POST /admin/run/{did}/{name}/{job}`
    RunNow(Did, BundleName, String),
    /// `GET /admin/tasks/{did}/{name}?limit=`
    Tasks(Did, BundleName, u32),
    /// `GET /admin/metrics?format=prometheus`, of all installed bundles.
    Metrics(MetricsFormat),
    /// `GET /admin/metrics/{did}/{name}`
    MetricsOf(Did, BundleName),
    /// `POST /admin/purge/{did}/{name}?blobs=true`
    Purge {
        /// The author.
        did: Did,
        /// The bundle.
        name: BundleName,
        /// Whether what it keeps goes too.
        blobs: bool,
    },
}

/// How metrics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsFormat {
    /// With percentiles.
    Json,
    /// With buckets.
    Prometheus,
}

impl Action {
    /// Reads a request. What it doesn't know it refuses: a misspelled parameter must not do half of what was meant.
    ///
    /// # Errors
    /// 400, 404 and 405.
    pub fn read(method: &str, path: &str, query: Option<&str>) -> Result<Self, Fault> {
        let parts: Vec<&str> = path.split('/').skip(2).collect();
        let allow = |methods: &[&str]| method_among(method, path, methods);
        let query = Query::read(query.unwrap_or_default());
        match parts.as_slice() {
            ["installations"] => {
                allow(&["GET", "HEAD"])?;
                query.only(&[])?;
                Ok(Self::Installations)
            }
            ["installations", did, name] => {
                allow(&["PUT", "DELETE"])?;
                query.only(&[])?;
                let (did, name) = bundle_id(did, name)?;
                Ok(if method == "PUT" { Self::Install(did, name) } else { Self::Uninstall(did, name) })
            }
            ["jobs"] => {
                allow(&["GET", "HEAD"])?;
                query.only(&[])?;
                Ok(Self::Jobs)
            }
            ["runs", did, name] => {
                allow(&["GET", "HEAD"])?;
                query.only(&["job", "limit"])?;
                let (did, name) = bundle_id(did, name)?;
                let job = query.get("job").map(|job| work_name(&job)).transpose()?;
                Ok(Self::Runs(did, name, job, query.limit(LISTED)?))
            }
            ["run", did, name, job] => {
                allow(&["POST"])?;
                query.only(&[])?;
                let (did, name) = bundle_id(did, name)?;
                Ok(Self::RunNow(did, name, work_name(&decoded(job)?)?))
            }
            ["tasks", did, name] => {
                allow(&["GET", "HEAD"])?;
                query.only(&["limit"])?;
                let (did, name) = bundle_id(did, name)?;
                Ok(Self::Tasks(did, name, query.limit(LISTED)?))
            }
            ["metrics"] => {
                allow(&["GET", "HEAD"])?;
                query.only(&["format"])?;
                Ok(Self::Metrics(match query.get("format").as_deref() {
                    None | Some("json") => MetricsFormat::Json,
                    Some("prometheus") => MetricsFormat::Prometheus,
                    Some(other) => {
                        let other = shorten(other);
                        return Err(invalid(format!("format is `{other}`, and may be json or prometheus")));
                    }
                }))
            }
            ["metrics", did, name] => {
                allow(&["GET", "HEAD"])?;
                query.only(&[])?;
                let (did, name) = bundle_id(did, name)?;
                Ok(Self::MetricsOf(did, name))
            }
            ["purge", did, name] => {
                allow(&["POST"])?;
                query.only(&["blobs"])?;
                let (did, name) = bundle_id(did, name)?;
                let blobs = match query.get("blobs").as_deref() {
                    None | Some("false") => false,
                    Some("true") => true,
                    Some(other) => {
                        return Err(invalid(format!(
                            "blobs is `{}`, and may be true or false",
                            shorten(other)
                        )));
                    }
                };
                Ok(Self::Purge { did, name, blobs })
            }
            _ => Err(Fault::UnknownRoute { path: shorten(path) }),
        }
    }
}

fn work_name(text: &str) -> Result<String, Fault> {
    if is_endpoint_name(text) {
        Ok(text.to_owned())
    } else {
        Err(invalid(format!("`{}` can't name a job", shorten(text))))
    }
}

#[cfg(test)]
mod tests;
