//! `at-run status`

mod local;
mod served;

use serde_json::json;
use streamhut_release::{BundleName, Channel};

use super::account;
use super::list::channels;
use crate::arguments::{Global, Status};
use crate::bundle;
use crate::fault::Fault;
use crate::published::{Bundle, Published};
use crate::runner::Runner;
use crate::terminal::{Terminal, columns, line};
use local::Local;
use served::Answer;

/// As much of a release's message as is shown.
const MESSAGE: usize = 60;

/// Shows what is published of the project in the folder, or of the named bundle, how the local build differs from it,
/// and what the runner serves.
///
/// JSON: `{"did", "name", "newest": {"version", "uri", "cid", "createdAt", "message"}, "versions", "channels": {"latest":
/// "1.2.3"}, "local": {"version", "state", "publishedAs"}, "runner": {"url", "channel", "answers", "version", "cid",
/// "current", "stale", "message"}}`. `versions` is their number; `newest` is null when there is none. `local` is null
/// for a named bundle and before the first build; its `state` is `published`, `differs` or `unpublished`. `runner` is
/// null when none is known; its `current` is whether it serves the very record that the channel points at.
pub fn status(global: &Global, options: &Status, terminal: &Terminal) -> Result<(), Fault> {
    let channel: Channel = global.channel(&options.channel).parse()?;
    let runner = global
        .runner(&options.runner)
        .map(|url| Runner::new(url, global.timeout(), *terminal))
        .transpose()?;
    let account = account(global, terminal)?;
    let (name, built): (BundleName, _) = match &options.bundle {
        Some(name) => (name.parse()?, None),
        None => match bundle::as_built(&global.cwd)? {
            Some(built) => (built.manifest.name.clone(), Some(built)),
            None => (bundle::name(&global.cwd, terminal)?, None),
        },
    };
    let shelf = super::shelf(global, None, terminal)?;
    let bundle = match (shelf.find(&name), &options.bundle) {
        (None, Some(_)) => return Err(shelf.unpublished(&format!("bundle `{name}`"))),
        (found, _) => found,
    };
    let local = built.map(|built| Local::of(built, bundle)).transpose()?;
    let answer = runner.as_ref().map(|runner| Answer::ask(runner, account.did(), &name, &channel, bundle));

    let newest = bundle.and_then(|bundle| bundle.versions.first());
    let local_words = match (&local, &options.bundle) {
        (Some(local), _) => Some(local.words()),
        (None, None) => Some("not built yet: at-run build".to_owned()),
        (None, Some(_)) => None,
    };
    let rows = [
        ("newest", Some(newest.map_or_else(|| "nothing is published yet".to_owned(), version_words))),
        ("channels", bundle.and_then(channel_words)),
        ("local", local_words),
        ("runner", answer.as_ref().map(Answer::words)),
    ];
    let rows = rows.into_iter().filter_map(|(label, words)| Some(vec![label.to_owned(), words?]));
    let text = format!("{name} of {}\n{}", account.did(), columns(2, &rows.collect::<Vec<_>>()));
    let value = json!({
        "did": account.did(), "name": name, "newest": newest.map(Published::facts),
        "versions": bundle.map_or(0, |bundle| bundle.versions.len()),
        "channels": bundle.map(channels).unwrap_or_default(), "local": local, "runner": answer,
    });
    terminal.result(&text, &value);
    Ok(())
}

fn version_words(published: &Published) -> String {
    let message =
        published.message.as_deref().map(|text| format!(", {}", line(text, MESSAGE))).unwrap_or_default();
    format!("{}, {}{message}", published.version, published.day())
}

fn channel_words(bundle: &Bundle) -> Option<String> {
    let words = bundle.pointers.iter().map(|pointer| match &pointer.version {
        Some(version) => format!("{} at {version}", pointer.channel),
        None => format!("{} at no release", pointer.channel),
    });
    let words = words.collect::<Vec<_>>().join(", ");
    (!words.is_empty()).then_some(words)
}
