use std::collections::BTreeMap;

use streamhut_ledger::{Command, LedgerError, Reservation};

use crate::books::{Books, HOUR, Random};

impl Books {
    fn reserve(&mut self, key: &str, size: u64, max_bytes: u64) -> Reservation {
        self.ask(Command::Reserve { key: key.to_owned(), size, max_bytes }).unwrap()
    }

    fn settle(&mut self, key: &str, size: Option<u64>) {
        self.tell(Command::Settle { key: key.to_owned(), size });
    }

    fn usage(&mut self) -> u64 {
        self.ask(Command::Usage).unwrap()
    }
}

const OVER: fn(u64) -> Reservation = |used| Reservation::QuotaExceeded { used, max: 100 };

#[test]
fn what_is_stored_counts_and_the_cap_holds() {
    let mut books = Books::new();
    assert_eq!(books.usage(), 0);
    assert_eq!(books.reserve("a", 101, 100), OVER(0));
    assert_eq!(books.reserve("a", 60, 100), Reservation::Granted);
    assert_eq!(books.usage(), 60, "reserved is used");
    assert_eq!(books.reserve("b", 41, 100), OVER(60));
    assert_eq!(books.reserve("b", 40, 100), Reservation::Granted);
    books.settle("a", Some(60));
    books.settle("b", None);
    assert_eq!(books.usage(), 60, "a put that failed leaves nothing");
    // While a blob is replaced, it counts for the larger.
    assert_eq!(books.reserve("a", 10, 100), Reservation::Granted);
    assert_eq!(books.usage(), 60);
    books.settle("a", Some(10));
    assert_eq!(books.usage(), 10);
    assert_eq!(books.reserve("a", 100, 100), Reservation::Granted);
    assert_eq!(books.usage(), 100);
    books.settle("a", Some(10));
    assert_eq!(books.reserve("a", 0, 100), Reservation::Granted);
    books.settle("a", None);
    assert_eq!(books.usage(), 0);
    books.settle("never", None);
    assert_eq!(books.usage(), 0);
}

#[test]
fn a_lowered_cap_still_lets_blobs_go() {
    let mut books = Books::new();
    books.reserve("a", 90, 100);
    books.settle("a", Some(90));
    assert_eq!(books.reserve("b", 1, 50), Reservation::QuotaExceeded { used: 90, max: 50 });
    assert_eq!(books.reserve("a", 80, 50), Reservation::Granted, "smaller than before");
    books.settle("a", Some(80));
    assert_eq!(books.reserve("a", 0, 50), Reservation::Granted);
    books.settle("a", None);
    assert_eq!(books.usage(), 0);
}

#[test]
fn changes_at_once_count_for_the_largest_until_one_comes_alone() {
    let mut books = Books::new();
    books.reserve("a", 10, 100);
    books.reserve("a", 90, 100);
    books.settle("a", Some(90));
    books.settle("a", Some(10));
    assert_eq!(books.usage(), 90, "which of them was the last in the bucket?");
    books.reserve("a", 20, 100);
    books.settle("a", Some(20));
    assert_eq!(books.usage(), 20);
    // A deletion is a change as well.
    books.reserve("a", 70, 100);
    books.reserve("a", 0, 100);
    books.settle("a", Some(70));
    books.settle("a", None);
    assert_eq!(books.usage(), 70);
}

#[test]
fn a_reservation_that_nobody_settles_counts_until_the_blob_is_changed() {
    let mut books = Books::new();
    books.reserve("a", 70, 100);
    books.pass(HOUR);
    assert_eq!(books.usage(), 70);
    books.reserve("a", 5, 100);
    books.settle("a", Some(5));
    assert_eq!(books.usage(), 5);
}

#[test]
fn sizes_that_no_number_holds() {
    let mut books = Books::new();
    for size in [1 << 53, u64::MAX] {
        let error =
            books.ask::<Reservation>(Command::Reserve { key: "a".to_owned(), size, max_bytes: u64::MAX });
        assert_eq!(error, Err(LedgerError::OutOfRange { number: size }));
    }
    assert_eq!(books.reserve("a", (1 << 53) - 1, u64::MAX), Reservation::Granted);
    let error =
        books.ask::<Reservation>(Command::Reserve { key: "b".to_owned(), size: 1, max_bytes: u64::MAX });
    assert_eq!(error, Err(LedgerError::OutOfRange { number: 1 << 53 }));
    assert_eq!(books.usage(), (1 << 53) - 1);
    let error = books.ask::<Reservation>(Command::Reserve { key: String::new(), size: 1, max_bytes: 1 });
    assert!(matches!(error, Err(LedgerError::InvalidKey { .. })));
}

#[test]
fn forgetting_empties_the_account() {
    let mut books = Books::new();
    books.reserve("a", 70, 100);
    books.settle("a", Some(70));
    books.tell(Command::Forget);
    assert_eq!(books.usage(), 0);
    assert_eq!(books.reserve("b", 100, 100), Reservation::Granted);
}

/// One change of a blob: its three steps happen in order, and anything else between them.
struct Change {
    key: &'static str,
    size: Option<u64>,
    stored: bool,
}

/// Puts and deletions of a hostile bundle, their steps mixed at will: the account never says less than what the
/// bucket holds, and without quarrel over a key it says exactly that.
#[test]
fn the_account_never_says_less_than_what_is_stored() {
    for seed in 0..60 {
        let (mut books, mut random) = (Books::new(), Random(seed));
        let mut bucket = BTreeMap::<&str, u64>::new();
        let mut under_way: Vec<Change> = Vec::new();
        let at_once = 1 + random.below(4) as usize;
        for _ in 0..120 {
            if under_way.len() < at_once && random.below(2) == 0 {
                let key = ["a", "b", "c"][random.below(3) as usize];
                let size = (random.below(4) > 0).then(|| 1 + random.below(60));
                if books.reserve(key, size.unwrap_or(0), 100) == Reservation::Granted {
                    under_way.push(Change { key, size, stored: false });
                }
            } else if !under_way.is_empty() {
                let place = random.below(under_way.len() as u64) as usize;
                let change = &mut under_way[place];
                if !change.stored {
                    change.stored = true;
                    match change.size {
                        Some(size) => bucket.insert(change.key, size),
                        None => bucket.remove(change.key),
                    };
                } else {
                    let change = under_way.remove(place);
                    books.settle(change.key, change.size);
                }
            }
            let stored: u64 = bucket.values().sum();
            let used = books.usage();
            assert!(used >= stored, "seed {seed}: {used} for {stored}");
            assert!(stored <= 100, "seed {seed}: {stored}");
            if at_once == 1 && under_way.is_empty() {
                assert_eq!(used, stored, "seed {seed}");
            }
        }
    }
}
