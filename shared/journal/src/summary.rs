//! Sums as people and programs read them: with percentiles in place of classes.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Durations, Series, Sums};

/// What was counted of a bundle.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// `did/name`
    pub bundle: String,
    /// Since when, in milliseconds since 1970; `None` when nothing was counted yet.
    pub since: Option<u64>,
    /// Calls by kind, name and how they ended.
    pub calls: Vec<Calls>,
    /// How long they took until their answer began, by kind.
    pub durations: BTreeMap<String, Percentiles>,
    /// Isolates that were started.
    pub cold_starts: u64,
    /// Calls that the platform ended, or that threw.
    pub ends: BTreeMap<String, u64>,
    /// Milliseconds of CPU, where the platform tells.
    pub cpu_ms: u64,
    /// Lines of the log, by level.
    pub lines: BTreeMap<String, u64>,
    /// Lines that there was no room for.
    pub lines_lost: u64,
}

/// Calls that ended alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// `endpoint`, `job` or `task`
    pub kind: String,
    /// Its name.
    pub name: String,
    /// A status, or the name of the runner's error.
    pub outcome: String,
    /// How many.
    pub count: u64,
}

/// Milliseconds, read off classes: as exact as these are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Percentiles {
    /// How many calls.
    pub count: u64,
    /// Their mean.
    pub mean_ms: f64,
    /// What half of them did not exceed.
    pub p50_ms: f64,
    /// What 95 of 100 did not exceed.
    pub p95_ms: f64,
    /// What 99 of 100 did not exceed.
    pub p99_ms: f64,
}

/// Reads sums off.
pub fn summary(Series { bundle, reading }: &Series) -> Summary {
    let Sums { calls, durations, cold_starts, ends, cpu_ms, lines, lines_lost } = reading.sums.clone();
    Summary {
        bundle: bundle.clone(),
        since: reading.since,
        calls: calls.iter().filter_map(|(key, count)| parsed(key, *count)).collect(),
        durations: durations
            .iter()
            .filter_map(|(kind, all)| Some((kind.clone(), percentiles(all)?)))
            .collect(),
        cold_starts,
        ends,
        cpu_ms,
        lines,
        lines_lost,
    }
}

fn parsed(key: &str, count: u64) -> Option<Calls> {
    let mut parts = key.splitn(3, ' ').map(str::to_owned);
    Some(Calls { kind: parts.next()?, name: parts.next()?, outcome: parts.next()?, count })
}

fn percentiles(all: &Durations) -> Option<Percentiles> {
    let tenth = |ms: f64| (ms * 10.0).round() / 10.0;
    let at = |share| all.percentile(share).map(tenth);
    let count = all.count();
    Some(Percentiles {
        count,
        p50_ms: at(0.5)?,
        p95_ms: at(0.95)?,
        p99_ms: at(0.99)?,
        mean_ms: tenth(all.total_ms as f64 / count as f64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Reading};

    #[test]
    fn sums_become_readable() {
        let mut sums = Sums::default();
        for ms in [2, 4, 4, 600] {
            sums.called(Kind::Endpoint, "list", "200", ms);
        }
        sums.called(Kind::Job, "sync", "BundleTimeout", 10);
        let summary =
            summary(&Series { bundle: "d/n".to_owned(), reading: Reading { since: Some(5), sums } });
        let calls: Vec<_> = summary
            .calls
            .iter()
            .map(|call| (call.name.as_str(), call.outcome.as_str(), call.count))
            .collect();
        assert_eq!(calls, [("list", "200", 4), ("sync", "BundleTimeout", 1)]);
        let endpoint = &summary.durations["endpoint"];
        assert_eq!((endpoint.count, endpoint.mean_ms), (4, 152.5));
        assert!((2.0..=5.0).contains(&endpoint.p50_ms) && endpoint.p99_ms > 500.0, "{endpoint:?}");
    }
}
