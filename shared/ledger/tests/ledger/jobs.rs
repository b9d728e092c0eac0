use streamhut_ledger::{Claims, Command, Ending, JobState, Kind, LedgerError, Outcome, Run};
use streamhut_release::Job;

use crate::books::{BUNDLE, Books, HOUR, MINUTE, SECOND, TEN, failed, job};

impl Books {
    fn due(&mut self, jobs: &[Job]) -> Claims {
        let (until, jobs) = (self.now, jobs.to_vec());
        self.ask(Command::Due { until, jobs }).unwrap()
    }

    fn runs(&mut self, job: Option<&str>) -> Vec<Run> {
        self.ask(Command::Runs { job: job.map(str::to_owned), limit: 1_000 }).unwrap()
    }

    fn jobs(&mut self) -> Vec<JobState> {
        self.ask(Command::Jobs).unwrap()
    }
}

fn claimed(names: &[&str]) -> Claims {
    Claims { claimed: names.iter().map(|name| (*name).to_owned()).collect(), ..Claims::default() }
}

fn outcomes(runs: &[Run]) -> Vec<(u64, Option<Outcome>)> {
    runs.iter().map(|run| (run.due - TEN, run.outcome)).collect()
}

#[test]
fn a_job_runs_once_for_a_due_time_however_often_the_trigger_fires() {
    let mut books = Books::new();
    let jobs = [job("sync", "*/10 * * * *"), job("clean", "0 * * * *")];
    assert_eq!(books.due(&jobs), Claims::default(), "what is new isn't run for times before it was seen");
    books.pass(9 * MINUTE);
    assert_eq!(books.due(&jobs), Claims::default());
    books.pass(MINUTE + 300);
    assert_eq!(books.due(&jobs), claimed(&["sync"]));
    assert_eq!(books.due(&jobs), Claims::default());
    books.pass(50);
    assert_eq!(books.due(&jobs), Claims::default());

    let (message, work) = books.start_only();
    assert_eq!((message.kind, message.bundle.as_str()), (Kind::Job, BUNDLE));
    assert_eq!((work.name.as_str(), work.input, work.attempt), ("sync", None, 1));
    assert_eq!(books.begin(&message), None, "delivered twice, it begins once");
    books.pass(2 * SECOND);
    books.end(&message, Ending::Done { summary: Some("3 repos".to_owned()) });
    assert_eq!(books.begin(&message), None);
    let start = TEN + 10 * MINUTE + 350;
    let run = Run {
        job: "sync".to_owned(),
        due: TEN + 10 * MINUTE,
        started_at: Some(start),
        ended_at: Some(start + 2 * SECOND),
        outcome: Some(Outcome::Done),
        duration_ms: Some(2 * SECOND),
        summary: Some("3 repos".to_owned()),
        error: None,
    };
    assert_eq!(books.runs(None), [run]);
    assert_eq!(books.wake_at, None);
    let states = books.jobs();
    let sync = JobState {
        job: "sync".to_owned(),
        cron: "*/10 * * * *".to_owned(),
        last_due: Some(TEN + 10 * MINUTE),
        next_due: Some(TEN + 20 * MINUTE),
        running_since: None,
    };
    assert_eq!(states[1], sync);
    assert_eq!((states[0].job.as_str(), states[0].last_due), ("clean", None));
}

#[test]
fn an_older_trigger_that_comes_late_takes_nothing() {
    let mut books = Books::new();
    let jobs = vec![job("tick", "* * * * *")];
    books.due(&jobs);
    books.now = TEN + 3 * MINUTE;
    assert_eq!(books.due(&jobs), claimed(&["tick"]));
    let (message, _) = books.start_only();
    books.end(&message, Ending::Done { summary: None });
    for until in [TEN + MINUTE, TEN + 2 * MINUTE, TEN + 3 * MINUTE] {
        let claims: Claims = books.ask(Command::Due { until, jobs: jobs.clone() }).unwrap();
        assert_eq!(claims, Claims::default());
    }
    assert_eq!(outcomes(&books.runs(None)), [(3 * MINUTE, Some(Outcome::Done))]);
}

