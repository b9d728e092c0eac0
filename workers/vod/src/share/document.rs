//! A document of ours as an answer: its caching, its name, what it may load.

use std::rc::Rc;

use at_run::{Context, Error, Response, Result};
use sha2::{Digest, Sha256};
use streamhut_pages::{Frames, PageError, Site, csp, error_page};

use crate::setting;

/// A crawler's copy lives for minutes, and a cache's for a day while it asks for a new one.
pub(super) const CACHE: &str = "public, max-age=60, s-maxage=600, stale-while-revalidate=86400";
const ERROR_CACHE: &str = "public, max-age=10";
/// Seconds for which an isolate tells the same.
const REMEMBERED_SECONDS: u32 = 30;
/// What names the content, in front of it.
const TAG_BYTES: usize = 16;

/// Where pages live: at the web player, when one is set, and at this bundle.
///
/// # Errors
/// 500 for a setting that is no origin, and where no caller said how the bundle is reached.
pub(super) fn site(ctx: &Context) -> Result<Site> {
    let base = ctx.base().ok_or_else(|| Error::internal("nobody says where this bundle is asked"))?;
    let frontend = ctx.config(setting::FRONTEND_ORIGIN);
    Site::new(frontend.as_deref(), base.as_str())
        .map_err(|error| Error::internal(format!("{}: {error}", setting::FRONTEND_ORIGIN)))
}

/// What was made lately under that key, or what `make` gives, as an answer of that kind.
///
/// # Errors
/// Those of `make`.
pub(super) async fn document(
    ctx: &Context,
    key: &str,
    kind: &str,
    make: impl AsyncFnOnce() -> Result<String>,
) -> Result<Response> {
    let kept = match ctx.memory().get(key) {
        Some(kept) => kept,
        None => {
            let text = make().await?;
            let tag: String =
                Sha256::digest(&text).iter().take(TAG_BYTES / 2).map(|byte| format!("{byte:02x}")).collect();
            let kept: Rc<[u8]> = [tag.as_bytes(), text.as_bytes()].concat().into();
            ctx.memory().put(key, kept.clone(), REMEMBERED_SECONDS);
            kept
        }
    };
    let (tag, text) = kept.split_at_checked(TAG_BYTES).unwrap_or_default();
    let response = Response::new(kind, text.to_vec()).header("cache-control", CACHE);
    Ok(response.etag(&String::from_utf8_lossy(tag)))
}

/// The same for a page. Where it can't be had there is a page, too, that says so.
///
/// # Errors
/// What is neither missing, gone, nor away: a parameter that makes no sense.
pub(super) async fn html(
    ctx: &Context,
    site: &Site,
    key: &str,
    frames: Frames,
    make: impl AsyncFnOnce() -> Result<String>,
) -> Result<Response> {
    let response = match document(ctx, key, "text/html; charset=utf-8", make).await {
        Ok(response) => response,
        Err(error) => refused(ctx, site, error)?,
    };
    Ok(response.header("content-security-policy", &csp(site, frames)))
}

fn refused(ctx: &Context, site: &Site, error: Error) -> Result<Response> {
    let page = match error.status {
        404 => PageError::NotFound,
        403 | 410 => PageError::Gone,
        502..=504 => PageError::Unavailable,
        _ => return Err(error),
    };
    let response = Response::html(error_page(page, site)).with_status(page.status());
    let response = response.header("x-robots-tag", "noindex");
    if page != PageError::Unavailable {
        return Ok(response.header("cache-control", ERROR_CACHE));
    }
    ctx.log().warn(format!("a page can't be made: {error}"));
    let seconds = error.retry_after.unwrap_or(10).to_string();
    Ok(response.header("cache-control", "no-store").header("retry-after", &seconds))
}
