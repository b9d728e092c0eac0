//! Heads: what others read of a page, as data. The pages here and the web player write the very same.

mod creator;
mod video;

use serde::Serialize;
use serde_json::Value;

pub use creator::creator_head;
pub(crate) use video::picture_alt;
pub use video::video_head;

/// Width and height of the picture for other people's pages.
pub(crate) const SHARE_IMAGE: (u32, u32) = (1200, 630);

/// The head of a page, in the order in which it is to be written. As JSON `{title, meta: [{property | name, content}],
/// link: [{rel, href, type?, title?}], jsonLd}`. Nothing in it is escaped.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// The content of `<title>`.
    pub title: String,
    /// All of `<meta>` that tells of the content.
    pub meta: Vec<Meta>,
    /// All of `<link>`.
    pub link: Vec<Link>,
    /// Structured data (schema.org), for a `<script type="application/ld+json">`. There `<` has to be written `\u003c`.
    pub json_ld: Value,
}

/// A `<meta>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meta {
    /// What it tells.
    #[serde(flatten)]
    pub key: MetaKey,
    /// The attribute `content`.
    pub content: String,
}

/// What a `<meta>` tells, by the attribute that its vocabulary uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MetaKey {
    /// Open Graph: <https://ogp.me>.
    Property(&'static str),
    /// HTML and X.
    Name(&'static str),
}

/// A `<link>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The attribute `rel`.
    pub rel: &'static str,
    /// The attribute `href`.
    pub href: String,
    /// The attribute `type`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub media_type: Option<&'static str>,
    /// The attribute `title`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl MetaKey {
    /// `property` or `name`.
    pub fn attribute(&self) -> &'static str {
        match self {
            Self::Property(_) => "property",
            Self::Name(_) => "name",
        }
    }

    /// Its value, such as `og:title`.
    pub fn value(&self) -> &'static str {
        match self {
            Self::Property(value) | Self::Name(value) => value,
        }
    }
}

fn property(key: &'static str, content: impl Into<String>) -> Meta {
    Meta { key: MetaKey::Property(key), content: content.into() }
}

fn named(key: &'static str, content: impl Into<String>) -> Meta {
    Meta { key: MetaKey::Name(key), content: content.into() }
}

/// What a page tells of itself, whatever it is about.
struct Basics {
    kind: &'static str,
    title: String,
    summary: String,
    canonical: String,
}

impl Basics {
    /// The tags of Open Graph; its type comes first.
    fn open_graph(&self) -> Vec<Meta> {
        vec![
            named("description", &self.summary),
            property("og:type", self.kind),
            property("og:site_name", crate::words::SITE_NAME),
            property("og:title", &self.title),
            property("og:description", &self.summary),
            property("og:url", &self.canonical),
        ]
    }

    /// The tags of X; the kind of card comes last.
    fn card(&self, picture: Option<(&str, &str)>, kind: &'static str) -> Vec<Meta> {
        let mut meta = vec![named("twitter:title", &self.title), named("twitter:description", &self.summary)];
        if let Some((url, alt)) = picture {
            meta.extend([named("twitter:image", url), named("twitter:image:alt", alt)]);
        }
        meta.push(named("twitter:card", kind));
        meta
    }
}

/// A picture of the share image's format.
fn share_picture(url: &str, alt: &str) -> Vec<Meta> {
    let secure = url.starts_with("https:").then(|| property("og:image:secure_url", url));
    let format = [
        property("og:image:type", "image/jpeg"),
        property("og:image:width", SHARE_IMAGE.0.to_string()),
        property("og:image:height", SHARE_IMAGE.1.to_string()),
        property("og:image:alt", alt),
    ];
    [property("og:image", url)].into_iter().chain(secure).chain(format).collect()
}

/// The page's own address, what else tells of it, and the record that it shows.
fn links(canonical: String, oembed: String, feed: (String, String), record: String) -> Vec<Link> {
    let alternate = |href, media_type, title| Link { rel: "alternate", href, media_type, title };
    vec![
        Link { rel: "canonical", href: canonical, media_type: None, title: None },
        alternate(oembed, Some("application/json+oembed"), None),
        alternate(feed.0, Some("application/rss+xml"), Some(feed.1)),
        alternate(record, None, None),
    ]
}
