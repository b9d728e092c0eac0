//! The members of a JSON object that somebody asked for.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::ServiceAuthError;
use super::error::{quoted, shown};

/// Reads the members `names` of the object in `json`, each as what it is, `null` included. Others
/// are passed over.
///
/// A name that stands there twice is refused (RFC 7515, section 4; RFC 7519, section 4): whoever
/// takes the first and whoever takes the last would read two tokens in one.
pub(super) fn read<const N: usize>(
    part: &'static str,
    json: &[u8],
    names: [&'static str; N],
) -> Result<[Option<Value>; N], ServiceAuthError> {
    let refused = |message: String| ServiceAuthError::NotAnObject { part, message: quoted(&message) };
    let text = std::str::from_utf8(json).map_err(|error| refused(error.to_string()))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let found = reader.deserialize_map(Members(names)).map_err(|error| refused(error.to_string()))?;
    reader.end().map_err(|error| refused(error.to_string()))?;
    Ok(found)
}

/// The text in a member that may be absent.
pub(super) fn text(member: &'static str, value: Option<Value>) -> Result<Option<String>, ServiceAuthError> {
    match value {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(ServiceAuthError::Member { member, found: shown(&other), expected: "a string" }),
    }
}

/// What must be there.
pub(super) fn required<T>(member: &'static str, value: Option<T>) -> Result<T, ServiceAuthError> {
    value.ok_or(ServiceAuthError::Missing { member })
}

struct Members<const N: usize>([&'static str; N]);

impl<'de, const N: usize> Visitor<'de> for Members<N> {
    type Value = [Option<Value>; N];

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [const { None }; N];
        while let Some(key) = map.next_key::<String>()? {
            let Some((name, place)) = self.0.iter().zip(&mut found).find(|(name, _)| **name == key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if place.replace(map.next_value()?).is_some() {
                return Err(A::Error::duplicate_field(name));
            }
        }
        Ok(found)
    }
}
