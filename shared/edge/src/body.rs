//! Bodies of the platform: read under a cap, read piece by piece, or handed on untouched.

use std::{any::Any, time::Duration};

use at_run::{Body, BodyError, Pieces, PlatformBody};
use futures_util::{
    Stream, StreamExt,
    future::{Either, select},
    stream,
};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ReadableStream;
use worker::Delay;

use crate::exception::reason;

/// Reads at most `max` bytes; the piece that would pass the cap is not kept.
pub(crate) async fn read(stream: ReadableStream, max: usize) -> Result<Vec<u8>, BodyError> {
    Body::from_platform(PlatformStream::new(stream, None)).bytes(max).await
}

/// A stream of the platform's own. What is never read is cancelled, so that its connection comes free.
pub(crate) struct PlatformStream {
    stream: Option<ReadableStream>,
    length: Option<u64>,
}

impl PlatformStream {
    /// A stream whose bytes are counted already, when they are.
    pub(crate) fn new(stream: ReadableStream, length: Option<u64>) -> Self {
        Self { stream: Some(stream), length }
    }

    /// The very stream, with no byte of it touched.
    pub(crate) fn into_raw(mut self) -> Option<ReadableStream> {
        self.stream.take()
    }
}

impl PlatformBody for PlatformStream {
    fn length(&self) -> Option<u64> {
        self.length
    }

    fn pieces(mut self: Box<Self>) -> Pieces {
        let Some(stream) = self.stream.take() else { return stream::empty().boxed_local() };
        match wasm_streams::ReadableStream::from_raw(stream.unchecked_into()).try_into_stream() {
            Ok(stream) => unless_silent(stream.map(|piece| match piece {
                Ok(bytes) => Ok(Uint8Array::new(&bytes).to_vec()),
                Err(error) => Err(BodyError::Broken(reason(&error))),
            }))
            .boxed_local(),
            Err((error, _)) => {
                let broken = BodyError::Broken(reason(&error));
                stream::once(std::future::ready(Err(broken))).boxed_local()
            }
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// How long a body may be silent between two pieces.
const SILENCE_MS: u64 = 10_000;

/// The same pieces, broken off where the sender falls silent: nobody else would end the wait.
fn unless_silent(
    pieces: impl Stream<Item = Result<Vec<u8>, BodyError>> + 'static,
) -> impl Stream<Item = Result<Vec<u8>, BodyError>> {
    stream::unfold(Some(pieces.boxed_local()), |pieces| async move {
        let mut pieces = pieces?;
        let silence = Box::pin(Delay::from(Duration::from_millis(SILENCE_MS)));
        match select(pieces.next(), silence).await {
            Either::Left((piece, _)) => Some((piece?, Some(pieces))),
            Either::Right(((), _)) => {
                let reason = format!("no byte came for {SILENCE_MS} ms");
                Some((Err(BodyError::Broken(reason)), None))
            }
        }
    })
}

impl Drop for PlatformStream {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            cancel(&stream);
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// A `ReadableStream` whose `cancel` may throw: it does once the request that it belongs to is over.
    type Cancellable;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Cancellable) -> Result<Promise, JsValue>;
}

/// Says that nobody wants the rest.
pub(crate) fn cancel(stream: &ReadableStream) {
    if let Ok(cancelled) = stream.unchecked_ref::<Cancellable>().cancel() {
        // Whoever sends may object, and nobody is left to hear it.
        spawn_local(async move { drop(JsFuture::from(cancelled).await) });
    }
}

/// A platform's stream of what Rust makes piece by piece; an error aborts it, so that nobody takes a part for the whole.
pub(crate) fn from_pieces(pieces: Pieces) -> ReadableStream {
    let values = pieces
        .filter(|piece| std::future::ready(!matches!(piece, Ok(bytes) if bytes.is_empty())))
        .map(|piece| match piece {
            Ok(bytes) => Ok(Uint8Array::from(bytes.as_slice()).into()),
            Err(error) => Err(js_sys::Error::new(&error.to_string()).into()),
        });
    wasm_streams::ReadableStream::from_stream(values).into_raw().unchecked_into()
}
