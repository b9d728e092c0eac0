//! The port to SQLite. A ledger's storage answers at once, so nothing here waits.

use crate::LedgerError;

/// A parameter or a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// INTEGER; at most 53 bits, because the platform's numbers hold no more.
    Integer(i64),
    /// TEXT.
    Text(String),
}

/// A row, in the order of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

/// SQLite, as a ledger uses it.
pub trait Sql {
    /// Runs one statement and gives all its rows.
    ///
    /// # Errors
    /// [`LedgerError::Storage`].
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, LedgerError>;

    /// Runs `work` so that all its statements take effect together, or none when it gives an error.
    ///
    /// # Errors
    /// What `work` gives, and [`LedgerError::Storage`].
    fn atomically(&self, work: &mut dyn FnMut() -> Result<(), LedgerError>) -> Result<(), LedgerError>;
}

impl Row {
    /// A column of text.
    ///
    /// # Errors
    /// [`LedgerError::Storage`] when it is none.
    pub fn text(&self, column: usize) -> Result<String, LedgerError> {
        self.optional_text(column)?.ok_or_else(|| unexpected(column, "no text"))
    }

    /// A column of text or NULL.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn optional_text(&self, column: usize) -> Result<Option<String>, LedgerError> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(Value::Null) => Ok(None),
            _ => Err(unexpected(column, "no text")),
        }
    }

    /// A column that counts something.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn number(&self, column: usize) -> Result<u64, LedgerError> {
        self.optional_number(column)?.ok_or_else(|| unexpected(column, "no number"))
    }

    /// A column that counts something, or NULL.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn optional_number(&self, column: usize) -> Result<Option<u64>, LedgerError> {
        match self.0.get(column) {
            Some(Value::Integer(number)) => {
                u64::try_from(*number).map(Some).map_err(|_| unexpected(column, "a negative number"))
            }
            Some(Value::Null) => Ok(None),
            _ => Err(unexpected(column, "no number")),
        }
    }
}

fn unexpected(column: usize, what: &str) -> LedgerError {
    LedgerError::Storage { reason: format!("column {column} holds {what}") }
}

/// Most that a number of the platform holds exactly.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// A number as a parameter.
///
/// # Errors
/// [`LedgerError::OutOfRange`] beyond 53 bits.
pub fn integer(number: u64) -> Result<Value, LedgerError> {
    match i64::try_from(number) {
        Ok(value) if number <= MAX_NUMBER => Ok(Value::Integer(value)),
        _ => Err(LedgerError::OutOfRange { number }),
    }
}

/// Text as a parameter.
pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
