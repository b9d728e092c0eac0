//! The page of one release.

use askama::Template;
use serde_json::Value;
use streamhut_release::{Endpoint, Method, ModuleType};
use url::form_urlencoded;

use super::{
    CSS,
    command::{argument, quoted},
    host, rendered,
};
use crate::{Description, Fault, ModuleEntry, words};

#[derive(Template)]
#[template(path = "release.html")]
struct ReleasePage<'a> {
    css: &'static str,
    about: &'a Description,
    endpoints: Vec<EndpointCard>,
    modules: Vec<ModuleLine<'a>>,
    url: &'a str,
    versions_url: Option<String>,
    runner: Option<&'a str>,
    /// The runner's host and port.
    host: &'a str,
    /// The command that goes the whole chain again.
    verify: String,
}

struct EndpointCard {
    name: String,
    method: &'static str,
    /// The names of its input, for reading.
    input: String,
    cache: Option<String>,
    /// Where a browser can ask it by a click: a GET that may go without input.
    link: Option<String>,
    example: String,
}

struct ModuleLine<'a> {
    path: &'a str,
    cid: &'a str,
    /// How it is loaded, and its size: as it is stored, too, where that is another.
    facts: String,
}

/// The page of a release, which stands at `url` with its endpoints below; `runner` is the origin where the runner
/// itself answers, which a host of the bundle's own doesn't tell.
///
/// # Errors
/// None that a release could cause.
pub fn release_page(about: &Description, url: &str, runner: Option<&str>) -> Result<String, Fault> {
    let base = url.trim_end_matches('/');
    let endpoints = about.endpoints.iter().map(|endpoint| card(endpoint, base)).collect();
    let modules = about
        .modules
        .iter()
        .map(|module| ModuleLine { path: &module.path, cid: &module.cid, facts: facts(module) })
        .collect();
    let versions_url = runner.map(|runner| format!("{runner}/bundle/{}/{}", about.did, about.name));
    rendered(&ReleasePage {
        css: CSS,
        about,
        endpoints,
        modules,
        url,
        versions_url,
        runner,
        host: runner.map(host).unwrap_or_default(),
        verify: verify(about, runner),
    })
}

/// The command that goes the whole chain again.
fn verify(about: &Description, runner: Option<&str>) -> String {
    let bundle = argument(&format!("{}/{}@{}", about.did, about.name, about.version));
    let runner = runner.map(|runner| format!(" --runner {}", argument(runner))).unwrap_or_default();
    format!("at-run verify {bundle}{runner}")
}

fn facts(module: &ModuleEntry) -> String {
    let size = words::bytes(module.size);
    let kind = match module.kind {
        ModuleType::Esm => "JavaScript",
        ModuleType::Wasm => "WebAssembly",
        ModuleType::Text => "text",
        ModuleType::Json => "JSON",
        ModuleType::Data => "data",
    };
    if module.stored == module.size {
        return format!("{kind}, {size}");
    }
    format!("{kind}, {size}, stored as {}", words::bytes(module.stored))
}

fn card(endpoint: &Endpoint, base: &str) -> EndpointCard {
    let names: Vec<&str> = endpoint.input.iter().map(|parameter| parameter.name.as_str()).collect();
    let address = format!("{base}/{}", endpoint.name);
    EndpointCard {
        name: endpoint.name.clone(),
        method: endpoint.method.as_str(),
        input: names.join(", "),
        cache: endpoint.cache.clone(),
        link: (endpoint.method == Method::Get).then(|| address.clone()),
        example: example(endpoint.method, &address, &names),
    }
}

/// A line for a shell. The names are the author's to choose: whatever they are, they stay inside the quotes.
fn example(method: Method, address: &str, names: &[&str]) -> String {
    match method {
        Method::Get if names.is_empty() => format!("curl {}", quoted(address)),
        Method::Get => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            for name in names {
                query.append_pair(name, "");
            }
            format!("curl {}", quoted(&format!("{address}?{}", query.finish())))
        }
        Method::Post => {
            let body: serde_json::Map<String, Value> =
                names.iter().map(|name| ((*name).to_owned(), Value::from(""))).collect();
            let body = quoted(&Value::Object(body).to_string());
            format!("curl -H 'content-type: application/json' -d {body} {}", quoted(address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_one_command_whatever_the_names_are() {
        for (method, names, expect) in [
            (Method::Get, &[][..], "curl 'https://r.dev/x'"),
            (Method::Get, &["limit", "cursor"], "curl 'https://r.dev/x?limit=&cursor='"),
            (Method::Get, &["'; rm -rf ~; '"], "curl 'https://r.dev/x?%27%3B+rm+-rf+%7E%3B+%27='"),
            (
                Method::Post,
                &["uri"],
                r#"curl -H 'content-type: application/json' -d '{"uri":""}' 'https://r.dev/x'"#,
            ),
            (
                Method::Post,
                &["'; reboot; '\n"],
                r#"curl -H 'content-type: application/json' -d '{"'\''; reboot; '\''\n":""}' 'https://r.dev/x'"#,
            ),
        ] {
            assert_eq!(example(method, "https://r.dev/x", names), expect);
        }
    }
}
