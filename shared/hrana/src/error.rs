use crate::{AuthToken, TransportError};

/// Why a request gave no rows. What the server said is cut, and never holds the token.
///
/// All but [`DbError::Lost`] say that nothing was committed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DbError {
    /// The setting is no address of a database.
    #[error("the database's address can't be used: {reason}")]
    Endpoint {
        /// Why, without a part of it.
        reason: &'static str,
    },
    /// An argument that JSON can't carry.
    #[error("argument {argument} of statement {statement} is infinite")]
    Infinite {
        /// Which statement, from 0.
        statement: usize,
        /// Which argument, from 1.
        argument: usize,
    },
    /// Another writer was at work, for longer than the server waits.
    #[error("the database is busy ({code}): {message}")]
    Busy {
        /// Such as `SQLITE_BUSY`.
        code: String,
        /// What the server said.
        message: String,
    },
    /// A statement would have broken a rule of the schema; nothing of its batch stays.
    #[error("statement {statement} breaks {kind:?} of {target}")]
    Constraint {
        /// Which rule.
        kind: Constraint,
        /// As SQLite names it: `table.column`, several of them, or a check's text.
        target: String,
        /// Which statement of the batch, from 0.
        statement: usize,
    },
    /// A table, column or index that isn't there: the schema is another.
    #[error("the schema lacks something: {missing}")]
    Schema {
        /// What, in SQLite's words.
        missing: String,
    },
    /// A statement that SQLite refuses for any other reason.
    #[error("SQLite refuses {} ({code}): {message}", named(.statement))]
    Sql {
        /// Such as `SQL_PARSE_ERROR`.
        code: String,
        /// What SQLite said.
        message: String,
        /// Which statement of the batch, from 0; `None` when the server doesn't tell.
        statement: Option<usize>,
    },
    /// The token is missing, wrong, expired, or not enough.
    #[error("the database refuses the token ({status}): {message}")]
    Auth {
        /// 401 or 403.
        status: u16,
        /// What the server said.
        message: String,
    },
    /// The server doesn't like the request.
    #[error("the database refuses the request ({status}): {message}")]
    Refused {
        /// HTTP status, 4xx.
        status: u16,
        /// What the server said.
        message: String,
    },
    /// The server can't, for now.
    #[error("the database is not available ({status}): {message}")]
    Unavailable {
        /// HTTP status: 429 or 5xx.
        status: u16,
        /// Seconds to wait, when the server says so.
        retry_after_s: Option<u32>,
        /// What the server said.
        message: String,
    },
    /// No connection.
    #[error("the database could not be reached: {reason}")]
    Unreachable {
        /// Why.
        reason: String,
    },
    /// No answer to a read in time.
    #[error("the database did not answer within {ms} ms")]
    Timeout {
        /// The deadline.
        ms: u32,
    },
    /// More than an answer may hold by our cap, or than an answer or a value may hold by the server's.
    #[error("it is longer than {}", max.map_or("the server allows".to_owned(), |max| format!("{max} bytes")))]
    TooLarge {
        /// Our cap in bytes; `None` when it was the server's.
        max: Option<usize>,
    },
    /// An answer that is none of the protocol.
    #[error("the database's answer ({status}) is none: {reason}")]
    Protocol {
        /// HTTP status.
        status: u16,
        /// What is wrong with it.
        reason: String,
    },
    /// A write whose answer was lost: IT MAY HAVE BEEN COMMITTED.
    #[error("it is not known whether the write was committed: {reason}")]
    Lost {
        /// What became of the answer.
        reason: String,
    },
    /// A column that holds something else than the reader of the row expects.
    #[error("column {column} holds {found}, not {expected}")]
    Column {
        /// Which, from 0.
        column: usize,
        /// What was due.
        expected: &'static str,
        /// What there is.
        found: &'static str,
    },
}

/// A kind of rule that a schema holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// UNIQUE or PRIMARY KEY.
    Unique,
    /// NOT NULL.
    NotNull,
    /// CHECK.
    Check,
    /// FOREIGN KEY.
    ForeignKey,
    /// Another, or one that the server doesn't name.
    Other,
}

impl DbError {
    /// Whether the same may go well a little later.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            DbError::Busy { .. }
                | DbError::Unavailable { .. }
                | DbError::Unreachable { .. }
                | DbError::Timeout { .. }
                | DbError::Lost { .. }
        )
    }

    /// As the error of a write: what leaves open whether it was committed becomes [`DbError::Lost`].
    ///
    /// 429 says that the server did not begin, and so does 503 with a time to come back; other 5xx may come from
    /// something between us and a server that has done it.
    pub(crate) fn of_write(self) -> DbError {
        match self {
            DbError::Unavailable { status: 503, retry_after_s: Some(_), .. }
            | DbError::Unavailable { status: 429, .. } => self,
            DbError::Unavailable { .. }
            | DbError::Timeout { .. }
            | DbError::TooLarge { .. }
            | DbError::Protocol { .. } => DbError::Lost { reason: self.to_string() },
            other => other,
        }
    }

    pub(crate) fn of_transport(error: TransportError, token: Option<&AuthToken>) -> DbError {
        let told = |reason: &str| token.map_or_else(|| cut(reason), |token| cut(&token.scrub(reason)));
        match error {
            TransportError::NotSent { reason } => DbError::Unreachable { reason: told(&reason) },
            TransportError::Broken { reason } => {
                DbError::Lost { reason: format!("the connection broke: {}", told(&reason)) }
            }
            TransportError::Deadline { ms } => DbError::Timeout { ms },
            TransportError::TooLarge { max } => DbError::TooLarge { max: Some(max) },
        }
    }
}

fn named(statement: &Option<usize>) -> String {
    statement.map_or("a statement".to_owned(), |place| format!("statement {place}"))
}

/// Foreign text as an error holds it: one line of at most 240 characters.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(240).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
