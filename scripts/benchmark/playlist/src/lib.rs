//! From the bytes of a playlist to those that go out, for whoever holds a clock.

use streamhut_hls::{Master, Rewriter};
use url::Url;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A master playlist, read and written. `url` is where it was fetched from.
///
/// # Errors
/// The reader's.
#[wasm_bindgen]
pub fn master(bytes: &[u8], url: &str) -> Result<Vec<u8>, JsError> {
    Ok(Master::parse(bytes, &Url::parse(url)?)?.write().into_bytes())
}

/// A media playlist on its way through.
#[wasm_bindgen]
pub struct Rewriting(Rewriter);

#[wasm_bindgen]
impl Rewriting {
    /// `url` is where it is fetched from.
    ///
    /// # Errors
    /// When that is no URL.
    #[wasm_bindgen(constructor)]
    pub fn new(url: &str) -> Result<Rewriting, JsError> {
        Ok(Self(Rewriter::new(&Url::parse(url)?)))
    }

    /// Takes a piece, and gives what is to be sent on.
    ///
    /// # Errors
    /// The rewriter's.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, JsError> {
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 4);
        self.0.push(bytes, &mut out)?;
        Ok(out)
    }

    /// The end of what is to be sent on.
    ///
    /// # Errors
    /// The rewriter's.
    pub fn finish(self) -> Result<Vec<u8>, JsError> {
        let mut out = Vec::new();
        self.0.finish(&mut out)?;
        Ok(out)
    }
}
