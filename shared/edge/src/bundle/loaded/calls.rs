//! `ctx.call()` behind a runner, which finds the other bundle and judges whether it may be called.

use std::rc::Rc;

use at_run::{CallsPort, Error, Response};
use futures_util::{FutureExt, future::LocalBoxFuture};

use super::{Ask, Host, encoded};
use crate::bundle::REFUSED;

pub(super) struct HostCalls(pub(super) Rc<Host>);

impl CallsPort for HostCalls {
    fn call(
        &self,
        bundle: String,
        endpoint: String,
        query: String,
        body: Option<Vec<u8>>,
    ) -> LocalBoxFuture<'_, Result<Response, Error>> {
        async move {
            let (did, name) = bundle.split_once('/').ok_or_else(|| {
                Error::internal(format!("`{bundle}` is not a bundle: it is spelled `did/name`"))
            })?;
            let mut path = format!("/call/{}/{}/{}", encoded(did), encoded(name), encoded(&endpoint));
            if !query.is_empty() {
                path.push_str(&format!("?{query}"));
            }
            let mut ask = Ask::new(if body.is_some() { "POST" } else { "GET" }, path);
            if body.is_some() {
                ask.headers.push(("content-type", "application/json".to_owned()));
            }
            ask.body = body.as_deref();
            let answer = self.0.ask(ask).await?;
            if let Some(reason) = answer.header(REFUSED) {
                answer.discard();
                return Err(Error::new(500, "NotPermitted", format!("{bundle} may not be called: {reason}")));
            }
            Ok(Response { status: answer.status(), headers: answer.headers(), body: answer.into_body() })
        }
        .boxed_local()
    }
}
