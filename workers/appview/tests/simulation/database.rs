//! A database that speaks the pipeline protocol, over SQLite in this process, and its faults.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use at_run::testing::Scripted;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params_from_iter, types};
use serde_json::{Value, json};

/// How one request goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429, and nothing was done.
    TooMany,
    /// 503 with that many seconds of `retry-after`, and nothing was done.
    Unavailable(u32),
    /// 502 by something in between, and nothing was done.
    Gateway,
    /// 502 by something in between, after it was done.
    GatewayAfter,
    /// The connection breaks before anything was done.
    Broken,
    /// The connection breaks once it was done.
    Dropped,
    /// No answer in time, and nothing was done.
    Slow,
    /// No answer in time, and it was done.
    SlowAfter,
    /// Another writer is at work.
    Busy,
    /// The statement of that place in the batch fails, if there is one.
    Step(usize),
    /// 200, and a page of HTML.
    Html,
}

pub const FAULTS: [Fault; 15] = [
    Fault::TooMany,
    Fault::Unavailable(1),
    Fault::Unavailable(30),
    Fault::Gateway,
    Fault::GatewayAfter,
    Fault::Broken,
    Fault::Dropped,
    Fault::Slow,
    Fault::SlowAfter,
    Fault::Busy,
    Fault::Step(1),
    Fault::Step(2),
    Fault::Step(3),
    Fault::Step(4),
    Fault::Html,
];

pub struct Server {
    connection: Connection,
    /// What befalls the next requests.
    coming: RefCell<VecDeque<Option<Fault>>>,
    asked: Cell<u32>,
}

struct Failure {
    code: &'static str,
    message: String,
}

impl Server {
    pub fn new() -> Server {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON").unwrap();
        // Otherwise each new argument has a statement planned anew.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
        connection.set_prepared_statement_cache_capacity(200);
        Server { connection, coming: RefCell::default(), asked: Cell::new(0) }
    }

    /// Requests so far.
    pub fn asked(&self) -> u32 {
        self.asked.get()
    }

    pub fn befall(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        *self.coming.borrow_mut() = faults.into_iter().collect();
    }

    pub fn execute(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }

    /// The rows of a query, as text.
    pub fn dump(&self, sql: &str) -> Vec<String> {
        let mut statement = self.connection.prepare_cached(sql).unwrap();
        let width = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let column = |at| row.get::<_, types::Value>(at).map(|value| format!("{value:?}"));
            Ok((0..width).map(column).collect::<Result<Vec<_>, _>>()?.join(" | "))
        };
        let rows = statement.query_map([], row).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Answers one request, which the next of the coming faults befalls, or else `fault`.
    pub fn answer(&self, body: &[u8], fault: Option<Fault>) -> Scripted {
        self.asked.set(self.asked.get() + 1);
        let fault = self.coming.borrow_mut().pop_front().unwrap_or(fault);
        let refusal = |status, text: &str, seconds: Option<u32>| Scripted::Answer {
            status,
            headers: seconds.map(|s| ("retry-after".to_owned(), s.to_string())).into_iter().collect(),
            body: json!({ "error": text }).to_string().into_bytes(),
            url: None,
        };
        match fault {
            Some(Fault::TooMany) => refusal(429, "too many requests", None),
            Some(Fault::Unavailable(seconds)) => refusal(503, "overloaded", Some(seconds)),
            Some(Fault::Gateway) => refusal(502, "bad gateway", None),
            Some(Fault::Broken) => Scripted::Failed,
            Some(Fault::Slow) => Scripted::Deadline,
            Some(Fault::Html) => Scripted::text(200, "<!doctype html><title>Welcome</title>"),
            Some(fault) => {
                let done = self.pipeline(body, Some(fault));
                match fault {
                    Fault::GatewayAfter => refusal(502, "bad gateway", None),
                    Fault::Dropped => Scripted::Failed,
                    Fault::SlowAfter => Scripted::Deadline,
                    _ => done,
                }
            }
            None => self.pipeline(body, None),
        }
    }

