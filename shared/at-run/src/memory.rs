//! `ctx.memory()`.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// Most bytes that are remembered, keys included.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes of one entry, its key included.
const MAX_ENTRY_BYTES: usize = 512 * 1024;
/// Most entries.
const MAX_ENTRIES: usize = 1_024;

/// What this isolate remembers between calls, 4 MiB at most and half a MiB an entry: nothing is asked of the runner for
/// it, where [`CacheStore`](crate::CacheStore) is a request away. Other isolates don't see it, and it goes with its isolate.
///
/// ```
/// use at_run::{Bundle, Context, NoInput, Response, Result, testing::Harness};
///
/// async fn slow(ctx: Context, _: NoInput) -> Result<Response> {
///     if let Some(text) = ctx.memory().get("text") {
///         return Ok(Response::new("text/plain", text.to_vec()));
///     }
///     let text = format!("made at {}", ctx.now());
///     ctx.memory().put("text", text.as_bytes(), 60);
///     Ok(Response::text(text))
/// }
///
/// let harness = Harness::new(Bundle::new("slow", "1.0.0").get("slow", slow));
/// let first = harness.get("slow").text();
/// harness.advance(59_000);
/// assert_eq!(harness.get("slow").text(), first);
/// harness.another_isolate();
/// assert_ne!(harness.get("slow").text(), first);
/// ```
pub struct Memory {
    kept: Rc<Kept>,
    now: u64,
}

impl Memory {
    pub(crate) fn new(kept: Rc<Kept>, now: u64) -> Self {
        Self { kept, now }
    }

    /// The bytes under that key.
    pub fn get(&self, key: &str) -> Option<Rc<[u8]>> {
        let entries = self.kept.0.borrow();
        entries.by_key.get(key).filter(|entry| entry.until > self.now).map(|entry| entry.bytes.clone())
    }

    /// Remembers bytes for that many seconds, unless others have to make room for them too often.
    pub fn put(&self, key: &str, bytes: impl Into<Rc<[u8]>>, seconds: u32) {
        let bytes = bytes.into();
        let size = key.len() + bytes.len();
        let mut entries = self.kept.0.borrow_mut();
        entries.forget(key);
        if seconds == 0 || size > MAX_ENTRY_BYTES {
            return;
        }
        entries.make_room(size, self.now);
        entries.bytes += size;
        let until = self.now.saturating_add(u64::from(seconds) * 1_000);
        entries.by_key.insert(key.to_owned(), Entry { bytes, until });
    }

    /// Forgets what is under that key.
    pub fn delete(&self, key: &str) {
        self.kept.0.borrow_mut().forget(key);
    }
}

/// The entries of one bundle in one isolate.
#[derive(Default)]
pub(crate) struct Kept(RefCell<Entries>);

impl Kept {
    pub(crate) fn clear(&self) {
        self.0.take();
    }
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<String, Entry>,
    bytes: usize,
}

struct Entry {
    bytes: Rc<[u8]>,
    /// Milliseconds since 1970.
    until: u64,
}

impl Entries {
    fn forget(&mut self, key: &str) {
        if let Some(entry) = self.by_key.remove(key) {
            self.bytes -= key.len() + entry.bytes.len();
        }
    }

    /// What is over goes first, then what is over soonest.
    fn make_room(&mut self, size: usize, now: u64) {
        let is_full =
            |entries: &Self| entries.bytes + size > MAX_BYTES || entries.by_key.len() >= MAX_ENTRIES;
        if !is_full(self) {
            return;
        }
        let mut ends: Vec<_> = self.by_key.iter().map(|(key, entry)| (entry.until, key.clone())).collect();
        ends.sort_unstable();
        for (until, key) in ends {
            if until > now && !is_full(self) {
                break;
            }
            self.forget(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(kept: &Rc<Kept>, now: u64) -> Memory {
        Memory::new(kept.clone(), now)
    }

    #[test]
    fn what_ends_soonest_makes_room() {
        let kept = Rc::new(Kept::default());
        let memory = at(&kept, 0);
        for entry in 0..20 {
            memory.put(&format!("{entry:02}"), vec![entry; MAX_ENTRY_BYTES - 2], 100 + u32::from(entry));
        }
        let there = |now, entry: u8| at(&kept, now).get(&format!("{entry:02}")).is_some();
        assert_eq!((0..20).map(|entry| there(0, entry)).filter(|there| *there).count(), 8);
        assert!((12..20).all(|entry| there(0, entry)) && !there(0, 11));
        assert_eq!(kept.0.borrow().bytes, MAX_BYTES);
        assert!(!there(112_000, 12) && there(112_000, 13));
    }

    #[test]
    fn entries_are_counted_and_replaced() {
        let kept = Rc::new(Kept::default());
        let memory = at(&kept, 0);
        for entry in 0..2 * MAX_ENTRIES {
            memory.put(&entry.to_string(), b"x".as_slice(), 60);
        }
        assert_eq!(kept.0.borrow().by_key.len(), MAX_ENTRIES);
        kept.clear();
        for _ in 0..3 {
            memory.put("a", b"12345".as_slice(), 60);
        }
        assert_eq!(kept.0.borrow().bytes, 6);
        memory.put("a", b"1".as_slice(), 0);
        assert_eq!((kept.0.borrow().bytes, memory.get("a")), (0, None));
        memory.put("a", vec![0; MAX_ENTRY_BYTES], 60);
        assert_eq!(memory.get("a"), None);
        memory.put("a", b"1".as_slice(), 60);
        memory.delete("a");
        assert_eq!(memory.get("a"), None);
    }
}
