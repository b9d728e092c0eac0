//! A body held to the length that it declares. Between Workers nothing compares the two, and what was reserved or
//! admitted was the declared length.

use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::ReadableStream;

#[wasm_bindgen]
extern "C" {
    /// The platform's own stream of so many bytes: more or fewer break it. It moves them without a look from us.
    type FixedLengthStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(length: f64) -> Result<FixedLengthStream, JsValue>;

    type Pipe;
    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    fn pipe_through(this: &Pipe, pair: &FixedLengthStream) -> Result<ReadableStream, JsValue>;
}

/// The same bytes; the stream fails when they are not `length`.
pub(super) fn body(stream: &ReadableStream, length: u64) -> Result<ReadableStream, JsValue> {
    // Lengths beyond what a double counts exactly are beyond what the platform takes.
    let fixed = FixedLengthStream::new(length as f64)?;
    stream.unchecked_ref::<Pipe>().pipe_through(&fixed)
}

/// Whether a failure is that of a body with another length.
pub(super) fn is_broken(reason: &str) -> bool {
    reason.contains("FixedLengthStream") || reason.contains("client disconnected")
}
