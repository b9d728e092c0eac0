//! A request under the policy, hop by hop.

use url::Url;

use crate::{Asked, Limits, Policy, Refusal, Request, Response, Transport, TransportError, policy::shown};

/// What to do with a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// A redirect is an error: identity documents are served where their DID says.
    Refuse,
    /// At most this many hops, each judged by the policy.
    Follow(u8),
}

/// Why a request under the policy brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The first URL is refused: nothing was sent.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A redirect points where the policy doesn't lead.
    #[error("{from} redirects to a place that is refused: {refusal}")]
    RedirectRefused {
        /// Who redirected.
        from: String,
        /// Why its target is refused.
        refusal: Refusal,
    },
    /// A redirect where none may be, or more of them than allowed, or one without a location.
    #[error("{from} redirects ({status}) after {hops} hops")]
    Redirected {
        /// Who redirected.
        from: String,
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// Hops followed before it.
        hops: u8,
    },
    /// The network's own failure, or an answer that is not whole.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// The place a redirect leads to: `None` when the answer is no redirect, an error when it has no usable location.
pub fn next_hop(from: &Url, status: u16, location: Option<&str>) -> Option<Result<Url, Refusal>> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = location.unwrap_or_default();
    let bad = || Refusal::NotAUrl(location.chars().take(256).collect());
    Some(if location.is_empty() { Err(bad()) } else { from.join(location).map_err(|_| bad()) })
}

