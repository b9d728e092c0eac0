//! Answers by a script: statuses, bodies, and how often a request is sent.

use streamhut_hrana::testkit::{Scripted, Step, now};
use streamhut_hrana::{Answer, Database, DbError, Endpoint, Repeat, Statement, TransportError};

const TOKEN: &str = "eyJhbGciOi.SECRET-of_a.token";

fn database(network: &Scripted) -> Database<&Scripted> {
    Database::new(Endpoint::parse("libsql://films.example", Some(TOKEN)).unwrap(), network)
}

/// The errors and the numbers of attempts of a read, of a write that may be done once, and of one that may be done
/// again.
fn all_three(step: Step) -> [(DbError, usize); 3] {
    let statements = [Statement::new("SELECT 1")];
    let run = |repeat: Option<Repeat>| {
        let network = Scripted::new([step.clone()]);
        let database = database(&network);
        let outcome = match repeat {
            None => now(database.read(&statements)),
            Some(repeat) => now(database.write(&statements, repeat)),
        };
        (outcome.unwrap_err(), network.sent().len())
    };
    [run(None), run(Some(Repeat::Once)), run(Some(Repeat::Idempotent))]
}

/// A variant's name.
fn name(error: &DbError) -> String {
    format!("{error:?}").split([' ', '{', '(']).next().unwrap().to_owned()
}

#[track_caller]
fn check(step: Step, expect: [(&str, usize); 3]) {
    let found = all_three(step.clone());
    let named: Vec<_> = found.iter().map(|(error, count)| (name(error), *count)).collect();
    let expect: Vec<_> = expect.iter().map(|(error, count)| ((*error).to_owned(), *count)).collect();
    assert_eq!(named, expect, "{step:?}: {found:?}");
}

fn later(status: u16, retry_after: &str) -> Step {
    Step::Answer(Answer { status, retry_after: Some(retry_after.to_owned()), body: b"slow down".to_vec() })
}

#[test]
fn bad_input_30_statuses() {
    let twice = |error, write| [(error, 3), (write, 1), (write, 3)];
    for (step, expect) in [
        (Scripted::answer(429, "Too many"), [("Unavailable", 3); 3]),
        (later(429, "1"), [("Unavailable", 3); 3]),
        (later(429, "30"), [("Unavailable", 1); 3]),
        (later(503, "2"), [("Unavailable", 3); 3]),
        (later(503, "Wed, 21 Oct 2026 07:28:00 GMT"), [("Unavailable", 1); 3]),
        (Scripted::answer(503, ""), twice("Unavailable", "Lost")),
        (Scripted::answer(500, "{\"error\":\"x\"}"), twice("Unavailable", "Lost")),
        (Scripted::answer(502, "<html>Bad Gateway</html>"), twice("Unavailable", "Lost")),
        (Scripted::answer(504, ""), twice("Unavailable", "Lost")),
        (Scripted::answer(401, "{\"error\":\"Unauthorized\"}"), [("Auth", 1); 3]),
        (Scripted::answer(403, "no"), [("Auth", 1); 3]),
        (Scripted::answer(400, "{\"message\":\"x\",\"code\":\"y\"}"), [("Refused", 1); 3]),
        (Scripted::answer(400, "{\"error\":\"Transaction timed-out\"}"), [("Busy", 3); 3]),
        (Scripted::answer(404, "<html>"), [("Refused", 1); 3]),
        (Scripted::answer(413, ""), [("Refused", 1); 3]),
        (Scripted::answer(302, ""), [("Protocol", 1), ("Lost", 1), ("Lost", 3)]),
        (Step::Error(TransportError::NotSent { reason: "no route".into() }), [("Unreachable", 3); 3]),
        (Step::Error(TransportError::Broken { reason: "reset".into() }), twice("Unreachable", "Lost")),
        (Step::Error(TransportError::Deadline { ms: 9 }), twice("Timeout", "Lost")),
        (Step::Error(TransportError::TooLarge { max: 9 }), [("TooLarge", 1), ("Lost", 1), ("Lost", 3)]),
    ] {
        check(step, expect);
    }
}

