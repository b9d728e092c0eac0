//! Sums over calls: how many, how they ended, how long they took.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Upper bounds of the classes of durations, in milliseconds; one more class is for what took longer.
pub const BOUNDS_MS: [u64; 13] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 30_000];

/// Most entries of each map: names come from manifests, and what is wrong with one stays bounded.
const MAX_ENTRIES: usize = 1_000;

/// How a bundle is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// By a viewer, or by another bundle.
    Endpoint,
    /// By the clock.
    Job,
    /// By the queue.
    Task,
}

impl Kind {
    /// As it is written, also in the path of an inner URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Job => "job",
            Self::Task => "task",
        }
    }

    /// Reads what [`Kind::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Endpoint, Self::Job, Self::Task].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How long calls took, until their answer began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Durations {
    /// Calls of each class of [`BOUNDS_MS`].
    pub classes: [u64; BOUNDS_MS.len() + 1],
    /// Milliseconds of all together.
    pub total_ms: u64,
}

impl Durations {
    /// Adds a call.
    pub fn add(&mut self, ms: u64) {
        let class = BOUNDS_MS.iter().position(|bound| ms <= *bound).unwrap_or(BOUNDS_MS.len());
        if let Some(count) = self.classes.get_mut(class) {
            *count = count.saturating_add(1);
        }
        self.total_ms = self.total_ms.saturating_add(ms);
    }

    /// How many calls.
    pub fn count(&self) -> u64 {
        self.classes.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The milliseconds that this share of the calls (0 to 1) did not exceed, evenly spread within a class; `None`
    /// without calls. Beyond the last bound it is that bound.
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let wanted = (self.count() as f64 * share).max(f64::MIN_POSITIVE);
        let (mut before, mut lower) = (0.0, 0.0);
        let mut last = None;
        for (count, upper) in self.classes.iter().zip(BOUNDS_MS.iter().map(|bound| *bound as f64)) {
            let count = *count as f64;
            if count > 0.0 && before + count >= wanted {
                return Some(lower + (upper - lower) * (wanted - before) / count);
            }
            before += count;
            lower = upper;
            last = Some(upper);
        }
        last.filter(|_| self.count() > 0)
    }

    fn merge(&mut self, other: &Self) {
        for (count, more) in self.classes.iter_mut().zip(other.classes) {
            *count = count.saturating_add(more);
        }
        self.total_ms = self.total_ms.saturating_add(other.total_ms);
    }
}

/// The sums of one bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Sums {
    /// Calls by kind, name and how they ended, as `endpoint listVideos 200`: the status, or the name of the runner's
    /// error.
    pub calls: BTreeMap<String, u64>,
    /// How long they took, by kind.
    pub durations: BTreeMap<String, Durations>,
    /// How often an isolate was started.
    pub cold_starts: u64,
    /// Ends that the platform told of, other than `ok`: `exception`, `exceededCpu`, `exceededMemory`, `canceled`, …
    pub ends: BTreeMap<String, u64>,
    /// Milliseconds of CPU, where the platform tells.
    pub cpu_ms: u64,
    /// Lines that were written, by level.
    pub lines: BTreeMap<String, u64>,
    /// Lines that there was no room for.
    pub lines_lost: u64,
}

impl Sums {
    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds a call that took `ms`.
    pub fn called(&mut self, kind: Kind, name: &str, outcome: &str, ms: u64) {
        count(&mut self.calls, &format!("{} {name} {outcome}", kind.as_str()), 1);
        self.durations.entry(kind.as_str().to_owned()).or_default().add(ms);
    }

    /// Adds an end that the platform told of.
    pub fn ended(&mut self, outcome: &str, cpu_ms: u64) {
        if outcome != "ok" {
            count(&mut self.ends, outcome, 1);
        }
        self.cpu_ms = self.cpu_ms.saturating_add(cpu_ms);
    }

    /// Adds lines of a level.
    pub fn wrote(&mut self, level: &str, lines: u64) {
        count(&mut self.lines, level, lines);
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        let maps =
            [(&mut self.calls, &other.calls), (&mut self.ends, &other.ends), (&mut self.lines, &other.lines)];
        for (own, others) in maps {
            for (key, more) in others {
                count(own, key, *more);
            }
        }
        for (kind, more) in &other.durations {
            if Kind::parse(kind).is_some() {
                self.durations.entry(kind.clone()).or_default().merge(more);
            }
        }
        self.cold_starts = self.cold_starts.saturating_add(other.cold_starts);
        self.cpu_ms = self.cpu_ms.saturating_add(other.cpu_ms);
        self.lines_lost = self.lines_lost.saturating_add(other.lines_lost);
    }
}

fn count(map: &mut BTreeMap<String, u64>, key: &str, more: u64) {
    if let Some(sum) = map.get_mut(key) {
        *sum = sum.saturating_add(more);
    } else if map.len() < MAX_ENTRIES {
        map.insert(key.to_owned(), more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_within_their_class() {
        let mut durations = Durations::default();
        assert_eq!(durations.percentile(0.5), None);
        for ms in [0, 1, 3, 3, 3, 3, 3, 7, 80, 90_000] {
            durations.add(ms);
        }
        assert_eq!(durations.count(), 10);
        assert_eq!(durations.total_ms, 90_000 + 80 + 7 + 15 + 1);
        for (share, low, high) in
            [(0.0, 0.0, 1.0), (0.2, 0.9, 1.0), (0.5, 2.0, 5.0), (0.8, 5.0, 10.0), (0.9, 50.0, 100.0)]
        {
            let at = durations.percentile(share).unwrap();
            assert!((low..=high).contains(&at), "{share}: {at}");
        }
        assert_eq!(durations.percentile(1.0), Some(30_000.0), "beyond the last bound");
    }

    #[test]
    fn sums_add_up_whatever_their_order() {
        let mut first = Sums::default();
        first.called(Kind::Endpoint, "listVideos", "200", 3);
        first.ended("ok", 2);
        first.wrote("warn", 2);
        let mut second = Sums { cold_starts: 1, lines_lost: 4, ..Sums::default() };
        second.called(Kind::Endpoint, "listVideos", "200", 700);
        second.called(Kind::Job, "sync", "BundleDeadline", 600_000);
        second.ended("exceededCpu", 50);
        let (mut one, mut other) = (first.clone(), second.clone());
        one.merge(&second);
        other.merge(&first);
        assert_eq!(one, other);
        assert_eq!(one.calls.get("endpoint listVideos 200"), Some(&2));
        assert_eq!(one.durations["job"].count(), 1);
        assert_eq!((one.cpu_ms, one.cold_starts, one.lines_lost, one.ends["exceededCpu"]), (52, 1, 4, 1));
        assert!(!one.is_empty() && Sums::default().is_empty());
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Sums>(&json).unwrap(), one);
    }

    #[test]
    fn bad_input_11_names_without_end_take_bounded_room() {
        let mut sums = Sums::default();
        for number in 0..5_000 {
            sums.called(Kind::Endpoint, &format!("n{number}"), "200", 1);
        }
        assert_eq!(sums.calls.len(), MAX_ENTRIES);
        assert_eq!(sums.durations["endpoint"].count(), 5_000);
    }
}