/// Sends `request` when `policy` admits it, and follows `redirects` under the same policy. Only GET is
/// followed; its headers go along, so none of them may be a credential. What comes back is whole, as far as its head
/// tells.
pub async fn fetch<T: Transport>(
    transport: &T,
    policy: &Policy,
    mut request: Request,
    limits: Limits,
    redirects: Redirects,
) -> Result<Response, FetchError> {
    policy.admit(&request.url)?;
    let most = match redirects {
        Redirects::Refuse => 0,
        Redirects::Follow(hops) => hops,
    };
    let mut hops = 0;
    loop {
        let response = transport.send(request.clone(), limits).await?;
        let Some(next) = next_hop(&request.url, response.status, response.header("location")) else {
            return match Asked::by(&request).check(&response) {
                Ok(()) => Ok(response),
                Err(reason) => Err(TransportError::Incomplete { url: shown(&request.url), reason }.into()),
            };
        };
        let from = shown(&request.url);
        if hops == most {
            return Err(FetchError::Redirected { from, status: response.status, hops });
        }
        hops += 1;
        let next = next.and_then(|url| policy.admit(&url).map(|()| url));
        request.url = next.map_err(|refusal| FetchError::RedirectRefused { from, refusal })?;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::FutureExt;

    use super::*;
    use crate::{Incomplete, LoopbackOrigins};

    /// Answers every request with a redirect to the next of its targets, then 200.
    struct Hops(Mutex<Vec<&'static str>>, Mutex<Vec<String>>);

    impl Transport for Hops {
        async fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
            self.1.lock().unwrap().push(request.url.to_string());
            let mut targets = self.0.lock().unwrap();
            let headers = if targets.is_empty() {
                vec![]
            } else {
                vec![("location".to_owned(), targets.remove(0).to_owned())]
            };
            Ok(Response {
                url: request.url,
                status: if headers.is_empty() { 200 } else { 302 },
                headers,
                body: Vec::new(),
            })
        }
    }

    fn run(targets: &[&'static str], redirects: Redirects) -> (Result<u16, FetchError>, Vec<String>) {
        let hops = Hops(Mutex::new(targets.to_vec()), Mutex::default());
        let policy = Policy::new(vec!["run.streamhut.dev".into()], LoopbackOrigins::none());
        let request = Request::get(Url::parse("https://pds.dev/xrpc/a").unwrap());
        let limits = Limits { max_bytes: 10, deadline_ms: 10 };
        let result = fetch(&hops, &policy, request, limits, redirects).now_or_never().unwrap();
        (result.map(|response| response.status), hops.1.into_inner().unwrap())
    }

    #[test]
    fn redirects_within_the_policy_are_followed() {
        let (result, asked) = run(&["/xrpc/b?sid=1", "https://other.dev/c"], Redirects::Follow(5));
        assert_eq!(result, Ok(200));
        assert_eq!(asked, ["https://pds.dev/xrpc/a", "https://pds.dev/xrpc/b?sid=1", "https://other.dev/c"]);
    }

    #[test]
    fn bad_input_04_redirects_to_forbidden_places() {
        for target in [
            "https://10.0.0.1/",
            "http://pds.dev/",
            "https://run.streamhut.dev/",
            "file:///etc/passwd",
            "data:,x",
            "https://a.dev:8443/",
            "http://localhost:4402/",
            "https://u@a.dev/",
        ] {
            let (result, asked) = run(&[target], Redirects::Follow(5));
            assert!(matches!(result, Err(FetchError::RedirectRefused { .. })), "{target}: {result:?}");
            assert_eq!(asked.len(), 1, "{target} must not be asked");
        }
    }

    #[test]
    fn bad_input_04_a_loop_of_ten_hops_ends() {
        let (result, asked) = run(&["/a"; 10], Redirects::Follow(5));
        assert!(matches!(result, Err(FetchError::Redirected { hops: 5, .. })), "{result:?}");
        assert_eq!(asked.len(), 6);
    }

    #[test]
    fn bad_input_04_any_redirect_where_none_may_be() {
        let (result, asked) = run(&["https://other.dev/"], Redirects::Refuse);
        assert!(matches!(result, Err(FetchError::Redirected { hops: 0, status: 302, .. })), "{result:?}");
        assert_eq!(asked.len(), 1);
    }

    /// Promises as many bytes as it is told, and sends four.
    struct Promises(&'static str);

    impl Transport for Promises {
        async fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
            let headers = vec![("content-length".to_owned(), self.0.to_owned())];
            Ok(Response { url: request.url, status: 200, headers, body: b"abcd".to_vec() })
        }
    }

    #[test]
    fn bad_input_07_an_answer_that_is_not_whole_is_none() {
        let ask = |promised, range: Option<&str>| {
            let mut request = Request::get(Url::parse("https://pds.dev/a?token=x").unwrap());
            request.headers.extend(range.map(|range| ("range".to_owned(), range.to_owned())));
            let limits = Limits { max_bytes: 10, deadline_ms: 10 };
            let (network, policy) = (Promises(promised), Policy::default());
            fetch(&network, &policy, request, limits, Redirects::Refuse).now_or_never().unwrap()
        };
        assert_eq!(ask("4", None).map(|response| response.body), Ok(b"abcd".to_vec()));
        for (promised, range, reason) in [
            ("5", None, Incomplete::Length { expected: 5, got: 4 }),
            ("3", None, Incomplete::Length { expected: 3, got: 4 }),
            ("4", Some("bytes=0-3"), Incomplete::WholeForPart { expected: "bytes=0-3".into(), got: 200 }),
        ] {
            let url = "https://pds.dev/a".to_owned();
            let expected = FetchError::Transport(TransportError::Incomplete { url, reason });
            assert_eq!(ask(promised, range), Err(expected));
        }
    }

    #[test]
    fn a_refused_first_url_is_never_sent() {
        let hops = Hops(Mutex::default(), Mutex::default());
        let request = Request::get(Url::parse("https://169.254.169.254/latest").unwrap());
        let limits = Limits { max_bytes: 1, deadline_ms: 1 };
        let result =
            fetch(&hops, &Policy::default(), request, limits, Redirects::Refuse).now_or_never().unwrap();
        assert!(matches!(result, Err(FetchError::Refused(_))));
        assert!(hops.1.lock().unwrap().is_empty());
    }
}
