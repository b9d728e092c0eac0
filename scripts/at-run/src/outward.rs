//! The network beyond the services that the user named: what a DID document or a record leads to. Every request has
//! passed the policy of the crate `outbound` before it comes here.

use std::time::{Duration, Instant};

use streamhut_outbound::{Limits, Method, Request, Response, Transport, TransportError};
use ureq::{Agent, SendBody};
use url::Url;

use crate::terminal::Terminal;

/// Sends one request at a time, and follows no redirect.
#[derive(Debug)]
pub struct Outward {
    agent: Agent,
    terminal: Terminal,
}

impl Outward {
    /// A client that shows its requests to those who asked for all of it.
    pub fn new(terminal: Terminal) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("at-run/", env!("CARGO_PKG_VERSION")));
        Self { agent: config.build().new_agent(), terminal }
    }

    fn exchange(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let url = shown(&request.url);
        let failed = |error: ureq::Error| match error {
            ureq::Error::Timeout(_) => TransportError::Deadline { url: url.clone(), ms: limits.deadline_ms },
            ureq::Error::BodyExceedsLimit(_) => {
                TransportError::TooLarge { url: url.clone(), max: limits.max_bytes }
            }
            error => TransportError::Failed { url: url.clone(), reason: error.to_string() },
        };
        let mut head = http::Request::builder().uri(request.url.as_str()).method(match request.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
        });
        for (name, value) in &request.headers {
            head = head.header(name, value);
        }
        let answer = match request.method {
            Method::Get => {
                let head = head.body(()).map_err(|error| failed(error.into()))?;
                self.agent.run(self.within(head, &request.url, limits))
            }
            Method::Post => {
                let mut body = request.body.as_slice();
                let head = head.header(http::header::CONTENT_LENGTH, body.len());
                let head =
                    head.body(SendBody::from_reader(&mut body)).map_err(|error| failed(error.into()))?;
                self.agent.run(self.within(head, &request.url, limits))
            }
        };
        let (parts, mut body) = answer.map_err(failed)?.into_parts();
        // A reader at its limit takes the end of the body for more of it, so it gets one byte more.
        let most = limits.max_bytes as u64 + 1;
        let body = body.with_config().limit(most).read_to_vec().map_err(failed)?;
        if body.len() > limits.max_bytes {
            return Err(TransportError::TooLarge { url, max: limits.max_bytes });
        }
        let headers = parts.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Response { url: request.url, status: parts.status.as_u16(), headers: headers.collect(), body })
    }

    fn within<S: ureq::AsSendBody>(
        &self,
        request: http::Request<S>,
        url: &Url,
        limits: Limits,
    ) -> http::Request<S> {
        let config = self.agent.configure_request(request);
        let config = config.timeout_global(Some(Duration::from_millis(limits.deadline_ms.into())));
        // No proxy leads to this machine.
        let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if loopback { config.proxy(None).build() } else { config.build() }
    }
}

impl Transport for Outward {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        let (started, url) = (Instant::now(), request.url.clone());
        let method = match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        let outcome = self.exchange(request, limits);
        let status = outcome.as_ref().map_or_else(ToString::to_string, |answer| answer.status.to_string());
        self.terminal.detail(&format!("{method} {url} {status} {} ms", started.elapsed().as_millis()));
        outcome
    }
}

fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers one request with these bytes, or holds the connection without a word.
    fn serve(answer: Option<&'static str>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x?token=t", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            match answer {
                Some(text) => drop(stream.write_all(text.as_bytes())),
                None => std::thread::park(),
            }
        });
        Url::parse(&url).unwrap()
    }

    fn send(url: Url, max_bytes: usize, deadline_ms: u32) -> Result<Response, TransportError> {
        let outward = Outward::new(Terminal::json());
        pollster::block_on(outward.send(Request::get(url), Limits { max_bytes, deadline_ms }))
    }

    #[test]
    fn an_answer_within_its_limits_is_whole() {
        const ANSWER: &str = "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde";
        let answer = send(serve(Some(ANSWER)), 5, 60_000).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (302, &b"abcde"[..]), "no redirect is followed");
        assert_eq!(answer.header("location"), Some("http://127.0.0.1:1/"));
        let long = send(serve(Some(ANSWER)), 4, 60_000);
        assert!(matches!(long, Err(TransportError::TooLarge { max: 4, .. })), "{long:?}");
    }

    #[test]
    fn what_does_not_come_has_a_name_without_the_query() {
        let late = send(serve(None), 5, 50);
        assert!(matches!(late, Err(TransportError::Deadline { ms: 50, .. })), "{late:?}");
        let cut = "HTTP/1.1 200 X\r\nContent-Length: 9\r\nConnection: close\r\n\r\nabc";
        for outcome in [late, send(serve(Some(cut)), 9, 60_000), send(serve(Some("nonsense")), 9, 60_000)] {
            let message = outcome.unwrap_err().to_string();
            assert!(message.contains("127.0.0.1") && !message.contains("token"), "{message}");
        }
    }
}
