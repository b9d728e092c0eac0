//! The ports that a platform fills for one call: everything that a handler can reach.

use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use crate::{
    Blob, BlobError, BlobInfo, BlobPage, ByteRange, Error, HttpPort, Put, Response, SocketError, TaskStatus,
};

/// A value by its name: a setting, a secret, a header (lower case).
pub type Named = Rc<dyn Fn(&str) -> Option<String>>;

/// What a platform provides to one call.
pub struct Ports {
    /// The network, within the release's permissions.
    pub http: Rc<dyn HttpPort>,
    /// WebSockets, within the same permissions.
    pub websocket: Rc<dyn WebSocketPort>,
    /// The bundle's own storage.
    pub blobs: Rc<dyn BlobsPort>,
    /// The bundle's own cache.
    pub cache: Rc<dyn CachePort>,
    /// Who may do what nobody else does at the same time.
    pub leases: Rc<dyn LeasePort>,
    /// Background work.
    pub tasks: Rc<dyn TasksPort>,
    /// Other bundles of this runner.
    pub calls: Rc<dyn CallsPort>,
    /// The operator's settings.
    pub config: Named,
    /// The author's secrets, opened by the runner.
    pub secrets: Named,
    /// Milliseconds since 1970.
    pub clock: Rc<dyn Fn() -> u64>,
    /// Where log lines go.
    pub log: Rc<dyn Fn(&str)>,
    /// Ends after that many milliseconds.
    pub sleep: Rc<dyn Fn(u32) -> LocalBoxFuture<'static, ()>>,
    /// Where work goes that no answer waits for.
    pub later: Rc<dyn Fn(LocalBoxFuture<'static, ()>)>,
}

/// Storage under the bundle's own prefix.
pub trait BlobsPort {
    /// The blob, or the part of it that `range` names.
    fn get(
        &self,
        key: String,
        range: Option<ByteRange>,
    ) -> LocalBoxFuture<'_, Result<Option<Blob>, BlobError>>;
    /// What is known of the blob without its bytes.
    fn head(&self, key: String) -> LocalBoxFuture<'_, Result<Option<BlobInfo>, BlobError>>;
    /// Stores bytes, all or nothing.
    fn put(&self, key: String, bytes: Vec<u8>, how: Put) -> LocalBoxFuture<'_, Result<BlobInfo, BlobError>>;
    /// Forgets a blob; one that isn't there is forgotten already.
    fn delete(&self, key: String) -> LocalBoxFuture<'_, Result<(), BlobError>>;
    /// Blobs in the order of their keys, `limit` of them (1 to 1,000).
    fn list(
        &self,
        prefix: String,
        cursor: Option<String>,
        limit: u32,
    ) -> LocalBoxFuture<'_, Result<BlobPage, BlobError>>;
}

/// Answers worth keeping for a while. It may forget anything at any time, so nothing fails here.
pub trait CachePort {
    /// The bytes under the key.
    fn get(&self, key: String) -> LocalBoxFuture<'_, Option<Vec<u8>>>;
    /// Keeps bytes for about that many seconds.
    fn put(&self, key: String, bytes: Vec<u8>, seconds: u32) -> LocalBoxFuture<'_, ()>;
    /// Forgets them.
    fn delete(&self, key: String) -> LocalBoxFuture<'_, ()>;
}

/// What became of asking for a lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Lease {
    /// It is ours until it is given back or lapses.
    Held {
        /// Gives it back.
        token: String,
    },
    /// Somebody else had it and gave it back while we waited: what they made may be there now.
    Released,
    /// Somebody else still has it.
    Busy,
}

/// One holder at a time for a key, across all isolates of this bundle.
pub trait LeasePort {
    /// Asks for the lease of `key` for `ttl_ms`, and waits at most `wait_ms` for whoever has it.
    fn acquire(&self, key: String, ttl_ms: u64, wait_ms: u64) -> LocalBoxFuture<'_, Result<Lease, Error>>;
    /// Gives it back.
    fn release(&self, key: String, token: String) -> LocalBoxFuture<'_, Result<(), Error>>;
}

/// Background work of the bundle's own.
pub trait TasksPort {
    /// Queues the task `name` with a JSON input, to run after `delay_ms`; gives the id under which its state is
    /// found.
    fn enqueue(
        &self,
        name: String,
        input: String,
        delay_ms: u64,
    ) -> LocalBoxFuture<'_, Result<String, Error>>;
    /// What became of the task with that id; `None` when the bundle has none such.
    fn status(&self, id: String) -> LocalBoxFuture<'_, Result<Option<TaskStatus>, Error>>;
}

/// Calls of other bundles on the same runner.
pub trait CallsPort {
    /// Asks `endpoint` of `bundle`, which is `did/name`: with GET and `query`, or with POST and a JSON `body`.
    fn call(
        &self,
        bundle: String,
        endpoint: String,
        query: String,
        body: Option<Vec<u8>>,
    ) -> LocalBoxFuture<'_, Result<Response, Error>>;
}

/// One message of a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// UTF-8.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

/// WebSockets as a client.
pub trait WebSocketPort {
    /// Opens one to a `wss:` URL (`ws:` on a local network), with a deadline for the handshake.
    fn connect(
        &self,
        url: url::Url,
        deadline_ms: u32,
    ) -> LocalBoxFuture<'_, Result<Box<dyn SocketPort>, SocketError>>;
}

/// An open WebSocket.
pub trait SocketPort {
    /// Sends a message.
    fn send(&mut self, message: Message) -> LocalBoxFuture<'_, Result<(), SocketError>>;
    /// The next message within `deadline_ms`; `None` when the other side closed.
    fn next(&mut self, deadline_ms: u32) -> LocalBoxFuture<'_, Result<Option<Message>, SocketError>>;
    /// Closes it. Dropping an open one has to close it too.
    fn close(&mut self, code: u16, reason: &str);
}
