//! The journal of one bundle: its latest lines and its sums, over SQLite.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use streamhut_ledger::{LedgerError, Row, Sql, integer, text};

use crate::{Level, Line, Sums};

/// Most lines that are kept.
pub const KEPT_LINES: u64 = 10_000;
/// Most bytes of lines that are kept.
pub const KEPT_BYTES: u64 = 4 * 1024 * 1024;
/// Milliseconds that a line is kept.
pub const KEPT_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
/// Most lines of one answer.
pub const MAX_READ: u32 = 500;

const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS lines (
        number INTEGER PRIMARY KEY, at INTEGER NOT NULL, level INTEGER NOT NULL, request TEXT,
        call TEXT NOT NULL, version TEXT NOT NULL, text TEXT NOT NULL, bytes INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS lines_by_time ON lines (at)",
    // What all lines have together, so that no writing counts them, and the number of the newest that ever was.
    "CREATE TABLE IF NOT EXISTS account (
        only INTEGER PRIMARY KEY CHECK (only = 1), lines INTEGER NOT NULL, bytes INTEGER NOT NULL,
        newest INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO account (only, lines, bytes, newest) VALUES (1, 0, 0, 0)",
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    // Tokens that were used, until when they would be good.
    "CREATE TABLE IF NOT EXISTS spent (token TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID",
];

/// What a journal is told or asked. Times are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// Keep what an isolate collected. Answers null.
    Keep {
        /// Lines, the oldest first.
        lines: Vec<Line>,
        /// What to add.
        sums: Sums,
    },
    /// Answers a [`Page`].
    Read {
        /// Which lines.
        query: Query,
    },
    /// Answers a [`Reading`].
    Sums,
    /// Use a token up. Answers whether this is its first use.
    Spend {
        /// What tells tokens apart.
        token: String,
        /// Until when it has to be remembered.
        until: u64,
    },
    /// Forget lines and sums. Answers null.
    Forget,
}

/// Which lines of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Query {
    /// Not older than this.
    pub since: Option<u64>,
    /// At least as important.
    pub level: Option<Level>,
    /// With this in text, call or request, in any case of letters.
    pub search: Option<String>,
    /// Only those after the line of this number; the oldest come first then. Otherwise it is the newest that come.
    pub after: Option<u64>,
    /// Most lines, at most [`MAX_READ`].
    pub limit: u32,
}

/// Lines of a log, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The lines.
    pub lines: Vec<Kept>,
    /// What to ask for as `after` to go on: the number of the last line here, or of the last that there is.
    pub next: u64,
}

/// A line with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Counts up, with gaps.
    pub number: u64,
    /// The line.
    #[serde(flatten)]
    pub line: Line,
}

/// The sums, and since when they are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// Milliseconds since 1970; `None` before anything was counted.
    pub since: Option<u64>,
    /// The sums.
    pub sums: Sums,
}

/// The journal, over its storage.
#[derive(Debug)]
pub struct Journal<S> {
    sql: S,
}

impl<S: Sql> Journal<S> {
    /// The journal in this storage, made if it isn't there.
    ///
    /// # Errors
    /// [`LedgerError::Storage`].
    pub fn open(sql: S) -> Result<Self, LedgerError> {
        sql.atomically(&mut || TABLES.iter().try_for_each(|table| sql.query(table, &[]).map(drop)))?;
        Ok(Self { sql })
    }

    /// Does what it is told at `now`, milliseconds since 1970.
    ///
    /// # Errors
    /// [`LedgerError::Storage`]; then it did nothing.
    pub fn answer(&self, command: &Command, now: u64) -> Result<Json, LedgerError> {
        let mut answer = Json::Null;
        self.sql.atomically(&mut || {
            answer = match command {
                Command::Keep { lines, sums } => json(&self.keep(lines, sums, now)?)?,
                Command::Read { query } => json(&self.read(query)?)?,
                Command::Sums => json(&self.sums()?)?,
                Command::Spend { token, until } => json(&self.spend(token, *until, now)?)?,
                Command::Forget => json(&self.forget()?)?,
            };
            Ok(())
        })?;
        Ok(answer)
    }

    fn keep(&self, lines: &[Line], sums: &Sums, now: u64) -> Result<(), LedgerError> {
        for line in lines {
            let request = line.request.as_deref().map_or(streamhut_ledger::Value::Null, text);
            let bytes = integer(line.bytes() as u64)?;
            // A time that lies ahead is none that a clock gave: it would outlive all others.
            let at = integer(line.at.min(now))?;
            self.run(
                "INSERT INTO lines (number, at, level, request, call, version, text, bytes)
                 SELECT newest + 1, ?, ?, ?, ?, ?, ?, ? FROM account",
                &[
                    at,
                    integer(line.level as u64)?,
                    request,
                    text(&line.call),
                    text(&line.version),
                    text(&line.text),
                    bytes.clone(),
                ],
            )?;
            let counted = "UPDATE account SET newest = newest + 1, lines = lines + 1, bytes = bytes + ?";
            self.run(counted, &[bytes])?;
        }
        if !lines.is_empty() {
            self.make_room(now)?;
        }
        if !sums.is_empty() {
            let mut reading = self.sums()?;
            reading.since.get_or_insert(now);
            reading.sums.merge(sums);
            let written = serde_json::to_string(&reading).map_err(unreadable)?;
            self.run("INSERT OR REPLACE INTO facts (name, value) VALUES ('sums', ?)", &[text(&written)])?;
        }
        Ok(())
    }

