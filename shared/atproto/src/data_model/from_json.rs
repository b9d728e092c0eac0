//! From JSON's values to dag-cbor's.

use cid::Cid;
use data_encoding::{BASE64, BASE64_NOPAD};
use ipld_core::ipld::Ipld;
use serde_json::{Map, Value};

use super::DataModelError;

pub(super) fn from_json(value: &Value, depth_left: usize) -> Result<Ipld, DataModelError> {
    let inner = || depth_left.checked_sub(1).ok_or(DataModelError::TooDeep);
    Ok(match value {
        Value::Null => Ipld::Null,
        Value::Bool(value) => Ipld::Bool(*value),
        Value::Number(number) => {
            let value = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
            Ipld::Integer(value.ok_or_else(|| DataModelError::Float { value: number.to_string() })?)
        }
        Value::String(text) => Ipld::String(text.clone()),
        Value::Array(items) => {
            let depth_left = inner()?;
            Ipld::List(items.iter().map(|item| from_json(item, depth_left)).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => match special(fields)? {
            Some(data) => data,
            None => {
                let depth_left = inner()?;
                let fields =
                    fields.iter().map(|(key, value)| Ok((key.clone(), from_json(value, depth_left)?)));
                Ipld::Map(fields.collect::<Result<_, DataModelError>>()?)
            }
        },
    })
}

fn special(fields: &Map<String, Value>) -> Result<Option<Ipld>, DataModelError> {
    if let Some(text) = alone("$link", fields)? {
        let cid = Cid::try_from(text)
            .map_err(|error| DataModelError::Special { key: "$link", message: error.to_string() })?;
        return Ok(Some(Ipld::Link(cid)));
    }
    if let Some(text) = alone("$bytes", fields)? {
        let bytes = BASE64_NOPAD
            .decode(text.as_bytes())
            .or_else(|_| BASE64.decode(text.as_bytes()))
            .map_err(|error| DataModelError::Special { key: "$bytes", message: error.to_string() })?;
        return Ok(Some(Ipld::Bytes(bytes)));
    }
    Ok(None)
}

fn alone<'a>(key: &'static str, fields: &'a Map<String, Value>) -> Result<Option<&'a str>, DataModelError> {
    match fields.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if fields.len() == 1 => Ok(Some(text)),
        Some(_) => Err(DataModelError::Special {
            key,
            message: "another type, or other fields beside it".to_owned(),
        }),
    }
}
