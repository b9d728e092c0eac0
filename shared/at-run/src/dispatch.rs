//! One call, from what the platform hands in to the answer.

use std::rc::Rc;

use streamhut_release::Method;

use crate::{Body, Bundle, Call, CallKind, Context, Error, Ports, Response, bundle::Route, etag};

impl Bundle {
    /// Answers one call. Every error has become a response; those that are not the caller's fault are logged.
    pub async fn handle(&self, ports: impl Into<Rc<Ports>>, call: Call<'_>) -> Response {
        let context = Context::new(ports.into(), &call, self.memory.clone());
        let Some(route) = self.route_of(&call) else { return self.unknown(&call) };
        let result = (route.handler)(context.clone(), &call).await;
        let response = result.unwrap_or_else(|error| failed(&context, &call, &error));
        if call.kind == CallKind::Endpoint { finished(route, &call, response) } else { response }
    }

    fn route_of(&self, call: &Call<'_>) -> Option<&Route> {
        let method = match (call.kind, call.method) {
            (CallKind::Endpoint, "GET" | "HEAD") => Method::Get,
            (_, "POST") => Method::Post,
            _ => return None,
        };
        self.routes
            .iter()
            .find(|route| route.kind == call.kind && route.method == method && route.name == call.name)
    }

    fn unknown(&self, call: &Call<'_>) -> Response {
        let of_the_name =
            self.routes.iter().filter(|route| route.kind == call.kind && route.name == call.name);
        let methods: Vec<_> = of_the_name.map(|route| route.method.as_str()).collect();
        if methods.is_empty() {
            let name = match call.kind {
                CallKind::Endpoint => "UnknownEndpoint",
                CallKind::Job => "UnknownJob",
                CallKind::Task => "UnknownTask",
            };
            let text = format!("this bundle has no {} `{}`", call.kind.as_str(), call.name);
            return Response::from_error(&Error::not_found(name, text));
        }
        let text = format!("`{}` is not asked with {}", call.name, call.method);
        Response::from_error(&Error::new(405, "MethodNotAllowed", text)).header("allow", &methods.join(", "))
    }
}

fn failed(context: &Context, call: &Call<'_>, error: &Error) -> Response {
    if error.status >= 500 || call.kind != CallKind::Endpoint {
        let kind = call.kind.as_str();
        context
            .log()
            .warn(format!("{kind} {}: {} {}: {}", call.name, error.status, error.name, error.message));
    }
    // A job is answered to its runner alone; a task's state is shown to whoever has its id.
    match call.kind {
        CallKind::Job => Response::from_error_in_full(error),
        CallKind::Endpoint | CallKind::Task => Response::from_error(error),
    }
}

/// What HTTP adds to an endpoint's answer: the declared policy, 304 for what the caller has, no body for HEAD.
fn finished(route: &Route, call: &Call<'_>, response: Response) -> Response {
    let mut response = match route.cache {
        Some(cache) if response.status < 400 && response.header_value("cache-control").is_none() => {
            response.cache(cache)
        }
        _ => response,
    };
    if route.method == Method::Get && matches!(response.status, 200 | 206) && known_to_caller(call, &response)
    {
        response.status = 304;
        response.headers.retain(|(name, _)| !name.starts_with("content-") || name == "content-location");
        response.body = Body::empty();
    }
    if call.method == "HEAD" {
        if response.status != 304
            && response.header_value("content-length").is_none()
            && let Some(length) = response.body.length()
        {
            response = response.header("content-length", &length.to_string());
        }
        response.body = Body::empty();
    }
    response
}

fn known_to_caller(call: &Call<'_>, response: &Response) -> bool {
    let Some(tag) = response.header_value("etag") else { return false };
    (call.headers)("if-none-match").is_some_and(|header| etag::none_match_names(&header, tag))
}
