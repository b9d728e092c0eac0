//! The schema's versions, and the way from one to the next.
//!
//! Each migration is one transaction that begins by writing its number. Of two workers that migrate at once, the second
//! breaks the rule that a number stands there once, and nothing that it did stays: [`is_lost_race`] knows that error, and
//! whoever meets it reads the version anew. So a migration need not be one that can be done twice.
//!
//! The table `schema_version` alone is made `IF NOT EXISTS`.

mod v1;

use streamhut_hrana::{Constraint, DbError, Rows, Statement};

use crate::IndexError;

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number, from 1 without gaps.
    pub version: u32,
    /// What it is for.
    pub title: &'static str,
    /// Statements without arguments.
    pub statements: &'static [&'static str],
}

/// All migrations, in their order.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    title: "creators, videos, tags, full text, runs, cursors, used tokens",
    statements: v1::STATEMENTS,
}];

/// The version that this code knows.
pub fn known_version() -> u32 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Reads the version: a single row, read from memory. To be sent in one batch with what depends on it.
pub fn version() -> Statement {
    Statement::new("SELECT coalesce(max(version), 0) FROM schema_version")
}

/// The version in the answer to [`version`] alone; 0 when nothing was ever migrated.
///
/// # Errors
/// [`IndexError::Db`] for any failure but that of a table that isn't there.
pub fn read_version(answer: Result<Rows, DbError>) -> Result<u32, IndexError> {
    match answer.map_err(IndexError::from) {
        Ok(rows) => found(&rows),
        Err(IndexError::OlderSchema { found, .. }) => Ok(found),
        Err(error) => Err(error),
    }
}

/// Checks the answer to [`version`] in a batch. Where the table isn't there, the batch has failed, and the conversion of
/// its [`DbError`] says that the schema is older.
///
/// # Errors
/// As [`check`].
pub fn check_in(rows: &Rows) -> Result<(), IndexError> {
    check(found(rows)?)
}

fn found(rows: &Rows) -> Result<u32, IndexError> {
    let row = rows.first().ok_or(IndexError::stored("schema version", ""))?;
    Ok(u32::try_from(row.count(0)?).unwrap_or(u32::MAX))
}

/// Whether this code may read and write a database of version `found`.
///
/// # Errors
/// [`IndexError::NewerSchema`] when a later worker has migrated it, [`IndexError::OlderSchema`] when it is to be
/// migrated first.
pub fn check(found: u32) -> Result<(), IndexError> {
    let known = known_version();
    match found {
        found if found > known => Err(IndexError::NewerSchema { found, known }),
        found if found < known => Err(IndexError::OlderSchema { found, known }),
        _ => Ok(()),
    }
}

/// The transactions that lead from version `found` to the known one, to be run in turn; none when it is reached.
///
/// # Errors
/// [`IndexError::NewerSchema`].
pub fn migrate(found: u32, now_ms: i64) -> Result<Vec<Vec<Statement>>, IndexError> {
    let known = known_version();
    if found > known {
        return Err(IndexError::NewerSchema { found, known });
    }
    let due = MIGRATIONS.iter().filter(|migration| migration.version > found);
    Ok(due.map(|migration| transaction(migration, now_ms)).collect())
}

/// Whether a migration failed because another worker had made it first.
pub fn is_lost_race(error: &DbError) -> bool {
    matches!(
        error,
        DbError::Constraint { kind: Constraint::Unique, target, .. } if target == "schema_version.version"
    )
}

fn transaction(migration: &Migration, now_ms: i64) -> Vec<Statement> {
    let mut statements = vec![
        Statement::new(
            "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_ms INTEGER NOT NULL) STRICT",
        ),
        Statement::new("INSERT INTO schema_version (version, applied_ms) VALUES (?1, ?2)")
            .bind(migration.version)
            .bind(now_ms),
    ];
    statements.extend(migration.statements.iter().map(|sql| Statement::new(*sql)));
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_30_a_schema_that_is_older_or_newer() {
        let known = known_version();
        assert!(MIGRATIONS.iter().map(|migration| migration.version).eq(1..=known), "numbers without gaps");
        assert_eq!(check(known), Ok(()));
        assert_eq!(check(known + 1), Err(IndexError::NewerSchema { found: known + 1, known }));
        assert_eq!(check(0), Err(IndexError::OlderSchema { found: 0, known }));
        assert_eq!(migrate(known + 1, 0), Err(IndexError::NewerSchema { found: known + 1, known }));
        assert_eq!(migrate(known, 0), Ok(Vec::new()));
        assert_eq!(migrate(0, 0).map(|all| all.len()), Ok(MIGRATIONS.len()));
    }

    #[test]
    fn a_table_that_is_missing_is_version_0_and_any_other_error_is_one() {
        let missing = DbError::Schema { missing: "no such table: schema_version".to_owned() };
        assert_eq!(read_version(Err(missing)), Ok(0));
        let timeout = DbError::Timeout { ms: 1 };
        assert_eq!(read_version(Err(timeout.clone())), Err(IndexError::Db(timeout)));
        let other = DbError::Schema { missing: "no such column: nope".to_owned() };
        assert_eq!(read_version(Err(other.clone())), Err(IndexError::Db(other)));
    }
}
