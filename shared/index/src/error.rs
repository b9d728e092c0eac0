use streamhut_hrana::{Constraint, DbError};

use crate::schema;

/// Why something of the index can't be done or read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum IndexError {
    /// A later worker has migrated the database.
    #[error("the database's schema is of version {found}, this worker knows {known}")]
    NewerSchema {
        /// The database's.
        found: u32,
        /// This code's.
        known: u32,
    },
    /// The database is to be migrated first.
    #[error("the database's schema is of version {found}, and has to be migrated to {known}")]
    OlderSchema {
        /// The database's; 0 for an empty one.
        found: u32,
        /// This code's.
        known: u32,
    },
    /// What should be a cursor of ours.
    #[error("`{cursor}` is not a cursor")]
    Cursor {
        /// What was given, cut.
        cursor: String,
    },
    /// A cursor of another list: of another sort, search or filter.
    #[error("the cursor belongs to another query")]
    OtherQuery,
    /// A page of none, or of too many.
    #[error("limit {found} is not within 1 and {max}")]
    Limit {
        /// What was asked.
        found: u32,
        /// Most.
        max: u32,
    },
    /// What was read of a creator is no longer so: somebody else has changed it since. It begins anew.
    #[error("another change of the creator came between")]
    Outdated,
    /// A column that holds what nobody should have written.
    #[error("the database holds {found:?} for a {what}")]
    Stored {
        /// What was due.
        what: &'static str,
        /// What there is, cut.
        found: String,
    },
    /// The database itself.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for IndexError {
    /// [`IndexError::Outdated`] when a fence stopped the transaction, [`IndexError::OlderSchema`] when nothing was ever
    /// migrated.
    fn from(error: DbError) -> Self {
        match error {
            DbError::Constraint { kind: Constraint::NotNull, target, .. } if target == "creators.fence" => {
                IndexError::Outdated
            }
            DbError::Schema { missing } if missing == "no such table: schema_version" => {
                IndexError::OlderSchema { found: 0, known: schema::known_version() }
            }
            error => IndexError::Db(error),
        }
    }
}

impl IndexError {
    pub(crate) fn stored(what: &'static str, found: &str) -> Self {
        IndexError::Stored { what, found: found.chars().take(128).collect() }
    }
}
