//! The calls that a bundle makes of its platform, counted, and one of them interrupted.

use std::{cell::Cell, future::Future, rc::Rc};

use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, pending, ready},
};
use url::Url;

use crate::{
    Blob, BlobError, BlobInfo, BlobPage, BlobsPort, ByteRange, CachePort, CallsPort, Error, HttpError,
    HttpLimits, HttpPort, HttpStream, Lease, LeasePort, Put, RawRequest, RawResponse, Response, SocketError,
    SocketPort, TaskStatus, TasksPort, WebSocketPort,
};

/// How a call of the platform goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It does nothing and says so with an error; the cache, which knows none, forgets.
    Fails,
    /// It does nothing and never comes back, nor does any call after it: the isolate is gone in the midst of its work.
    /// What the work kept stays, and so do its leases. Whoever asked is answered with 500 `Gone`.
    Ends,
}

/// Counts calls of the platform.
#[derive(Default)]
pub(super) struct Meter {
    made: Cell<u64>,
    /// The number of the call that goes wrong.
    mishap: Cell<Option<(u64, Mishap)>>,
    ended: Cell<bool>,
}

enum Turn {
    Goes,
    Fails,
    Ends,
}

impl Meter {
    pub(super) fn made(&self) -> u64 {
        self.made.get()
    }

    pub(super) fn interrupt(&self, nth: u64, mishap: Mishap) {
        self.mishap.set(Some((self.made.get() + nth, mishap)));
    }

    /// Another isolate takes the next call.
    pub(super) fn revive(&self) {
        self.ended.set(false);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.get()
    }

    fn turn(&self) -> Turn {
        if self.ended.get() {
            return Turn::Ends;
        }
        self.made.set(self.made.get() + 1);
        match self.mishap.get() {
            Some((at, mishap)) if at == self.made.get() => {
                self.mishap.set(None);
                self.ended.set(mishap == Mishap::Ends);
                if mishap == Mishap::Ends { Turn::Ends } else { Turn::Fails }
            }
            _ => Turn::Goes,
        }
    }
}

/// A port whose calls are counted.
pub(super) struct Metered<P> {
    pub(super) meter: Rc<Meter>,
    pub(super) port: P,
}

impl<P> Metered<P> {
    fn pass<'a, T: 'a, F: Future<Output = T> + 'a>(
        &'a self,
        go: impl FnOnce(&'a P) -> F,
        failed: impl FnOnce() -> T,
    ) -> LocalBoxFuture<'a, T> {
        match self.meter.turn() {
            Turn::Goes => go(&self.port).boxed_local(),
            Turn::Fails => ready(failed()).boxed_local(),
            Turn::Ends => pending().boxed_local(),
        }
    }
}

const REASON: &str = "the test interrupts it";

fn no_storage() -> BlobError {
    BlobError::Unavailable { reason: REASON.to_owned() }
}

fn unavailable() -> Error {
    Error::unavailable(REASON, 1)
}

impl<P: HttpPort> HttpPort for Metered<P> {
    fn send(
        &self,
        request: RawRequest,
        limits: HttpLimits,
    ) -> LocalBoxFuture<'_, Result<RawResponse, HttpError>> {
        let url = request.url.to_string();
        self.pass(
            |port| port.send(request, limits),
            || Err(HttpError::Failed { url, reason: REASON.to_owned() }),
        )
    }

    fn open(
        &self,
        request: RawRequest,
        deadline_ms: u32,
    ) -> LocalBoxFuture<'_, Result<HttpStream, HttpError>> {
        let url = request.url.to_string();
        self.pass(
            |port| port.open(request, deadline_ms),
            || Err(HttpError::Failed { url, reason: REASON.to_owned() }),
        )
    }
}

impl<P: WebSocketPort> WebSocketPort for Metered<P> {
    fn connect(
        &self,
        url: Url,
        deadline_ms: u32,
    ) -> LocalBoxFuture<'_, Result<Box<dyn SocketPort>, SocketError>> {
        let shown = url.to_string();
        self.pass(
            |port| port.connect(url, deadline_ms),
            || Err(SocketError::Failed { url: shown, reason: REASON.to_owned() }),
        )
    }
}

impl<P: BlobsPort> BlobsPort for Metered<Rc<P>> {
    fn get(
        &self,
        key: String,
        range: Option<ByteRange>,
    ) -> LocalBoxFuture<'_, Result<Option<Blob>, BlobError>> {
        self.pass(|port| port.get(key, range), || Err(no_storage()))
    }

    fn head(&self, key: String) -> LocalBoxFuture<'_, Result<Option<BlobInfo>, BlobError>> {
        self.pass(|port| port.head(key), || Err(no_storage()))
    }

    fn put(&self, key: String, bytes: Vec<u8>, how: Put) -> LocalBoxFuture<'_, Result<BlobInfo, BlobError>> {
        self.pass(|port| port.put(key, bytes, how), || Err(no_storage()))
    }

    fn delete(&self, key: String) -> LocalBoxFuture<'_, Result<(), BlobError>> {
        self.pass(|port| port.delete(key), || Err(no_storage()))
    }

    fn list(
        &self,
        prefix: String,
        cursor: Option<String>,
        limit: u32,
    ) -> LocalBoxFuture<'_, Result<BlobPage, BlobError>> {
        self.pass(|port| port.list(prefix, cursor, limit), || Err(no_storage()))
    }
}

impl<P: CachePort> CachePort for Metered<Rc<P>> {
    fn get(&self, key: String) -> LocalBoxFuture<'_, Option<Vec<u8>>> {
        self.pass(|port| port.get(key), || None)
    }

    fn put(&self, key: String, bytes: Vec<u8>, seconds: u32) -> LocalBoxFuture<'_, ()> {
        self.pass(|port| port.put(key, bytes, seconds), || ())
    }

    fn delete(&self, key: String) -> LocalBoxFuture<'_, ()> {
        self.pass(|port| port.delete(key), || ())
    }
}

impl<P: LeasePort> LeasePort for Metered<Rc<P>> {
    fn acquire(&self, key: String, ttl_ms: u64, wait_ms: u64) -> LocalBoxFuture<'_, Result<Lease, Error>> {
        self.pass(|port| port.acquire(key, ttl_ms, wait_ms), || Err(unavailable()))
    }

    fn release(&self, key: String, token: String) -> LocalBoxFuture<'_, Result<(), Error>> {
        self.pass(|port| port.release(key, token), || Err(unavailable()))
    }
}

impl TasksPort for Metered<Rc<dyn TasksPort>> {
    fn enqueue(
        &self,
        name: String,
        input: String,
        delay_ms: u64,
    ) -> LocalBoxFuture<'_, Result<String, Error>> {
        self.pass(|port| port.enqueue(name, input, delay_ms), || Err(unavailable()))
    }

    fn status(&self, id: String) -> LocalBoxFuture<'_, Result<Option<TaskStatus>, Error>> {
        self.pass(|port| port.status(id), || Err(unavailable()))
    }
}

impl CallsPort for Metered<Rc<dyn CallsPort>> {
    fn call(
        &self,
        bundle: String,
        endpoint: String,
        query: String,
        body: Option<Vec<u8>>,
    ) -> LocalBoxFuture<'_, Result<Response, Error>> {
        self.pass(|port| port.call(bundle, endpoint, query, body), || Err(unavailable()))
    }
}
