use libsql_hrana::proto;

use crate::{DbError, Value};

/// One SQL statement with its arguments, which stand for `?1`, `?2`, ….
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// A single statement, without what it is about: values are arguments.
    pub sql: String,
    /// `?1` first.
    pub args: Vec<Value>,
}

impl Statement {
    /// A statement without arguments.
    ///
    /// ```
    /// use streamhut_hrana::{Statement, Value};
    ///
    /// let statement = Statement::new("SELECT title FROM videos WHERE id = ?1 AND title <> ?2").bind(7).bind("x");
    /// assert_eq!(statement.args, [Value::Integer(7), Value::Text("x".to_owned())]);
    /// ```
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), args: Vec::new() }
    }

    /// Adds the next argument.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.args.push(value.into());
        self
    }

    /// Its size as it travels, in bytes, short by some dozens and by what JSON escapes.
    pub fn len(&self) -> usize {
        let size = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::Blob(bytes) => bytes.len() / 3 * 4,
            Value::Null | Value::Integer(_) | Value::Real(_) => 20,
        };
        self.sql.len() + self.args.iter().map(size).sum::<usize>()
    }

    /// Whether there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.sql.is_empty()
    }

    /// As it travels; `place` is its number in its request, for the error.
    pub(crate) fn to_wire(&self, place: usize) -> Result<proto::Stmt, DbError> {
        let mut wire = proto::Stmt::new(self.sql.as_str(), true);
        for (argument, value) in self.args.iter().enumerate() {
            let unfit = || DbError::Infinite { statement: place, argument: argument + 1 };
            wire.bind(value.to_wire().ok_or_else(unfit)?);
        }
        Ok(wire)
    }
}
