//! The journal over a real SQLite.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use rusqlite::{Connection, types::ValueRef};
use serde_json::Value as Json;
use streamhut_journal::{
    Command, Journal, KEPT_BYTES, KEPT_LINES, KEPT_MS, Kind, Level, Line, MAX_READ, Page, Query, Reading,
    Sums,
};
use streamhut_ledger::{LedgerError, Row, Sql, Value};

struct Storage(Connection);

impl Sql for Storage {
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, LedgerError> {
        let failed = |error: rusqlite::Error| LedgerError::Storage { reason: error.to_string() };
        let mut statement = self.0.prepare_cached(statement).map_err(failed)?;
        let columns = statement.column_count();
        let bound = parameters.iter().map(|value| match value {
            Value::Null => rusqlite::types::Value::Null,
            Value::Integer(number) => (*number).into(),
            Value::Text(text) => text.clone().into(),
        });
        let mut rows = statement.query(rusqlite::params_from_iter(bound)).map_err(failed)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let column = |index| match row.get_ref(index).unwrap() {
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
                _ => Value::Null,
            };
            all.push(Row((0..columns).map(column).collect()));
        }
        Ok(all)
    }

    fn atomically(&self, work: &mut dyn FnMut() -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.0.execute_batch("SAVEPOINT command").unwrap();
        let outcome = work();
        let end = if outcome.is_ok() { "RELEASE command" } else { "ROLLBACK TO command; RELEASE command" };
        self.0.execute_batch(end).unwrap();
        outcome
    }
}

const NOW: u64 = 1_800_000_000_000;

fn journal() -> Journal<Storage> {
    Journal::open(Storage(Connection::open_in_memory().unwrap())).unwrap()
}

fn ask(journal: &Journal<Storage>, command: Command, now: u64) -> Json {
    // As it travels.
    let sent = serde_json::to_string(&command).unwrap();
    journal.answer(&serde_json::from_str(&sent).unwrap(), now).unwrap()
}

fn line(at: u64, level: Level, text: &str) -> Line {
    let (request, call) = (Some(format!("{at:016x}")), "endpoint list".to_owned());
    Line { at, level, request, call, version: "1.0.0".to_owned(), text: text.to_owned() }
}

fn keep(journal: &Journal<Storage>, lines: Vec<Line>, now: u64) {
    assert_eq!(ask(journal, Command::Keep { lines, sums: Sums::default() }, now), Json::Null);
}

fn read(journal: &Journal<Storage>, query: Query) -> Page {
    serde_json::from_value(ask(journal, Command::Read { query }, NOW)).unwrap()
}

fn texts(page: &Page) -> Vec<&str> {
    page.lines.iter().map(|kept| kept.line.text.as_str()).collect()
}

#[test]
fn lines_are_found_by_level_time_and_words() {
    let journal = journal();
    keep(
        &journal,
        vec![
            line(NOW - 3, Level::Info, "Began to READ"),
            line(NOW - 2, Level::Warn, "slow 100%_done"),
            line(NOW - 1, Level::Error, "lost"),
        ],
        NOW,
    );
    let some = |query: Query| Query { limit: 10, ..query };
    let cases = [
        (Query::default(), vec!["Began to READ", "slow 100%_done", "lost"]),
        (Query { level: Some(Level::Warn), ..Query::default() }, vec!["slow 100%_done", "lost"]),
        (Query { since: Some(NOW - 2), ..Query::default() }, vec!["slow 100%_done", "lost"]),
        (Query { search: Some("began TO read".into()), ..Query::default() }, vec!["Began to READ"]),
        (Query { search: Some("0%_d".into()), ..Query::default() }, vec!["slow 100%_done"]),
        (Query { search: Some("%".into()), ..Query::default() }, vec!["slow 100%_done"]),
        (Query { search: Some(format!("{:016x}", NOW - 1)), ..Query::default() }, vec!["lost"]),
        (Query { search: Some("' OR 1=1 --".into()), ..Query::default() }, vec![]),
        (Query { after: Some(1), ..Query::default() }, vec!["slow 100%_done", "lost"]),
    ];
    for (query, expected) in cases {
        let page = read(&journal, some(query.clone()));
        assert_eq!(texts(&page), expected, "{query:?}");
        assert_eq!(page.next, 3, "{query:?}");
    }
    let first = &read(&journal, some(Query::default())).lines[0];
    assert_eq!(first.line, line(NOW - 3, Level::Info, "Began to READ"));
}

