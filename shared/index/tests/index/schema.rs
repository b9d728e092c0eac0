use std::thread;

use streamhut_hrana::testkit::{Sqld, now};
use streamhut_hrana::{DbError, Mode, Repeat, Request, Statement};
use streamhut_index::{IndexError, schema};

use crate::store::{Local, Remote, Store};

fn version(store: &impl Store) -> u32 {
    schema::read_version(Ok(store.read(&schema::version()))).unwrap()
}

fn check(store: &impl Store) {
    let migrations = schema::migrate(0, 5).unwrap();
    for statements in &migrations {
        store.must(statements);
    }
    assert_eq!(version(store), schema::known_version());
    assert_eq!(schema::migrate(version(store), 6), Ok(Vec::new()));
    let tables = store.dump("SELECT name FROM sqlite_schema ORDER BY name");

    // Who comes second changes nothing.
    let error = store.write(&migrations[0]).unwrap_err();
    assert!(schema::is_lost_race(&error), "{error:?}");
    assert_eq!(store.dump("SELECT name FROM sqlite_schema ORDER BY name"), tables);
    assert_eq!(store.number("SELECT applied_ms FROM schema_version"), 5);

    store.must(&[Statement::new("INSERT INTO schema_version VALUES (99, 7)")]);
    let newer = IndexError::NewerSchema { found: 99, known: schema::known_version() };
    assert_eq!(schema::check_in(&store.read(&schema::version())), Err(newer.clone()));
    assert_eq!(schema::migrate(version(store), 8), Err(newer));
}

#[test]
fn an_empty_database_becomes_ours_once() {
    check(&Local::empty());
    check(&Remote::empty());
}

#[test]
fn bad_input_30_a_database_that_was_never_migrated_says_so() {
    let remote = Remote::empty();
    assert_eq!(schema::read_version(now(remote.database.query(&schema::version()))), Ok(0));
    let batch = [schema::version(), Statement::new("SELECT 1")];
    let error = IndexError::from(now(remote.database.read(&batch)).unwrap_err());
    assert_eq!(error, IndexError::OlderSchema { found: 0, known: schema::known_version() });
}

#[test]
fn migrations_at_once_leave_one_schema() {
    let sqld = Sqld::start();
    thread::scope(|scope| {
        for number in 0..4 {
            let sqld = &sqld;
            scope.spawn(move || {
                for statements in schema::migrate(0, number).unwrap() {
                    loop {
                        match now(sqld.database().write(&statements, Repeat::Idempotent)) {
                            Ok(_) => break,
                            Err(error) if schema::is_lost_race(&error) => break,
                            Err(DbError::Busy { .. }) => {}
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                }
            });
        }
    });
    let version = now(sqld.database().query(&schema::version()));
    assert_eq!(schema::read_version(version), Ok(schema::known_version()));
}

#[test]
fn a_migration_fits_one_request() {
    for statements in schema::migrate(0, 0).unwrap() {
        assert!(Request::batch(&statements, Mode::Write).unwrap().body().len() < 64 * 1024);
    }
}
