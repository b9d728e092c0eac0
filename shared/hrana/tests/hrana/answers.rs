//! Answers that were tampered with: none is taken for a success.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use streamhut_hrana::{Answer, DbError, Mode, Request, Rows, Statement};

/// The body of an answer to one statement.
pub fn executed(rows: &str) -> String {
    let rows: Json = serde_json::from_str(rows).unwrap();
    let result =
        json!({"cols": [{"name": "a"}], "rows": rows, "affected_row_count": 0, "last_insert_rowid": null});
    let execute = json!({"type": "ok", "response": {"type": "execute", "result": result}});
    json!({"baton": null, "base_url": null, "results": [execute, {"type": "ok", "response": {"type": "close"}}]})
        .to_string()
}

fn result() -> Json {
    json!({"cols": [], "rows": [], "affected_row_count": 1, "last_insert_rowid": "5", "replication_index": "7", "rows_read": 1, "rows_written": 2, "query_duration_ms": 0.2})
}

/// An answer to a batch: a result, an error, or neither, for each step.
fn answer(steps: &[Step]) -> Answer {
    let results: Vec<Json> =
        steps.iter().map(|step| if *step == Step::Result { result() } else { json!(null) }).collect();
    let error =
        json!({"message": "SQLite error: UNIQUE constraint failed: a.b", "code": "SQLITE_CONSTRAINT"});
    let errors: Vec<Json> =
        steps.iter().map(|step| if *step == Step::Error { error.clone() } else { json!(null) }).collect();
    let batch = json!({"step_results": results, "step_errors": errors, "replication_index": "1"});
    let results = json!([{"type": "ok", "response": {"type": "batch", "result": batch}}, {"type": "ok", "response": {"type": "close"}}]);
    let body = json!({"baton": null, "base_url": null, "results": results}).to_string().into_bytes();
    Answer { status: 200, retry_after: None, body }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Result,
    Error,
    Neither,
}
use Step::{Error, Neither, Result as Done};

fn read(statements: usize, mode: Mode, answer: &Answer) -> Result<Vec<Rows>, DbError> {
    let statements = vec![Statement::new("SELECT 1"); statements];
    Request::batch(&statements, mode).unwrap().parse(answer)
}

#[test]
fn only_a_commit_is_a_success() {
    let parse = |steps: &[Step]| read(2, Mode::Write, &answer(steps));
    assert_eq!(parse(&[Done, Done, Done, Done, Neither]).unwrap().len(), 2);
    let at = |steps: &[Step]| match parse(steps).unwrap_err() {
        DbError::Constraint { statement, .. } => Some(statement),
        DbError::Lost { .. } => None,
        error => panic!("{error:?}"),
    };
    assert_eq!(at(&[Error, Neither, Neither, Neither, Neither]), Some(0), "BEGIN");
    assert_eq!(at(&[Done, Error, Neither, Neither, Done]), Some(0));
    assert_eq!(at(&[Done, Done, Error, Neither, Done]), Some(1));
    assert_eq!(at(&[Done, Done, Done, Error, Done]), Some(0), "COMMIT, taken back");
    assert_eq!(at(&[Done, Done, Done, Error, Error]), None, "COMMIT, and who knows");
    assert_eq!(at(&[Done, Done, Done, Error, Neither]), None);
    assert_eq!(at(&[Done, Done, Done, Neither, Neither]), None);
    assert_eq!(at(&[Done, Done, Done, Done, Error]), None, "COMMIT, and an error all the same");
    assert_eq!(at(&[Done, Done, Done, Done]), None, "an answer to fewer steps");
    assert_eq!(at(&[Done, Done, Done, Done, Done, Neither]), None, "an answer to more steps");
}

proptest! {
    #[test]
    fn no_other_combination_of_steps_is_a_success(
        steps in proptest::collection::vec(prop_oneof![Just(Done), Just(Error), Just(Neither)], 0..7),
        write in any::<bool>(),
    ) {
        let mode = if write { Mode::Write } else { Mode::Read };
        let fine = steps == [Done, Done, Done, Done, Neither];
        prop_assert_eq!(read(2, mode, &answer(&steps)).is_ok(), fine);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..300)) {
        for mode in [Mode::Read, Mode::Write] {
            let answer = Answer { status, retry_after: None, body: body.clone() };
            prop_assert!(read(1, mode, &answer).is_err());
        }
    }

    #[test]
    fn a_changed_byte_gives_no_more_and_no_fewer_rows(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut tampered = answer(&[Done, Done, Done, Done, Neither]);
        let at = at.index(tampered.body.len());
        tampered.body[at] = byte;
        match read(2, Mode::Write, &tampered) {
            Ok(rows) => prop_assert_eq!(rows.len(), 2),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
