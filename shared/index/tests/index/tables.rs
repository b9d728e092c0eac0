use streamhut_index::{Statement, runs, stream, tokens};

use crate::store::{Local, Store};

#[test]
fn a_token_is_used_once() {
    let store = Local::new();
    let spend = |issuer: &str, jti: &str, now| {
        tokens::is_first_use(&store.must(&tokens::spend(issuer, jti, now + 60, now)))
    };
    assert!(spend("did:a", "x", 0));
    assert!(!spend("did:a", "x", 1));
    assert!(spend("did:b", "x", 1), "nobody uses up another's");
    assert!(spend("did:a", "y", 1));
    assert!(!spend("did:a", "x", 60), "it is good to its last moment");
    assert_eq!(store.number("SELECT count(*) FROM used_tokens"), 3);
    spend("did:c", "z", 62);
    assert_eq!(store.number("SELECT count(*) FROM used_tokens"), 1, "what has expired is forgotten");
}

#[test]
fn runs_are_noted_and_the_oldest_forgotten() {
    let store = Local::new();
    let run = |n: u32| runs::Run {
        id: format!("r{n}"),
        kind: "all".to_owned(),
        started_ms: n.into(),
        created: n.into(),
        ..runs::Run::default()
    };
    for n in 0..1005 {
        store.must(&runs::note(&run(n)));
    }
    let last = runs::Run { error: Some("early".to_owned()), finished_ms: 2000, ..run(1004) };
    store.must(&runs::note(&last));
    let latest = runs::read(&store.read(&runs::latest(2))).unwrap();
    assert_eq!(latest, [last, run(1003)]);
    assert_eq!(store.number("SELECT count(*) FROM sync_runs"), 1000);
    assert_eq!(store.number("SELECT min(started_ms) FROM sync_runs"), 5);
}

#[test]
fn a_stream_stands_where_it_was_set() {
    let store = Local::new();
    let position = |store: &Local| stream::read_position(&store.read(&stream::position("live"))).unwrap();
    assert_eq!(position(&store), None);
    store.must(&[stream::seek("live", i64::MAX, 1), stream::seek("other", 5, 1)]);
    assert_eq!(position(&store), Some(stream::Position { cursor: i64::MAX, at_ms: 1 }));
    store.must(&[stream::seek("live", 3, 2)]);
    assert_eq!(position(&store), Some(stream::Position { cursor: 3, at_ms: 2 }));
    assert!(store.write(&[Statement::new("INSERT INTO stream_cursors VALUES ('x', 'y', 1)")]).is_err());
}
