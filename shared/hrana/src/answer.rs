//! Reading answers. A status of 200 tells nothing yet: each result, each step of a batch and its COMMIT have one of
//! their own.

use libsql_hrana::proto::{BatchResult, Error, PipelineRespBody, StreamResponse, StreamResult};
use serde_json::Value as Json;

use crate::error::cut;
use crate::request::Shape;
use crate::{Answer, AuthToken, Constraint, DbError, Mode, Rows};

/// Codes of errors that a server finds before it runs anything.
const BEFORE_IT_BEGAN: [&str; 3] = ["ARGS_INVALID", "ARGS_BOTH_POSITIONAL_AND_NAMED", "BLOCKED"];

/// Reads the answer to a request of that shape; `token` is taken out of what errors repeat.
pub(crate) fn parse(answer: &Answer, shape: Shape, token: Option<&AuthToken>) -> Result<Vec<Rows>, DbError> {
    let reader = Reader { status: answer.status, token };
    if answer.status == 200 { reader.results(&answer.body, shape) } else { Err(reader.refusal(answer)) }
}

struct Reader<'a> {
    status: u16,
    token: Option<&'a AuthToken>,
}

impl Reader<'_> {
    fn results(&self, body: &[u8], shape: Shape) -> Result<Vec<Rows>, DbError> {
        let body: PipelineRespBody =
            serde_json::from_slice(body).map_err(|error| self.strange(&error.to_string()))?;
        // The second result, of closing the stream, says nothing of what was done.
        let results = body.results.len();
        let Some(first) = body.results.into_iter().next().filter(|_| results == 2) else {
            return Err(self.strange(&format!("{results} results for two requests")));
        };
        let response = match first {
            StreamResult::Ok { response } => response,
            StreamResult::Error { error } => return Err(self.of_whole(error, shape)),
            StreamResult::None => return Err(self.strange("a result that is none")),
        };
        match (response, shape) {
            (StreamResponse::Execute(response), Shape::Single) => Ok(vec![Rows::from_wire(response.result)]),
            (StreamResponse::Batch(response), Shape::Transaction { statements, .. }) => {
                self.transaction(response.result, statements)
            }
            _ => Err(self.strange("the result of another request")),
        }
    }

    /// BEGIN, the statements, COMMIT, ROLLBACK: the results and errors of each.
    fn transaction(&self, batch: BatchResult, statements: usize) -> Result<Vec<Rows>, DbError> {
        let steps = statements + 3;
        let BatchResult { step_results: results, step_errors: errors, .. } = batch;
        if results.len() != steps || errors.len() != steps {
            let found = format!("{} results and {} errors for {steps} steps", results.len(), errors.len());
            return Err(self.strange(&found));
        }
        let mut results = results.into_iter();
        let begun = results.next().flatten().is_some();
        let rows: Option<Vec<Rows>> =
            results.by_ref().take(statements).map(|result| result.map(Rows::from_wire)).collect();
        let committed = results.next().flatten().is_some();
        let rolled_back = results.next().flatten().is_some();
        // The first error is the cause of all that follows.
        let first = errors.into_iter().enumerate().find_map(|(step, error)| Some((step, error?)));
        match (first, rows) {
            (Some(_), _) if committed => Err(self.strange("an error, and a COMMIT all the same")),
            // COMMIT itself failed, and it is not known that the transaction was taken back.
            (Some((step, error)), _) if step > statements && !rolled_back => {
                let reason = format!("COMMIT failed ({}): {}", error.code, error.message);
                Err(DbError::Lost { reason: self.cut(&reason) })
            }
            (Some((step, error)), _) => {
                Err(self.of_statement(error, step.checked_sub(1).filter(|place| *place < statements)))
            }
            (None, Some(rows)) if begun && committed && !rolled_back => Ok(rows),
            (None, _) => Err(self.strange("a step with neither a result nor an error")),
        }
    }

    /// The error of one statement; `None` for BEGIN, COMMIT and ROLLBACK.
    fn of_statement(&self, error: Error, statement: Option<usize>) -> DbError {
        let (code, message) = (self.cut(&error.code), self.cut(&error.message));
        let prefixes = ["SQLite error: ", "SQL input error: "];
        let said = prefixes.iter().find_map(|prefix| message.strip_prefix(prefix)).unwrap_or(&message);
        match code.as_str() {
            "SQLITE_BUSY" | "SQLITE_LOCKED" | "TRANSACTION_BUSY" | "TRANSACTION_TIMEOUT" => {
                DbError::Busy { code, message }
            }
            "RESPONSE_TOO_LARGE" | "SQLITE_TOOBIG" => DbError::TooLarge { max: None },
            _ if code.starts_with("SQLITE_CONSTRAINT") => {
                let (kind, target) = constraint(said);
                DbError::Constraint { kind, target, statement: statement.unwrap_or_default() }
            }
            _ if is_of_schema(said) => DbError::Schema { missing: said.to_owned() },
            _ => DbError::Sql { code, message: said.to_owned(), statement },
        }
    }

    /// The error of a request as a whole. Where the server found fault with the SQL before it began, nothing was
    /// done; with any other code a write can't be sure.
    fn of_whole(&self, error: Error, shape: Shape) -> DbError {
        let before = BEFORE_IT_BEGAN.contains(&error.code.as_str()) || error.code.starts_with("SQL_");
        match shape {
            Shape::Single => self.of_statement(error, Some(0)),
            Shape::Transaction { mode: Mode::Write, .. } if !before => {
                self.strange(&format!("{}: {}", error.code, error.message))
            }
            Shape::Transaction { .. } => self.of_statement(error, None),
        }
    }

    /// Anything but 200.
    fn refusal(&self, answer: &Answer) -> DbError {
        let (status, message) = (self.status, self.cut(&told(&answer.body)));
        match status {
            401 | 403 => DbError::Auth { status, message },
            429 | 500..=599 => DbError::Unavailable { status, retry_after_s: retry_after(answer), message },
            // It was taken back.
            400 if message.contains("Transaction timed") => {
                DbError::Busy { code: "TRANSACTION_TIMEOUT".to_owned(), message }
            }
            400..=499 => DbError::Refused { status, message },
            _ => self.strange(&message),
        }
    }

    fn strange(&self, reason: &str) -> DbError {
        DbError::Protocol { status: self.status, reason: self.cut(reason) }
    }

    fn cut(&self, text: &str) -> String {
        self.token.map_or_else(|| cut(text), |token| cut(&token.scrub(text)))
    }
}

