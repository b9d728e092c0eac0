//! What the platform tells of a call once it is over: the event that a tail Worker gets, as JSON.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Collected, Level, Line, Redaction, lines_of};

/// Most lines of one event.
const MAX_LINES: usize = 500;

/// An event, with what of it is looked at. What is missing or of another shape is left out: the platform's own types
/// have more, and change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TailEvent {
    /// `ok`, `exception`, `exceededCpu`, `exceededMemory`, `canceled`, `unknown`, …
    #[serde(deserialize_with = "lenient")]
    pub outcome: String,
    /// Milliseconds of CPU.
    #[serde(deserialize_with = "lenient")]
    pub cpu_time: f64,
    /// The URL within the runner, such as `https://bundle/endpoint/listVideos`.
    #[serde(deserialize_with = "lenient")]
    pub url: String,
    /// The request's id.
    #[serde(deserialize_with = "lenient")]
    pub request: String,
    /// What the bundle wrote to its console.
    #[serde(deserialize_with = "lenient")]
    pub logs: Vec<Written>,
    /// What it threw and nobody caught.
    #[serde(deserialize_with = "lenient")]
    pub exceptions: Vec<Thrown>,
    /// Whether the platform left something out.
    #[serde(deserialize_with = "lenient")]
    pub truncated: bool,
}

/// One call of the console.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Written {
    #[serde(deserialize_with = "lenient")]
    timestamp: f64,
    #[serde(deserialize_with = "lenient")]
    level: String,
    message: Value,
}

/// One exception.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Thrown {
    #[serde(deserialize_with = "lenient")]
    timestamp: f64,
    #[serde(deserialize_with = "lenient")]
    name: String,
    #[serde(deserialize_with = "lenient")]
    message: String,
    #[serde(deserialize_with = "lenient")]
    stack: String,
}

fn lenient<'de, T: DeserializeOwned + Default, D: serde::Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

impl TailEvent {
    /// Reads events; what isn't a list of them is none.
    pub fn parse(json: &str) -> Vec<Self> {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// Adds the event to what is known of its bundle, whose release it is of. `now` is used where the event has no
    /// time.
    pub fn collect(&self, version: &str, redaction: &Redaction, now: u64, into: &mut Collected) {
        into.sums
            .ended(if self.outcome.is_empty() { "unknown" } else { &self.outcome }, whole(self.cpu_time));
        let call = call(&self.url);
        let mut left = MAX_LINES;
        let mut add = |at: f64, level: Level, text: &str| {
            for text in lines_of(&redaction.apply(text)) {
                if left == 0 {
                    into.sums.lines_lost = into.sums.lines_lost.saturating_add(1);
                    continue;
                }
                left -= 1;
                let at = if at >= 1.0 { whole(at) } else { now };
                let request = (!self.request.is_empty()).then(|| self.request.chars().take(64).collect());
                let version = version.to_owned();
                into.write(Line { at, level, request, call: call.clone(), version, text });
            }
        };
        for written in &self.logs {
            add(written.timestamp, Level::of_console(&written.level), &said(&written.message));
        }
        for thrown in &self.exceptions {
            // A stack begins with name and message where there is one.
            let text = if thrown.stack.contains(&thrown.message) && !thrown.stack.is_empty() {
                thrown.stack.clone()
            } else {
                format!("{}: {}\n{}", thrown.name, thrown.message, thrown.stack)
            };
            add(thrown.timestamp, Level::Error, &text);
        }
        match self.outcome.as_str() {
            "" | "ok" => {}
            "exception" if !self.exceptions.is_empty() => {}
            "canceled" => add(0.0, Level::Info, "the call was cancelled: whoever asked went away"),
            outcome => add(0.0, Level::Error, &format!("the platform ended the call: {outcome}")),
        }
        if self.truncated {
            add(0.0, Level::Warn, "the platform left lines out");
        }
    }
}

/// `endpoint listVideos` of `https://bundle/endpoint/listVideos?…`.
fn call(url: &str) -> String {
    let path = url.strip_prefix("https://bundle/").unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let name: String = path.chars().filter(|c| !c.is_control()).take(128).collect();
    name.replacen('/', " ", 1)
}

/// What a console was told: its arguments, texts as they are, with spaces between.
fn said(message: &Value) -> String {
    let one = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match message {
        Value::Array(arguments) => arguments.iter().map(one).collect::<Vec<_>>().join(" "),
        other => one(other),
    }
}

/// Whole milliseconds of a number that may be anything.
fn whole(number: f64) -> u64 {
    // The cast saturates, and makes nothing of what is no number.
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn collected(events: &Value) -> Collected {
        let mut collected = Collected::default();
        let redaction = Redaction::of([("TOKEN", "hunter22")]);
        for event in TailEvent::parse(&events.to_string()) {
            event.collect("1.2.3", &redaction, 9_000, &mut collected);
        }
        collected
    }

    #[test]
    fn lines_and_exceptions_come_with_request_call_and_version() {
        let collected = collected(&json!([{
            "outcome": "exception", "cpuTime": 12.4, "url": "https://bundle/endpoint/list?x=1", "request": "ab12",
            "logs": [
                {"timestamp": 1000, "level": "log", "message": ["hello", {"a": 1}, 3]},
                {"timestamp": 1001, "level": "warn", "message": ["token hunter22\nsecond line"]},
            ],
            "exceptions": [{"timestamp": 1002, "name": "Error", "message": "boom", "stack": "Error: boom\n  at x.js:1"}],
        }]));
        let lines: Vec<_> = collected.lines().map(|line| (line.at, line.level, line.text.as_str())).collect();
        assert_eq!(
            lines,
            [
                (1000, Level::Info, "hello {\"a\":1} 3"),
                (1001, Level::Warn, "token [TOKEN]"),
                (1001, Level::Warn, "second line"),
                (1002, Level::Error, "Error: boom"),
                (1002, Level::Error, "  at x.js:1"),
            ]
        );
        let first = collected.lines().next().unwrap();
        assert_eq!((first.call.as_str(), first.version.as_str()), ("endpoint list", "1.2.3"));
        assert_eq!(first.request.as_deref(), Some("ab12"));
        assert_eq!((collected.sums.cpu_ms, collected.sums.ends["exception"]), (12, 1));
        assert_eq!(collected.sums.lines["warn"], 2);
    }

    #[test]
    fn an_end_without_a_word_is_told() {
        for (outcome, level) in
            [("exceededCpu", Level::Error), ("exceededMemory", Level::Error), ("canceled", Level::Info)]
        {
            let collected = collected(&json!([{"outcome": outcome}]));
            let line = collected.lines().next().unwrap();
            assert_eq!((line.level, line.at), (level, 9_000), "{outcome}: {}", line.text);
        }
        assert_eq!(collected(&json!([{"outcome": "ok"}])).lines().count(), 0);
    }

    #[test]
    fn bad_input_11_events_of_any_shape_are_read_as_far_as_they_go() {
        let odd = [
            json!(null),
            json!([1, "two", null]),
            json!([{"outcome": 7, "cpuTime": "x", "logs": {"a": 1}, "exceptions": "none", "url": null}]),
            json!([{"logs": [{"message": null}, {"message": ["\u{1b}[2J"], "timestamp": -5}, 3]}]),
        ];
        for events in odd {
            collected(&events);
        }
        let flood = json!([{"outcome": "ok", "logs": [{"message": ["x\n".repeat(5_000)]}]}]);
        let collected = collected(&flood);
        assert_eq!(collected.lines().count(), MAX_LINES);
        assert_eq!(collected.sums.lines_lost, 4_500);
    }
}
