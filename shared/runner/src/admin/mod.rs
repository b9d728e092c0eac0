//! The operator's side: what a request to `/admin` asks for, and what may be installed.

mod install;

use std::borrow::Cow;

use streamhut_atproto::Did;
use streamhut_release::{BundleName, is_endpoint_name};
use url::form_urlencoded;

use crate::{
    Fault,
    route::{bundle_id, decoded, method_among, shorten},
};

pub use install::{InstallRequest, Installed};

/// Most bytes of an installation as it is sent.
pub const MAX_INSTALL_BYTES: u64 = 64 * 1024;
/// Most runs or tasks of one answer, and how many unless the request says.
const MAX_LISTED: u32 = 200;
const LISTED: u32 = 50;

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
                Ok(Self::Runs(did, name, job, query.limit()?))
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
                Ok(Self::Tasks(did, name, query.limit()?))
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

fn invalid(reason: String) -> Fault {
    Fault::InvalidInput { reason }
}

struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    fn read(text: &'a str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).collect())
    }

    fn only(&self, known: &[&str]) -> Result<(), Fault> {
        let mut seen: Vec<&str> = Vec::new();
        for (name, _) in &self.0 {
            if !known.contains(&name.as_ref()) {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(invalid(format!(
                    "there is no parameter `{}` here; known: {known}",
                    shorten(name)
                )));
            }
            if seen.contains(&name.as_ref()) {
                return Err(invalid(format!("{name} is there twice")));
            }
            seen.push(name);
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.to_string())
    }

    fn limit(&self) -> Result<u32, Fault> {
        let Some(text) = self.get("limit") else { return Ok(LISTED) };
        let bad = || invalid(format!("limit is `{}`, and may be 1 to {MAX_LISTED}", shorten(&text)));
        text.parse().ok().filter(|limit| (1..=MAX_LISTED).contains(limit)).ok_or_else(bad)
    }
}

#[cfg(test)]
mod tests;
