use serde::Serialize;
use streamhut_atproto::{Did, Handle, Tid};
use streamhut_hrana::{Row, Rows, Statement};
use streamhut_streamplace::Profile;

use crate::IndexError;

/// A creator, as the index knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creator {
    /// The account.
    pub did: Did,
    /// Verified.
    pub handle: Option<Handle>,
    /// One line.
    pub display_name: Option<String>,
    /// An http or https URL.
    pub avatar: Option<String>,
    /// Several lines.
    pub description: Option<String>,
    /// Where the repository is, a URL.
    pub pds: Option<String>,
    /// The repository's revision at the last sync; `None` when it has to be read whole.
    pub rev: Option<Tid>,
    /// Whether there is anything to index.
    pub state: State,
    /// Whether somebody registered them.
    pub registered: bool,
    /// Whether they were found without that.
    pub discovered: bool,
    /// Videos.
    pub records: u64,
    /// Milliseconds since 1970, as all of these.
    pub added_ms: i64,
    /// The last sync that went well.
    pub last_sync_ms: Option<i64>,
    /// When they are due.
    pub next_sync_ms: i64,
    /// How many syncs failed since.
    pub failures: u64,
    /// Why the last of these did.
    pub last_error: Option<String>,
    pub(crate) generation: i64,
    pub(crate) fence: String,
}

/// The state of an account, as far as the index is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is synced.
    Active,
    /// Its syncs fail; what was indexed stays.
    Failed,
    /// Its owner has deactivated it: hidden.
    Deactivated,
    /// Its host has taken it down: hidden.
    Takendown,
    /// It is gone: hidden.
    Deleted,
}

pub(super) const COLUMNS: &str =
    "did, handle, display_name, avatar, description, pds, rev, state, registered,
    discovered, records, added_ms, last_sync_ms, next_sync_ms, failures, last_error, generation, fence";

/// Reads one creator.
pub fn get(did: &Did) -> Statement {
    Statement::new(format!("SELECT {COLUMNS} FROM creators WHERE did = ?1")).bind(did.as_str())
}

/// Reads who is due, the longest due first.
pub fn due(now_ms: i64, limit: u32) -> Statement {
    let sql = format!(
        "SELECT {COLUMNS} FROM creators INDEXED BY creators_due
         WHERE registered + discovered > 0 AND next_sync_ms <= ?1 ORDER BY next_sync_ms LIMIT ?2"
    );
    Statement::new(sql).bind(now_ms).bind(limit)
}

/// Reads whose videos are still to follow a change ([`crate::tidy`]).
pub fn untidy(limit: u32) -> Statement {
    let sql = format!(
        "SELECT {COLUMNS} FROM creators INDEXED BY creators_untidy WHERE untidy > 0 ORDER BY id LIMIT ?1"
    );
    Statement::new(sql).bind(limit)
}

/// The answer to [`get`], [`due`] and [`untidy`].
///
/// # Errors
/// [`IndexError`].
pub fn read(rows: &Rows) -> Result<Vec<Creator>, IndexError> {
    rows.rows.iter().map(read_one).collect()
}

pub(super) fn read_one(row: &Row) -> Result<Creator, IndexError> {
    let text = |column| Ok::<_, IndexError>(row.optional_text(column)?.map(str::to_owned));
    let did = row.text(0)?;
    Ok(Creator {
        did: Did::parse(did).map_err(|_| IndexError::stored("DID", did))?,
        handle: row.optional_text(1)?.and_then(|text| Handle::parse(text).ok()),
        display_name: text(2)?,
        avatar: text(3)?,
        description: text(4)?,
        pds: text(5)?,
        rev: row.optional_text(6)?.and_then(|text| Tid::parse(text).ok()),
        state: State::parse(row.text(7)?)?,
        registered: row.integer(8)? != 0,
        discovered: row.integer(9)? != 0,
        records: row.count(10)?,
        added_ms: row.integer(11)?,
        last_sync_ms: row.optional_integer(12)?,
        next_sync_ms: row.integer(13)?,
        failures: row.count(14)?,
        last_error: text(15)?,
        generation: row.integer(16)?,
        fence: row.text(17)?.to_owned(),
    })
}

impl Creator {
    /// What others are told of them.
    pub fn profile(&self) -> Profile {
        Profile {
            did: self.did.clone(),
            handle: self.handle.clone(),
            display_name: self.display_name.clone(),
            avatar: self.avatar.clone(),
            description: self.description.clone(),
        }
    }
}

impl State {
    /// As the database has it.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Failed => "failed",
            State::Deactivated => "deactivated",
            State::Takendown => "takendown",
            State::Deleted => "deleted",
        }
    }

    fn parse(text: &str) -> Result<State, IndexError> {
        let all = [State::Active, State::Failed, State::Deactivated, State::Takendown, State::Deleted];
        let found = all.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| IndexError::stored("state", text))
    }
}
