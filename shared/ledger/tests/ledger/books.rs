//! A ledger in memory, a clock that stands still, randomness that repeats.

use std::{cell::Cell, rc::Rc};

use rusqlite::{Connection, ToSql, types::ValueRef};
use serde::de::DeserializeOwned;
use streamhut_ledger::{
    Command, Effects, Ending, Ledger, LedgerError, Message, Request, Row, Sql, Value, Work,
};
use streamhut_release::{Job, Task};

pub const BUNDLE: &str = "did:plc:author/demo";
pub const SECOND: u64 = 1_000;
pub const MINUTE: u64 = 60 * SECOND;
pub const HOUR: u64 = 60 * MINUTE;
/// A Sunday, 10:00.
pub const TEN: u64 = 1_795_341_600_000;

/// SQLite in memory, with statements that fail on demand.
#[derive(Clone)]
pub struct Memory {
    connection: Rc<Connection>,
    /// Statements until one fails.
    pub fails_after: Rc<Cell<Option<u32>>>,
}

impl Sql for Memory {
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, LedgerError> {
        let left = self.fails_after.get();
        self.fails_after.set(left.map(|left| left.saturating_sub(1)));
        if left == Some(0) {
            return Err(LedgerError::Storage { reason: "the disk is full".to_owned() });
        }
        let failed =
            |error: rusqlite::Error| LedgerError::Storage { reason: format!("{error} in {statement}") };
        let mut prepared = self.connection.prepare_cached(statement).map_err(failed)?;
        let columns = prepared.column_count();
        let parameters: Vec<Box<dyn ToSql>> = parameters.iter().map(parameter).collect();
        let parameters = rusqlite::params_from_iter(parameters);
        let read =
            |row: &rusqlite::Row<'_>| (0..columns).map(|column| Ok(value(row.get_ref(column)?))).collect();
        let rows = prepared.query_map(parameters, read).map_err(failed)?;
        rows.map(|row| row.map(Row).map_err(failed)).collect()
    }

    fn atomically(&self, work: &mut dyn FnMut() -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.connection.execute_batch("BEGIN").unwrap();
        let outcome = work();
        self.connection.execute_batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).unwrap();
        outcome
    }
}

fn parameter(value: &Value) -> Box<dyn ToSql> {
    match value {
        Value::Null => Box::new(rusqlite::types::Null),
        Value::Integer(number) => Box::new(*number),
        Value::Text(text) => Box::new(text.clone()),
    }
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        other => Value::Text(other.as_str().unwrap().to_owned()),
    }
}

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// A ledger with what stands around it.
pub struct Books {
    pub memory: Memory,
    pub ledger: Ledger<Memory>,
    pub now: u64,
    pub random: Random,
    /// Messages that were given to the queue and not taken from it.
    pub queue: Vec<Message>,
    pub wake_at: Option<u64>,
}

impl Books {
    pub fn new() -> Self {
        let connection = Rc::new(Connection::open_in_memory().unwrap());
        connection.set_prepared_statement_cache_capacity(128);
        let memory = Memory { connection, fails_after: Rc::default() };
        let ledger = Ledger::open(memory.clone()).unwrap();
        Self { memory, ledger, now: TEN, random: Random(1), queue: Vec::new(), wake_at: None }
    }

    /// Asks by the JSON that travels.
    pub fn ask<R: DeserializeOwned>(&mut self, command: Command) -> Result<R, LedgerError> {
        let request = Request { bundle: BUNDLE.to_owned(), command };
        let request: Request = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
        let answer = self.ledger.answer(&request, self.now, &mut || self.random.next());
        let answer = answer.map(|(answer, effects)| {
            self.take(effects);
            answer
        });
        let text = serde_json::to_string(&answer).unwrap();
        serde_json::from_str::<Result<R, LedgerError>>(&text).unwrap()
    }

    pub fn tell(&mut self, command: Command) {
        self.ask::<()>(command).unwrap();
    }

    /// Lets time pass, waking the ledger whenever it asked to be.
    pub fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        let mut wakes = 0;
        while let Some(at) = self.wake_at.filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.wake();
            wakes += 1;
            assert!(wakes < 10_000, "the ledger wakes itself without end");
        }
        self.now = until;
    }

    pub fn wake(&mut self) {
        let effects = self.ledger.wake(self.now, &mut || self.random.next()).unwrap();
        self.take(effects);
    }

    fn take(&mut self, effects: Effects) {
        self.queue.extend(effects.send);
        self.wake_at = effects.wake_at;
    }

    pub fn begin(&mut self, message: &Message) -> Option<Work> {
        self.ask(Command::Begin { message: message.clone(), lease_ms: 11 * MINUTE }).unwrap()
    }

    pub fn end(&mut self, message: &Message, ending: Ending) {
        self.tell(Command::End { message: message.clone(), ending });
    }

    /// Takes the only message of the queue and begins its work.
    pub fn start_only(&mut self) -> (Message, Work) {
        assert_eq!(self.queue.len(), 1, "{:?}", self.queue);
        let message = self.queue.remove(0);
        let work = self.begin(&message).unwrap();
        (message, work)
    }
}

pub fn job(name: &str, cron: &str) -> Job {
    Job { name: name.to_owned(), cron: cron.to_owned() }
}

pub fn task(name: &str, concurrency: u32, retries: u32) -> Task {
    Task { name: name.to_owned(), concurrency, retries }
}

pub fn failed(error: &str) -> Ending {
    Ending::Failed { error: error.to_owned(), again: true }
}
