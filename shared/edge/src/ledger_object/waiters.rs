//! Those who wait for another's lease.

use std::{cell::RefCell, collections::BTreeMap};

use futures_channel::oneshot::{Receiver, Sender, channel};

/// Most who wait at once for all leases of a bundle; the next one is told that the lease is busy.
const MAX_WAITERS: usize = 1_000;

/// The waiting, by the key that they wait for. They are requests under way, so they live as long as the instance.
#[derive(Default)]
pub(super) struct Waiters(RefCell<BTreeMap<String, Vec<Sender<()>>>>);

impl Waiters {
    /// Waits for `key`; `None` when too many do.
    pub(super) fn enter(&self, key: &str) -> Option<Receiver<()>> {
        let mut waiters = self.0.borrow_mut();
        if waiters.values().map(Vec::len).sum::<usize>() >= MAX_WAITERS {
            // Those whose time was over went without a word.
            waiters.retain(|_, waiting| {
                waiting.retain(|waiter| !waiter.is_canceled());
                !waiting.is_empty()
            });
            if waiters.values().map(Vec::len).sum::<usize>() >= MAX_WAITERS {
                return None;
            }
        }
        let (sender, receiver) = channel();
        waiters.entry(key.to_owned()).or_default().push(sender);
        Some(receiver)
    }

    /// Tells all who wait for `key` to look again.
    pub(super) fn wake(&self, key: &str) {
        let waiting = self.0.borrow_mut().remove(key);
        waiting.into_iter().flatten().for_each(tell);
    }

    /// Tells everybody.
    pub(super) fn wake_all(&self) {
        let waiting = std::mem::take(&mut *self.0.borrow_mut());
        waiting.into_values().flatten().for_each(tell);
    }
}

fn tell(waiter: Sender<()>) {
    // Who is gone needs no word.
    let _ = waiter.send(());
}
