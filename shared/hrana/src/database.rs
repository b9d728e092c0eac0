use crate::{DbError, Endpoint, Mode, Post, Repeat, Request, Rows, Statement, Transport, retry};

/// How much and for how long each attempt may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most decoded bytes of an answer.
    pub max_bytes: usize,
    /// Milliseconds for an answer.
    pub deadline_ms: u32,
}

impl Default for Limits {
    /// 8 MiB and 15 seconds.
    fn default() -> Self {
        Self { max_bytes: 8 * 1024 * 1024, deadline_ms: 15_000 }
    }
}

/// A database behind a transport. What passed by or was certainly not done is sent again, twice at most.
#[derive(Clone, Debug)]
pub struct Database<T> {
    endpoint: Endpoint,
    transport: T,
    limits: Limits,
}

impl<T: Transport> Database<T> {
    /// The database at `endpoint`.
    pub fn new(endpoint: Endpoint, transport: T) -> Self {
        Self { endpoint, transport, limits: Limits::default() }
    }

    /// With other limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The rows of one statement that reads.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn query(&self, statement: &Statement) -> Result<Rows, DbError> {
        let rows = self.exchange(&Request::single(statement)?, Repeat::Idempotent).await?;
        rows.into_iter().next().ok_or(DbError::Protocol { status: 200, reason: "no rows".to_owned() })
    }

    /// The rows of several statements that read, all of the same state of the database.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn read(&self, statements: &[Statement]) -> Result<Vec<Rows>, DbError> {
        self.exchange(&Request::batch(statements, Mode::Read)?, Repeat::Idempotent).await
    }

    /// Runs statements so that all take effect, or none.
    ///
    /// # Errors
    /// [`DbError`]; after [`DbError::Lost`] they may have taken effect, after any other they have not.
    pub async fn write(&self, statements: &[Statement], repeat: Repeat) -> Result<Vec<Rows>, DbError> {
        self.exchange(&Request::batch(statements, Mode::Write)?, repeat).await
    }

    async fn exchange(&self, request: &Request, repeat: Repeat) -> Result<Vec<Rows>, DbError> {
        let mut lost = false;
        for attempt in 0.. {
            let error = match self.once(request).await {
                Ok(rows) => return Ok(rows),
                Err(error) => error,
            };
            lost |= request.writes() && matches!(error, DbError::Lost { .. });
            match retry::wait_ms(attempt, repeat, &error) {
                Some(ms) => self.transport.wait(ms).await,
                // What an earlier attempt did is not undone by the failure of this one.
                None if lost => return Err(DbError::Lost { reason: error.to_string() }),
                None => return Err(error),
            }
        }
        Err(DbError::Lost { reason: "no attempt was made".to_owned() })
    }

    async fn once(&self, request: &Request) -> Result<Vec<Rows>, DbError> {
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if let Some(token) = self.endpoint.token() {
            headers.push(("authorization", token.bearer()));
        }
        let post = Post {
            url: self.endpoint.url(),
            headers,
            body: request.body(),
            max_bytes: self.limits.max_bytes,
            deadline_ms: self.limits.deadline_ms,
        };
        match self.transport.post(post).await {
            Ok(answer) => request.parse_without(&answer, self.endpoint.token()),
            Err(error) => Err(request.judged(DbError::of_transport(error, self.endpoint.token()))),
        }
    }
}