    fn pipeline(&self, body: &[u8], fault: Option<Fault>) -> Scripted {
        let body: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(body["baton"], Value::Null);
        let results: Vec<Value> = body["requests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|request| match request["type"].as_str().unwrap() {
                "execute" => match self.run(&request["stmt"], fault == Some(Fault::Busy)) {
                    Ok(result) => ok("execute", Some(result)),
                    Err(failure) => json!({ "type": "error", "error": failure.json() }),
                },
                "batch" => ok("batch", Some(self.batch(&request["batch"], fault))),
                "close" => ok("close", None),
                other => panic!("nobody sends {other}"),
            })
            .collect();
        // A stream that is closed takes its transaction along.
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK").unwrap();
        }
        Scripted::json(
            200,
            &object([("baton", Value::Null), ("base_url", Value::Null), ("results", results.into())]),
        )
    }

    fn batch(&self, batch: &Value, fault: Option<Fault>) -> Value {
        let steps = batch["steps"].as_array().unwrap();
        let (mut results, mut errors): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
        for (place, step) in steps.iter().enumerate() {
            let fails = match fault {
                Some(Fault::Busy) => place == 0,
                // BEGIN comes before the statements, COMMIT and ROLLBACK after them.
                Some(Fault::Step(at)) => place == at && place + 2 < steps.len(),
                _ => false,
            };
            let (result, error) = match self.holds(&step["condition"], &results, &errors) {
                false => (Value::Null, Value::Null),
                true => match self.run(&step["stmt"], fails) {
                    Ok(result) => (result, Value::Null),
                    Err(failure) => (Value::Null, failure.json()),
                },
            };
            results.push(result);
            errors.push(error);
        }
        object([("step_results", results.into()), ("step_errors", errors.into())])
    }

    fn holds(&self, condition: &Value, results: &[Value], errors: &[Value]) -> bool {
        let Some(kind) = condition.get("type") else { return true };
        let of =
            |list: &[Value]| !list[usize::try_from(condition["step"].as_u64().unwrap()).unwrap()].is_null();
        match kind.as_str().unwrap() {
            "ok" => of(results),
            "error" => of(errors),
            "not" => !self.holds(&condition["cond"], results, errors),
            "and" => condition["conds"].as_array().unwrap().iter().all(|c| self.holds(c, results, errors)),
            other => panic!("nobody sends the condition {other}"),
        }
    }

    fn run(&self, statement: &Value, fails: bool) -> Result<Value, Failure> {
        if fails {
            return Err(Failure {
                code: "SQLITE_BUSY",
                message: "SQLite error: database is locked".to_owned(),
            });
        }
        let sql = statement["sql"].as_str().unwrap();
        let mut prepared = self.connection.prepare_cached(sql)?;
        let cols: Vec<Value> = prepared.column_names().map(|name| json!({ "name": name })).collect();
        let args = statement["args"].as_array().unwrap().iter().map(argument);
        let mut rows = prepared.query(params_from_iter(args))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let values: Result<Vec<Value>, rusqlite::Error> =
                (0..cols.len()).map(|at| row.get::<_, types::Value>(at).map(column)).collect();
            found.push(Value::Array(values?));
        }
        drop(rows);
        let changes = ["INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.trim_start().starts_with(verb));
        let affected = if changes { self.connection.changes() } else { 0 };
        Ok(object([
            ("cols", cols.into()),
            ("rows", found.into()),
            ("affected_row_count", affected.into()),
            ("last_insert_rowid", Value::Null),
        ]))
    }
}

fn ok(kind: &str, result: Option<Value>) -> Value {
    let parts = [("type", kind.into())].into_iter().chain(result.map(|result| ("result", result)));
    object([("type", "ok".into()), ("response", object(parts))])
}

/// An object of values that are moved into it, where `json!` copies them.
pub fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn argument(value: &Value) -> types::Value {
    match value["type"].as_str().unwrap() {
        "null" => types::Value::Null,
        "integer" => types::Value::Integer(value["value"].as_str().unwrap().parse().unwrap()),
        "float" => types::Value::Real(value["value"].as_f64().unwrap()),
        "text" => types::Value::Text(value["value"].as_str().unwrap().to_owned()),
        other => panic!("nobody sends a {other}"),
    }
}

fn column(value: types::Value) -> Value {
    match value {
        types::Value::Null => json!({ "type": "null" }),
        types::Value::Integer(value) => json!({ "type": "integer", "value": value.to_string() }),
        types::Value::Real(value) => json!({ "type": "float", "value": value }),
        types::Value::Text(value) => object([("type", "text".into()), ("value", value.into())]),
        types::Value::Blob(_) => panic!("the schema has no blobs"),
    }
}

impl Failure {
    fn json(&self) -> Value {
        json!({ "code": self.code, "message": self.message })
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        let said = match &error {
            rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
            rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
            other => other.to_string(),
        };
        let code = match said.contains("constraint failed") {
            true => "SQLITE_CONSTRAINT",
            false => "SQLITE_UNKNOWN",
        };
        Failure { code, message: format!("SQLite error: {said}") }
    }
}
