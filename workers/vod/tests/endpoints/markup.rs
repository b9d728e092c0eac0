//! HTML and XML of ours, taken apart. It knows only the way in which they are written, so that foreign text that leaves
//! its place fails the test.

use std::collections::BTreeMap;

use serde_json::Value;

const VOID: [&str; 5] = ["meta", "link", "img", "source", "br"];

#[derive(Debug)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// What stands behind its start, up to the next tag.
    pub text: String,
}

#[derive(Debug)]
pub struct Document(pub Vec<Element>);

/// Takes a document apart; attributes stand in double quotes, elements end, and there is no comment.
pub fn parse(text: &str) -> Document {
    let odd = |c: char| {
        c != '\n'
            && (c.is_control()
                || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}'..='\u{FFFF}'))
    };
    assert!(!text.contains(odd), "{:?}", text.find(odd));
    let (mut elements, mut open) = (Vec::<Element>::new(), Vec::<String>::new());
    let is_html = !text.starts_with("<?xml");
    let mut pieces = text.split('<');
    assert_eq!(pieces.next(), Some(""), "{text:.100}");
    for piece in pieces {
        let (tag, behind) =
            piece.split_once('>').unwrap_or_else(|| panic!("a tag without end: {piece:.200}"));
        assert!(!behind.contains('>'), "{piece:.200}");
        let behind = unescaped(behind);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{text}");
            continue;
        }
        if tag.starts_with(['!', '?']) {
            assert!(matches!(tag, "!doctype html" | "?xml version=\"1.0\" encoding=\"UTF-8\"?"), "{tag}");
            continue;
        }
        let (name, attributes) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        assert!(
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == ':' || c == '_'),
            "{tag}"
        );
        if !(tag.ends_with('/') || is_html && VOID.contains(&name)) {
            open.push(name.to_owned());
        }
        elements.push(Element { name: name.to_owned(), attributes: read(attributes), text: behind });
    }
    assert!(open.is_empty(), "{open:?} do not end");
    Document(elements)
}

fn read(mut rest: &str) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        assert!(
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-:".contains(c)),
            "{rest:.200}"
        );
        let (value, after) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').unwrap_or_else(|| panic!("{rest:.200}")),
            None => ("", after),
        };
        assert!(after.is_empty() || after.starts_with(' '), "{after:.200}");
        assert_eq!(attributes.insert(name.to_owned(), unescaped(value)), None, "{name} twice");
        rest = after.trim_start();
    }
    attributes
}

/// Every `&` begins a reference.
fn unescaped(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(';').unwrap_or_else(|| panic!("a bare &: {piece:.100}"));
        let number = name.strip_prefix('#').map(|digits| match digits.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).unwrap(),
            None => digits.parse().unwrap(),
        });
        out.push(match (name, number) {
            (_, Some(number)) => char::from_u32(number).unwrap(),
            ("amp", _) => '&',
            ("lt", _) => '<',
            ("gt", _) => '>',
            ("quot", _) => '"',
            _ => panic!("&{name};"),
        });
        out += rest;
    }
    out
}

impl Element {
    pub fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }
}

impl Document {
    pub fn all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Element> + use<'a, 'n> {
        self.0.iter().filter(move |element| element.name == name)
    }

    /// The texts of all elements of that name.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        self.all(name).map(|element| element.text.as_str()).collect()
    }

    /// The one text of an element of that name.
    pub fn text(&self, name: &str) -> &str {
        let texts = self.texts(name);
        assert_eq!(texts.len(), 1, "<{name}>: {texts:?}");
        texts[0]
    }

    pub fn meta(&self, key: &str) -> Option<&str> {
        let mut found =
            self.all("meta").filter(|meta| [meta.get("property"), meta.get("name")].contains(&key));
        let content = found.next().map(|meta| meta.get("content"));
        assert!(found.next().is_none(), "{key} twice");
        content
    }

    /// Properties and names with their contents, in their order.
    pub fn metas(&self) -> Vec<(&str, &str)> {
        let all = self.all("meta").map(|meta| (meta.get("property"), meta.get("name"), meta.get("content")));
        all.map(|(property, name, content)| (if property.is_empty() { name } else { property }, content))
            .filter(|(key, _)| !key.is_empty())
            .collect()
    }

    pub fn link(&self, rel: &str, media_type: &str) -> &str {
        let mut found =
            self.all("link").filter(|link| (link.get("rel"), link.get("type")) == (rel, media_type));
        found.next().unwrap_or_else(|| panic!("no {rel} {media_type}")).get("href")
    }

    /// Where a person is sent on to.
    pub fn refresh(&self) -> Option<&str> {
        let meta = self.all("meta").find(|meta| meta.get("http-equiv") == "refresh")?;
        Some(meta.get("content").strip_prefix("0; url=").unwrap())
    }

    pub fn json_ld(&self) -> Value {
        serde_json::from_str(self.text("script")).unwrap()
    }

    /// Every address that something leads to, or is loaded from.
    pub fn addresses(&self) -> Vec<&str> {
        let mut addresses: Vec<&str> = self.refresh().into_iter().collect();
        for element in &self.0 {
            addresses.extend(
                ["href", "src", "poster", "url", "action"]
                    .iter()
                    .filter_map(|name| element.attributes.get(*name))
                    .map(String::as_str),
            );
            if ["loc", "link", "video:thumbnail_loc", "video:player_loc"].contains(&element.name.as_str())
                && element.attributes.is_empty()
            {
                addresses.push(&element.text);
            }
        }
        let of_head = ["og:url", "og:image", "og:image:secure_url", "twitter:image", "twitter:player"];
        addresses.extend(
            self.metas().into_iter().filter(|(key, _)| of_head.contains(key)).map(|(_, content)| content),
        );
        addresses
    }

    /// Names of elements and attributes: what no foreign text may change.
    pub fn skeleton(&self) -> Vec<String> {
        self.0.iter().map(|element| format!("{} {:?}", element.name, element.attributes.keys())).collect()
    }
}
