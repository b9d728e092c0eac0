//! The SQLite of a Durable Object as the ledger's storage.

use std::panic::AssertUnwindSafe;

use streamhut_ledger::{LedgerError, Row, Sql, Value};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::{SqlStorage, SqlStorageValue};

use crate::exception::reason;

#[wasm_bindgen]
extern "C" {
    /// `DurableObjectStorage`, of which workers-rs leaves this method out. It rolls back what a callback wrote that
    /// throws; without it, each statement of a command that fails half-way would stay.
    type Transactions;
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Transactions,
        work: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<(), JsValue>;
}

/// One object's storage.
pub(crate) struct Storage {
    sql: SqlStorage,
    transactions: Transactions,
}

impl Storage {
    pub(crate) fn new(storage: &worker::Storage) -> Self {
        let raw: &JsValue = storage.as_raw().as_ref();
        Self { sql: storage.sql(), transactions: raw.clone().unchecked_into() }
    }
}

impl Sql for Storage {
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, LedgerError> {
        let bindings: Vec<SqlStorageValue> = parameters
            .iter()
            .map(|value| match value {
                Value::Null => SqlStorageValue::Null,
                Value::Integer(number) => SqlStorageValue::Integer(*number),
                Value::Text(text) => SqlStorageValue::String(text.clone()),
            })
            .collect();
        let cursor = self.sql.exec(statement, bindings).map_err(failed)?;
        let columns =
            |row: Vec<SqlStorageValue>| row.into_iter().map(column).collect::<Result<_, _>>().map(Row);
        cursor.raw().map(|row| columns(row.map_err(failed)?)).collect()
    }

    fn atomically(&self, work: &mut dyn FnMut() -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        let mut refused = None;
        // A panic in the work is an exception to the platform, which then rolls back.
        let mut held = AssertUnwindSafe((work, &mut refused));
        let outcome = self.transactions.transaction_sync(&mut move || {
            let (work, refused) = &mut *held;
            work().map_err(|error| {
                let thrown = JsValue::from_str(&error.to_string());
                **refused = Some(error);
                thrown
            })
        });
        match (refused, outcome) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(failed(reason(&error))),
            (None, Ok(())) => Ok(()),
        }
    }
}

fn column(value: SqlStorageValue) -> Result<Value, LedgerError> {
    match value {
        SqlStorageValue::Null => Ok(Value::Null),
        SqlStorageValue::Integer(number) => Ok(Value::Integer(number)),
        SqlStorageValue::String(text) => Ok(Value::Text(text)),
        other => Err(failed(format!("a column holds {other:?}"))),
    }
}

pub(super) fn failed(error: impl ToString) -> LedgerError {
    LedgerError::Storage { reason: error.to_string() }
}