#[test]
fn following_sees_every_line_once() {
    let journal = journal();
    keep(&journal, (0..5).map(|at| line(NOW, Level::Info, &at.to_string())).collect(), NOW);
    let newest = read(&journal, Query { limit: 2, ..Query::default() });
    assert_eq!((texts(&newest), newest.next), (vec!["3", "4"], 5));
    keep(&journal, (5..12).map(|at| line(NOW, Level::Info, &at.to_string())).collect(), NOW);
    let (mut after, mut seen) = (newest.next, Vec::new());
    loop {
        let page = read(&journal, Query { after: Some(after), limit: 3, ..Query::default() });
        if page.lines.is_empty() {
            break;
        }
        after = page.next;
        seen.extend(page.lines.into_iter().map(|kept| kept.line.text));
    }
    assert_eq!(seen, ["5", "6", "7", "8", "9", "10", "11"]);
    // Lines that a filter leaves out are not looked at again.
    let filtered =
        read(&journal, Query { after: Some(5), level: Some(Level::Error), limit: 3, ..Query::default() });
    assert_eq!((filtered.lines.len(), filtered.next), (0, 12));
}

#[test]
fn bad_input_11_the_oldest_lines_make_room() {
    let journal = journal();
    for batch in 0..24 {
        keep(
            &journal,
            (0..500).map(|at| line(NOW, Level::Info, &format!("{}", batch * 500 + at))).collect(),
            NOW,
        );
    }
    let rows = |column: &str| journal_number(&journal, column);
    assert!(rows("lines") <= KEPT_LINES && rows("lines") > KEPT_LINES * 9 / 10, "{}", rows("lines"));
    let long = "ü".repeat(2_000);
    for _ in 0..6 {
        keep(&journal, (0..500).map(|_| line(NOW, Level::Info, &long)).collect(), NOW);
    }
    assert!(rows("bytes") <= KEPT_BYTES, "{}", rows("bytes"));
    let last = read(&journal, Query { limit: 1, ..Query::default() });
    assert_eq!(texts(&last), [long.as_str()]);
    // Age counts as well.
    keep(&journal, vec![line(NOW + KEPT_MS + 2, Level::Info, "later")], NOW + KEPT_MS + 2);
    let all = read(&journal, Query { limit: MAX_READ, ..Query::default() });
    assert_eq!(texts(&all), ["later"]);
    assert_eq!(rows("lines"), 1);
}

/// What the account says, which has to be what is there.
fn journal_number(journal: &Journal<Storage>, column: &str) -> u64 {
    let mut pages = 0;
    let (mut after, mut bytes) = (0, 0);
    loop {
        let page = read(journal, Query { after: Some(after), limit: MAX_READ, ..Query::default() });
        if page.lines.is_empty() {
            break;
        }
        after = page.next;
        pages += page.lines.len() as u64;
        bytes += page.lines.iter().map(|kept| kept.line.bytes() as u64).sum::<u64>();
    }
    if column == "lines" { pages } else { bytes }
}

#[test]
fn a_time_that_lies_ahead_is_none() {
    let journal = journal();
    keep(&journal, vec![line(u64::MAX / 2, Level::Info, "from the future")], NOW);
    assert_eq!(read(&journal, Query { limit: 1, ..Query::default() }).lines[0].line.at, NOW);
}

#[test]
fn sums_are_added_and_their_beginning_is_kept() {
    let journal = journal();
    let reading = || serde_json::from_value::<Reading>(ask(&journal, Command::Sums, NOW)).unwrap();
    assert_eq!(reading(), Reading::default());
    let mut sums = Sums { cold_starts: 1, ..Sums::default() };
    sums.called(Kind::Endpoint, "list", "200", 3);
    for at in [NOW, NOW + 10] {
        ask(&journal, Command::Keep { lines: vec![], sums: sums.clone() }, at);
    }
    let known = reading();
    assert_eq!((known.since, known.sums.cold_starts), (Some(NOW), 2));
    assert_eq!(known.sums.calls["endpoint list 200"], 2);
    ask(&journal, Command::Forget, NOW);
    assert_eq!(reading(), Reading::default());
}

#[test]
fn bad_input_39_a_token_is_used_once_until_it_would_be_over() {
    let journal = journal();
    let spend = |token: &str, now| {
        ask(&journal, Command::Spend { token: token.to_owned(), until: now + 65_000 }, now)
            == Json::Bool(true)
    };
    assert_eq!([spend("a", NOW), spend("a", NOW + 1), spend("b", NOW + 1)], [true, false, true]);
    assert!(spend("a", NOW + 70_000), "its time is long over, and whoever checks the time refuses it");
    // Forgetting what was logged doesn't make a token good again.
    assert!(spend("c", NOW));
    ask(&journal, Command::Forget, NOW);
    assert!(!spend("c", NOW + 1));
}
