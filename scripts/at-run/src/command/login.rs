//! `at-run login`

use serde_json::json;

use super::sources;
use crate::arguments::{Global, Login};
use crate::fault::Fault;
use crate::keyring::Keyring;
use crate::oauth::{Granted, LogIn};
use crate::outward::Outward;
use crate::pds::{Account, Pds, Service};
use crate::session::{Credentials, Session, SessionFile};
use crate::terminal::Terminal;

/// Longer than any password that a PDS takes.
const MAX_PASSWORD_BYTES: u64 = 4096;
const PASSWORD: &str = "AT_RUN_PASSWORD";

/// Logs in and stores the session. JSON: `{"did", "handle", "service", "profile", "login", "scope", "file", "keyring"}`;
/// `login` is `oauth` or `app-password`, `keyring` the tool of the one that holds the tokens.
pub fn login(global: &Global, options: &Login, terminal: &Terminal) -> Result<(), Fault> {
    let file = SessionFile::of(global.profile())?;
    let service = global.trusted_service().map(Service::parse).transpose()?;
    let password_is_set = std::env::var_os(PASSWORD).is_some_and(|value| !value.is_empty());
    let session = if options.app_password || password_is_set && !options.no_browser {
        by_app_password(global, options, service, terminal)?
    } else {
        by_oauth(global, options, service, &file, terminal)?
    };
    let keyring = keep(&file, &session, options, terminal)?;
    let Session { did, handle, service, credentials } = &session;
    let value = json!({
        "did": did, "handle": handle, "service": service, "profile": global.profile(),
        "login": credentials.method(), "scope": credentials.scope(), "file": file.path(), "keyring": keyring,
    });
    terminal.result(&format!("logged in as {handle} ({did}) at {service}"), &value);
    Ok(())
}

fn by_app_password(
    global: &Global,
    options: &Login,
    service: Option<Service>,
    terminal: &Terminal,
) -> Result<Session, Fault> {
    let need = |what: &str| Fault::Usage(format!("{what} is needed"));
    let place = "--service URL (a project's at-run.toml is not asked where a password goes)";
    let service = service.ok_or_else(|| need(place))?;
    let identifier = options.identifier.as_deref().ok_or_else(|| need("--identifier HANDLE_OR_DID"))?;
    let prompt = format!("App password of {identifier} at {}: ", service.origin());
    let password = terminal.hidden(PASSWORD, &prompt, "app password", MAX_PASSWORD_BYTES)?;
    Pds::new(service, global.timeout(), *terminal).log_in(identifier, &password)
}

fn by_oauth(
    global: &Global,
    options: &Login,
    service: Option<Service>,
    file: &SessionFile,
    terminal: &Terminal,
) -> Result<Session, Fault> {
    if global.no_input {
        let message = "somebody has to answer in a browser: with --no-input, log in with --app-password";
        return Err(Fault::Usage(message.to_owned()));
    }
    let log_in = LogIn {
        // As people write handles to one another.
        identifier: options.identifier.as_deref().map(|text| text.trim_start_matches('@')),
        service: service.as_ref(),
        sources: &sources(global, &options.directories, service.as_ref())?,
        transport: &Outward::new(*terminal),
        browser: !options.no_browser,
    };
    let Granted { did, pds, grant } = log_in.run(terminal)?;
    let service = Service::parse(&pds)?;
    let credentials = Credentials::OAuth { oauth: grant };
    let session = Session { service: pds, handle: did.to_string(), did, credentials };
    // The PDS takes the tokens, and says the account's name.
    let account =
        Account::new(Pds::new(service, global.timeout(), *terminal), session.clone(), file.clone())?;
    let handle = account.standing()?.handle;
    Ok(Session { handle, ..session })
}

/// Stores the session; its tokens in the system's keyring, where there is one that takes them. Gives the keyring.
fn keep(
    file: &SessionFile,
    session: &Session,
    options: &Login,
    terminal: &Terminal,
) -> Result<Option<Keyring>, Fault> {
    let _lock = file.lock()?;
    if let Some(keyring) = Keyring::of_the_system().filter(|_| !options.no_keyring) {
        match file.write(session, Some(keyring)) {
            Err(fault @ Fault::Keyring { .. }) => terminal.note(&fault.to_string()),
            done => return done.map(|()| Some(keyring)),
        }
    }
    file.write(session, None)?;
    let file = file.path().display();
    terminal.warn(&format!("the session is stored unencrypted in {file}, readable by you only"));
    Ok(None)
}
