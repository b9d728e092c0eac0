use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use streamhut_hrana::testkit::{Sqld, now};
use streamhut_hrana::{DbError, Statement, Value};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn every_type_comes_back_as_it_went() {
    let sqld = Sqld::start();
    let mut values = vec![
        (Value::Null, "null"),
        (Value::Integer(0), "integer"),
        (Value::Integer(i64::MAX), "integer"),
        (Value::Integer(i64::MIN), "integer"),
        (Value::Integer((1 << 53) + 1), "integer"),
        (Value::Real(0.1), "real"),
        (Value::Real(-0.0), "real"),
        (Value::Real(f64::MAX), "real"),
        (Value::Real(f64::MIN_POSITIVE), "real"),
        (text(""), "text"),
        (text("a\0b\0"), "text"),
        (text("\"quotes\" \\ \u{7f} \u{2028} 'and' 🎬"), "text"),
        (text(&"é\"\\\0".repeat(200_000)), "text"),
        (Value::Blob(Vec::new()), "blob"),
        (Value::Blob((0..=255).collect()), "blob"),
        (Value::Blob(vec![0xff; 1_000_000]), "blob"),
    ];
    values.extend((0..4).map(|padding| (Value::Blob(vec![0; padding]), "blob")));
    let ask = |value: &Value| {
        let sql = "SELECT ?1, typeof(?1), length(CAST(?1 AS BLOB))";
        now(sqld.database().query(&Statement::new(sql).bind(value.clone()))).unwrap()
    };
    for (value, kind) in values {
        let rows = ask(&value);
        let row = rows.first().unwrap();
        assert_eq!(row.0[0], value);
        assert_eq!(row.text(1).unwrap(), kind);
        let bytes = match &value {
            Value::Text(text) => text.len(),
            Value::Blob(bytes) => bytes.len(),
            _ => continue,
        };
        assert_eq!(row.count(2).unwrap(), bytes as u64, "it was stored whole");
    }
    assert_eq!(ask(&Value::Real(f64::NAN)).rows[0].0[0], Value::Null, "as SQLite has it");
}

#[test]
fn infinity_is_refused_on_both_ways() {
    let sqld = Sqld::start();
    let database = sqld.database();
    let statement = Statement::new("SELECT ?1, ?2").bind(1).bind(f64::INFINITY);
    let error = now(database.read(&[Statement::new("SELECT 1"), statement])).unwrap_err();
    assert_eq!(error, DbError::Infinite { statement: 1, argument: 2 });
    let error = now(database.query(&Statement::new("SELECT 9e999"))).unwrap_err();
    assert!(matches!(error, DbError::Protocol { status: 200, .. }), "{error:?}");
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(Value::Real),
        ".{0,40}".prop_map(Value::Text),
        proptest::collection::vec(any::<char>(), 0..40)
            .prop_map(|characters| Value::Text(characters.into_iter().collect())),
        proptest::collection::vec(any::<u8>(), 0..60).prop_map(Value::Blob),
        Just(Value::Null),
    ]
}

#[test]
fn any_values_come_back_from_a_table() {
    let sqld = Sqld::start();
    let mut runner = TestRunner::default();
    let values: Vec<Value> =
        (0..1500).map(|_| any_value().new_tree(&mut runner).unwrap().current()).collect();
    let mut statements =
        vec![Statement::new("CREATE TABLE kept (place INTEGER PRIMARY KEY, value ANY) STRICT")];
    statements.extend(values.iter().enumerate().map(|(place, value)| {
        Statement::new("INSERT INTO kept VALUES (?1, ?2)").bind(place as i64).bind(value.clone())
    }));
    let database = sqld.database();
    let answers = now(database.write(&statements, streamhut_hrana::Repeat::Once)).unwrap();
    assert_eq!(answers.len(), values.len() + 1);
    assert!(answers[1..].iter().all(|rows| rows.affected == 1));
    let rows = now(database.query(&Statement::new("SELECT value FROM kept ORDER BY place"))).unwrap();
    assert_eq!(rows.columns, ["value"]);
    let found: Vec<Value> = rows.rows.into_iter().map(|mut row| row.0.remove(0)).collect();
    let different: Vec<_> = found.iter().zip(&values).filter(|(found, value)| found != value).collect();
    assert!(different.is_empty() && found.len() == values.len(), "{different:?}");
}