#[test]
fn missed_times_make_one_run_for_the_latest() {
    let mut books = Books::new();
    let jobs = [job("sync", "*/10 * * * *")];
    books.due(&jobs);
    books.pass(3 * HOUR + 15 * MINUTE);
    assert_eq!(books.due(&jobs), claimed(&["sync"]));
    assert_eq!(outcomes(&books.runs(None)), [(3 * HOUR + 10 * MINUTE, None)]);
    assert_eq!(books.queue.len(), 1);
}

#[test]
fn a_time_that_comes_while_the_job_runs_is_skipped() {
    let mut books = Books::new();
    let jobs = [job("slow", "* * * * *")];
    books.due(&jobs);
    books.pass(MINUTE);
    books.due(&jobs);
    books.pass(30 * SECOND);
    let (message, _) = books.start_only();
    assert_eq!(books.jobs()[0].running_since, Some(TEN + 90 * SECOND));
    books.pass(30 * SECOND);
    let claims = books.due(&jobs);
    assert_eq!((claims.claimed.len(), claims.skipped), (0, vec!["slow".to_owned()]));
    assert_eq!(
        books.ask::<()>(Command::RunNow { job: "slow".to_owned(), at: books.now }),
        Err(LedgerError::AlreadyRunning { job: "slow".to_owned() })
    );
    books.end(&message, failed("Broken: it broke"));
    books.pass(MINUTE);
    assert_eq!(books.due(&jobs), claimed(&["slow"]));
    let runs = books.runs(Some("slow"));
    assert_eq!(
        outcomes(&runs),
        [(3 * MINUTE, None), (2 * MINUTE, Some(Outcome::Skipped)), (MINUTE, Some(Outcome::Failed))]
    );
    assert_eq!(runs[2].error.as_deref(), Some("Broken: it broke"));
    assert_eq!((runs[1].started_at, runs[1].duration_ms), (None, None));
}

#[test]
fn a_run_that_nobody_ends_is_lost_and_the_next_one_runs() {
    let mut books = Books::new();
    let jobs = [job("gone", "*/30 * * * *")];
    books.due(&jobs);
    books.pass(30 * MINUTE);
    books.due(&jobs);
    let (message, _) = books.start_only();
    books.pass(10 * MINUTE);
    assert_eq!(books.runs(None)[0].outcome, None);
    books.pass(MINUTE);
    assert_eq!(books.runs(None)[0].outcome, Some(Outcome::Lost), "the alarm swept it up");
    books.end(&message, Ending::Done { summary: None });
    assert_eq!(books.runs(None)[0].outcome, Some(Outcome::Lost), "too late");
    books.pass(19 * MINUTE);
    assert_eq!(books.due(&jobs), claimed(&["gone"]));

    // Without the alarm, the trigger itself sweeps.
    let message = books.queue.remove(0);
    books.begin(&message);
    books.now += 30 * MINUTE;
    assert_eq!(books.due(&jobs), claimed(&["gone"]));
}

#[test]
fn a_message_that_never_arrives_is_sent_again_and_at_last_counts_as_lost() {
    let mut books = Books::new();
    let jobs = [job("daily", "0 12 * * *")];
    books.due(&jobs);
    books.pass(2 * HOUR);
    books.due(&jobs);
    let first = books.queue.remove(0);
    books.pass(MINUTE);
    assert_eq!(books.queue, std::slice::from_ref(&first), "the same message again");
    books.pass(2 * MINUTE);
    assert_eq!(books.queue.len(), 2);
    books.pass(5 * HOUR);
    assert_eq!(books.queue.len(), 7);
    assert_eq!(books.runs(None)[0].outcome, Some(Outcome::Lost));
    assert_eq!(books.begin(&first), None);
    assert_eq!(books.wake_at, None);
}

#[test]
fn a_message_that_the_queue_gives_up_ends_the_run() {
    let mut books = Books::new();
    books.tell(Command::RunNow { job: "tick".to_owned(), at: TEN });
    let message = books.queue.remove(0);
    books.tell(Command::GivenUp { message: message.clone() });
    let runs = books.runs(None);
    assert_eq!(runs[0].outcome, Some(Outcome::Lost));
    assert!(runs[0].error.as_deref().unwrap().contains("gave its message up"));

    // One that runs is left to end, or to its lease.
    books.tell(Command::RunNow { job: "tick".to_owned(), at: TEN });
    let (message, _) = books.start_only();
    books.tell(Command::GivenUp { message: message.clone() });
    assert_eq!(books.runs(None)[0].outcome, None);
    books.end(&message, Ending::Done { summary: None });
    assert_eq!(books.runs(None)[0].outcome, Some(Outcome::Done));
}

