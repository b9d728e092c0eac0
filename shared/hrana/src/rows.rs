use libsql_hrana::proto;

use crate::{DbError, Value};

/// What one statement gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Names of the columns; empty for one without a name.
    pub columns: Vec<String>,
    /// In the statement's order.
    pub rows: Vec<Row>,
    /// Rows inserted, updated or deleted, without those that triggers touched.
    pub affected: u64,
    /// Of the last row that was inserted.
    pub last_insert_rowid: Option<i64>,
}

/// One row, in the order of its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Rows {
    /// The first row, if any.
    pub fn first(&self) -> Option<&Row> {
        self.rows.first()
    }

    pub(crate) fn from_wire(result: proto::StmtResult) -> Rows {
        let row = |row: proto::Row| Row(row.values.into_iter().map(Value::from_wire).collect());
        Rows {
            columns: result.cols.into_iter().map(|column| column.name.unwrap_or_default()).collect(),
            rows: result.rows.into_iter().map(row).collect(),
            affected: result.affected_row_count,
            last_insert_rowid: result.last_insert_rowid,
        }
    }
}

/// Columns count from 0.
impl Row {
    /// A column of text.
    ///
    /// # Errors
    /// [`DbError::Column`], as for all of these.
    pub fn text(&self, column: usize) -> Result<&str, DbError> {
        self.optional_text(column)?.ok_or_else(|| self.unexpected(column, "TEXT"))
    }

    /// A column of text or NULL.
    ///
    /// # Errors
    /// [`DbError::Column`].
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, DbError> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.unexpected(column, "TEXT or NULL")),
        }
    }

    /// A column of whole numbers.
    ///
    /// # Errors
    /// [`DbError::Column`].
    pub fn integer(&self, column: usize) -> Result<i64, DbError> {
        self.optional_integer(column)?.ok_or_else(|| self.unexpected(column, "INTEGER"))
    }

    /// A column of whole numbers or NULL.
    ///
    /// # Errors
    /// [`DbError::Column`].
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, DbError> {
        match self.0.get(column) {
            Some(Value::Integer(value)) => Ok(Some(*value)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.unexpected(column, "INTEGER or NULL")),
        }
    }

    /// A column that counts something: a whole number from 0.
    ///
    /// # Errors
    /// [`DbError::Column`].
    pub fn count(&self, column: usize) -> Result<u64, DbError> {
        u64::try_from(self.integer(column)?).map_err(|_| self.unexpected(column, "a number from 0"))
    }

    /// A column of numbers, whole or not.
    ///
    /// # Errors
    /// [`DbError::Column`].
    pub fn real(&self, column: usize) -> Result<f64, DbError> {
        match self.0.get(column) {
            Some(Value::Real(value)) => Ok(*value),
            Some(Value::Integer(value)) => Ok(*value as f64),
            _ => Err(self.unexpected(column, "REAL")),
        }
    }

    fn unexpected(&self, column: usize, expected: &'static str) -> DbError {
        DbError::Column { column, expected, found: self.0.get(column).map_or("nothing", Value::kind) }
    }
}
