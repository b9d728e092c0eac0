//! The page of one release.

use askama::Template;
use serde_json::Value;
use streamhut_release::{Endpoint, Method};
use url::form_urlencoded;

use super::{CSS, rendered};
use crate::{Description, Fault, words};

#[derive(Template)]
#[template(path = "release.html")]
struct ReleasePage<'a> {
    css: &'static str,
    about: &'a Description,
    endpoints: Vec<EndpointCard>,
    modules: Vec<ModuleLine<'a>>,
    url: &'a str,
    versions_url: Option<&'a str>,
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
    size: String,
}

/// The page of a release, which stands at `url` with its endpoints below; `versions_url` is that of its versions.
///
/// # Errors
/// None that a release could cause.
pub fn release_page(about: &Description, url: &str, versions_url: Option<&str>) -> Result<String, Fault> {
    let base = url.trim_end_matches('/');
    let endpoints = about.endpoints.iter().map(|endpoint| card(endpoint, base)).collect();
    let modules = about
        .modules
        .iter()
        .map(|module| ModuleLine { path: &module.path, cid: &module.cid, size: words::bytes(module.size) })
        .collect();
    rendered(&ReleasePage { css: CSS, about, endpoints, modules, url, versions_url })
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

/// In single quotes, as a POSIX shell reads them.
fn quoted(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("'{}'", visible.replace('\'', r"'\''"))
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
