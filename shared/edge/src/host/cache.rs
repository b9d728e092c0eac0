//! A bundle's cache: entries of the dispatcher's own in the platform's cache.
//!
//! Nobody but the dispatcher reaches them: they stand in a cache of their own, under the runner's own host, which
//! leads no bundle's request there, at places that are hashes of bundle and key. Loaded bundles have no Cache API
//! (`crate::guard`).

use streamhut_runner::{CacheAction, HostError, Key};
use web_sys::{Headers, Request, Response, ResponseInit};
use worker::Cache;

use super::{Caller, Refused, answer::done};

/// The cache's name.
const CACHE: &str = "at-run-bundles";

pub(super) async fn act<T, S>(
    caller: &Caller<T, S>,
    key: &Key,
    action: CacheAction,
    request: &Request,
) -> Result<Response, Refused> {
    let grant = &caller.grant;
    let cache = Cache::open(CACHE.to_owned()).await;
    let place = format!("https://{}/.at-run/cache/{}", grant.host, key.in_cache(grant));
    match action {
        CacheAction::Get => {
            let found = cache.get(place, false).await.unwrap_or_else(|error| forgotten(caller, &error));
            let found: Option<Response> = found.map(|response| response.into());
            let found = found.ok_or_else(|| HostError::NotCached { key: key.to_string() })?;
            Ok(Response::new_with_opt_readable_stream(found.body().as_ref())?)
        }
        CacheAction::Put { ttl_s } => {
            let headers = Headers::new()?;
            headers.set("cache-control", &format!("max-age={ttl_s}"))?;
            let init = ResponseInit::new();
            init.set_headers(&headers);
            let entry = Response::new_with_opt_readable_stream_and_init(request.body().as_ref(), &init)?;
            cache.put(place, entry.into()).await.unwrap_or_else(|error| forgotten(caller, &error));
            done()
        }
        CacheAction::Delete => {
            cache.delete(place, false).await.map(drop).unwrap_or_else(|error| forgotten(caller, &error));
            done()
        }
    }
}

/// A cache may forget anything, so trouble with it is none for the bundle.
fn forgotten<T, S, R: Default>(caller: &Caller<T, S>, error: &worker::Error) -> R {
    worker::console_warn!("{}: the cache failed: {error}", caller.shown());
    R::default()
}
