//! Jobs: which are due, and what is known of them.
//!
//! `considered` moves forward only, and a due time counts once it lies between the last `considered` and now. So
//! each due time is taken at most once, however often and late triggers come; those that were missed make one run,
//! for the latest of them; and a job that is new, or has a new expression, is not run for times before that.

use std::collections::BTreeMap;

use streamhut_release::Job;

use crate::{
    Claims, JobState, LedgerError, Sql,
    cron::Schedule,
    ledger::Turn,
    rules::{MAX_JOBS, MAX_MISSES},
    runs,
    sql::{integer, text},
    sweep,
};

pub(crate) fn due<S: Sql>(turn: &mut Turn<'_, S>, until: u64, jobs: &[Job]) -> Result<Claims, LedgerError> {
    turn.keep_bundle()?;
    // A run that was lost must not keep the next one away.
    sweep::sweep(turn)?;
    let mut known = BTreeMap::new();
    for row in turn.query("SELECT name, considered, misses FROM jobs", &[])? {
        known.insert(row.text(0)?, (row.number(1)?, row.number(2)?));
    }
    let mut claims = Claims::default();
    for (place, job) in jobs.iter().enumerate() {
        let schedule = match Schedule::parse(&job.cron) {
            _ if place >= MAX_JOBS => {
                claims.invalid.push(format!("{}: a bundle has at most {MAX_JOBS} jobs", job.name));
                continue;
            }
            Ok(schedule) => schedule,
            Err(error) => {
                claims.invalid.push(format!("{}: {error}", job.name));
                continue;
            }
        };
        let considered = known.remove(&job.name).map_or(until, |(considered, _)| considered);
        let due = schedule.latest_within(considered, until);
        turn.run(
            "INSERT INTO jobs (name, cron, considered, last_due, misses) VALUES (?, ?, ?, ?, 0)
             ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, considered = excluded.considered,
                 last_due = COALESCE(excluded.last_due, last_due), misses = 0",
            &[
                text(&job.name),
                text(&job.cron),
                integer(considered.max(until))?,
                due.map_or(Ok(crate::Value::Null), integer)?,
            ],
        )?;
        match due {
            Some(due) if runs::is_running(turn, &job.name)? => {
                runs::skip(turn, &job.name, due)?;
                claims.skipped.push(job.name.clone());
            }
            Some(due) => {
                runs::start(turn, &job.name, due)?;
                claims.claimed.push(job.name.clone());
            }
            None => {}
        }
    }
    for (name, (_, misses)) in known {
        if misses + 1 < MAX_MISSES {
            turn.run("UPDATE jobs SET misses = misses + 1 WHERE name = ?", &[text(&name)])?;
        } else {
            turn.run("DELETE FROM jobs WHERE name = ?", &[text(&name)])?;
            turn.run("DELETE FROM runs WHERE job = ? AND state = 'ended'", &[text(&name)])?;
        }
    }
    Ok(claims)
}

pub(crate) fn run_now<S: Sql>(turn: &mut Turn<'_, S>, job: &str, at: u64) -> Result<(), LedgerError> {
    turn.keep_bundle()?;
    sweep::sweep(turn)?;
    if runs::is_running(turn, job)? {
        return Err(LedgerError::AlreadyRunning { job: job.to_owned() });
    }
    runs::start(turn, job, at)
}

pub(crate) fn states<S: Sql>(turn: &mut Turn<'_, S>) -> Result<Vec<JobState>, LedgerError> {
    let rows = turn.query(
        "SELECT name, cron, last_due, considered,
             (SELECT COALESCE(started_at, claimed_at) FROM runs WHERE job = name AND state <> 'ended')
         FROM jobs ORDER BY name",
        &[],
    )?;
    let state = |row: &crate::Row| {
        let cron = row.text(1)?;
        let considered = row.number(3)?;
        Ok(JobState {
            job: row.text(0)?,
            last_due: row.optional_number(2)?,
            next_due: Schedule::parse(&cron).ok().and_then(|schedule| schedule.next_after(considered)),
            running_since: row.optional_number(4)?,
            cron,
        })
    };
    rows.iter().map(state).collect()
}
