//! From dag-cbor's values to JSON's.

use data_encoding::BASE64_NOPAD;
use ipld_core::ipld::Ipld;
use serde_json::{Map, Number, Value, json};

use super::DataModelError;

pub(super) fn to_json(data: Ipld, depth_left: usize) -> Result<Value, DataModelError> {
    let inner = || depth_left.checked_sub(1).ok_or(DataModelError::TooDeep);
    Ok(match data {
        Ipld::Null => Value::Null,
        Ipld::Bool(value) => Value::Bool(value),
        Ipld::Integer(value) => Value::Number(integer(value)?),
        Ipld::Float(value) => return Err(DataModelError::Float { value: value.to_string() }),
        Ipld::String(text) => Value::String(text),
        Ipld::Bytes(bytes) => json!({ "$bytes": BASE64_NOPAD.encode(&bytes) }),
        Ipld::Link(cid) => json!({ "$link": cid.to_string() }),
        Ipld::List(items) => {
            let depth_left = inner()?;
            Value::Array(items.into_iter().map(|item| to_json(item, depth_left)).collect::<Result<_, _>>()?)
        }
        Ipld::Map(fields) => {
            // In JSON such a map would pass for a link or for bytes, though others were signed.
            if let Some(key) = ["$link", "$bytes"].into_iter().find(|key| fields.contains_key(*key)) {
                let message = "in dag-cbor it is a field of a map".to_owned();
                return Err(DataModelError::Special { key, message });
            }
            let depth_left = inner()?;
            let fields = fields.into_iter().map(|(key, value)| Ok((key, to_json(value, depth_left)?)));
            Value::Object(fields.collect::<Result<Map<_, _>, DataModelError>>()?)
        }
    })
}

fn integer(value: i128) -> Result<Number, DataModelError> {
    i64::try_from(value)
        .map(Number::from)
        .or_else(|_| u64::try_from(value).map(Number::from))
        .map_err(|_| DataModelError::Integer { value: value.to_string() })
}
