//! `at-run secrets`: values that only a runner can read, in the author's public repo.

mod list;
mod set;
mod unset;

use streamhut_release::secret::SecretKeyParts;
use streamhut_release::{BundleName, NameError, is_config_name, nsid};

use crate::arguments::Global;
use crate::bundle;
use crate::fault::Fault;
use crate::pds::{Account, Record};
use crate::terminal::Terminal;

pub use list::list;
pub use set::set;
pub use unset::unset;

/// A secret as it is published.
struct Sealed {
    parts: SecretKeyParts,
    record: Record,
}

/// All secrets of the account.
fn published(account: &Account) -> Result<Vec<Sealed>, Fault> {
    let records = account.pds().records(account.did(), nsid::RUN_AT_SECRET)?;
    let known = records.into_iter().filter_map(|record| {
        let parts = SecretKeyParts::parse(&record.key)?;
        Some(Sealed { parts, record })
    });
    let mut known: Vec<Sealed> = known.collect();
    known.sort_by(|a, b| a.parts.cmp(&b.parts));
    Ok(known)
}

/// The bundle of `--bundle`, else the project's.
fn bundle_name(global: &Global, option: Option<&str>, terminal: &Terminal) -> Result<BundleName, Fault> {
    match option {
        Some(name) => Ok(name.parse()?),
        None => bundle::name(&global.cwd, terminal),
    }
}

fn secret_name(text: &str) -> Result<&str, Fault> {
    if is_config_name(text) {
        return Ok(text);
    }
    let value = text.chars().take(96).collect();
    Err(NameError { kind: "secret's name", value, rule: "a capital letter, then up to 63 of A-Z, 0-9 and _" }
        .into())
}
