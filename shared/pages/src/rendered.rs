//! From templates to text.

use askama::Template;

/// Fills a template. Writing text into a `String` has no way to fail, and no template here calls anything that has one.
pub(crate) fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
