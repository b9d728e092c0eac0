//! `at-run rollback`

use streamhut_release::{Channel, Version};

use super::account;
use super::move_channel::Move;
use crate::arguments::{Global, Rollback};
use crate::fault::Fault;
use crate::interruption;
use crate::publish::Change;
use crate::published::{Bundle, Held, Published, Shelf};
use crate::terminal::{Terminal, columns, line};

/// As much of a release's message as is shown.
const MESSAGE: usize = 60;

/// Points a channel back at an earlier version, after a question.
///
/// JSON: `{"did", "name", "channel", "state", "from", "to"}`; `state` is `moved` or `unchanged`, `from` and `to` are
/// `{"version", "uri", "cid", "createdAt", "message"}`, `from` null when the channel pointed at no release.
pub fn rollback(global: &Global, options: &Rollback, terminal: &Terminal) -> Result<(), Fault> {
    let name = options.bundle.parse()?;
    let channel: Channel = global.channel(&options.channel).parse()?;
    let wanted = options.to.as_deref().map(str::parse).transpose()?;
    let account = account(global, terminal)?;
    let held = Held::look(&account)?;
    let bundle = held.shelf.bundle(&name)?;
    let (from, to) = target(&held.shelf, bundle, &channel, wanted.as_ref())?;
    let step = Move::new(bundle, &channel, to)?;
    if step.state() != Change::Unchanged {
        let title = format!("{name}, channel {channel}");
        terminal.confirm(&facts(&title, from, to), "roll back")?;
        interruption::meanwhile("the channel may have moved; see `at-run versions`");
        held.write(&account, &name, &step.writes()?)?;
        terminal.note("runners follow within half a minute");
    }
    terminal.result(&step.words(), &step.facts(account.did()));
    Ok(())
}

/// Where the channel points, and the release to go back to.
fn target<'a>(
    shelf: &Shelf,
    bundle: &'a Bundle,
    channel: &Channel,
    wanted: Option<&Version>,
) -> Result<(Option<&'a Published>, &'a Published), Fault> {
    let name = &bundle.name;
    let pointer = bundle.pointer(channel);
    let pointer = pointer.ok_or_else(|| shelf.unpublished(&format!("channel `{channel}` of `{name}`")))?;
    let from = pointer.version.as_ref().and_then(|version| bundle.version(version));
    let to = match (wanted, from) {
        (Some(version), _) => bundle
            .version(version)
            .ok_or_else(|| shelf.unpublished(&format!("version {version} of `{name}`")))?,
        (None, Some(from)) => bundle.before(from).ok_or_else(|| Fault::NoEarlier {
            what: format!("there is no version before {name} {}", from.version),
        })?,
        (None, None) => {
            return Err(Fault::NoEarlier {
                what: format!("channel {channel} of {name} points at no release"),
            });
        }
    };
    Ok((from, to))
}

fn facts(title: &str, from: Option<&Published>, to: &Published) -> String {
    let row = |label: &str, published: Option<&Published>| match published {
        Some(published) => vec![
            label.to_owned(),
            published.version.to_string(),
            published.day().to_owned(),
            published.message.as_deref().map(|text| line(text, MESSAGE)).unwrap_or_default(),
        ],
        None => vec![label.to_owned(), "no release".to_owned()],
    };
    let rows = columns(2, &[row("current", from), row("target", Some(to))]);
    format!(
        "{title}\n{rows}\nOnly the channel moves. Data is not rolled back: what the current version has stored stays as it is."
    )
}
