//! `ctx.http()` over the platform's network.

use at_run::{HttpError, HttpPort, HttpStream, RawResponse};
use futures_util::{FutureExt, future::LocalBoxFuture};
use streamhut_outbound::{Limits, Request, TransportError};
use web_sys::RequestRedirect;

use super::REFUSED;
use crate::transport;

/// The network of the isolate: behind a runner its gateway, alone the world. It follows redirects, because a gateway
/// judges every hop.
pub(super) struct WorkerHttp;

impl HttpPort for WorkerHttp {
    fn send(&self, request: Request, limits: Limits) -> LocalBoxFuture<'_, Result<RawResponse, HttpError>> {
        async move {
            let url = transport::shown(&request.url);
            let answer = transport::send(request, limits, RequestRedirect::Follow).await.map_err(failure)?;
            match answer.header(REFUSED) {
                Some(reason) => Err(HttpError::Refused { url, reason: reason.to_owned() }),
                None => Ok(answer),
            }
        }
        .boxed_local()
    }

    fn open(&self, request: Request, deadline_ms: u32) -> LocalBoxFuture<'_, Result<HttpStream, HttpError>> {
        async move {
            let url = transport::shown(&request.url);
            let answer =
                transport::open(request, deadline_ms, RequestRedirect::Follow).await.map_err(failure)?;
            match answer.headers.iter().find(|(name, _)| name == REFUSED) {
                Some((_, reason)) => Err(HttpError::Refused { url, reason: reason.clone() }),
                None => Ok(answer),
            }
        }
        .boxed_local()
    }
}

fn failure(error: TransportError) -> HttpError {
    match error {
        TransportError::TooLarge { url, max } => HttpError::TooLarge { url, max },
        TransportError::Deadline { url, ms } => HttpError::Deadline { url, ms },
        TransportError::Failed { url, reason } => HttpError::Failed { url, reason },
        TransportError::Incomplete { url, reason } => HttpError::Incomplete { url, reason },
    }
}