fn constraint(said: &str) -> (Constraint, String) {
    let kinds = [
        ("UNIQUE constraint failed", Constraint::Unique),
        ("NOT NULL constraint failed", Constraint::NotNull),
        ("CHECK constraint failed", Constraint::Check),
        ("FOREIGN KEY constraint failed", Constraint::ForeignKey),
    ];
    let found = kinds.iter().find_map(|(words, kind)| said.strip_prefix(words).map(|rest| (*kind, rest)));
    let (kind, rest) = found.unwrap_or((Constraint::Other, said));
    (kind, rest.trim_start_matches(':').trim().to_owned())
}

fn is_of_schema(said: &str) -> bool {
    ["no such table", "no such column", "no such index"].iter().any(|words| said.starts_with(words))
        || said.contains(" has no column named ")
}

/// What the body of an error says: text, `{"error": …}` or `{"message": …}`.
fn told(body: &[u8]) -> String {
    let json: Option<Json> = serde_json::from_slice(body).ok();
    let words = json.as_ref().and_then(|json| {
        let text = |key| json.get(key).and_then(Json::as_str);
        text("message").or_else(|| text("error"))
    });
    words.map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned)
}

/// Seconds; a date counts as a minute, since there is no clock here.
fn retry_after(answer: &Answer) -> Option<u32> {
    Some(answer.retry_after.as_deref()?.trim().parse().unwrap_or(60))
}
