//! What a bundle is and which versions it has, for programs and for people; and where a handle leads.

use std::{cell::OnceCell, rc::Rc};

use at_run_edge::outward;
use serde::Serialize;
use streamhut_atproto::{Did, Handle};
use streamhut_release::{BundleName, Selector};
use streamhut_runner::{Directory, Fault, Resolved, home_page, prefers_html, release_page, versions_page};
use url::Position;
use web_sys::Response;
use worker::Env;

use crate::serve::{Asked, failed};

thread_local! {
    static DIRECTORY: OnceCell<Rc<Directory>> = const { OnceCell::new() };
}

/// The description of a release; on a bundle's own host it stands at the root.
pub(crate) fn release(
    asked: &Asked,
    resolved: &Resolved,
    selector: &Selector,
    on_own_host: bool,
) -> Result<Response, Fault> {
    let about = asked.runner.describe(resolved);
    let origin = asked.origin();
    if on_own_host {
        return either(asked, &about, || release_page(&about, &format!("{origin}/"), None));
    }
    let url = format!("{origin}/bundle/{}/{}/{selector}", about.did, about.name);
    either(asked, &about, || release_page(&about, &url, Some(&origin)))
}

/// What this runner is: a page for who prefers one, else what `/.well-known/at-run.json` has.
pub(crate) async fn home(asked: &Asked) -> Result<Response, Fault> {
    let home = asked.runner.home(asked.now).await;
    let about = asked.runner.about(asked.now).await;
    either(asked, &about, || home_page(&home, &asked.origin()))
}

/// The versions that the author's PDS lists.
pub(crate) async fn versions(asked: &Asked, did: &Did, name: &BundleName) -> Result<Response, Fault> {
    let list = asked.runner.versions(&*directory(&asked.env)?, did, name, asked.now).await?;
    either(asked, &list, || versions_page(&list, &format!("{}/bundle/{did}/{name}", asked.origin())))
}

/// The same place under the handle's DID.
pub(crate) async fn redirect(asked: &Asked, handle: &Handle, rest: &str) -> Result<Response, Fault> {
    let did = asked.runner.did_of(&*directory(&asked.env)?, handle, asked.now).await?;
    let query = &asked.url[Position::AfterPath..Position::AfterQuery];
    outward::redirect(&format!("/bundle/{did}{rest}{query}"), &asked.id).map_err(failed)
}

/// A page for who prefers one, else JSON.
fn either(
    asked: &Asked,
    value: &impl Serialize,
    page: impl FnOnce() -> Result<String, Fault>,
) -> Result<Response, Fault> {
    let response = if prefers_html(asked.header("accept").as_deref()) {
        outward::page(&page()?, &asked.id)
    } else {
        outward::json_response(200, value, &asked.id)
    };
    let response = response.map_err(failed)?;
    response.headers().set("vary", "Accept").map_err(failed)?;
    Ok(response)
}

/// This isolate's directory.
fn directory(env: &Env) -> Result<Rc<Directory>, Fault> {
    DIRECTORY.with(|kept| {
        if let Some(directory) = kept.get() {
            return Ok(directory.clone());
        }
        let var = |name: &str| env.var(name).ok().map(|value| value.to_string());
        let directory = Directory::read(var, cfg!(feature = "loopback"));
        let directory = Rc::new(directory.map_err(|error| Fault::Internal(error.to_string()))?);
        Ok(kept.get_or_init(|| directory).clone())
    })
}
