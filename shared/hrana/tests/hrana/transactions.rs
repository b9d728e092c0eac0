use streamhut_hrana::testkit::{Sqld, Tcp, now};
use streamhut_hrana::{Constraint, Database, DbError, Repeat, Statement};

const INSERT: &str = "INSERT INTO films (title) VALUES (?1)";

fn films(sqld: &Sqld) -> Database<Tcp> {
    let database = sqld.database();
    let schema = [
        Statement::new(
            "CREATE TABLE films (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE CHECK (title <> 'bad'))",
        ),
        Statement::new("CREATE TABLE scenes (film INTEGER REFERENCES films DEFERRABLE INITIALLY DEFERRED)"),
        Statement::new(INSERT).bind("first"),
    ];
    now(database.write(&schema, Repeat::Once)).unwrap();
    database
}

fn titles(database: &Database<Tcp>) -> Vec<String> {
    let rows = now(database.query(&Statement::new("SELECT title FROM films ORDER BY title"))).unwrap();
    rows.rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

#[test]
fn bad_input_30_a_batch_that_fails_anywhere_leaves_nothing_behind() {
    let sqld = Sqld::start();
    let database = films(&sqld);
    let title = |title: &str| Statement::new(INSERT).bind(title);
    let unique = (Constraint::Unique, "films.title");
    let failing = [
        (title("first"), unique),
        (title("bad"), (Constraint::Check, "title <> 'bad'")),
        (Statement::new(INSERT).bind(None::<&str>), (Constraint::NotNull, "films.title")),
    ];
    for place in 0..5 {
        for (statement, (kind, target)) in &failing {
            let mut statements: Vec<_> = (0..4).map(|number| title(&format!("new {number}"))).collect();
            statements.insert(place, statement.clone());
            let error = now(database.write(&statements, Repeat::Once)).unwrap_err();
            let expect = DbError::Constraint { kind: *kind, target: (*target).to_owned(), statement: place };
            assert_eq!(error, expect);
            assert_eq!(titles(&database), ["first"], "the statement at fault is at {place}");
        }
    }
    // And the database is free for the next one.
    now(database.write(&[title("second")], Repeat::Once)).unwrap();
    assert_eq!(titles(&database), ["first", "second"]);
}

#[test]
fn bad_input_30_a_commit_that_fails_leaves_nothing_behind() {
    let sqld = Sqld::start();
    let database = films(&sqld);
    let orphan = [Statement::new(INSERT).bind("x"), Statement::new("INSERT INTO scenes VALUES (99)")];
    let error = now(database.write(&orphan, Repeat::Once)).unwrap_err();
    assert!(matches!(error, DbError::Constraint { kind: Constraint::ForeignKey, .. }), "{error:?}");
    assert_eq!(titles(&database), ["first"]);
}

#[test]
fn what_statements_give() {
    let sqld = Sqld::start();
    let database = films(&sqld);
    let statements = [
        Statement::new("INSERT INTO films (id, title) VALUES (?1, 'a'), (?2, 'b')").bind(6).bind(i64::MAX),
        Statement::new("UPDATE films SET title = title || '!' WHERE id > ?1 RETURNING title").bind(5),
        Statement::new("DELETE FROM films WHERE title = ?1").bind("none"),
        Statement::new("SELECT id, title FROM films ORDER BY id"),
    ];
    let rows = now(database.write(&statements, Repeat::Once)).unwrap();
    assert_eq!((rows[0].affected, rows[0].last_insert_rowid), (2, Some(i64::MAX)));
    assert_eq!(rows[1].rows.len(), 2);
    assert_eq!((rows[2].affected, rows[2].rows.len()), (0, 0));
    assert_eq!(rows[3].columns, ["id", "title"]);
    assert_eq!(rows[3].rows[2].integer(0).unwrap(), i64::MAX);
    assert_eq!(rows[3].rows[2].text(1).unwrap(), "b!");
    assert_eq!(now(database.write(&[], Repeat::Once)).unwrap(), []);
    assert_eq!(now(database.read(&[])).unwrap(), []);
}

#[test]
fn a_column_of_another_type_is_an_error_that_says_so() {
    let sqld = Sqld::start();
    let rows = now(sqld.database().query(&Statement::new("SELECT 1, 'x', NULL, -1, 0.5, x'00'"))).unwrap();
    let row = rows.first().unwrap();
    assert_eq!((row.integer(0).unwrap(), row.text(1).unwrap()), (1, "x"));
    assert_eq!((row.optional_text(2).unwrap(), row.optional_integer(2).unwrap()), (None, None));
    assert_eq!((row.real(0).unwrap(), row.real(4).unwrap()), (1.0, 0.5));
    let column = |column, expected, found| DbError::Column { column, expected, found };
    assert_eq!(row.text(0).unwrap_err(), column(0, "TEXT or NULL", "INTEGER"));
    assert_eq!(row.text(2).unwrap_err(), column(2, "TEXT", "NULL"));
    assert_eq!(row.integer(2).unwrap_err(), column(2, "INTEGER", "NULL"));
    assert_eq!(row.integer(4).unwrap_err(), column(4, "INTEGER or NULL", "REAL"));
    assert_eq!(row.count(3).unwrap_err(), column(3, "a number from 0", "INTEGER"));
    assert_eq!(row.real(5).unwrap_err(), column(5, "REAL", "BLOB"));
    assert_eq!(row.text(6).unwrap_err(), column(6, "TEXT or NULL", "nothing"));
}
