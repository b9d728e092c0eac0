//! The Durable Object that keeps a bundle's journal. What is decided, `streamhut_journal` decides.

// The methods that the macro makes have no words.
#![allow(missing_docs)]

use std::{
    cell::OnceCell,
    panic::{RefUnwindSafe, UnwindSafe},
};

use streamhut_journal::Command;
use streamhut_ledger::LedgerError;
use worker::{DurableObject, Env, Response, State, durable_object};

use crate::{ledger_object::Storage, now_ms};

/// The journal of one bundle.
#[durable_object]
pub struct Journal {
    state: State,
    journal: OnceCell<streamhut_journal::Journal<Storage>>,
}

// A panic ends one command: the storage rolls back what it wrote.
impl UnwindSafe for Journal {}
impl RefUnwindSafe for Journal {}

impl DurableObject for Journal {
    fn new(state: State, _: Env) -> Self {
        Self { state, journal: OnceCell::new() }
    }

    async fn fetch(&self, mut request: worker::Request) -> worker::Result<Response> {
        let command: Command = request.json().await?;
        let answer = self.journal().and_then(|journal| journal.answer(&command, now_ms()));
        Response::from_json(&answer)
    }
}

impl Journal {
    fn journal(&self) -> Result<&streamhut_journal::Journal<Storage>, LedgerError> {
        if let Some(journal) = self.journal.get() {
            return Ok(journal);
        }
        let journal = streamhut_journal::Journal::open(Storage::new(&self.state.storage()))?;
        Ok(self.journal.get_or_init(|| journal))
    }
}
