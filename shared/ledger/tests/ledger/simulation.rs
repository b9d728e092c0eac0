//! Triggers, a queue, consumers and an alarm, each as unreliable as its platform allows: they come twice, late, out
//! of order or not at all, and consumers die in the middle. What the ledger promises holds in every interleaving.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use streamhut_ledger::{Claims, Command, Ending, Kind, Message, Outcome, Run, TaskState, TaskStatus};
use streamhut_release::{Job, Task};

use crate::books::{Books, HOUR, MINUTE, Random, SECOND, TEN, job, task};

/// Milliseconds that faults last; afterwards everything works, and everything has to come to an end.
const STORM: u64 = 5 * HOUR;
const END: u64 = TEN + 7 * HOUR;
/// No consumer runs longer; the ledger is told a minute more.
const DEADLINE: u64 = 10 * MINUTE;
/// How often the queue delivers a message to a consumer that fails before it gives the message up.
const MAX_DELIVERIES: u32 = 4;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Trigger(u64),
    Enqueue,
    Alarm(u64),
    Deliver(Message, u32),
    Dead(Message),
    Finish(Message, String),
}

struct World {
    books: Books,
    random: Random,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    sequence: u64,
    jobs: Vec<Job>,
    tasks: Vec<Task>,
    /// The alarm that the platform has set.
    alarm: Option<u64>,
    /// Consumers that are at work, by the token of their message.
    working: BTreeMap<String, String>,
    begun: BTreeSet<String>,
    enqueued: BTreeMap<String, Task>,
    succeeded: BTreeSet<String>,
    last_claimed: BTreeMap<String, u64>,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            books: Books::new(),
            random: Random(seed),
            events: BinaryHeap::new(),
            sequence: 0,
            jobs: vec![
                job("minutely", "* * * * *"),
                job("often", "*/7 * * * *"),
                job("hourly", "30 * * * *"),
            ],
            tasks: vec![task("one", 1, 3), task("two", 2, 0), task("five", 5, 1)],
            alarm: None,
            working: BTreeMap::new(),
            begun: BTreeSet::new(),
            enqueued: BTreeMap::new(),
            succeeded: BTreeSet::new(),
            last_claimed: BTreeMap::new(),
        }
    }

    fn at(&mut self, time: u64, event: Event) {
        self.sequence += 1;
        self.events.push(Reverse((time, self.sequence, event)));
    }

    fn soon(&mut self, within: u64, event: Event) {
        let time = self.books.now + self.random.below(within) + 1;
        self.at(time, event);
    }

    /// Whether something that happens once in `times` happens now.
    fn fault(&mut self, times: u64) -> bool {
        self.books.now < TEN + STORM && self.random.below(times) == 0
    }

    fn run(&mut self) {
        let mut minute = TEN;
        while minute < END && !self.jobs.is_empty() {
            let late =
                if minute >= TEN + STORM || self.random.below(10) > 0 { 2 * SECOND } else { 4 * MINUTE };
            for _ in 0..1 + u64::from(self.random.below(5) == 0) {
                let time = minute + self.random.below(late);
                self.at(time, Event::Trigger(minute));
            }
            minute += MINUTE;
        }
        for _ in 0..60 {
            let time = TEN + self.random.below(STORM);
            self.at(time, Event::Enqueue);
        }
        let mut steps = 0;
        while let Some(Reverse((time, _, event))) = self.events.pop() {
            self.books.now = time;
            self.step(event);
            self.carry();
            steps += 1;
            assert!(steps < 100_000, "it has no end");
        }
    }

    fn step(&mut self, event: Event) {
        match event {
            Event::Trigger(_) if self.fault(8) => {}
            Event::Trigger(minute) => self.trigger(minute),
            Event::Enqueue => self.enqueue(),
            Event::Alarm(at) => {
                if self.alarm == Some(at) {
                    self.alarm = None;
                    self.books.wake();
                }
            }
            Event::Deliver(message, times) => {
                if self.fault(5) {
                    if times + 1 < MAX_DELIVERIES {
                        self.soon(MINUTE, Event::Deliver(message, times + 1));
                    } else if !self.fault(3) {
                        self.soon(MINUTE, Event::Dead(message));
                    }
                } else {
                    self.begin(message);
                }
            }
            Event::Dead(message) => self.books.tell(Command::GivenUp { message }),
            Event::Finish(message, _) => self.finish(&message),
        }
    }

    fn trigger(&mut self, minute: u64) {
        // Whether the time is the trigger's or the clock's, older ones may come later.
        let until = if self.fault(2) { minute } else { self.books.now };
        let jobs = self.jobs.clone();
        let claims: Claims = self.books.ask(Command::Due { until, jobs }).unwrap();
        for name in claims.claimed.into_iter().chain(claims.skipped) {
            let latest: Vec<Run> =
                self.books.ask(Command::Runs { job: Some(name.clone()), limit: 1 }).unwrap();
            let due = latest[0].due;
            assert!(due <= self.books.now && due.is_multiple_of(MINUTE));
            let before = self.last_claimed.insert(name.clone(), due);
            assert!(before < Some(due), "{name} is claimed for {due} after {before:?}");
        }
    }

    fn enqueue(&mut self) {
        let task = self.tasks[self.random.below(3) as usize].clone();
        let delay_ms = if self.random.below(3) == 0 { self.random.below(20 * MINUTE) } else { 0 };
        let at = self.books.now;
        let command = Command::Enqueue { task: task.clone(), input: "[1]".to_owned(), delay_ms, at };
        let id: String = self.books.ask(command).unwrap();
        assert!(self.enqueued.insert(id, task).is_none());
    }

    fn begin(&mut self, message: Message) {
        let Some(work) = self.books.begin(&message) else { return };
        assert!(self.begun.insert(message.token.clone()), "{message:?} began twice");
        if self.fault(20) {
            return; // The answer was lost: nobody works, and the ledger can't know.
        }
        let name = format!("{}/{}", message.kind.as_str(), work.name);
        let beside = self.working.values().filter(|other| **other == name).count() as u32;
        match message.kind {
            Kind::Job => assert_eq!(beside, 0, "{name} runs twice at a time"),
            Kind::Task => {
                let task = &self.enqueued[&message.id];
                assert!(beside < task.concurrency, "{name} runs {} times at once", beside + 1);
                assert!(work.attempt <= task.retries + 1, "{name} is tried {} times", work.attempt);
                assert_eq!(work.input.as_deref(), Some("[1]"));
            }
        }
        self.working.insert(message.token.clone(), name.clone());
        let long = if self.random.below(4) == 0 { DEADLINE } else { 20 * SECOND };
        self.soon(long, Event::Finish(message, name));
    }

    fn finish(&mut self, message: &Message) {
        self.working.remove(&message.token);
        if self.fault(8) {
            return; // It died.
        }
        let ending = if self.random.below(4) == 0 {
            Ending::Failed { error: "Broken: at random".to_owned(), again: self.random.below(5) > 0 }
        } else {
            self.succeeded.insert(message.id.clone());
            Ending::Done { summary: None }
        };
        self.books.end(message, ending.clone());
        if self.fault(10) {
            self.books.end(message, ending); // Told twice.
        }
    }

    /// What the platform does after each command: it sends, and it sets the alarm.
    fn carry(&mut self) {
        for message in std::mem::take(&mut self.books.queue) {
            if self.fault(12) {
                // The ledger's machine died between storage and queue; or it lives and says that it failed.
                if self.random.below(2) == 0 {
                    let now = self.books.now;
                    self.books.wake_at = self.books.ledger.unsent(&[message], now).unwrap();
                }
                continue;
            }
            let copies = 1 + u64::from(self.fault(6)) + u64::from(self.fault(12));
            for _ in 0..copies {
                let within = if self.fault(10) { 3 * HOUR } else { 10 * SECOND };
                self.soon(within, Event::Deliver(message.clone(), 0));
            }
        }
        if self.alarm != self.books.wake_at {
            self.alarm = self.books.wake_at;
            if let Some(at) = self.alarm {
                let late = if self.random.below(10) == 0 { MINUTE } else { 20 };
                let time = at.max(self.books.now) + self.random.below(late);
                self.at(time, Event::Alarm(at));
            }
        }
    }

    fn check(&mut self, seed: u64) {
        assert!(self.working.is_empty(), "seed {seed}: {:?}", self.working);
        assert_eq!(self.books.wake_at, None, "seed {seed}: something still waits");
        for (id, task) in self.enqueued.clone() {
            let status: Option<TaskStatus> = self.books.ask(Command::Task { id: id.clone() }).unwrap();
            let status = status.unwrap_or_else(|| panic!("seed {seed}: {id} is gone"));
            match status.state {
                TaskState::Done => assert!(self.succeeded.contains(&id), "seed {seed}: {status:?}"),
                TaskState::Failed => assert!(status.error.is_some(), "seed {seed}: {status:?}"),
                _ => panic!("seed {seed}: {status:?}"),
            }
            assert!(status.attempts <= task.retries + 1, "seed {seed}: {status:?}");
        }
        let runs: Vec<Run> = self.books.ask(Command::Runs { job: None, limit: 1_000 }).unwrap();
        for run in &runs {
            let outcome = run.outcome.unwrap_or_else(|| panic!("seed {seed}: {run:?} goes on"));
            assert_eq!(outcome == Outcome::Skipped, run.started_at.is_none() && run.error.is_none());
        }
        if self.jobs.is_empty() {
            return;
        }
        // In the calm, no due time goes by without a run or the reason why there was none.
        let calm = TEN + STORM + HOUR;
        let minutes: BTreeSet<u64> =
            runs.iter().filter(|run| run.job == "minutely" && run.due > calm).map(|run| run.due).collect();
        let first = *minutes.first().unwrap();
        let expected: BTreeSet<u64> = (first..END).step_by(MINUTE as usize).collect();
        assert_eq!(minutes, expected, "seed {seed}");
    }
}

#[test]
fn promises_hold_in_every_interleaving() {
    for seed in 0..20 {
        let mut world = World::new(seed);
        if seed % 2 == 1 {
            // No trigger comes by and sweeps: all hangs on the alarm.
            world.jobs.clear();
        }
        world.run();
        world.check(seed);
    }
}
