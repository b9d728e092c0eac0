//! An HTTP server on loopback that answers JSON.
#![allow(dead_code, missing_docs)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use serde_json::Value;

/// A request as far as the tests look at it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub verb: String,
    /// Without the query.
    pub path: String,
    /// Decoded.
    pub query: Vec<(String, String)>,
    pub token: String,
    /// The proof that goes with the token.
    pub dpop: String,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Asked {
    /// The last part of the path: for XRPC the method's name.
    pub fn method(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    pub fn parameter(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A field of the form that is the body.
    pub fn field(&self, name: &str) -> String {
        let mut fields = url::form_urlencoded::parse(&self.body);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What is answered: status, body, and what its header `DPoP-Nonce` says, if there is one.
pub struct Reply(pub u16, pub Value, pub Option<&'static str>);

impl From<(u16, Value)> for Reply {
    fn from((status, body): (u16, Value)) -> Self {
        Self(status, body, None)
    }
}

/// Serves until the test ends, each request on a thread of its own. Gives the origin.
pub fn serve<R: Into<Reply>>(answer: impl Fn(Asked) -> R + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A client that goes away is nobody's fault.
            thread::spawn(move || talk(stream, &|asked| answer(asked).into()).ok());
        }
    });
    origin
}

fn talk(mut stream: TcpStream, answer: &dyn Fn(Asked) -> Reply) -> std::io::Result<()> {
    let asked = read(&mut BufReader::new(stream.try_clone()?))?;
    let Reply(status, body, nonce) = answer(asked);
    let nonce = nonce.map_or_else(String::new, |nonce| {
        format!("dpop-nonce: {nonce}\r\nwww-authenticate: DPoP error=\"use_dpop_nonce\"\r\n")
    });
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    write!(
        stream,
        "HTTP/1.1 {status} X\r\n{kind}{nonce}location: http://127.0.0.1:1/\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Asked> {
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split(' ');
    let mut asked = Asked { verb: words.next().unwrap_or_default().to_owned(), ..Asked::default() };
    let place = url::Url::parse("http://x").unwrap().join(words.next().unwrap_or("/")).unwrap();
    asked.path = place.path().to_owned();
    asked.query = place.query_pairs().into_owned().collect();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => asked.token = value.trim_start_matches("Bearer ").to_owned(),
            "dpop" => asked.dpop = value.to_owned(),
            "content-type" => asked.content_type = value.to_owned(),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    reader.take(length).read_to_end(&mut asked.body)?;
    Ok(asked)
}
