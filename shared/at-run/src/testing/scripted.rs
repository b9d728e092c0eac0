//! Scripted answers in place of the network.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use futures_util::{FutureExt, future::LocalBoxFuture, stream};

use super::network::Network;
use crate::{
    Body, BodyError, ByteRange, HttpError, HttpLimits, HttpMethod, HttpPort, HttpStream, RawRequest,
    RawResponse,
};

/// One scripted answer.
#[derive(Clone, Debug)]
pub enum Scripted {
    /// A status, headers and a body; held to the request's size cap like a real one.
    Answer {
        /// HTTP status.
        status: u16,
        /// Header names (lower case) and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
        /// Where it says it came from, when redirected.
        url: Option<String>,
    },
    /// A file of a server that knows ranges: 200 with all of it, 206 with the part that `Range` asks for, 416 where it
    /// has none.
    File(Vec<u8>),
    /// The deadline passes.
    Deadline,
    /// The connection fails.
    Failed,
    /// 200, and the connection fails after these bytes of the body.
    BreaksOff(Vec<u8>),
}

impl Scripted {
    /// A text answer.
    pub fn text(status: u16, body: &str) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec(), url: None }
    }

    /// A JSON answer.
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::text(status, &body.to_string())
    }
}

type Server = Rc<dyn Fn(&RawRequest) -> Scripted>;

/// What answers where, and what was asked.
#[derive(Clone, Default)]
pub(super) struct HttpScripts(Rc<Inner>);

#[derive(Default)]
struct Inner {
    answers: RefCell<BTreeMap<String, VecDeque<Scripted>>>,
    /// What answers for URLs that have no script.
    server: RefCell<Option<Server>>,
    requests: RefCell<Vec<RawRequest>>,
}

impl HttpScripts {
    pub(super) fn script(&self, url: &str, answer: Scripted) {
        self.0.answers.borrow_mut().entry(url.to_owned()).or_default().push_back(answer);
    }

    pub(super) fn replace(&self, url: &str, answers: VecDeque<Scripted>) {
        self.0.answers.borrow_mut().insert(url.to_owned(), answers);
    }

    pub(super) fn serve(&self, server: Server) {
        *self.0.server.borrow_mut() = Some(server);
    }

    pub(super) fn requests(&self) -> Vec<RawRequest> {
        self.0.requests.borrow().clone()
    }

    /// The answer to a request: by its URL's script, or else by the server.
    fn answer(&self, request: &RawRequest) -> Option<Scripted> {
        let scripted = self.next(request.url.as_str());
        scripted.or_else(|| {
            let server = self.0.server.borrow().clone();
            server.map(|server| server(request))
        })
    }

    /// The next answer of a URL; the last one for ever.
    fn next(&self, url: &str) -> Option<Scripted> {
        let mut answers = self.0.answers.borrow_mut();
        let queue = answers.get_mut(url)?;
        if queue.len() > 1 { queue.pop_front() } else { queue.front().cloned() }
    }
}

pub(super) fn shown(request: &RawRequest) -> String {
    let method = if request.method == HttpMethod::Get { "GET" } else { "POST" };
    format!("{method} {}", request.url)
}

/// A network in which only declared hosts may be asked, and only scripted URLs answer.
pub(super) struct ScriptedHttp {
    pub(super) scripts: HttpScripts,
    pub(super) network: Rc<Network>,
}

impl ScriptedHttp {
    fn ask(&self, request: RawRequest, deadline_ms: u32) -> Result<HttpStream, HttpError> {
        let url = request.url.to_string();
        if let Some(reason) = self.network.refusal(&request.url) {
            return Err(HttpError::Refused { url, reason });
        }
        self.scripts.0.requests.borrow_mut().push(request.clone());
        let range = request.headers.iter().find(|(name, _)| name == "range").map(|(_, value)| value.as_str());
        let (status, headers, body, from) = match self.scripts.answer(&request) {
            None => return Err(HttpError::Failed { url, reason: "nothing is scripted for it".into() }),
            Some(Scripted::Failed) => {
                return Err(HttpError::Failed { url, reason: "connection reset".into() });
            }
            Some(Scripted::Deadline) => return Err(HttpError::Deadline { url, ms: deadline_ms }),
            Some(Scripted::BreaksOff(bytes)) => {
                let pieces = [Ok(bytes), Err(BodyError::Broken("connection reset".into()))];
                (200, Vec::new(), Body::from_pieces(stream::iter(pieces)), None)
            }
            Some(Scripted::File(bytes)) => {
                let (status, headers, body) = part_of(bytes, range);
                (status, headers, body.into(), None)
            }
            Some(Scripted::Answer { status, headers, body, url }) => (status, headers, body.into(), url),
        };
        let url = from.and_then(|text| text.parse().ok()).unwrap_or(request.url);
        Ok(HttpStream { url, status, headers, body })
    }
}

fn part_of(file: Vec<u8>, range: Option<&str>) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let Some(range) = range.and_then(|text| ByteRange::parse(text).ok().flatten()) else {
        return (200, Vec::new(), file);
    };
    let size = file.len() as u64;
    let content_range = |value: String| vec![("content-range".to_owned(), value)];
    match range.of(size) {
        Some(part) => {
            // Both are at most the file's own length. By slices: a film's files are large, and asked for often.
            let (first, length) = (part.first as usize, part.length as usize);
            let body = file.get(first..).and_then(|rest| rest.get(..length)).unwrap_or_default().to_vec();
            (206, content_range(part.content_range(size)), body)
        }
        None => (416, content_range(format!("bytes */{size}")), Vec::new()),
    }
}

impl HttpPort for ScriptedHttp {
    fn send(
        &self,
        request: RawRequest,
        limits: HttpLimits,
    ) -> LocalBoxFuture<'_, Result<RawResponse, HttpError>> {
        let asked = request.url.to_string();
        let answer = self.ask(request, limits.deadline_ms);
        async move {
            let HttpStream { url, status, headers, body } = answer?;
            let body = body.bytes(limits.max_bytes).await.map_err(|error| match error {
                BodyError::TooLarge { max } => HttpError::TooLarge { url: asked, max },
                BodyError::Broken(reason) => HttpError::Failed { url: asked, reason },
            })?;
            Ok(RawResponse { url, status, headers, body })
        }
        .boxed_local()
    }

    fn open(
        &self,
        request: RawRequest,
        deadline_ms: u32,
    ) -> LocalBoxFuture<'_, Result<HttpStream, HttpError>> {
        std::future::ready(self.ask(request, deadline_ms)).boxed_local()
    }
}
