//! `at-run promote`

use streamhut_release::{Channel, Selector};

use super::account;
use super::move_channel::Move;
use crate::arguments::{Global, Promote};
use crate::fault::Fault;
use crate::interruption;
use crate::publish::Change;
use crate::published::Held;
use crate::terminal::Terminal;

/// Points a channel at a version, or at what another channel points at.
///
/// JSON: `{"did", "name", "channel", "state", "from", "to"}`; `state` is `created`, `moved` or `unchanged`, `from` and
/// `to` are `{"version", "uri", "cid", "createdAt", "message"}`, `from` null when the channel pointed at no release.
pub fn promote(global: &Global, options: &Promote, terminal: &Terminal) -> Result<(), Fault> {
    let name = options.bundle.parse()?;
    let channel: Channel = options.channel.parse()?;
    let selector: Selector = options.from.parse()?;
    let account = account(global, terminal)?;
    let held = Held::look(&account)?;
    let bundle = held.shelf.bundle(&name)?;
    let to = bundle.select(&selector).ok_or_else(|| {
        let kind = if matches!(selector, Selector::Exact(_)) { "version" } else { "release in channel" };
        held.shelf.unpublished(&format!("{kind} `{selector}` of `{name}`"))
    })?;
    let step = Move::new(bundle, &channel, to)?;
    interruption::meanwhile("the channel may have moved; see `at-run versions`");
    held.write(&account, &name, &step.writes()?)?;
    if step.state() != Change::Unchanged {
        terminal.note("runners follow within half a minute");
    }
    terminal.result(&step.words(), &step.facts(account.did()));
    Ok(())
}
