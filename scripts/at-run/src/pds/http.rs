//! One request, one answer: no redirect is followed, since it would carry the token elsewhere.

use std::io::Read;
use std::time::{Duration, Instant};

use http::{Request, Response};
use ureq::{Agent, SendBody};

use super::Service;
use crate::fault::Fault;
use crate::terminal::Terminal;

/// Larger answers than this are no answers to what is asked here.
const MAX_ANSWER_BYTES: u64 = 8 * 1024 * 1024;

/// Told of each piece that is handed to the network, in bytes.
pub type Sent<'a> = &'a (dyn Fn(u64) + Sync);

/// An HTTP client for one service.
#[derive(Debug)]
pub struct Http {
    agent: Agent,
    terminal: Terminal,
}

impl Http {
    /// Waits `timeout` for a connection, for each piece sent, for the answer's head and for its body.
    pub fn new(service: &Service, timeout: Duration, terminal: Terminal) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("at-run/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(timeout))
            .timeout_per_write(Some(timeout))
            .timeout_recv_response(Some(timeout))
            .timeout_recv_body(Some(timeout));
        let config = if service.is_loopback() { config.proxy(None) } else { config };
        Self { agent: config.build().new_agent(), terminal }
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// `Fault::Unreachable` when no whole answer came.
    pub fn send(&self, request: Request<Vec<u8>>, sent: Sent<'_>) -> Result<Response<Vec<u8>>, Fault> {
        let started = Instant::now();
        let (mut parts, bytes) = request.into_parts();
        let uri = parts.uri.to_string();
        let place = uri.split('?').next().unwrap_or_default().to_owned();
        let asked = format!("{} {uri}", parts.method);
        let unreachable =
            |error: ureq::Error| Fault::Unreachable { url: place.clone(), reason: error.to_string() };
        let answer = if parts.method == http::Method::GET {
            self.agent.run(Request::from_parts(parts, ()))
        } else {
            parts.headers.insert(http::header::CONTENT_LENGTH, bytes.len().into());
            let mut body = Counted { rest: &bytes, sent };
            self.agent.run(Request::from_parts(parts, SendBody::from_reader(&mut body)))
        };
        let (parts, mut body) = answer.map_err(unreachable)?.into_parts();
        let body = body.with_config().limit(MAX_ANSWER_BYTES).read_to_vec().map_err(unreachable)?;
        self.terminal.detail(&format!(
            "{asked} {} {} ms",
            parts.status.as_u16(),
            started.elapsed().as_millis()
        ));
        Ok(Response::from_parts(parts, body))
    }
}

struct Counted<'a> {
    rest: &'a [u8],
    sent: Sent<'a>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.rest.read(buffer)?;
        (self.sent)(count as u64);
        Ok(count)
    }
}