    /// Deletes the oldest lines beyond the bounds.
    fn make_room(&self, now: u64) -> Result<(), LedgerError> {
        let too_old = integer(now.saturating_sub(KEPT_MS))?;
        self.drop_lines("SELECT number FROM lines WHERE at < ?", &[too_old])?;
        loop {
            let account = self.sql.query("SELECT lines, bytes FROM account", &[])?;
            let Some(account) = account.first() else { return Ok(()) };
            let (lines, bytes) = (account.number(0)?, account.number(1)?);
            if lines <= KEPT_LINES && bytes <= KEPT_BYTES {
                return Ok(());
            }
            // More at once than is needed, so that a busy bundle doesn't do this with every line.
            let some = lines.saturating_sub(KEPT_LINES).max(KEPT_LINES / 50);
            self.drop_lines("SELECT number FROM lines ORDER BY number LIMIT ?", &[integer(some)?])?;
        }
    }

    fn drop_lines(&self, which: &str, parameters: &[streamhut_ledger::Value]) -> Result<(), LedgerError> {
        let sum = format!("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM lines WHERE number IN ({which})");
        let gone = self.sql.query(&sum, parameters)?;
        let Some(gone) = gone.first() else { return Ok(()) };
        if gone.number(0)? == 0 {
            return Ok(());
        }
        self.run(&format!("DELETE FROM lines WHERE number IN ({which})"), parameters)?;
        let (lines, bytes) = (integer(gone.number(0)?)?, integer(gone.number(1)?)?);
        self.run("UPDATE account SET lines = lines - ?, bytes = bytes - ?", &[lines, bytes])
    }

    fn read(&self, query: &Query) -> Result<Page, LedgerError> {
        let mut conditions = vec!["number > ?"];
        let mut parameters = vec![integer(query.after.unwrap_or(0))?];
        if let Some(since) = query.since {
            conditions.push("at >= ?");
            parameters.push(integer(since)?);
        }
        if let Some(level) = query.level {
            conditions.push("level >= ?");
            parameters.push(integer(level as u64)?);
        }
        if let Some(search) = query.search.as_deref().filter(|search| !search.is_empty()) {
            conditions
                .push("instr(lower(text || ' ' || call || ' ' || coalesce(request, '')), lower(?)) > 0");
            parameters.push(text(search));
        }
        parameters.push(integer(query.limit.clamp(1, MAX_READ).into())?);
        let order = if query.after.is_some() { "" } else { "DESC" };
        let statement = format!(
            "SELECT number, at, level, request, call, version, text FROM lines WHERE {} ORDER BY number {order} LIMIT ?",
            conditions.join(" AND ")
        );
        let rows = self.sql.query(&statement, &parameters)?;
        let mut lines = rows.iter().map(kept).collect::<Result<Vec<_>, _>>()?;
        lines.sort_by_key(|kept| kept.number);
        // Where a whole page came there may be more right behind it; else all up to the newest was looked at.
        let is_full = lines.len() == query.limit.clamp(1, MAX_READ) as usize;
        let next = match lines.last() {
            Some(last) if is_full && query.after.is_some() => last.number,
            _ => self.newest()?,
        };
        Ok(Page { lines, next })
    }

    /// The number of the newest line that ever was.
    fn newest(&self) -> Result<u64, LedgerError> {
        let rows = self.sql.query("SELECT newest FROM account", &[])?;
        rows.first().map_or(Ok(0), |row| row.number(0))
    }

    fn sums(&self) -> Result<Reading, LedgerError> {
        let rows = self.sql.query("SELECT value FROM facts WHERE name = 'sums'", &[])?;
        let Some(row) = rows.first() else { return Ok(Reading::default()) };
        // What an earlier version wrote in another form counts from now on.
        Ok(serde_json::from_str(&row.text(0)?).unwrap_or_default())
    }

    fn spend(&self, token: &str, until: u64, now: u64) -> Result<bool, LedgerError> {
        self.run("DELETE FROM spent WHERE until < ?", &[integer(now)?])?;
        let known = self.sql.query("SELECT token FROM spent WHERE token = ?", &[text(token)])?;
        if !known.is_empty() {
            return Ok(false);
        }
        self.run("INSERT INTO spent (token, until) VALUES (?, ?)", &[text(token), integer(until)?])?;
        Ok(true)
    }

    fn forget(&self) -> Result<(), LedgerError> {
        self.run("DELETE FROM lines", &[])?;
        self.run("UPDATE account SET lines = 0, bytes = 0", &[])?;
        self.run("DELETE FROM facts", &[])
    }

    fn run(&self, statement: &str, parameters: &[streamhut_ledger::Value]) -> Result<(), LedgerError> {
        self.sql.query(statement, parameters).map(drop)
    }
}

fn kept(row: &Row) -> Result<Kept, LedgerError> {
    let level = match row.number(2)? {
        0 => Level::Debug,
        1 => Level::Info,
        2 => Level::Warn,
        _ => Level::Error,
    };
    let (request, call) = (row.optional_text(3)?, row.text(4)?);
    let line = Line { at: row.number(1)?, level, request, call, version: row.text(5)?, text: row.text(6)? };
    Ok(Kept { number: row.number(0)?, line })
}

fn json(answer: &impl Serialize) -> Result<Json, LedgerError> {
    serde_json::to_value(answer).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> LedgerError {
    LedgerError::Storage { reason: error.to_string() }
}
