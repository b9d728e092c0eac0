use streamhut_ledger::{Command, Ending, LedgerError, Message, TaskId, TaskState, TaskStatus, rules};
use streamhut_release::Task;

use crate::books::{BUNDLE, Books, HOUR, MINUTE, SECOND, TEN, failed, task};

impl Books {
    fn try_enqueue(&mut self, task: &Task, input: &str, delay_ms: u64) -> Result<String, LedgerError> {
        let (task, input, at) = (task.clone(), input.to_owned(), self.now);
        self.ask(Command::Enqueue { task, input, delay_ms, at })
    }

    pub fn enqueue(&mut self, task: &Task) -> String {
        self.try_enqueue(task, "null", 0).unwrap()
    }

    pub fn status(&mut self, id: &str) -> Option<TaskStatus> {
        self.ask(Command::Task { id: id.to_owned() }).unwrap()
    }

    fn state(&mut self, id: &str) -> TaskState {
        self.status(id).unwrap().state
    }
}

#[test]
fn a_task_is_queued_runs_and_is_done() {
    let mut books = Books::new();
    let id = books.try_enqueue(&task("warm", 2, 3), r#"{"uri":"at://x"}"#, 0).unwrap();
    assert_eq!(TaskId::parse(&id).unwrap().bundle(), BUNDLE);
    let queued = TaskStatus {
        id: id.clone(),
        bundle: BUNDLE.to_owned(),
        task: "warm".to_owned(),
        state: TaskState::Queued,
        attempts: 0,
        enqueued_at: TEN,
        started_at: None,
        ended_at: None,
        next_attempt_at: None,
        error: None,
    };
    assert_eq!(books.status(&id), Some(queued.clone()));
    books.pass(SECOND);
    let (message, work) = books.start_only();
    assert_eq!((work.name.as_str(), work.attempt), ("warm", 1));
    assert_eq!(work.input.as_deref(), Some(r#"{"uri":"at://x"}"#));
    assert_eq!(books.begin(&message), None, "delivered twice, it begins once");
    let running =
        TaskStatus { state: TaskState::Running, attempts: 1, started_at: Some(TEN + SECOND), ..queued };
    assert_eq!(books.status(&id), Some(running.clone()));
    books.pass(SECOND);
    books.end(&message, Ending::Done { summary: None });
    let done = TaskStatus { state: TaskState::Done, ended_at: Some(TEN + 2 * SECOND), ..running };
    assert_eq!(books.status(&id), Some(done.clone()));
    books.end(&message, failed("Late: after the end"));
    assert_eq!(books.status(&id), Some(done.clone()), "an end is an end");
    assert_eq!(books.begin(&message), None);
    assert_eq!(books.ask::<Vec<TaskStatus>>(Command::Tasks { limit: 10 }), Ok(vec![done]));
    assert_eq!(books.status(&id[1..]), None);
    assert_eq!(books.wake_at, None);
}

#[test]
fn the_form_that_others_read() {
    let mut books = Books::new();
    let id = books.try_enqueue(&task("warm", 1, 1), "1", 5 * SECOND).unwrap();
    let status = serde_json::to_value(books.status(&id)).unwrap();
    assert_eq!(
        status,
        serde_json::json!({"id": id, "bundle": BUNDLE, "task": "warm", "state": "queued", "attempts": 0,
            "enqueuedAt": TEN, "nextAttemptAt": TEN + 5 * SECOND})
    );
}

#[test]
fn the_cap_holds_and_the_longest_waiting_is_next() {
    let mut books = Books::new();
    let (narrow, wide) = (task("narrow", 2, 0), task("wide", 3, 0));
    let ids: Vec<String> = (0..5).map(|_| books.enqueue(&narrow)).collect();
    for _ in 0..4 {
        books.enqueue(&wide);
    }
    let sent = |books: &Books| books.queue.iter().map(|m| m.id.clone()).collect::<Vec<_>>();
    assert_eq!(books.queue.len(), 5, "two and three; each task has its own cap");
    books.queue.retain(|message| ids.contains(&message.id));
    assert_eq!(sent(&books), ids[..2]);
    let messages = std::mem::take(&mut books.queue);
    books.begin(&messages[1]);
    books.pass(SECOND);
    assert_eq!(books.queue, []);
    books.end(&messages[1], failed("Broken: for good"));
    assert_eq!(sent(&books), ids[2..3], "an end lets the next one go");
    books.tell(Command::GivenUp { message: messages[0].clone() });
    assert_eq!(sent(&books), ids[2..4], "so does a message that is given up");
    assert_eq!(books.state(&ids[0]), TaskState::Failed);
    assert_eq!(books.state(&ids[4]), TaskState::Queued);
}

#[test]
fn a_new_cap_counts_from_the_next_task_on() {
    let mut books = Books::new();
    for _ in 0..4 {
        books.enqueue(&task("grow", 1, 0));
    }
    assert_eq!(books.queue.len(), 1);
    books.enqueue(&task("grow", 3, 0));
    assert_eq!(books.queue.len(), 3);
    books.enqueue(&task("grow", 1, 0));
    let message = books.queue.remove(0);
    books.begin(&message);
    books.end(&message, Ending::Done { summary: None });
    assert_eq!(books.queue.len(), 2, "two go on, and one may");
    books.enqueue(&task("none", 0, 0));
    assert_eq!(books.queue.len(), 3, "a cap of none would be a task that never runs");
}

#[test]
fn a_failed_attempt_is_tried_again_later_and_later() {
    let mut books = Books::new();
    let id = books.enqueue(&task("flaky", 1, 2));
    let mut pauses = Vec::new();
    for attempt in 1..=3 {
        let (message, work) = books.start_only();
        assert_eq!(work.attempt, attempt);
        books.end(&message, failed(&format!("Broken: attempt {attempt}")));
        let status = books.status(&id).unwrap();
        assert_eq!(status.error, Some(format!("Broken: attempt {attempt}")));
        if attempt < 3 {
            assert_eq!(status.state, TaskState::Retrying);
            assert_eq!(books.queue, []);
            let pause = status.next_attempt_at.unwrap() - books.now;
            books.pass(pause - 1);
            assert_eq!(books.queue, []);
            books.pass(1);
            pauses.push(pause);
        } else {
            assert_eq!((status.state, status.attempts), (TaskState::Failed, 3));
            assert_eq!(status.ended_at, Some(books.now));
        }
    }
    assert!(pauses[0] > 500 && pauses[0] <= 1_000 && pauses[1] > 1_000 && pauses[1] <= 2_000, "{pauses:?}");
    assert_eq!(books.wake_at, None);
}

#[test]
fn a_failure_that_no_attempt_can_mend_is_the_last() {
    let mut books = Books::new();
    let id = books.enqueue(&task("gone", 1, 5));
    let (message, _) = books.start_only();
    books.end(&message, Ending::Failed { error: "UnknownTask: gone".to_owned(), again: false });
    assert_eq!(books.state(&id), TaskState::Failed);
}

#[test]
fn a_pause_holds_no_place() {
    let mut books = Books::new();
    let flaky = task("flaky", 1, 5);
    let (first, second) = (books.enqueue(&flaky), books.enqueue(&flaky));
    let (message, _) = books.start_only();
    books.end(&message, failed("Broken: once"));
    assert_eq!(books.queue[0].id, second);
    books.pass(2 * SECOND);
    assert_eq!(books.queue.len(), 1, "the first one's time has come, but not its turn");
    assert_eq!(books.wake_at, Some(TEN + MINUTE), "and it wakes nobody meanwhile");
    let (message, _) = books.start_only();
    books.end(&message, Ending::Done { summary: None });
    assert_eq!(books.queue[0].id, first);
}

#[test]
fn a_delayed_task_waits_through_other_commands() {
    let mut books = Books::new();
    let id = books.try_enqueue(&task("later", 1, 0), "null", HOUR).unwrap();
    assert_eq!(books.wake_at, Some(TEN + HOUR));
    books.pass(HOUR - 1);
    assert_eq!(books.queue, []);
    // Its time comes while something else is asked, before the alarm.
    books.now += 1;
    books.tell(Command::Settle { key: "x".to_owned(), size: None });
    assert_eq!(books.queue, []);
    assert_eq!(books.wake_at, Some(TEN + HOUR), "the alarm is not put off");
    books.pass(0);
    assert_eq!(books.start_only().0.id, id);
}

#[test]
fn an_attempt_that_nobody_ends_is_lost_and_tried_again() {
    let mut books = Books::new();
    let id = books.enqueue(&task("crash", 1, 1));
    let (first, _) = books.start_only();
    books.pass(11 * MINUTE);
    let status = books.status(&id).unwrap();
    assert_eq!((status.state, status.attempts), (TaskState::Retrying, 1));
    assert!(status.error.unwrap().starts_with("Lost: "));
    books.pass(SECOND);
    books.end(&first, Ending::Done { summary: None });
    assert_eq!(books.state(&id), TaskState::Retrying, "too late");
    let (second, work) = books.start_only();
    assert_eq!(work.attempt, 2);
    assert_ne!(first.token, second.token);
    assert_eq!(books.begin(&first), None);
    books.pass(11 * MINUTE);
    assert_eq!(books.state(&id), TaskState::Failed);
}

#[test]
fn a_message_that_never_arrives_is_sent_again_and_at_last_counts_as_an_attempt() {
    let mut books = Books::new();
    let id = books.enqueue(&task("lost", 1, 1));
    books.pass(4 * HOUR);
    assert_eq!(books.queue.len(), 8);
    assert!(books.queue.iter().all(|message| *message == books.queue[0]));
    books.pass(15 * MINUTE + SECOND);
    assert_eq!(books.queue.len(), 9, "another attempt");
    assert_eq!(books.status(&id).unwrap().attempts, 1);
    books.pass(9 * HOUR);
    assert_eq!(books.state(&id), TaskState::Failed);
    assert_eq!(books.wake_at, None);
}

#[test]
fn a_message_that_the_queue_did_not_take_is_sent_again_soon() {
    let mut books = Books::new();
    books.enqueue(&task("warm", 1, 1));
    let unsent = std::mem::take(&mut books.queue);
    books.wake_at = books.ledger.unsent(&unsent, books.now).unwrap();
    assert_eq!(books.wake_at, Some(TEN + 5 * SECOND));
    books.pass(5 * SECOND);
    assert_eq!(books.queue, unsent);
    // Of one that has begun meanwhile nothing is sent.
    let (message, _) = books.start_only();
    books.wake_at = books.ledger.unsent(std::slice::from_ref(&message), books.now).unwrap();
    books.pass(MINUTE);
    assert_eq!(books.queue, []);
    books.tell(Command::RunNow { job: "tick".to_owned(), at: TEN });
    let unsent = std::mem::take(&mut books.queue);
    books.wake_at = books.ledger.unsent(&unsent, books.now).unwrap();
    books.pass(5 * SECOND);
    assert_eq!(books.queue, unsent);
}

#[test]
fn caps_on_count_and_input() {
    let mut books = Books::new();
    let busy = task("busy", 1, 0);
    let input = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    assert!(books.try_enqueue(&busy, &input(64 * 1024), 0).is_ok());
    let error = books.try_enqueue(&busy, &input(64 * 1024 + 1), 0).unwrap_err();
    assert_eq!(error, LedgerError::InputTooLarge { bytes: 65_537, max: 65_536 });
    for bad in ["", "{", "nul", "1 2", "\u{0}"] {
        let error = books.try_enqueue(&busy, bad, 0).unwrap_err();
        assert!(matches!(error, LedgerError::InvalidInput { .. }), "{bad}: {error}");
    }
    let month = 30 * 24 * HOUR;
    assert!(books.try_enqueue(&busy, "1", month).is_ok());
    for delay in [month + 1, u64::MAX] {
        assert_eq!(books.try_enqueue(&busy, "1", delay), Err(LedgerError::OutOfRange { number: delay }));
    }
    for _ in 2..rules::MAX_UNFINISHED_TASKS {
        books.enqueue(&busy);
    }
    let max = rules::MAX_UNFINISHED_TASKS;
    let refused = books.try_enqueue(&busy, "null", 0).unwrap_err();
    assert_eq!(refused, LedgerError::TooManyTasks { unfinished: max, max });
    assert_eq!(refused.outside(), (503, "TooManyTasks"));
    let (message, _) = books.start_only();
    books.end(&message, Ending::Done { summary: None });
    books.enqueue(&busy);
}

#[test]
fn finished_tasks_are_kept_for_a_while_and_not_too_many() {
    let mut books = Books::new();
    let quick = task("quick", 1, 0);
    let mut ids = Vec::new();
    for _ in 0..1_300 {
        ids.push(books.enqueue(&quick));
        let (message, _) = books.start_only();
        books.now += 1;
        books.end(&message, Ending::Done { summary: None });
    }
    assert!(books.status(&ids[0]).is_none());
    assert_eq!(books.state(&ids[300]), TaskState::Done);
    let delayed = books.try_enqueue(&quick, "1", 8 * 24 * HOUR).unwrap();
    books.pass(8 * 24 * HOUR);
    assert!(books.status(&ids[1_299]).is_none(), "a week is over");
    assert_eq!(books.state(&delayed), TaskState::Queued);
}

#[test]
fn forgetting_drops_what_is_finished_and_nothing_else() {
    let mut books = Books::new();
    let slow = task("slow", 1, 0);
    let (done, running, waiting) = (books.enqueue(&slow), books.enqueue(&slow), books.enqueue(&slow));
    let (message, _) = books.start_only();
    books.end(&message, Ending::Done { summary: None });
    let (message, _) = books.start_only();
    books.tell(Command::Forget);
    assert_eq!(books.status(&done), None);
    assert_eq!(books.state(&running), TaskState::Running);
    assert_eq!(books.state(&waiting), TaskState::Queued);
    books.end(&message, Ending::Done { summary: None });
    assert_eq!(books.queue[0].id, waiting);
}

#[test]
fn messages_of_others_begin_nothing() {
    let mut books = Books::new();
    let id = books.enqueue(&task("warm", 1, 0));
    let real = books.queue[0].clone();
    for message in [
        Message { token: "guess".to_owned(), ..real.clone() },
        Message { id: "1".to_owned(), ..real.clone() },
        Message { kind: streamhut_ledger::Kind::Job, ..real.clone() },
        Message { kind: streamhut_ledger::Kind::Job, id: "1".to_owned(), ..real },
    ] {
        assert_eq!(books.begin(&message), None);
        books.end(&message, Ending::Done { summary: None });
        books.tell(Command::GivenUp { message });
    }
    assert_eq!(books.state(&id), TaskState::Queued);
}
