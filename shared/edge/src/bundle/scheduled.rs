//! The clock of a bundle that is deployed alone.

use std::{cell::RefCell, rc::Rc};

use at_run::{Bundle, Call, CallKind};
use futures_util::future::LocalBoxFuture;
use worker::{Env, ScheduledEvent};

use super::{alone, handle};

/// Runs the jobs that the trigger is for: those whose cron expression it spells. A runner has a clock of its own,
/// and never comes here.
pub async fn scheduled(bundle: &Bundle, event: &ScheduledEvent, env: Env) {
    let cron = event.cron();
    let jobs = match bundle.manifest() {
        Ok(manifest) => manifest.jobs,
        Err(error) => return worker::console_error!("no job runs: {error}"),
    };
    let due: Vec<_> = jobs.iter().filter(|job| same(&job.cron, &cron)).collect();
    if due.is_empty() {
        worker::console_warn!("no job of this bundle has the cron expression `{cron}`");
    }
    for job in due {
        let call = Call {
            kind: CallKind::Job,
            name: &job.name,
            method: "POST",
            query: "",
            headers: Rc::new(|_| None),
            body: &[],
        };
        // The bundle has logged what went wrong; one job's failure is not the next one's.
        let left: Rc<RefCell<Vec<LocalBoxFuture<'static, ()>>>> = Rc::default();
        let later = {
            let left = left.clone();
            Rc::new(move |work| left.borrow_mut().push(work))
        };
        let answer = handle(bundle, call, &env, alone::ports(bundle, &env), later).await;
        while let Some(work) = { left.borrow_mut().pop() } {
            work.await;
        }
        worker::console_log!("job {} ended with {}", job.name, answer.status);
    }
}

/// Whether two expressions are the same but for the space between their fields.
fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}
