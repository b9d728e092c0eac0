//! Pages for browsers, JSON for everybody else.

/// Whether an `Accept` header asks for a page rather than for JSON. Browsers name `text/html`; curl and `fetch` take
/// anything, and get JSON.
pub fn prefers_html(accept: Option<&str>) -> bool {
    let mut html = 0;
    let mut json = 0;
    for entry in accept.unwrap_or_default().split(',') {
        let mut parts = entry.split(';');
        let kind = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let quality = parts
            .find_map(|part| part.trim().strip_prefix("q=").or_else(|| part.trim().strip_prefix("Q=")))
            .map_or(Some(1_000), thousandths)
            .unwrap_or_default();
        match kind.as_str() {
            "text/html" => html = html.max(quality),
            "application/json" => json = json.max(quality),
            _ => {}
        }
    }
    html > json
}

/// A quality value, `0` to `1` with up to three decimals.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<3}").parse().ok()?;
    Some((whole * 1_000 + decimals).min(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_pages() {
        for (accept, html) in [
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"), true),
            (Some("TEXT/HTML"), true),
            (Some("text/html;q=0.5"), true),
            (Some("text/html; level=1; q=0.5, application/json;q=0.4"), true),
            (Some("*/*"), false),
            (Some("application/json"), false),
            (Some("application/json, text/html"), false),
            (Some("text/html;q=0.1, application/json;q=0.2"), false),
            (Some("text/html;q=0"), false),
            (Some("text/html;q=x"), false),
            (Some("text/html;q=0.12345"), false),
            (Some("text/*"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(prefers_html(accept), html, "{accept:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(accept in "\\PC{0,60}") {
            let _ = prefers_html(Some(&accept));
        }
    }
}
