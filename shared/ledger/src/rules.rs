//! How much and how long: the numbers of a ledger.

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// Jobs that a bundle may have; those beyond are reported and not run.
pub const MAX_JOBS: usize = 100;
/// Runs that are kept for each job.
pub const KEPT_RUNS: u64 = 50;
/// Triggers in a row that don't name a job any longer, until it is forgotten. More than one, because isolates learn
/// of a new release at different times.
pub(crate) const MAX_MISSES: u64 = 10;

/// Tasks that a bundle may have waiting and running.
pub const MAX_UNFINISHED_TASKS: u64 = 5_000;
/// Most bytes of a task's input.
pub const MAX_INPUT_BYTES: usize = 64 * 1024;
/// Milliseconds that a task may be put off.
pub const MAX_DELAY_MS: u64 = 30 * DAY_MS;
/// Attempts of one task at once, whatever its manifest says.
pub(crate) const MAX_CONCURRENCY: u32 = 100;
/// Attempts after the first, whatever its manifest says.
pub(crate) const MAX_RETRIES: u32 = 100;
/// Finished tasks that are kept.
pub const KEPT_TASKS: u64 = 1_000;
/// Milliseconds that a finished task is kept.
pub const KEPT_TASK_MS: u64 = 7 * DAY_MS;

/// Milliseconds before the second attempt; each further pause is twice as long.
pub(crate) const FIRST_BACKOFF_MS: u64 = SECOND_MS;
/// The longest pause between two attempts.
pub(crate) const MAX_BACKOFF_MS: u64 = 10 * MINUTE_MS;

/// Milliseconds after which a message that did not arrive is sent again; doubled each time.
pub(crate) const RESEND_MS: u64 = MINUTE_MS;
/// How often a message is sent until its work counts as lost: after more than four hours.
pub(crate) const MAX_SENDS: u64 = 8;
/// Milliseconds after which a message that the queue did not take is sent again.
pub(crate) const UNSENT_MS: u64 = 5 * SECOND_MS;

/// Most characters of an error that is kept.
pub const MAX_ERROR_CHARS: usize = 500;
/// Most bytes of the key of a lease or blob.
pub const MAX_KEY_BYTES: usize = 1024;
/// Leases that a bundle may hold at once; beyond, every other key is busy.
pub const MAX_LEASES: u64 = 1_000;
/// Milliseconds after which a lease lapses, whatever its holder asked for: the time that the longest job may take.
pub const MAX_LEASE_MS: u64 = 15 * MINUTE_MS;
/// Milliseconds that a caller may wait for another's lease.
pub const MAX_WAIT_MS: u64 = 30 * SECOND_MS;
/// Milliseconds after which nobody will settle a reservation any longer.
pub(crate) const RESERVATION_MS: u64 = 60 * MINUTE_MS;
/// Most entries of a list.
pub const MAX_LIST: u32 = 1_000;
