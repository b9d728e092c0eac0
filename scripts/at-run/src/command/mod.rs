//! The commands: each reads its options, calls what knows, and says what came of it.

mod build;
mod completions;
mod delete;
mod deploy;
mod dev;
mod doctor;
mod facts;
mod health;
mod init;
mod list;
mod login;
mod logout;
mod logs;
mod move_channel;
mod promote;
mod rollback;
mod runner_key;
pub mod secrets;
mod sources;
mod status;
mod verify;
mod versions;
mod whoami;

pub use build::build;
pub use completions::completions;
pub use delete::delete;
pub use deploy::deploy;
pub use dev::dev;
pub use doctor::doctor;
pub use init::init;
pub use list::list;
pub use login::login;
pub use logout::logout;
pub use logs::logs;
pub use promote::promote;
pub use rollback::rollback;
pub use runner_key::runner_key;
pub use status::status;
pub use verify::verify;
pub use versions::versions;
pub use whoami::whoami;

use streamhut_atproto::Did;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::arguments::Global;
use crate::fault::Fault;
use crate::pds::{Account, Pds, Service};
use crate::published::Shelf;
use crate::session::SessionFile;
use crate::terminal::Terminal;
use sources::sources;

/// The account of the profile's session.
///
/// # Errors
/// `NotLoggedIn`, or `OtherService` when `--service` names another than the session's.
fn account(global: &Global, terminal: &Terminal) -> Result<Account, Fault> {
    let file = SessionFile::of(global.profile())?;
    let session = file.read()?;
    let service = Service::parse(&session.service)?;
    if let Some(asked) = global.service()
        && Service::parse(asked)? != service
    {
        return Err(Fault::OtherService {
            profile: global.profile().to_owned(),
            session: session.service,
            asked: asked.to_owned(),
        });
    }
    Account::new(Pds::new(service, global.timeout(), *terminal), session, file)
}

/// What the account logged in has published, or the account `did`, at the same or another `--service`.
fn shelf(global: &Global, did: Option<&str>, terminal: &Terminal) -> Result<Shelf, Fault> {
    let did = did.map(Did::parse).transpose().map_err(|error| Fault::Usage(error.to_string()))?;
    match (did, global.service()) {
        (Some(did), Some(service)) => {
            Shelf::ask(&Pds::new(Service::parse(service)?, global.timeout(), *terminal), &did)
        }
        (Some(did), None) => Shelf::ask(account(global, terminal)?.pds(), &did),
        (None, _) => {
            let account = account(global, terminal)?;
            Shelf::ask(account.pds(), account.did())
        }
    }
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
