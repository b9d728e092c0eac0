//! The ledger: commands in, answers and effects out.

use serde::Serialize;
use serde_json::Value as Json;

use crate::{
    Command, Kind, LedgerError, Message, Request, Sql, attempts, blobs, jobs, leases, runs, schema,
    sql::{Row, Value, integer, text},
    sweep, tasks,
};

/// The state of one bundle, over its storage.
///
/// Nothing here knows the time or makes randomness: both come with each call.
#[derive(Debug)]
pub struct Ledger<S> {
    sql: S,
}

/// What is to be done after the storage has taken a command in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Messages for the queue.
    pub send: Vec<Message>,
    /// When to call [`Ledger::wake`], in milliseconds since 1970, whatever was said before; `None`: not at all.
    pub wake_at: Option<u64>,
}

/// One command's surroundings.
pub(crate) struct Turn<'a, S> {
    pub(crate) sql: &'a S,
    /// Milliseconds since 1970.
    pub(crate) now: u64,
    pub(crate) random: &'a mut dyn FnMut() -> u64,
    pub(crate) bundle: &'a str,
    pub(crate) send: Vec<Message>,
}

impl<S: Sql> Ledger<S> {
    /// The ledger in this storage, made if it isn't there.
    ///
    /// # Errors
    /// [`LedgerError::Storage`].
    pub fn open(sql: S) -> Result<Self, LedgerError> {
        schema::create(&sql)?;
        Ok(Self { sql })
    }

    /// Does what it is told. `now` is in milliseconds since 1970; `random` gives 64 even bits at a time, which
    /// nobody can guess.
    ///
    /// # Errors
    /// What keeps the command from being done; then it did nothing.
    pub fn answer(
        &self,
        request: &Request,
        now: u64,
        random: &mut dyn FnMut() -> u64,
    ) -> Result<(Json, Effects), LedgerError> {
        let mut answer = Json::Null;
        let effects = self.turn(&request.bundle, now, random, &mut |turn| {
            answer = act(turn, &request.command)?;
            Ok(())
        })?;
        Ok((answer, effects))
    }

    /// Sends what is due and sweeps up what nobody was heard of again.
    ///
    /// # Errors
    /// [`LedgerError::Storage`].
    pub fn wake(&self, now: u64, random: &mut dyn FnMut() -> u64) -> Result<Effects, LedgerError> {
        let rows = self.sql.query("SELECT value FROM facts WHERE name = 'bundle'", &[])?;
        let Some(row) = rows.first() else { return Ok(Effects::default()) };
        self.turn(&row.text(0)?, now, random, &mut sweep::sweep)
    }

    /// Says that the queue did not take these messages; they are sent again soon. Gives the next time to wake.
    ///
    /// # Errors
    /// [`LedgerError::Storage`].
    pub fn unsent(&self, messages: &[Message], now: u64) -> Result<Option<u64>, LedgerError> {
        self.sql.atomically(&mut || {
            messages.iter().try_for_each(|message| sweep::unsent(&self.sql, message, now))
        })?;
        sweep::wake_at(&self.sql)
    }

    /// Until when somebody holds the lease of that key.
    ///
    /// # Errors
    /// [`LedgerError::Storage`].
    pub fn held_until(&self, key: &str, now: u64) -> Result<Option<u64>, LedgerError> {
        leases::held_until(&self.sql, key, now)
    }

