//! A network of canned answers, which remembers what it was asked.
#![allow(clippy::unwrap_used, dead_code)]

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures_util::FutureExt;
use streamhut_outbound::{Limits, Request, Response, Transport, TransportError};

/// Answers by URL; everything else can't be reached.
#[derive(Default)]
pub struct CannedNet {
    answers: BTreeMap<String, (u16, &'static str, Vec<u8>)>,
    redirects: BTreeMap<String, String>,
    asked: Mutex<Vec<String>>,
}

impl CannedNet {
    /// Adds an answer with a content type.
    pub fn answer(mut self, url: &str, status: u16, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        self.answers.insert(url.to_owned(), (status, kind, body.into()));
        self
    }

    /// Adds a redirect.
    pub fn redirect(mut self, url: &str, to: &str) -> Self {
        self.redirects.insert(url.to_owned(), to.to_owned());
        self
    }

    /// The URLs that were asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Transport for CannedNet {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let url = request.url.to_string();
        self.asked.lock().unwrap().push(url.clone());
        let failed = |reason: &str| TransportError::Failed { url: url.clone(), reason: reason.to_owned() };
        if let Some(to) = self.redirects.get(&url) {
            let headers = vec![("location".to_owned(), to.clone())];
            return Ok(Response { url: request.url, status: 302, headers, body: Vec::new() });
        }
        let (status, kind, body) = self.answers.get(&url).cloned().ok_or_else(|| failed("no route"))?;
        if body.len() > limits.max_bytes {
            return Err(TransportError::TooLarge { url, max: limits.max_bytes });
        }
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Ok(Response { url: request.url, status, headers, body })
    }
}

/// Runs what waits for nothing but canned answers.
pub fn run<T>(work: impl Future<Output = T> + Send) -> T {
    work.now_or_never().unwrap()
}
