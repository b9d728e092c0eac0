//! Reading a body under a cap.

use futures_util::StreamExt;
use worker::ByteStream;

/// Why a body was not read whole.
pub(crate) enum BodyError {
    /// It is longer than the cap.
    TooLarge,
    /// The stream broke off.
    Broken(String),
}

/// Reads at most `max` bytes; the chunk that would pass the cap is not kept.
pub(crate) async fn read(mut stream: ByteStream, max: usize) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| BodyError::Broken(error.to_string()))?;
        if bytes.len() + chunk.len() > max {
            return Err(BodyError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
