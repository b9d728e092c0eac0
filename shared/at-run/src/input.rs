//! A handler's typed input, from a query string or a JSON body.

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, Visitor},
};
use streamhut_release::{Method, Parameter};

use crate::{Error, Result};

/// The input of a handler that needs none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct NoInput {}

/// Reads the input of one call; an error names the field.
pub(crate) fn read<T: DeserializeOwned>(method: Method, query: &str, body: &[u8]) -> Result<T> {
    match method {
        Method::Get => {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            named(serde_path_to_error::deserialize(serde_html_form::Deserializer::new(pairs)))
        }
        Method::Post => {
            let body = if body.is_empty() { b"{}" } else { body };
            named(serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(body)))
        }
    }
}

fn named<T, E: std::fmt::Display>(result: Result<T, serde_path_to_error::Error<E>>) -> Result<T> {
    result.map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner().to_string();
        let message = if path == "." { reason } else { format!("`{path}`: {reason}") };
        Error::invalid("InvalidInput", message)
    })
}

/// The names of `T`'s fields, asked of its own `Deserialize`: a struct hands its field names to the
/// deserialiser before any value is read.
pub(crate) fn fields<T: DeserializeOwned>() -> Vec<Parameter> {
    let mut names: &'static [&'static str] = &[];
    let _ = T::deserialize(FieldNames(&mut names));
    names.iter().map(|name| Parameter { name: (*name).to_owned() }).collect()
}

struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = de::value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(de::Error::custom("names only"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("not a struct"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Page {
        limit: Option<u8>,
        cursor: Option<String>,
        #[serde(default)]
        uri: Vec<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct One {
        uri: String,
    }

    #[test]
    fn queries() {
        let page = read::<Page>(Method::Get, "limit=5&uri=a&uri=b%20c&other=1", b"").unwrap();
        assert_eq!(page, Page { limit: Some(5), cursor: None, uri: vec!["a".into(), "b c".into()] });
        let error = |query: &str| read::<Page>(Method::Get, query, b"").unwrap_err();
        for query in ["limit=x", "limit=-1", "limit=256", "limit=1.5"] {
            let error = error(query);
            assert_eq!((error.status, error.name.as_str()), (400, "InvalidInput"));
            assert!(error.message.contains("limit"), "{}", error.message);
        }
        assert!(read::<One>(Method::Get, "", b"").unwrap_err().message.contains("uri"));
    }

    #[test]
    fn bodies() {
        assert_eq!(read::<One>(Method::Post, "uri=query", br#"{"uri":"body"}"#).unwrap().uri, "body");
        for body in [&b""[..], b"{}", b"[]", b"{", b"{\"uri\":5}", b"\xff"] {
            assert_eq!(read::<One>(Method::Post, "", body).unwrap_err().status, 400);
        }
        assert!(read::<One>(Method::Post, "", b"{\"uri\":5}").unwrap_err().message.contains("uri"));
    }

    #[test]
    fn field_names() {
        let names = |fields: Vec<Parameter>| fields.into_iter().map(|f| f.name).collect::<Vec<_>>();
        assert_eq!(names(fields::<Page>()), ["limit", "cursor", "uri"]);
        assert!(fields::<String>().is_empty());
    }
}
