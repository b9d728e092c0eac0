use std::thread;

use streamhut_hrana::testkit::{Sqld, now};
use streamhut_hrana::{DbError, Repeat, Statement};

#[test]
fn writers_at_once_lose_nothing() {
    let sqld = Sqld::start();
    let database = sqld.database();
    let schema = [
        "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER)",
        "INSERT INTO counters VALUES ('a', 0)",
    ];
    now(database.write(&schema.map(Statement::new), Repeat::Once)).unwrap();
    let add = [
        Statement::new("CREATE TABLE IF NOT EXISTS seen (value INTEGER PRIMARY KEY)"),
        Statement::new("INSERT INTO seen SELECT value FROM counters"),
        Statement::new("UPDATE counters SET value = value + 1"),
    ];
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut done = 0;
                while done < 25 {
                    match now(sqld.database().write(&add, Repeat::Once)) {
                        Ok(_) => done += 1,
                        Err(DbError::Busy { .. }) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            });
        }
    });
    let ask = ["SELECT value FROM counters", "SELECT count(*) FROM seen"].map(Statement::new);
    let rows = now(database.read(&ask)).unwrap();
    assert_eq!((rows[0].rows[0].integer(0).unwrap(), rows[1].rows[0].integer(0).unwrap()), (100, 100));
}

#[test]
fn a_batch_that_reads_sees_one_state() {
    let sqld = Sqld::start();
    let database = sqld.database();
    let schema = ["CREATE TABLE pair (a INTEGER, b INTEGER)", "INSERT INTO pair VALUES (0, 0)"];
    now(database.write(&schema.map(Statement::new), Repeat::Once)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..60 {
                let both = [Statement::new("UPDATE pair SET a = a + 1, b = b + 1")];
                now(sqld.database().write(&both, Repeat::Once)).unwrap();
            }
        });
        for _ in 0..60 {
            let ask =
                ["SELECT a FROM pair", "SELECT sum(value) FROM json_each('[1,2,3]')", "SELECT b FROM pair"];
            let rows = now(database.read(&ask.map(Statement::new))).unwrap();
            assert_eq!(rows[0].rows, rows[2].rows);
        }
    });
}
