//! What a bundle says of itself, and whether it may.

use std::collections::BTreeSet;

use streamhut_release::{Manifest, NameError, is_config_name, is_endpoint_name};

use crate::{Bundle, other_bundle::bundle_name};

/// A declaration that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// A name or a version that breaks its grammar.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Two of one kind and name; secrets and settings count as one kind.
    #[error("{kind} `{name}` is declared twice")]
    Twice {
        /// endpoint, job, task, secret or setting
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// Not five fields of digits, names, `*`, `,`, `-` and `/`.
    #[error("`{cron}` of job `{job}` is no cron expression of five fields")]
    Cron {
        /// The job.
        job: String,
        /// The expression.
        cron: String,
    },
    /// More at once, or more often, than a runner does.
    #[error("task `{task}` wants concurrency {concurrency} (1 to 64) and {retries} retries (0 to 16)")]
    Task {
        /// The task.
        task: String,
        /// At once.
        concurrency: u32,
        /// Again after a failure.
        retries: u32,
    },
    /// A `bundles` entry that is neither `did/name` nor `config:NAME`.
    #[error("`{0}` names no bundle: neither did/name nor config:NAME")]
    Bundle(String),
    /// A cache policy with no endpoint before it.
    #[error("`cached` follows no endpoint")]
    StrayCache,
}

impl Bundle {
    /// What the bundle says of itself.
    ///
    /// ```
    /// use at_run::Bundle;
    ///
    /// assert_eq!(Bundle::new("hello", "0.1.0").manifest().unwrap().version.to_string(), "0.1.0");
    /// assert!(Bundle::new("Hello!", "0.1.0").manifest().is_err());
    /// ```
    ///
    /// # Errors
    /// The first declaration that breaks a rule.
    pub fn manifest(&self) -> Result<Manifest, ManifestError> {
        self.check_names()?;
        if self.stray_cache {
            return Err(ManifestError::StrayCache);
        }
        if let Some(job) = self.jobs.iter().find(|job| !looks_like_cron(&job.cron)) {
            return Err(ManifestError::Cron { job: job.name.clone(), cron: job.cron.clone() });
        }
        if let Some(bad) =
            self.tasks.iter().find(|task| !(1..=64).contains(&task.concurrency) || task.retries > 16)
        {
            let (task, concurrency, retries) = (bad.name.clone(), bad.concurrency, bad.retries);
            return Err(ManifestError::Task { task, concurrency, retries });
        }
        let names_a_bundle = |entry: &&String| match entry.strip_prefix("config:") {
            Some(name) => is_config_name(name),
            None => bundle_name(entry).is_some(),
        };
        if let Some(entry) = self.permissions.bundles.iter().find(|entry| !names_a_bundle(entry)) {
            return Err(ManifestError::Bundle(entry.clone()));
        }
        Ok(Manifest {
            name: self.name.parse()?,
            version: self.version.parse()?,
            endpoints: self.endpoints.clone(),
            jobs: self.jobs.clone(),
            tasks: self.tasks.clone(),
            permissions: self.permissions.clone(),
            secrets: self.secrets.clone(),
            config: self.config.clone(),
            limits: self.limits,
        })
    }

    fn check_names(&self) -> Result<(), ManifestError> {
        let endpoints = self.endpoints.iter().map(|e| ("endpoint", e.method.as_str(), &e.name));
        let jobs = self.jobs.iter().map(|job| ("job", "", &job.name));
        let tasks = self.tasks.iter().map(|task| ("task", "", &task.name));
        let secrets = self.secrets.iter().map(|name| ("secret", "", name));
        let config = self.config.iter().map(|name| ("setting", "", name));
        let mut seen = BTreeSet::new();
        for (kind, method, name) in endpoints.chain(jobs).chain(tasks).chain(secrets).chain(config) {
            let in_environment = matches!(kind, "secret" | "setting");
            let (plain, rule) = if in_environment {
                (is_config_name(name), "a capital letter, then up to 63 of A-Z, 0-9 and _")
            } else {
                (is_endpoint_name(name), "a letter, then up to 63 letters and digits")
            };
            if !plain {
                let kind = match kind {
                    "endpoint" => "name of an endpoint",
                    "job" => "name of a job",
                    "task" => "name of a task",
                    "secret" => "name of a secret",
                    _ => "name of a setting",
                };
                return Err(NameError { kind, value: name.chars().take(96).collect(), rule }.into());
            }
            let space = if in_environment { "environment" } else { kind };
            if !seen.insert((space, method, name)) {
                return Err(ManifestError::Twice { kind, name: name.clone() });
            }
        }
        Ok(())
    }
}

/// A light look: what the fields mean is the runner's business, and told when a release is published.
fn looks_like_cron(text: &str) -> bool {
    let fields: Vec<_> = text.split(' ').collect();
    let plain = |field: &&str| {
        !field.is_empty()
            && field.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'*' | b',' | b'-' | b'/'))
    };
    text.len() <= 64 && fields.len() == 5 && fields.iter().all(plain)
}
