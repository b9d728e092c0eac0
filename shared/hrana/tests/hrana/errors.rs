//! What the real server says, sorted.

use streamhut_hrana::testkit::{Sqld, now};
use streamhut_hrana::{DbError, Limits, Mode, Repeat, Request, Statement};

#[test]
fn bad_input_30_an_older_or_newer_schema_and_sql_that_is_none() {
    let sqld = Sqld::start();
    let database = sqld.database();
    now(database.write(&[Statement::new("CREATE TABLE films (title)")], Repeat::Once)).unwrap();
    let schema = ["SELECT * FROM series", "SELECT nope FROM films", "SELECT 1 FROM films INDEXED BY nope"];
    let schema = schema.iter().chain(&["INSERT INTO films (nope) VALUES (1)", "DELETE FROM series"]);
    for sql in schema {
        for error in [
            now(database.query(&Statement::new(*sql))).unwrap_err(),
            now(database.read(&[Statement::new("SELECT 1"), Statement::new(*sql)])).unwrap_err(),
            now(database.write(&[Statement::new(*sql)], Repeat::Idempotent)).unwrap_err(),
        ] {
            assert!(matches!(error, DbError::Schema { .. }), "{sql}: {error:?}");
        }
    }
    for (sql, code) in [
        ("SELEC 1", "SQL_PARSE_ERROR"),
        ("SELECT 1; SELECT 2", "SQL_MANY_STATEMENTS"),
        ("", "SQL_NO_STATEMENT"),
        ("SELECT ?1", "ARGS_INVALID"),
        ("SELECT nofunction(1)", "SQL_INPUT_ERROR"),
        ("SELECT abs(-9223372036854775807 - 1)", "SQLITE_UNKNOWN"),
    ] {
        for error in [
            now(database.query(&Statement::new(sql))).unwrap_err(),
            now(database.write(&[Statement::new(sql)], Repeat::Idempotent)).unwrap_err(),
        ] {
            let DbError::Sql { code: found, .. } = &error else { panic!("{sql}: {error:?}") };
            assert_eq!(found, code, "{sql}");
        }
    }
}

#[test]
fn an_answer_over_a_cap_is_an_error() {
    let sqld = Sqld::start();
    let large = Statement::new("SELECT hex(zeroblob(?1))").bind(2 * 1024 * 1024);
    let database = sqld.database();
    assert_eq!(now(database.query(&large)).unwrap().rows.len(), 1);
    let database = database.limits(Limits { max_bytes: 1024 * 1024, deadline_ms: 10_000 });
    for error in [now(database.query(&large)).unwrap_err(), now(database.read(&[large])).unwrap_err()] {
        assert_eq!(error, DbError::TooLarge { max: Some(1024 * 1024) });
    }
    let database = sqld.database().limits(Limits { max_bytes: 100 * 1024 * 1024, deadline_ms: 10_000 });
    let value = Statement::new("SELECT hex(zeroblob(?1))").bind(6 * 1024 * 1024);
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20) SELECT hex(zeroblob(?1)) FROM n";
    for larger in [value, Statement::new(rows).bind(512 * 1024)] {
        assert_eq!(
            now(database.query(&larger)).unwrap_err(),
            DbError::TooLarge { max: None },
            "by the server's cap"
        );
    }
}

#[test]
fn a_request_says_when_nothing_more_comes() {
    let request = Request::batch(&[Statement::new("SELECT 1")], Mode::Read).unwrap();
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(body.contains(r#"{"type":"close"}"#), "{body}");
    assert!(body.contains("BEGIN DEFERRED"), "{body}");
}
