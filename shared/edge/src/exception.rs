//! What a JavaScript exception says.

use wasm_bindgen::{JsCast, JsValue};

/// Most characters of it that are worth keeping.
const MAX_CHARS: usize = 512;

/// Its message, cut to a line or two.
pub(crate) fn reason(error: &JsValue) -> String {
    let text = match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    };
    text.chars().take(MAX_CHARS).collect()
}
