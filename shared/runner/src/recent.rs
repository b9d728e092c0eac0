//! A short memory for what is asked of others without proof.

use std::collections::BTreeMap;

/// Most entries; past that it forgets all and starts anew.
const MAX_ENTRIES: usize = 256;

/// What was learnt a moment ago, by its name.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    entries: BTreeMap<K, (V, u64)>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new() }
    }
}

impl<K: Ord, V: Clone> Recent<K, V> {
    /// What was kept, unless its time is over.
    pub fn get(&self, key: &K, now: u64) -> Option<V> {
        self.entries.get(key).filter(|(_, until)| now < *until).map(|(value, _)| value.clone())
    }

    /// Keeps it until `until`, in milliseconds since 1970.
    pub fn keep(&mut self, key: K, value: V, until: u64) {
        if self.entries.len() >= MAX_ENTRIES && !self.entries.contains_key(&key) {
            self.entries.clear();
        }
        self.entries.insert(key, (value, until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_forgets_in_time_and_stays_small() {
        let mut recent = Recent::default();
        recent.keep(0, "a", 10);
        assert_eq!((recent.get(&0, 9), recent.get(&0, 10), recent.get(&1, 0)), (Some("a"), None, None));
        for key in 0..10_000 {
            recent.keep(key, "b", 10);
            assert!(recent.entries.len() <= MAX_ENTRIES);
        }
        assert_eq!(recent.get(&9_999, 0), Some("b"));
    }
}
