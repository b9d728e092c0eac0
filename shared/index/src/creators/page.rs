use serde_json::json;
use streamhut_hrana::{Rows, Statement};

use super::creator::{COLUMNS, Creator, read_one};
use crate::IndexError;
use crate::list::cursor::{self, Place};

/// Most creators of a page.
pub const MAX_CREATORS: u32 = 100;

/// A page of creators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatorPage {
    /// In the order in which they came.
    pub creators: Vec<Creator>,
    /// For the next page; `None` at the end.
    pub cursor: Option<String>,
}

/// Reads a page of creators, from `cursor` on: those whose videos are listed, or `all`.
///
/// # Errors
/// [`IndexError::Limit`], [`IndexError::Cursor`], [`IndexError::OtherQuery`].
pub fn list(limit: u32, cursor: Option<&str>, all: bool) -> Result<Statement, IndexError> {
    if !(1..=MAX_CREATORS).contains(&limit) {
        return Err(IndexError::Limit { found: limit, max: MAX_CREATORS });
    }
    let after = cursor.map(|text| cursor::read(text, digest(all))).transpose()?;
    let whom = if all { "registered + discovered > 0" } else { "shown" };
    let sql = format!("SELECT {COLUMNS}, id FROM creators WHERE id > ?1 AND {whom} ORDER BY id LIMIT ?2");
    Ok(Statement::new(sql).bind(after.map_or(0, |place| place.key)).bind(limit + 1))
}

/// The answer to [`list`] with the same arguments.
///
/// # Errors
/// [`IndexError`].
pub fn page(limit: u32, all: bool, rows: &Rows) -> Result<CreatorPage, IndexError> {
    let limit = limit as usize;
    let creators = rows.rows.iter().take(limit).map(read_one).collect::<Result<Vec<_>, _>>()?;
    let last = rows.rows.iter().take(limit).next_back().filter(|_| rows.rows.len() > limit);
    let key = last.map(|row| row.integer(18)).transpose()?;
    Ok(CreatorPage { creators, cursor: key.map(|key| cursor::write(Place { key, tie: 0 }, digest(all))) })
}

fn digest(all: bool) -> [u8; 8] {
    cursor::digest(&json!(["creators", all]))
}
