//! Where statements run: SQLite in this process, or the real server.

use std::cell::{Cell, RefCell};

use rusqlite::{Connection, params_from_iter, types};
use streamhut_hrana::testkit::{Sqld, Tcp, now};
use streamhut_hrana::{Constraint, Database, DbError, Repeat, Row, Rows, Statement, Value};
use streamhut_index::{IndexError, Transaction, schema};

pub trait Store {
    /// Statements in one transaction.
    fn write(&self, statements: &[Statement]) -> Result<Vec<Rows>, DbError>;

    fn read(&self, statement: &Statement) -> Rows;

    /// The rows of SQL without arguments, as text.
    fn dump(&self, sql: &str) -> Vec<String> {
        self.read(&Statement::new(sql)).rows.iter().map(|row| format!("{:?}", row.0)).collect()
    }

    fn number(&self, sql: &str) -> i64 {
        self.read(&Statement::new(sql)).rows[0].integer(0).unwrap()
    }

    fn must(&self, statements: &[Statement]) -> Vec<Rows> {
        self.write(statements).unwrap()
    }

    /// Runs transactions in turn, each as often as it asks for.
    fn run(&self, transactions: &[Transaction]) -> Result<(), IndexError> {
        for transaction in transactions {
            while !transaction.is_done(&self.write(&transaction.statements)?) {}
        }
        Ok(())
    }

    fn migrate(&self) {
        for statements in schema::migrate(0, 1).unwrap() {
            self.must(&statements);
        }
    }
}

/// SQLite in this process. It can be told to die.
pub struct Local {
    connection: RefCell<Connection>,
    /// Transactions that are still committed; then every one fails.
    pub lives: Cell<Option<u32>>,
}

impl Local {
    pub fn empty() -> Local {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON").unwrap();
        connection.set_prepared_statement_cache_capacity(200);
        Local { connection: RefCell::new(connection), lives: Cell::new(None) }
    }

    /// The connection itself.
    pub fn with<T>(&self, look: impl FnOnce(&Connection) -> T) -> T {
        look(&self.connection.borrow())
    }

    pub fn new() -> Local {
        let local = Local::empty();
        local.migrate();
        local
    }
}

impl Store for Local {
    fn write(&self, statements: &[Statement]) -> Result<Vec<Rows>, DbError> {
        if let Some(lives) = self.lives.get() {
            let left = lives.checked_sub(1).ok_or(DbError::Lost { reason: "dead".to_owned() })?;
            self.lives.set(Some(left));
        }
        let mut connection = self.connection.borrow_mut();
        let transaction = connection.transaction().unwrap();
        let rows =
            statements.iter().map(|statement| run(&transaction, statement)).collect::<Result<_, _>>()?;
        transaction.commit().map_err(told)?;
        Ok(rows)
    }

    fn read(&self, statement: &Statement) -> Rows {
        run(&self.connection.borrow(), statement).unwrap()
    }
}

fn run(connection: &Connection, statement: &Statement) -> Result<Rows, DbError> {
    let mut prepared = connection.prepare_cached(&statement.sql).map_err(told)?;
    let args = statement.args.iter().map(|value| match value {
        Value::Null => types::Value::Null,
        Value::Integer(value) => types::Value::Integer(*value),
        Value::Real(value) => types::Value::Real(*value),
        Value::Text(text) => types::Value::Text(text.clone()),
        Value::Blob(bytes) => types::Value::Blob(bytes.clone()),
    });
    let columns: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    let width = columns.len();
    let writes = !prepared.readonly();
    let mut found = Rows { columns, ..Rows::default() };
    let mut rows = prepared.query(params_from_iter(args)).map_err(told)?;
    while let Some(row) = rows.next().map_err(told)? {
        let value = |column| match row.get::<_, types::Value>(column).unwrap() {
            types::Value::Null => Value::Null,
            types::Value::Integer(value) => Value::Integer(value),
            types::Value::Real(value) => Value::Real(value),
            types::Value::Text(text) => Value::Text(text),
            types::Value::Blob(bytes) => Value::Blob(bytes),
        };
        found.rows.push(Row((0..width).map(value).collect()));
    }
    drop(rows);
    let changes =
        |sql: &str| ["INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.trim_start().starts_with(verb));
    if writes && changes(&statement.sql) {
        found.affected = connection.changes();
    }
    Ok(found)
}

/// As the server's errors are told.
fn told(error: rusqlite::Error) -> DbError {
    let message = error.to_string();
    let after =
        |words: &str| message.split(words).nth(1).map(|rest| rest.trim_start_matches(": ").to_owned());
    for (words, kind) in [
        ("UNIQUE constraint failed", Constraint::Unique),
        ("NOT NULL constraint failed", Constraint::NotNull),
        ("CHECK constraint failed", Constraint::Check),
        ("FOREIGN KEY constraint failed", Constraint::ForeignKey),
    ] {
        if let Some(target) = after(words) {
            return DbError::Constraint { kind, target, statement: 0 };
        }
    }
    if message.starts_with("no such table") {
        let missing = message.split(" in ").next().unwrap().to_owned();
        return DbError::Schema { missing };
    }
    DbError::Sql { code: "SQLITE".to_owned(), message, statement: None }
}

/// The real server.
pub struct Remote {
    _server: Sqld,
    pub database: Database<Tcp>,
}

impl Remote {
    pub fn empty() -> Remote {
        let server = Sqld::start();
        let database = server.database();
        Remote { _server: server, database }
    }

    pub fn new() -> Remote {
        let remote = Remote::empty();
        remote.migrate();
        remote
    }
}

impl Store for Remote {
    fn write(&self, statements: &[Statement]) -> Result<Vec<Rows>, DbError> {
        now(self.database.write(statements, Repeat::Idempotent))
    }

    fn read(&self, statement: &Statement) -> Rows {
        now(self.database.query(statement)).unwrap()
    }
}
