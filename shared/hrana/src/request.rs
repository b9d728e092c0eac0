use libsql_hrana::proto::{
    Batch, BatchCond, BatchCondList, BatchStep, BatchStreamReq, CloseStreamReq, ExecuteStreamReq,
    PipelineReqBody, Stmt, StreamRequest,
};

use crate::answer;
use crate::{Answer, AuthToken, DbError, Rows, Statement};

/// What a batch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reading: all statements see the same state (BEGIN DEFERRED).
    Read,
    /// Writing: all statements take effect, or none (BEGIN IMMEDIATE).
    Write,
}

/// One exchange with a database: bytes to POST, and how to read the answer.
///
/// ```
/// use streamhut_hrana::{Answer, Request, Statement};
///
/// let request = Request::single(&Statement::new("SELECT 1"))?;
/// let body = br#"{"baton": null, "results": [
///     {"type": "ok", "response": {"type": "execute", "result": {"cols": [{"name": "1"}],
///         "rows": [[{"type": "integer", "value": "1"}]], "affected_row_count": 0, "last_insert_rowid": null}}},
///     {"type": "ok", "response": {"type": "close"}}]}"#;
/// let rows = request.parse(&Answer { status: 200, retry_after: None, body: body.to_vec() })?;
/// assert_eq!(rows[0].rows[0].integer(0)?, 1);
/// # Ok::<(), streamhut_hrana::DbError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    body: Vec<u8>,
    shape: Shape,
}

/// What an answer must consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One result.
    Single,
    /// BEGIN, that many results, COMMIT.
    Transaction { statements: usize, mode: Mode },
}

impl Request {
    /// A statement by itself.
    ///
    /// # Errors
    /// [`DbError::Infinite`].
    pub fn single(statement: &Statement) -> Result<Self, DbError> {
        let stmt = statement.to_wire(0)?;
        Self::new(StreamRequest::Execute(ExecuteStreamReq { stmt }), Shape::Single)
    }

    /// Statements in one transaction.
    ///
    /// # Errors
    /// [`DbError::Infinite`].
    pub fn batch(statements: &[Statement], mode: Mode) -> Result<Self, DbError> {
        let begin = match mode {
            Mode::Read => "BEGIN DEFERRED",
            Mode::Write => "BEGIN IMMEDIATE",
        };
        let mut steps = vec![BatchStep { condition: None, stmt: Stmt::new(begin, false) }];
        for (place, statement) in statements.iter().enumerate() {
            steps.push(after_success(&steps, statement.to_wire(place)?));
        }
        steps.push(after_success(&steps, Stmt::new("COMMIT", false)));
        // Without BEGIN there is nothing to roll back, and a ROLLBACK would be an error of its own.
        let begun = BatchCond::Ok { step: 0 };
        let not_committed = BatchCond::Not { cond: Box::new(succeeded(&steps)) };
        let conds = vec![begun, not_committed];
        let condition = Some(BatchCond::And(BatchCondList { conds }));
        steps.push(BatchStep { condition, stmt: Stmt::new("ROLLBACK", false) });
        let batch = Batch { steps, replication_index: None };
        let shape = Shape::Transaction { statements: statements.len(), mode };
        Self::new(StreamRequest::Batch(BatchStreamReq { batch }), shape)
    }

    /// The body to POST, JSON.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The rows of each statement, in their order.
    ///
    /// # Errors
    /// [`DbError`], with [`DbError::Lost`] for a write that may have been committed.
    pub fn parse(&self, answer: &Answer) -> Result<Vec<Rows>, DbError> {
        self.parse_without(answer, None)
    }

    /// The same, with `token` taken out of what errors repeat.
    pub(crate) fn parse_without(
        &self,
        answer: &Answer,
        token: Option<&AuthToken>,
    ) -> Result<Vec<Rows>, DbError> {
        answer::parse(answer, self.shape, token).map_err(|error| self.judged(error))
    }

    /// The error of an attempt: of a write, what leaves its fate open is [`DbError::Lost`]; of a read, nothing is.
    pub(crate) fn judged(&self, error: DbError) -> DbError {
        match error {
            DbError::Lost { reason } if !self.writes() => DbError::Unreachable { reason },
            error if self.writes() => error.of_write(),
            error => error,
        }
    }

    /// Whether it is a batch that writes.
    pub(crate) fn writes(&self) -> bool {
        matches!(self.shape, Shape::Transaction { mode: Mode::Write, .. })
    }

    fn new(request: StreamRequest, shape: Shape) -> Result<Self, DbError> {
        // Without `close`, the server keeps the stream, and its transaction, for a while.
        let requests = vec![request, StreamRequest::Close(CloseStreamReq {})];
        let body = serde_json::to_vec(&PipelineReqBody { baton: None, requests });
        let body = body.map_err(|error| DbError::Protocol { status: 0, reason: error.to_string() })?;
        Ok(Self { body, shape })
    }
}

fn after_success(steps: &[BatchStep], stmt: Stmt) -> BatchStep {
    BatchStep { condition: Some(succeeded(steps)), stmt }
}

/// That the last of these steps went well.
fn succeeded(steps: &[BatchStep]) -> BatchCond {
    BatchCond::Ok { step: u32::try_from(steps.len().saturating_sub(1)).unwrap_or(u32::MAX) }
}