    fn turn(
        &self,
        bundle: &str,
        now: u64,
        random: &mut dyn FnMut() -> u64,
        work: &mut dyn FnMut(&mut Turn<'_, S>) -> Result<(), LedgerError>,
    ) -> Result<Effects, LedgerError> {
        let mut effects = Effects::default();
        self.sql.atomically(&mut || {
            let mut turn = Turn { sql: &self.sql, now, random, bundle, send: Vec::new() };
            work(&mut turn)?;
            effects = Effects { send: turn.send, wake_at: sweep::wake_at(&self.sql)? };
            Ok(())
        })?;
        Ok(effects)
    }
}

fn act<S: Sql>(turn: &mut Turn<'_, S>, command: &Command) -> Result<Json, LedgerError> {
    match command {
        Command::Due { until, jobs } => json(&jobs::due(turn, *until, jobs)?),
        Command::RunNow { job, at } => json(&jobs::run_now(turn, job, *at)?),
        Command::Jobs => json(&jobs::states(turn)?),
        Command::Runs { job, limit } => json(&runs::latest(turn, job.as_deref(), *limit)?),
        Command::Enqueue { task, input, delay_ms, at } => {
            json(&tasks::enqueue(turn, task, input, *delay_ms, *at)?)
        }
        Command::Task { id } => json(&tasks::status(turn, id)?),
        Command::Tasks { limit } => json(&tasks::latest(turn, *limit)?),
        Command::Begin { message, lease_ms } => json(&match message.kind {
            Kind::Job => runs::begin(turn, message, *lease_ms)?,
            Kind::Task => attempts::begin(turn, message, *lease_ms)?,
        }),
        Command::End { message, ending } => json(&match message.kind {
            Kind::Job => runs::end(turn, message, ending)?,
            Kind::Task => attempts::end(turn, message, ending)?,
        }),
        Command::GivenUp { message } => json(&match message.kind {
            Kind::Job => runs::given_up(turn, message)?,
            Kind::Task => attempts::given_up(turn, message)?,
        }),
        Command::Acquire { key, ttl_ms, .. } => json(&leases::acquire(turn, key, *ttl_ms)?),
        Command::Release { key, token } => json(&leases::release(turn, key, token)?),
        Command::Reserve { key, size, max_bytes } => json(&blobs::reserve(turn, key, *size, *max_bytes)?),
        Command::Settle { key, size } => json(&blobs::settle(turn, key, *size)?),
        Command::Usage => json(&blobs::usage(turn)?),
        Command::Forget => {
            leases::forget(turn)?;
            tasks::forget(turn)?;
            json(&blobs::forget(turn)?)
        }
    }
}

fn json(answer: &impl Serialize) -> Result<Json, LedgerError> {
    serde_json::to_value(answer).map_err(|error| LedgerError::Storage { reason: error.to_string() })
}

impl<S: Sql> Turn<'_, S> {
    pub(crate) fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, LedgerError> {
        self.sql.query(statement, parameters)
    }

    pub(crate) fn run(&self, statement: &str, parameters: &[Value]) -> Result<(), LedgerError> {
        self.sql.query(statement, parameters).map(drop)
    }

    /// The first row, if there is one.
    pub(crate) fn row(&self, statement: &str, parameters: &[Value]) -> Result<Option<Row>, LedgerError> {
        Ok(self.sql.query(statement, parameters)?.into_iter().next())
    }

    /// The number that a statement gives whatever is stored.
    pub(crate) fn number(&self, statement: &str, parameters: &[Value]) -> Result<u64, LedgerError> {
        self.row(statement, parameters)?.map_or(Ok(0), |row| row.number(0))
    }

    /// This moment as a parameter.
    pub(crate) fn now(&self) -> Result<Value, LedgerError> {
        integer(self.now)
    }

    /// A moment from now as a parameter.
    pub(crate) fn after(&self, ms: u64) -> Result<Value, LedgerError> {
        integer(self.now.saturating_add(ms))
    }

    pub(crate) fn message(&self, kind: Kind, id: String, token: String) -> Message {
        Message { bundle: self.bundle.to_owned(), kind, id, token }
    }

    /// Keeps whose ledger this is, for the times at which it wakes by itself.
    pub(crate) fn keep_bundle(&self) -> Result<(), LedgerError> {
        self.run("INSERT OR IGNORE INTO facts (name, value) VALUES ('bundle', ?)", &[text(self.bundle)])
    }
}
