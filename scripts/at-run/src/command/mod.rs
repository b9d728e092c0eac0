//! The commands: each reads its options, calls what knows, and says what came of it.

mod build;
mod deploy;
mod facts;
mod health;
mod list;
mod login;

pub use build::build;
pub use deploy::deploy;
pub use list::list;
pub use login::login;

use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;

use crate::arguments::Global;
use crate::fault::Fault;
use crate::pds::{Account, Pds, Service};
use crate::session::SessionFile;
use crate::terminal::Terminal;

fn timeout(global: &Global) -> Duration {
    Duration::from_secs(global.timeout)
}

/// The account of the profile's session.
///
/// # Errors
/// `NotLoggedIn`, or `OtherService` when `--service` names another than the session's.
fn account(global: &Global, terminal: &Terminal) -> Result<Account, Fault> {
    let file = SessionFile::of(&global.profile)?;
    let session = file.read()?;
    let service = Service::parse(&session.service)?;
    if let Some(asked) = &global.service
        && Service::parse(asked)? != service
    {
        return Err(Fault::OtherService {
            profile: global.profile.clone(),
            session: session.service,
            asked: asked.clone(),
        });
    }
    Ok(Account::new(Pds::new(service, timeout(global), *terminal), session, file))
}

/// Now, in the form of the data model's datetime: RFC 3339, UTC, milliseconds.
fn now() -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    OffsetDateTime::now_utc().format(form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn now_is_a_datetime() {
        let now = super::now();
        assert!(now.len() == 24 && now.starts_with("20") && now.ends_with('Z'), "{now}");
    }
}
