use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Answer, Post, Transport, TransportError};

/// Plain HTTP/1.1, one connection for each request. It blocks.
#[derive(Clone, Copy, Debug)]
pub struct Tcp;

impl Transport for Tcp {
    async fn post(&self, post: Post<'_>) -> Result<Answer, TransportError> {
        let end = Instant::now() + Duration::from_millis(post.deadline_ms.into());
        let host = post.url.host_str().unwrap();
        let port = post.url.port_or_known_default().unwrap();
        let mut stream = TcpStream::connect((host, port))
            .map_err(|error| TransportError::NotSent { reason: error.to_string() })?;
        let mut head = format!("POST {} HTTP/1.1\r\nhost: {host}:{port}\r\n", post.url.path());
        for (name, value) in &post.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", post.body.len()));
        let broken = |error: std::io::Error| match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => TransportError::Deadline { ms: post.deadline_ms },
            _ => TransportError::Broken { reason: error.to_string() },
        };
        let mut sent = || {
            stream.write_all(head.as_bytes())?;
            stream.write_all(post.body)
        };
        sent().map_err(broken)?;
        let mut bytes = Vec::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            stream.set_read_timeout(Some(left)).unwrap();
            match stream.read(&mut piece).map_err(broken)? {
                0 => break,
                count => bytes.extend_from_slice(&piece[..count]),
            }
            if let Some(answer) = whole(&bytes) {
                if answer.body.len() > post.max_bytes {
                    return Err(TransportError::TooLarge { max: post.max_bytes });
                }
                return Ok(answer);
            }
        }
        Err(TransportError::Broken { reason: "the answer ended early".to_owned() })
    }

    async fn wait(&self, ms: u32) {
        thread::sleep(Duration::from_millis(ms.into()));
    }
}

/// The answer, once all of it is there.
fn whole(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).unwrap().to_lowercase();
    let header = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.map(|value| value.trim().to_owned())
    };
    let body = &bytes[end + 4..];
    let body = match header("transfer-encoding").as_deref() {
        Some("chunked") => dechunked(body)?,
        _ => body.get(..header("content-length")?.parse().unwrap())?.to_vec(),
    };
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Some(Answer { status, retry_after: header("retry-after"), body })
}

fn dechunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap().trim(), 16).unwrap();
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(line + 2..line + 2 + size)?);
        rest = rest.get(line + 4 + size..)?;
    }
}
