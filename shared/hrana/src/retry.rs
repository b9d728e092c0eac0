//! What is sent again, and when.

use crate::DbError;

/// Waits before the second and the third attempt, in milliseconds.
const WAITS_MS: [u32; 2] = [100, 400];
/// A server that asks for more patience than this gets its request from the caller, later.
const MAX_RETRY_AFTER_S: u32 = 2;

/// Whether a request may be sent again when its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Done twice it leaves the same as done once; so is every read.
    Idempotent,
    /// It must not be done twice: it is sent again only when it was certainly not done.
    Once,
}

/// Milliseconds to wait until a request that ended in `error` is sent again; `None` when it is not. `attempt` counts
/// from 0.
pub(crate) fn wait_ms(attempt: usize, repeat: Repeat, error: &DbError) -> Option<u32> {
    let wait = *WAITS_MS.get(attempt)?;
    match error {
        DbError::Busy { .. } | DbError::Unreachable { .. } => Some(wait),
        DbError::Unavailable { retry_after_s: Some(seconds), .. } => {
            (*seconds <= MAX_RETRY_AFTER_S).then(|| wait.max(seconds.saturating_mul(1000)))
        }
        DbError::Unavailable { .. } => Some(wait),
        DbError::Lost { .. } | DbError::Timeout { .. } => (repeat == Repeat::Idempotent).then_some(wait),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_30_what_is_sent_again_and_when() {
        let busy = DbError::Busy { code: "SQLITE_BUSY".into(), message: String::new() };
        let lost = DbError::Lost { reason: String::new() };
        let unavailable =
            |status, retry_after_s| DbError::Unavailable { status, retry_after_s, message: "".into() };
        let refused = DbError::Refused { status: 400, message: String::new() };
        let constraint =
            DbError::Constraint { kind: crate::Constraint::Unique, target: "a.b".into(), statement: 0 };
        for (error, idempotent, once) in [
            (busy.clone(), Some(100), Some(100)),
            (DbError::Unreachable { reason: String::new() }, Some(100), Some(100)),
            (unavailable(429, None), Some(100), Some(100)),
            (unavailable(503, Some(1)), Some(1000), Some(1000)),
            (unavailable(503, Some(2)), Some(2000), Some(2000)),
            (unavailable(503, Some(3)), None, None),
            (unavailable(503, Some(u32::MAX)), None, None),
            (lost.clone(), Some(100), None),
            (DbError::Timeout { ms: 1 }, Some(100), None),
            (refused, None, None),
            (constraint, None, None),
            (DbError::TooLarge { max: None }, None, None),
            (DbError::Auth { status: 401, message: String::new() }, None, None),
            (DbError::Schema { missing: String::new() }, None, None),
        ] {
            assert_eq!(wait_ms(0, Repeat::Idempotent, &error), idempotent, "{error:?}");
            assert_eq!(wait_ms(0, Repeat::Once, &error), once, "{error:?}");
        }
        assert_eq!(wait_ms(1, Repeat::Once, &busy), Some(400));
        assert_eq!(wait_ms(2, Repeat::Once, &busy), None, "three attempts at most");
        assert_eq!(wait_ms(2, Repeat::Idempotent, &lost), None);
    }
}
