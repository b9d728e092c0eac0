//! A runner, as far as authors need it: its keys, and what it serves.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use streamhut_atproto::Did;
use streamhut_release::secret::RunnerPublicKey;
use streamhut_release::{BundleName, Selector};

use crate::fault::Fault;
use crate::pds::{Http, Service};
use crate::terminal::Terminal;

const KEYS: &str = "/.well-known/at-run.json";

/// A runner's address, and a way to ask it.
#[derive(Debug)]
pub struct Runner {
    http: Http,
    service: Service,
}

/// What a runner says of a release.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Served {
    /// Its version.
    pub version: String,
    /// The CID of its record.
    pub cid: String,
    /// Whether the runner could not ask the PDS lately.
    #[serde(default)]
    pub stale: bool,
}

/// What a runner says of a release in full, as far as that is compared.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Description {
    /// Its version.
    pub version: String,
    /// The CID of its record.
    pub cid: String,
    /// The revision of the commit that proves it.
    pub rev: String,
    /// The path of the module that handles requests.
    pub main: String,
    /// The code.
    pub modules: Vec<DescribedModule>,
    /// Whether the runner could not ask the PDS lately.
    #[serde(default)]
    pub stale: bool,
}

/// A module by a runner's word.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DescribedModule {
    /// As other modules import it.
    pub path: String,
    /// How it is loaded.
    #[serde(rename = "type")]
    pub kind: String,
    /// The CID of the stored bytes.
    pub cid: String,
    /// How many are stored.
    pub stored: u64,
    /// How many they are when decoded.
    pub size: u64,
}

/// Lines of a log, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LogPage {
    /// The lines.
    pub lines: Vec<LogLine>,
    /// What to ask for to go on.
    pub next: u64,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Milliseconds since 1970.
    pub at: u64,
    /// `debug`, `info`, `warn` or `error`
    pub level: String,
    /// The request's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// What was called.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub call: String,
    /// The release.
    pub version: String,
    /// What it says.
    pub text: String,
}

/// What a runner says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct About {
    /// `at-run`
    pub software: String,
    /// Its version.
    pub version: String,
    /// Whose bundles it runs, in a word.
    pub policy: String,
}

impl Runner {
    /// The runner at that origin.
    ///
    /// # Errors
    /// `Fault::Service` for what is no origin.
    pub fn new(url: &str, timeout: Duration, terminal: Terminal) -> Result<Self, Fault> {
        let service = Service::parse(url)?;
        Ok(Self { http: Http::new(&service, timeout, terminal), service })
    }

    /// Its origin.
    pub fn origin(&self) -> &str {
        self.service.origin()
    }

    /// The keys that secrets may be sealed to; the first is the current one.
    ///
    /// # Errors
    /// `Fault::NoRunnerKey` when there is none.
    pub fn keys(&self) -> Result<Vec<RunnerPublicKey>, Fault> {
        #[derive(Deserialize)]
        struct Setup {
            keys: Vec<RunnerPublicKey>,
        }
        let setup: Setup = self.ask(KEYS)?;
        if setup.keys.is_empty() {
            return Err(Fault::NoRunnerKey { runner: self.origin().to_owned() });
        }
        Ok(setup.keys)
    }

    /// What it serves under that version or channel.
    pub fn served(&self, did: &Did, name: &BundleName, selector: &Selector) -> Result<Served, Fault> {
        self.ask(&format!("/bundle/{did}/{name}/{selector}"))
    }

    /// The same in full.
    pub fn described(&self, did: &Did, name: &BundleName, selector: &Selector) -> Result<Description, Fault> {
        self.ask(&format!("/bundle/{did}/{name}/{selector}"))
    }

    /// What it says of itself.
    pub fn about(&self) -> Result<About, Fault> {
        self.ask(KEYS)
    }

    /// Lines of a bundle's log, of which `query` says which; `bearer` opens it.
    pub fn logs(&self, bundle: &str, query: &str, bearer: &str) -> Result<LogPage, Fault> {
        self.ask_as(&format!("/logs/{bundle}?{query}"), Some(bearer))
    }

    fn ask<T: for<'a> Deserialize<'a>>(&self, path: &str) -> Result<T, Fault> {
        self.ask_as(path, None)
    }

    fn ask_as<T: for<'a> Deserialize<'a>>(&self, path: &str, bearer: Option<&str>) -> Result<T, Fault> {
        let url = format!("{}{path}", self.origin());
        let mut request = http::Request::get(&url).header(http::header::ACCEPT, "application/json");
        if let Some(bearer) = bearer {
            request = request.header(http::header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        // Not the error's own words, which could hold the token.
        let request =
            request.body(Vec::new()).map_err(|_| Fault::Usage(format!("{url} can't be asked for")))?;
        let answer = self.http.send(request, &|_| {})?;
        let value = serde_json::from_slice::<Value>(answer.body());
        let text = |field: &str| {
            let text = value.as_ref().ok().and_then(|value| value.get(field)).and_then(Value::as_str);
            text.unwrap_or("without a reason").chars().take(256).collect::<String>()
        };
        match answer.status().as_u16() {
            200 => serde_json::from_slice(answer.body()).map_err(|error| Fault::Answer {
                url: self.origin().to_owned(),
                method: path.to_owned(),
                reason: error.to_string(),
            }),
            status if status == 429 || status >= 500 => {
                Err(Fault::Unavailable { url, status, message: text("message") })
            }
            status => Err(Fault::Refused { url, status, error: text("error"), message: text("message") }),
        }
    }
}
