use streamhut_ledger::{Command, Lease, LedgerError, rules};

use crate::books::{Books, MINUTE, SECOND, TEN};

impl Books {
    fn acquire(&mut self, key: &str, ttl_ms: u64) -> Result<Lease, LedgerError> {
        self.ask(Command::Acquire { key: key.to_owned(), ttl_ms, wait_ms: 0 })
    }

    fn hold(&mut self, key: &str, ttl_ms: u64) -> String {
        match self.acquire(key, ttl_ms).unwrap() {
            Lease::Held { token } => token,
            other => panic!("{other:?}"),
        }
    }

    fn release(&mut self, key: &str, token: &str) {
        self.tell(Command::Release { key: key.to_owned(), token: token.to_owned() });
    }
}

#[test]
fn one_holds_until_released() {
    let mut books = Books::new();
    let token = books.hold("a", MINUTE);
    assert_eq!(books.acquire("a", MINUTE), Ok(Lease::Busy));
    assert_eq!(books.ledger.held_until("a", books.now), Ok(Some(TEN + MINUTE)));
    books.hold("b", MINUTE);
    books.release("a", "another");
    assert_eq!(books.acquire("a", MINUTE), Ok(Lease::Busy));
    books.release("a", &token);
    assert_eq!(books.ledger.held_until("a", books.now), Ok(None));
    let second = books.hold("a", MINUTE);
    books.release("a", &token);
    assert_eq!(books.acquire("a", MINUTE), Ok(Lease::Busy), "a token is good for its own lease");
    assert_ne!(token, second);
}

#[test]
fn a_lease_lapses_when_its_time_is_over() {
    let mut books = Books::new();
    let token = books.hold("a", 5 * SECOND);
    books.pass(5 * SECOND - 1);
    assert_eq!(books.acquire("a", SECOND), Ok(Lease::Busy));
    books.pass(1);
    assert_eq!(books.ledger.held_until("a", books.now), Ok(None));
    books.hold("a", SECOND);
    books.release("a", &token);
    assert_eq!(books.acquire("a", SECOND), Ok(Lease::Busy));
    // Nobody holds for ever, and nobody for no time at all.
    books.hold("long", u64::MAX);
    assert_eq!(books.ledger.held_until("long", books.now), Ok(Some(books.now + 15 * MINUTE)));
    books.hold("short", 0);
    assert_eq!(books.acquire("short", 0), Ok(Lease::Busy));
}

#[test]
fn keys_and_counts_are_bounded() {
    let mut books = Books::new();
    for key in [String::new(), "k".repeat(1_025)] {
        let bytes = key.len() as u64;
        assert_eq!(books.acquire(&key, 1), Err(LedgerError::InvalidKey { bytes, max: 1_024 }));
    }
    for n in 0..rules::MAX_LEASES {
        books.hold(&format!("key {n}"), MINUTE);
    }
    assert_eq!(books.acquire("one more", MINUTE), Ok(Lease::Busy));
    books.pass(MINUTE);
    books.hold("one more", MINUTE);
    books.tell(Command::Forget);
    books.hold("one more", MINUTE);
}

#[test]
fn the_form_that_others_read() {
    let json = |lease: Lease| serde_json::to_string(&lease).unwrap();
    assert_eq!(json(Lease::Held { token: "t".to_owned() }), r#"{"state":"held","token":"t"}"#);
    assert_eq!(json(Lease::Released), r#"{"state":"released"}"#);
    assert_eq!(json(Lease::Busy), r#"{"state":"busy"}"#);
}
