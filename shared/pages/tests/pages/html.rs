//! A page, taken apart by a tokenizer that follows the HTML standard.

use std::collections::BTreeMap;

use html5gum::emitters::default::{DefaultEmitter, Token};
use html5gum::{HtmlString, Tokenizer};

#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// What stands behind its start, up to the next tag.
    pub text: String,
}

impl Element {
    pub fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }
}

#[derive(Debug)]
pub struct Document {
    pub elements: Vec<Element>,
    /// All text outside `<head>`.
    pub body: String,
}

/// Parses a page; a syntax error in it fails the test.
pub fn parse(html: &str) -> Document {
    let mut emitter: DefaultEmitter<()> = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let (mut elements, mut body, mut in_body) = (Vec::<Element>::new(), String::new(), false);
    let mut open: Option<usize> = None;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let attributes =
                    tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                let name = text(&tag.name);
                in_body |= name == "body";
                open = Some(elements.len());
                elements.push(Element { name, attributes, text: String::new() });
            }
            Token::EndTag(_) => open = None,
            Token::String(characters) => {
                if let Some(at) = open {
                    elements[at].text.push_str(&text(&characters));
                }
                if in_body {
                    body.push_str(&text(&characters));
                }
            }
            Token::Comment(comment) => panic!("a comment: {comment:?}"),
            Token::Doctype(doctype) => assert_eq!(text(&doctype.name), "html"),
            Token::Error(error) => panic!("{:?} in {html}", error.value),
        }
    }
    Document { elements, body }
}

fn text(bytes: &HtmlString) -> String {
    String::from_utf8(bytes.0.clone()).unwrap()
}

impl Document {
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Element> + use<'a, 'n> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    pub fn one(&self, name: &str) -> &Element {
        let found: Vec<_> = self.all(name).collect();
        assert_eq!(found.len(), 1, "<{name}>");
        found[0]
    }

    /// The content of the one `<meta>` with that property or name.
    pub fn meta(&self, key: &str) -> Option<&str> {
        let mut found =
            self.all("meta").filter(|meta| key == meta.get("property") || key == meta.get("name"));
        let content = found.next().map(|meta| meta.get("content"));
        assert!(found.next().is_none(), "{key} twice");
        content
    }

    /// The properties and names of all `<meta>` that have one, in their order.
    pub fn meta_keys(&self) -> Vec<&str> {
        let keys = self.all("meta").map(|meta| (meta.get("property"), meta.get("name")));
        keys.map(|(property, name)| if property.is_empty() { name } else { property })
            .filter(|key| !key.is_empty())
            .collect()
    }

    /// The address of the one `<link>` with that relation and type.
    pub fn link(&self, rel: &str, media_type: &str) -> &str {
        let found: Vec<_> = self
            .all("link")
            .filter(|link| link.get("rel") == rel && link.get("type") == media_type)
            .collect();
        assert_eq!(found.len(), 1, "{rel} {media_type}");
        found[0].get("href")
    }

    /// Where the page sends a person on to.
    pub fn refresh(&self) -> Option<&str> {
        let meta = self.all("meta").find(|meta| meta.get("http-equiv") == "refresh")?;
        Some(meta.get("content").strip_prefix("0; url=").unwrap())
    }

    pub fn json_ld(&self) -> serde_json::Value {
        let script = self.one("script");
        assert_eq!(script.get("type"), "application/ld+json");
        serde_json::from_str(&script.text).unwrap()
    }

    /// Names of elements and of their attributes: what no foreign text may change.
    pub fn skeleton(&self) -> Vec<(String, Vec<String>)> {
        let names = |element: &Element| element.attributes.keys().cloned().collect();
        self.elements.iter().map(|element| (element.name.clone(), names(element))).collect()
    }
}
