//! Bodies that are sent as they are made.

use at_run::{BodyError, Context, Response, Result};
use futures_util::{StreamExt, stream};
use serde::Deserialize;

/// Bytes of a piece.
const PIECE: usize = 1 << 16;

#[derive(Deserialize)]
pub(crate) struct Length {
    mib: usize,
}

/// That many MiB, in pieces of 64 KiB; each byte is the number of its piece.
pub(crate) async fn stream(_: Context, Length { mib }: Length) -> Result<Response> {
    Ok(Response::stream("application/octet-stream", stream::iter(0..mib * 16).map(|n| Ok(piece(n)))))
}

/// As many, and then it breaks off.
pub(crate) async fn broken(_: Context, Length { mib }: Length) -> Result<Response> {
    let whole = stream::iter(0..mib * 16).map(|n| Ok(piece(n)));
    let end = stream::iter([Err(BodyError::Broken("as it was told to".to_owned()))]);
    Ok(Response::stream("application/octet-stream", whole.chain(end)))
}

fn piece(n: usize) -> Vec<u8> {
    vec![u8::try_from(n % 256).unwrap_or_default(); PIECE]
}

#[derive(Deserialize)]
pub(crate) struct Status {
    code: u16,
}

/// An answer of that status, with `x-probe` and `location` among its headers.
pub(crate) async fn status(_: Context, Status { code }: Status) -> Result<Response> {
    Ok(Response::text(format!("{code}"))
        .with_status(code)
        .header("x-probe", "1")
        .header("location", "/elsewhere"))
}