#[test]
fn a_new_expression_counts_from_when_it_was_seen() {
    let mut books = Books::new();
    books.due(&[job("sync", "0 0 * * *")]);
    books.pass(MINUTE);
    books.due(&[job("sync", "0 0 * * *")]);
    books.pass(MINUTE);
    // 10:01 and 10:02: of the new expression's times only 10:02 lies after the last look.
    assert_eq!(books.due(&[job("sync", "0-2 * * * *")]), claimed(&["sync"]));
    assert_eq!(outcomes(&books.runs(None)), [(2 * MINUTE, None)]);
}

#[test]
fn a_job_that_a_few_triggers_do_not_name_is_not_new_when_it_comes_back() {
    let mut books = Books::new();
    let (one, two) = ([job("a", "*/5 * * * *")], [job("a", "*/5 * * * *"), job("b", "*/5 * * * *")]);
    books.due(&two);
    // Isolates disagree on which release is the latest.
    for minute in 1..=5 {
        books.pass(MINUTE);
        let claims = books.due(if minute % 2 == 0 { &one } else { &two });
        assert_eq!(claims, if minute == 5 { claimed(&["a", "b"]) } else { Claims::default() });
    }
    for message in std::mem::take(&mut books.queue) {
        books.begin(&message);
        books.end(&message, Ending::Done { summary: None });
    }
    for _ in 0..15 {
        books.pass(MINUTE);
        books.due(&one);
    }
    assert_eq!(books.jobs().iter().map(|job| job.job.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(books.runs(Some("b")), []);
    // Gone for good, it is new when it comes back.
    assert_eq!(books.due(&two), Claims::default());
}

#[test]
fn an_expression_that_is_none_is_told_and_keeps_no_other_job_away() {
    let mut books = Books::new();
    let jobs = [job("bad", "61 * * * *"), job("good", "* * * * *")];
    books.due(&jobs);
    books.pass(MINUTE);
    let claims = books.due(&jobs);
    assert_eq!(claims.claimed, ["good"]);
    assert_eq!(claims.invalid, ["bad: minute: `61` is not 0 to 59"]);
    let many: Vec<Job> = (0..120).map(|n| job(&format!("job{n}"), "* * * * *")).collect();
    books.due(&many);
    books.pass(MINUTE);
    let claims = books.due(&many);
    assert_eq!((claims.claimed.len(), claims.invalid.len()), (100, 20));
}

#[test]
fn the_history_is_bounded_and_so_are_its_errors() {
    let mut books = Books::new();
    let jobs = [job("tick", "* * * * *"), job("rare", "30 10 * * *")];
    books.due(&jobs);
    for _ in 0..120 {
        books.pass(MINUTE);
        books.due(&jobs);
        for message in std::mem::take(&mut books.queue) {
            books.begin(&message);
            books.end(&message, failed(&"é".repeat(9_000)));
        }
    }
    let runs = books.runs(Some("tick"));
    assert_eq!(runs.len(), 50);
    assert_eq!(runs[0].due, TEN + 120 * MINUTE, "the newest first");
    assert!(runs.iter().all(|run| run.error.as_deref().unwrap().chars().count() == 500));
    assert_eq!(books.runs(Some("rare")).len(), 1, "each job has its own");
    assert_eq!(books.runs(None).len(), 51);
    let few: Vec<Run> = books.ask(Command::Runs { job: None, limit: 3 }).unwrap();
    assert_eq!(few.len(), 3);
}

#[test]
fn a_claim_whose_storage_fails_leaves_nothing_behind() {
    let jobs = vec![job("a", "* * * * *"), job("b", "* * * * *")];
    for statements in 0..40 {
        let mut books = Books::new();
        books.due(&jobs);
        books.now += MINUTE;
        books.memory.fails_after.set(Some(statements));
        let until = books.now;
        let claims = books.ask::<Claims>(Command::Due { until, jobs: jobs.clone() });
        books.memory.fails_after.set(None);
        if claims.is_ok() {
            assert!(statements > 10);
            return;
        }
        assert_eq!(books.queue, []);
        assert_eq!(books.due(&jobs), claimed(&["a", "b"]), "after {statements} statements");
    }
    panic!("no claim needs so many statements");
}
