//! Sums as Prometheus reads them: its text format, version 0.0.4.

use std::{collections::BTreeMap, fmt::Write};

use crate::{BOUNDS_MS, Reading};

/// The media type of [`prometheus`].
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Labels but the bundle's, and a count.
type Count = (Vec<(&'static str, String)>, u64);

/// What is known of one bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// `did/name`
    pub bundle: String,
    /// Its sums.
    pub reading: Reading,
}

/// All series, grouped by metric as the format wants it.
pub fn prometheus(all: &[Series]) -> String {
    let mut text = String::new();
    let mut metric = |name: &str, kind: &str, help: &str, samples: Vec<(String, String)>| {
        if samples.is_empty() {
            return;
        }
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (suffixed, value) in samples {
            let _ = writeln!(text, "{suffixed} {value}");
        }
    };
    let each = |name: &str, of: &dyn Fn(&Series) -> Vec<Count>| {
        let samples = all.iter().flat_map(|series| {
            of(series).into_iter().map(move |(mut labels, value)| {
                labels.insert(0, ("bundle", series.bundle.clone()));
                (sample(name, &labels), value.to_string())
            })
        });
        samples.collect::<Vec<_>>()
    };
    let name = "at_run_calls_total";
    let help = "Calls of a bundle by how they ended: a status, or the runner's error.";
    metric(
        name,
        "counter",
        help,
        each(name, &|series| {
            let calls = series.reading.sums.calls.iter().filter_map(|(key, count)| {
                let mut parts = key.split(' ');
                let (kind, name, outcome) = (parts.next()?, parts.next()?, parts.next()?);
                let labels = [("kind", kind), ("name", name), ("outcome", outcome)];
                Some((labels.map(|(label, value)| (label, value.to_owned())).to_vec(), *count))
            });
            calls.collect()
        }),
    );
    let name = "at_run_call_duration_seconds";
    metric(name, "histogram", "Time until the answer began.", durations(name, all));
    let name = "at_run_cold_starts_total";
    metric(
        name,
        "counter",
        "Isolates that were started.",
        each(name, &|series| vec![(vec![], series.reading.sums.cold_starts)]),
    );
    let name = "at_run_ends_total";
    let help = "Calls that the platform ended, or that threw.";
    metric(name, "counter", help, each(name, &|series| labelled("reason", &series.reading.sums.ends)));
    let name = "at_run_log_lines_total";
    metric(
        name,
        "counter",
        "Lines of the log.",
        each(name, &|series| labelled("level", &series.reading.sums.lines)),
    );
    let name = "at_run_log_lines_lost_total";
    let help = "Lines that there was no room for.";
    metric(name, "counter", help, each(name, &|series| vec![(vec![], series.reading.sums.lines_lost)]));
    let name = "at_run_cpu_seconds_total";
    let cpu = all.iter().map(|series| {
        let labels = [("bundle", series.bundle.clone())];
        (sample(name, &labels), seconds(series.reading.sums.cpu_ms))
    });
    metric(name, "counter", "CPU time, where the platform tells.", cpu.collect());
    text
}

fn labelled(label: &'static str, counts: &BTreeMap<String, u64>) -> Vec<Count> {
    counts.iter().map(|(value, count)| (vec![(label, value.clone())], *count)).collect()
}

fn durations(name: &str, all: &[Series]) -> Vec<(String, String)> {
    let mut samples = Vec::new();
    for series in all {
        for (kind, durations) in &series.reading.sums.durations {
            let labels = vec![("bundle", series.bundle.clone()), ("kind", kind.clone())];
            let bucket = |bound: String| [labels.clone(), vec![("le", bound)]].concat();
            let mut sum = 0;
            for (count, bound) in durations.classes.iter().zip(BOUNDS_MS) {
                sum += count;
                samples.push((sample(&format!("{name}_bucket"), &bucket(seconds(bound))), sum.to_string()));
            }
            let count = durations.count().to_string();
            samples.push((sample(&format!("{name}_bucket"), &bucket("+Inf".to_owned())), count.clone()));
            samples.push((sample(&format!("{name}_sum"), &labels), seconds(durations.total_ms)));
            samples.push((sample(&format!("{name}_count"), &labels), count));
        }
    }
    samples
}

fn seconds(ms: u64) -> String {
    (ms as f64 / 1_000.0).to_string()
}

fn sample(name: &str, labels: &[(&'static str, String)]) -> String {
    let labels: Vec<_> =
        labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
    format!("{name}{{{}}}", labels.join(","))
}

/// A label's value: backslash, quote and line feed are escaped.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Sums};

    #[test]
    fn each_metric_is_described_once_and_buckets_add_up() {
        let mut sums = Sums { cold_starts: 2, cpu_ms: 1_500, ..Sums::default() };
        sums.called(Kind::Endpoint, "listVideos", "200", 4);
        sums.called(Kind::Endpoint, "listVideos", "200", 40_000);
        sums.called(Kind::Job, "sync", "BundleDeadline", 20);
        sums.ended("exceededCpu", 0);
        sums.wrote("warn", 3);
        let reading = Reading { since: Some(1), sums };
        let series = ["did:plc:a/one", "did:plc:b/\"two\"\n"]
            .map(|bundle| Series { bundle: bundle.to_owned(), reading: reading.clone() });
        let text = prometheus(&series);
        for expected in [
            r#"at_run_calls_total{bundle="did:plc:a/one",kind="endpoint",name="listVideos",outcome="200"} 2"#,
            r#"at_run_calls_total{bundle="did:plc:a/one",kind="job",name="sync",outcome="BundleDeadline"} 1"#,
            r#"at_run_call_duration_seconds_bucket{bundle="did:plc:a/one",kind="endpoint",le="0.005"} 1"#,
            r#"at_run_call_duration_seconds_bucket{bundle="did:plc:a/one",kind="endpoint",le="30"} 1"#,
            r#"at_run_call_duration_seconds_bucket{bundle="did:plc:a/one",kind="endpoint",le="+Inf"} 2"#,
            r#"at_run_call_duration_seconds_sum{bundle="did:plc:a/one",kind="endpoint"} 40.004"#,
            r#"at_run_call_duration_seconds_count{bundle="did:plc:a/one",kind="endpoint"} 2"#,
            r#"at_run_cold_starts_total{bundle="did:plc:a/one"} 2"#,
            r#"at_run_cpu_seconds_total{bundle="did:plc:a/one"} 1.5"#,
            r#"at_run_ends_total{bundle="did:plc:a/one",reason="exceededCpu"} 1"#,
            r#"at_run_log_lines_total{bundle="did:plc:b/\"two\"\n",level="warn"} 3"#,
        ] {
            assert!(text.lines().any(|line| line == expected), "{expected}\n{text}");
        }
        let described = |line: &&str| line.starts_with("# TYPE at_run_calls_total ");
        assert_eq!(text.lines().filter(described).count(), 1);
        assert_eq!(prometheus(&[]), "");
    }
}