#[test]
fn bad_input_30_an_answer_of_200_that_is_none() {
    let garbage = [
        "",
        "<!doctype html><title>Welcome to the hotel</title>",
        "null",
        "{}",
        "{\"results\":[]}",
        "{\"results\":[{\"type\":\"ok\",\"response\":{\"type\":\"close\"}}]}",
        "{\"results\":[{\"type\":\"ok\",\"response\":{\"type\":\"close\"}},{\"type\":\"ok\",\"response\":{\"type\":\"close\"}}]}",
        "{\"results\":[{\"type\":\"ok\",\"response\":{\"type\":\"batch\",\"result\":{\"step_results\":[],\"step_errors\":[]}}},{\"type\":\"ok\",\"response\":{\"type\":\"close\"}}]}",
        "{\"results\":[{\"type\":\"error\",\"error\":{\"message\":\"out of luck\",\"code\":\"INTERNAL\"}},{\"type\":\"ok\",\"response\":{\"type\":\"close\"}}]}",
    ];
    for body in garbage {
        let read = if body.contains("INTERNAL") { "Sql" } else { "Protocol" };
        check(Scripted::answer(200, body), [(read, 1), ("Lost", 1), ("Lost", 3)]);
    }
    check(Scripted::answer(200, [0xff; 64]), [("Protocol", 1), ("Lost", 1), ("Lost", 3)]);
    let deep = "[".repeat(100_000);
    check(Scripted::answer(200, deep), [("Protocol", 1), ("Lost", 1), ("Lost", 3)]);
}

#[test]
fn the_time_between_attempts() {
    for (step, waited) in [
        (Scripted::answer(429, ""), 500),
        (later(429, "1"), 2000),
        (later(503, "0"), 500),
        (later(429, "9"), 0),
        (Scripted::answer(401, ""), 0),
    ] {
        let network = Scripted::new([step]);
        now(database(&network).query(&Statement::new("SELECT 1"))).unwrap_err();
        assert_eq!(network.waited_ms(), waited);
    }
}

#[test]
fn a_fault_that_passes_is_not_noticed() {
    let network = Scripted::new([
        Scripted::answer(503, ""),
        Step::Error(TransportError::Deadline { ms: 9 }),
        Scripted::answer(200, crate::answers::executed("[[{\"type\":\"text\",\"value\":\"x\"}]]")),
    ]);
    let rows = now(database(&network).query(&Statement::new("SELECT 'x'"))).unwrap();
    assert_eq!(rows.rows[0].text(0).unwrap(), "x");
    let sent = network.sent();
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|request| *request == sent[0]), "the same each time");
    assert!(sent[0].headers.contains(&("authorization", format!("Bearer {TOKEN}"))));
}

#[test]
fn no_error_tells_the_token() {
    let echo = format!("{}{TOKEN} is not {TOKEN}", "x".repeat(225));
    let error = format!("{{\"type\":\"error\",\"error\":{{\"message\":\"{echo}\",\"code\":\"{TOKEN}\"}}}}");
    let close = "{\"type\":\"ok\",\"response\":{\"type\":\"close\"}}";
    let mut steps = vec![
        Scripted::answer(200, format!("{{\"results\":[{error},{close}]}}")),
        Scripted::answer(200, format!("{{\"results\":\"{TOKEN}\"}}")),
        Step::Error(TransportError::NotSent { reason: echo.clone() }),
        Step::Error(TransportError::Broken { reason: echo.clone() }),
    ];
    for status in [302, 400, 401, 403, 429, 500, 503] {
        steps.push(Scripted::answer(status, echo.clone()));
        steps.push(Scripted::answer(status, format!("{{\"error\":\"{echo}\"}}")));
    }
    for step in steps {
        for (error, _) in all_three(step) {
            let told = format!("{error} {error:?}");
            assert!(!told.contains(&TOKEN[..6]), "{told}");
        }
    }
    let network = Scripted::default();
    assert!(!format!("{:?}", database(&network)).contains("SECRET"));
}
