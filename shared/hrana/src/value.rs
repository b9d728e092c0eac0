use std::sync::Arc;

use libsql_hrana::proto;

/// An argument or a column, of one of SQLite's five types.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// INTEGER, whole and exact: on the wire it is a string.
    Integer(i64),
    /// REAL. As an argument it is finite; NULL is what SQLite makes of NaN.
    Real(f64),
    /// TEXT; it may hold NUL.
    Text(String),
    /// BLOB.
    Blob(Vec<u8>),
}

impl Value {
    /// The type's name in SQL.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Integer(_) => "INTEGER",
            Value::Real(_) => "REAL",
            Value::Text(_) => "TEXT",
            Value::Blob(_) => "BLOB",
        }
    }

    /// As it travels; `None` for an infinite number, which JSON can't carry.
    pub(crate) fn to_wire(&self) -> Option<proto::Value> {
        Some(match self {
            Value::Null => proto::Value::Null,
            Value::Integer(value) => proto::Value::Integer { value: *value },
            Value::Real(value) if value.is_nan() => proto::Value::Null,
            Value::Real(value) if value.is_infinite() => return None,
            Value::Real(value) => proto::Value::Float { value: *value },
            Value::Text(text) => proto::Value::Text { value: Arc::from(text.as_str()) },
            Value::Blob(bytes) => proto::Value::Blob { value: bytes.clone().into() },
        })
    }

    pub(crate) fn from_wire(value: proto::Value) -> Value {
        match value {
            proto::Value::None | proto::Value::Null => Value::Null,
            proto::Value::Integer { value } => Value::Integer(value),
            proto::Value::Float { value } => Value::Real(value),
            proto::Value::Text { value } => Value::Text(value.as_ref().to_owned()),
            proto::Value::Blob { value } => Value::Blob(value.into()),
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::Integer(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Integer(value.into())
    }
}

impl From<bool> for Value {
    /// 1 or 0, as SQLite has it.
    fn from(value: bool) -> Self {
        Value::Integer(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Real(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Blob(bytes)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
