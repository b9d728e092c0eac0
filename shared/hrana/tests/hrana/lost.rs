//! Answers that are lost after the server has done what it was asked.

use std::net::TcpListener;
use std::thread;

use streamhut_hrana::testkit::{Drops, Sqld, Tcp, now};
use streamhut_hrana::{Database, DbError, Endpoint, Limits, Repeat, Statement};

fn count(sqld: &Sqld) -> i64 {
    let rows = now(sqld.database().query(&Statement::new("SELECT count(*) FROM films"))).unwrap();
    rows.rows[0].integer(0).unwrap()
}

#[test]
fn bad_input_30_dropped_after_commit() {
    let sqld = Sqld::start();
    now(sqld.database().write(&[Statement::new("CREATE TABLE films (title UNIQUE)")], Repeat::Once)).unwrap();
    let drops = Drops::start(sqld.port(), 0);
    let database = Database::new(drops.endpoint(), Tcp);
    let insert = |title: &str| [Statement::new("INSERT INTO films VALUES (?1)").bind(title)];
    let upsert = |title: &str| [Statement::new("INSERT OR IGNORE INTO films VALUES (?1)").bind(title)];
    let is_lost = |error: DbError| assert!(matches!(error, DbError::Lost { .. }), "{error:?}");

    // What must not be done twice is sent once, and the error says that it may have been done.
    drops.drop_next(1);
    is_lost(now(database.write(&insert("a"), Repeat::Once)).unwrap_err());
    assert_eq!((count(&sqld), drops.passed()), (1, 1));

    // What may be done twice is sent again, and its outcome is known in the end.
    drops.drop_next(2);
    let rows = now(database.write(&upsert("b"), Repeat::Idempotent)).unwrap();
    assert_eq!(rows[0].affected, 0, "the third attempt found it done");
    assert_eq!((count(&sqld), drops.passed()), (2, 4));

    // Three times at most.
    drops.drop_next(3);
    is_lost(now(database.write(&upsert("c"), Repeat::Idempotent)).unwrap_err());
    assert_eq!((count(&sqld), drops.passed()), (3, 7));

    // The second attempt meets what the first has done: its error is not the write's fate.
    drops.drop_next(1);
    is_lost(now(database.write(&insert("d"), Repeat::Idempotent)).unwrap_err());
    assert_eq!((count(&sqld), drops.passed()), (4, 9));

    drops.drop_next(2);
    assert_eq!(now(database.query(&Statement::new("SELECT * FROM films"))).unwrap().rows.len(), 4);
}

#[test]
fn bad_input_30_a_server_that_never_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    let endpoint = Endpoint::parse(&format!("http://127.0.0.1:{port}"), None).unwrap();
    let database = Database::new(endpoint, Tcp).limits(Limits { max_bytes: 1000, deadline_ms: 40 });
    let statement = Statement::new("SELECT 1");
    assert_eq!(now(database.query(&statement)).unwrap_err(), DbError::Timeout { ms: 40 });
    for repeat in [Repeat::Once, Repeat::Idempotent] {
        let error = now(database.write(std::slice::from_ref(&statement), repeat)).unwrap_err();
        assert!(matches!(error, DbError::Lost { .. }), "{error:?}");
    }
}

#[test]
fn bad_input_30_nobody_is_there() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let endpoint = Endpoint::parse(&format!("http://127.0.0.1:{port}"), None).unwrap();
    let database = Database::new(endpoint, Tcp);
    let error = now(database.write(&[Statement::new("SELECT 1")], Repeat::Once)).unwrap_err();
    assert!(matches!(error, DbError::Unreachable { .. }), "{error:?}");
    assert!(error.is_passing());
}
