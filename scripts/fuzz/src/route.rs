//! The path of a request.

use streamhut_runner::{Route, route as read};

/// An accepted path has one plain spelling, which means the same, percent-encoded or not, and in which nothing could
/// climb or be taken for another part.
pub fn route(data: &[u8]) -> bool {
    let Ok(path) = std::str::from_utf8(data) else { return false };
    let route = match read(path) {
        Ok(route) => route,
        Err(fault) => {
            assert!(matches!(fault.status(), 400 | 404), "{path:?}: {fault}");
            return false;
        }
    };
    let of_bundle = |author: String, rest: &[&dyn ToString]| {
        let rest = rest.iter().map(|part| part.to_string());
        ["bundle".to_owned(), author].into_iter().chain(rest).collect::<Vec<_>>()
    };
    let parts = match &route {
        Route::Health => vec!["health".to_owned()],
        Route::Versions { did, name } => of_bundle(did.to_string(), &[name]),
        Route::Describe { did, name, selector } => of_bundle(did.to_string(), &[name, selector]),
        Route::Call { did, name, selector, endpoint } => {
            of_bundle(did.to_string(), &[name, selector, endpoint])
        }
        Route::Handle { handle, rest } => {
            let rest: Vec<&str> = rest.split('/').skip(1).collect();
            let rest: Vec<&dyn ToString> = rest.iter().map(|part| part as &dyn ToString).collect();
            of_bundle(handle.to_string(), &rest)
        }
        Route::Logs { did, name } => vec!["logs".to_owned(), did.to_string(), name.to_string()],
        // These have one spelling, or are read further by somebody else.
        Route::Home | Route::WellKnown | Route::Task { .. } | Route::Admin => return true,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':');
    for part in &parts {
        assert!(!matches!(part.as_str(), "" | "." | "..") && part.bytes().all(plain), "{part:?}");
    }
    assert_eq!(read(&format!("/{}", parts.join("/"))).as_ref(), Ok(&route));
    // The names of the routes themselves have one spelling only.
    let encode = |part: &String| part.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let encoded: Vec<String> = parts.iter().skip(1).map(encode).collect();
    if !encoded.is_empty() {
        let first = parts.first().map_or("", String::as_str);
        assert_eq!(read(&format!("/{first}/{}", encoded.join("/"))).as_ref(), Ok(&route));
    }
    true
}
