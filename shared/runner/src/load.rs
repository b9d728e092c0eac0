//! What this isolate knows of a bundle's code at the platform's loader.
//!
//! The loader asks for the code of an id once and remembers what came of it, a failure too. So the first call of a
//! plan brings its modules along, verified, and nothing can go wrong in between. Later calls bring none; should
//! the platform have dropped the isolate, the code is fetched while the loader waits. When that fails, the id is
//! given up for the next one of the same plan.

use crate::Runner;

/// One attempt to have a plan's code loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    plan: String,
    attempt: u32,
    /// Whether the modules have to be at hand before the loader is called.
    pub needs_modules: bool,
}

/// How far this isolate's last attempt got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nothing is known here.
    #[default]
    Unknown,
    /// The loader asked, and has nothing yet.
    Asked,
    /// It has the code.
    Loaded,
}

impl Load {
    /// The loader's id: the plan's own, followed by how often its code got lost here. Either way one id means
    /// one content.
    pub fn id(&self) -> String {
        match self.attempt {
            0 => self.plan.clone(),
            n => format!("{}-{n}", self.plan),
        }
    }
}

impl<T, S> Runner<T, S> {
    /// The attempt to go on with, for the plan of that [`crate::Plan::id`].
    pub fn load(&self, plan: &str) -> Load {
        let (attempt, progress) = self.memory.borrow().load(plan);
        Load { plan: plan.to_owned(), attempt, needs_modules: progress == Progress::Unknown }
    }

    /// The loader's id of a plan whose code it has, as far as this isolate knows.
    pub fn loaded_id(&self, plan: &str) -> Option<String> {
        match self.memory.borrow().load(plan) {
            (attempt, Progress::Loaded) => {
                Some(Load { plan: plan.to_owned(), attempt, needs_modules: false }.id())
            }
            _ => None,
        }
    }

    /// Whether a plan is to be started before somebody asks for it: not when this isolate has loaded it, nor twice.
    pub fn may_start(&self, plan: &str) -> bool {
        self.load(plan).needs_modules && self.memory.borrow_mut().note_start(plan)
    }

    /// Notes that the loader asks for the code.
    pub fn asked(&self, load: &Load) {
        self.note(load, Progress::Asked);
    }

    /// Notes that it has the code: it was handed over, or the bundle answered.
    pub fn loaded(&self, load: &Load) {
        self.note(load, Progress::Loaded);
    }

    /// After a call that failed: gives the attempt up when the loader asked for the code and never got it. A
    /// bundle whose code was handed over has only itself to blame.
    pub fn give_up_if_lost(&self, load: &Load) {
        let mut memory = self.memory.borrow_mut();
        if memory.load(&load.plan) == (load.attempt, Progress::Asked) {
            memory.generation += 1;
            memory.keep_load(load.plan.clone(), (load.attempt.saturating_add(1), Progress::Unknown));
        }
    }

    fn note(&self, load: &Load, progress: Progress) {
        let mut memory = self.memory.borrow_mut();
        let (attempt, known) = memory.load(&load.plan);
        // The warm path writes nothing; what comes late, of an attempt that was given up, changes nothing.
        if attempt == load.attempt && known != progress {
            memory.keep_load(load.plan.clone(), (attempt, progress));
        }
    }
}

#[cfg(test)]
mod tests {
    use streamhut_outbound::LoopbackOrigins;

    use super::*;
    use crate::Settings;

    fn runner() -> Runner<(), ()> {
        Runner::new(Settings::read(|_| None, String::new(), LoopbackOrigins::none()).unwrap(), (), ())
    }

    #[test]
    fn the_first_call_brings_the_modules_and_later_ones_do_not() {
        let runner = runner();
        let first = runner.load("hash");
        assert_eq!((first.id(), first.needs_modules), ("hash".into(), true));
        assert_eq!(runner.loaded_id("hash"), None);
        runner.give_up_if_lost(&first);
        assert_eq!(runner.load("hash"), first, "never asked for: the failure is the bundle's own");
        runner.asked(&first);
        runner.loaded(&first);
        runner.give_up_if_lost(&first);
        let later = runner.load("hash");
        assert_eq!((later.id(), later.needs_modules), ("hash".into(), false));
    }

    #[test]
    fn a_plan_is_started_ahead_once_and_not_when_it_is_loaded() {
        let runner = runner();
        assert!(runner.may_start("hash"));
        assert!(!runner.may_start("hash"), "a start that failed is not tried again each minute");
        runner.loaded(&runner.load("other"));
        assert!(!runner.may_start("other"));
    }

    #[test]
    fn code_that_got_lost_is_given_again_under_the_next_id() {
        let runner = runner();
        let first = runner.load("hash");
        runner.loaded(&first);
        // The platform dropped the isolate, asks again, and the PDS is down.
        runner.asked(&first);
        runner.give_up_if_lost(&first);
        let second = runner.load("hash");
        assert_eq!((second.id(), second.needs_modules), ("hash-1".into(), true));
        runner.loaded(&first);
        runner.give_up_if_lost(&first);
        assert_eq!(runner.load("hash"), second, "what comes late changes nothing");
        runner.asked(&second);
        runner.loaded(&second);
        let settled = runner.load("hash");
        assert_eq!((settled.id(), settled.needs_modules), ("hash-1".into(), false));
        assert_eq!(runner.loaded_id("hash"), Some("hash-1".into()));
    }
}
