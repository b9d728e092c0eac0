//! The database, over this bundle's own HTTP, and its troubles in our words.

use at_run::{Context, Error, HttpError, Result};
use streamhut_hrana::{
    Answer, Database, DbError, Endpoint, Limits, Post, Repeat, Rows, Statement, Transport, TransportError,
};
use streamhut_index::{IndexError, Transaction, schema};

use crate::setting;

/// Most portions of one change: each is of hundreds of rows.
const MAX_PORTIONS: usize = 200;

/// The database of one call.
pub(crate) struct Db(Database<Wire>);

/// Sends requests by `ctx.http()`.
struct Wire(Context);

impl Transport for Wire {
    async fn post(&self, post: Post<'_>) -> std::result::Result<Answer, TransportError> {
        let kind = post.headers.iter().find(|(name, _)| *name == "content-type");
        let kind = kind.map_or("application/json", |(_, value)| value);
        let mut request = self.0.http().post(post.url, kind, post.body);
        for (name, value) in post.headers.iter().filter(|(name, _)| *name != "content-type") {
            request = request.header(name, value);
        }
        let sent = request.max_bytes(post.max_bytes).deadline_ms(post.deadline_ms).send().await;
        let answer = sent.map_err(|error| match error {
            HttpError::Deadline { ms, .. } => TransportError::Deadline { ms },
            HttpError::TooLarge { max, .. } => TransportError::TooLarge { max },
            HttpError::Failed { reason, .. } => TransportError::Broken { reason },
            HttpError::Incomplete { reason, .. } => TransportError::Broken { reason: reason.to_string() },
            other => TransportError::NotSent { reason: other.to_string() },
        })?;
        Ok(Answer {
            status: answer.status(),
            retry_after: answer.header("retry-after").map(str::to_owned),
            body: answer.into_bytes(),
        })
    }

    async fn wait(&self, ms: u32) {
        self.0.sleep(ms).await;
    }
}

impl Db {
    /// The database that is set.
    ///
    /// # Errors
    /// 500 for a setting that is none.
    pub(crate) fn open(ctx: &Context) -> Result<Self> {
        let url = ctx.config(setting::TURSO_URL);
        let url = url.ok_or_else(|| Error::internal(format!("{} is not set", setting::TURSO_URL)))?;
        let token = ctx.secret(setting::TURSO_AUTH_TOKEN).ok();
        let endpoint = Endpoint::parse(&url, token.as_ref().map(|token| token.expose())).map_err(told)?;
        Ok(Self(Database::new(endpoint, Wire(ctx.clone())).limits(Limits::default())))
    }

    /// Asks one thing.
    pub(crate) async fn query(&self, statement: &Statement) -> Result<Rows, IndexError> {
        Ok(self.0.query(statement).await?)
    }

    /// Asks one thing, of a database whose schema is one that this code knows.
    pub(crate) async fn read(&self, statement: Statement) -> Result<Rows, IndexError> {
        let mut answers = self.read_all(vec![statement]).await?;
        answers.pop().ok_or(IndexError::Outdated)
    }

    /// Asks several things of the same state.
    pub(crate) async fn read_all(&self, mut statements: Vec<Statement>) -> Result<Vec<Rows>, IndexError> {
        statements.insert(0, schema::version());
        let mut answers = self.0.read(&statements).await?;
        if answers.is_empty() {
            return Err(IndexError::Outdated);
        }
        schema::check_in(&answers.remove(0))?;
        Ok(answers)
    }

    /// All or nothing.
    pub(crate) async fn write(
        &self,
        statements: &[Statement],
        repeat: Repeat,
    ) -> Result<Vec<Rows>, IndexError> {
        Ok(self.0.write(statements, repeat).await?)
    }

    /// Transactions in their order, each for as long as it has more to do.
    pub(crate) async fn run(&self, transactions: &[Transaction]) -> Result<(), IndexError> {
        for transaction in transactions {
            for _ in 0..MAX_PORTIONS {
                let answer = self.write(&transaction.statements, Repeat::Idempotent).await?;
                if transaction.is_done(&answer) {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// An error of the database, as callers are told.
fn told(error: DbError) -> Error {
    index_error(IndexError::from(error))
}

/// An error of the index, as callers are told.
pub(crate) fn index_error(error: IndexError) -> Error {
    let text = error.to_string();
    match error {
        IndexError::Cursor { .. } | IndexError::OtherQuery | IndexError::Limit { .. } => {
            Error::invalid("InvalidInput", text)
        }
        IndexError::OlderSchema { .. } => Error::new(503, "NotInitialised", text),
        IndexError::NewerSchema { .. } => Error::new(503, "NewerSchema", text),
        IndexError::Outdated => Error::unavailable(text, 5),
        IndexError::Stored { .. } => Error::internal(text),
        IndexError::Db(error) => match error {
            DbError::Unavailable { retry_after_s, .. } => Error {
                name: "DatabaseUnavailable".into(),
                ..Error::unavailable(text, retry_after_s.unwrap_or(5))
            },
            DbError::Busy { .. } | DbError::Unreachable { .. } | DbError::Lost { .. } => {
                Error { name: "DatabaseUnavailable".into(), ..Error::unavailable(text, 5) }
            }
            DbError::Timeout { .. } => Error::new(504, "DatabaseTimeout", text),
            _ => Error::internal(text),
        },
    }
}
