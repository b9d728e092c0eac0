//! The whole of a log-in: from whoever is to be logged in, by way of the browser, to what the server grants.

use std::time::Duration;

use streamhut_atproto::{Authority, Did, Handle};

use super::callback::{Callback, Listener};
use super::client::{self, Reach};
use super::dpop::{Key, Prover, random, random_bytes};
use super::metadata::{Metadata, is_same};
use super::par::{self, Request};
use super::pkce::Verifier;
use super::server::{Network, Refusal, Server};
use super::token::{self, Tokens};
use super::{Grant, browser};
use crate::chain::{self, Sources};
use crate::fault::Fault;
use crate::outward::Outward;
use crate::pds::Service;
use crate::terminal::Terminal;

/// For somebody who has to look for a password first.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Who is to be logged in where.
pub struct LogIn<'a> {
    /// A handle or a DID; without it, whoever answers at the service.
    pub identifier: Option<&'a str>,
    /// The account's PDS or its authorization server; without it, as the account's document says.
    pub service: Option<&'a Service>,
    /// Whom to ask for handles and DIDs, and what may be asked.
    pub sources: &'a Sources,
    /// The network.
    pub transport: &'a Outward,
    /// Whether a browser is opened here.
    pub browser: bool,
}

/// What came of it.
pub struct Granted {
    /// The account.
    pub did: Did,
    /// The PDS's origin.
    pub pds: String,
    /// The tokens.
    pub grant: Grant,
}

/// Where the account is.
struct Place {
    pds: String,
    issuer: String,
}

impl LogIn<'_> {
    /// Logs in. The account, its PDS and the server that grants the tokens name each other.
    ///
    /// # Errors
    /// `Fault::LogIn` with the server's words when it refuses; `Fault::Unproven` when it is not the account's.
    pub fn run(&self, terminal: &Terminal) -> Result<Granted, Fault> {
        let known = self.identifier.map(|identifier| self.account(identifier)).transpose()?;
        let place = match (&known, self.service) {
            (Some((_, pds)), _) => self.place(pds)?,
            (None, Some(service)) => self.place(service.origin())?,
            (None, None) => {
                return Err(Fault::Usage("--identifier HANDLE_OR_DID or --service URL is needed".to_owned()));
            }
        };
        if let (Some(_), Some(service)) = (&known, self.service)
            && ![&place.pds, &place.issuer].iter().any(|origin| is_same(origin, service.origin()))
        {
            let (who, asked) = (self.identifier.unwrap_or_default(), service.origin());
            return Err(Fault::Usage(format!("{who} is at {}, not at {asked}", place.pds)));
        }
        let metadata = self.network().metadata(&place.issuer)?;
        let prover = Prover::new(Key::generate());
        let network = self.network();
        let server = Server { network: &network, metadata: &metadata, prover: &prover };
        let tokens = self.grant(&server, terminal)?;
        let pds = match self.check(&tokens, known, place) {
            Ok(pds) => pds,
            Err(fault) => {
                give_back(&server, &tokens);
                return Err(fault);
            }
        };
        Ok(Granted { did: tokens.did.clone(), pds, grant: grant(&metadata, &prover, tokens) })
    }

    /// Asks for what is wanted, and at a server that knows no fine permissions for all.
    fn grant(&self, server: &Server<'_>, terminal: &Terminal) -> Result<Tokens, Fault> {
        let asks_for_all = || {
            terminal.warn(&format!(
                "{} knows no fine permissions: it is asked for all that an app may do with the account",
                server.metadata.issuer
            ));
        };
        let tokens = match self.ask(server, false, terminal) {
            Err(Refusal::No { error, .. }) if error == "invalid_scope" => {
                asks_for_all();
                self.ask(server, true, terminal)
            }
            Ok(tokens) => match client::reach(&tokens.scope) {
                Reach::Enough => Ok(tokens),
                Reach::Part(missing) => {
                    terminal.warn(&format!("the server did not grant {}", missing.join(" ")));
                    Ok(tokens)
                }
                Reach::Nothing => {
                    give_back(server, &tokens);
                    asks_for_all();
                    self.ask(server, true, terminal)
                }
            },
            refused => refused,
        };
        tokens.map_err(|refusal| refusal.of_login(&server.metadata.issuer))
    }

    /// One way through the browser.
    fn ask(&self, server: &Server<'_>, broad: bool, terminal: &Terminal) -> Result<Tokens, Refusal> {
        let issuer = &server.metadata.issuer;
        let listener = Listener::open().map_err(|error| Refusal::Fault(Fault::io("127.0.0.1")(error)))?;
        let (redirect, state) = (listener.redirect(), random());
        let verifier = Verifier::new(&random_bytes());
        let request =
            Request { state: &state, verifier: &verifier, redirect: &redirect, hint: self.identifier };
        let url = par::push(server, &request, broad)?;
        terminal.show(&format!("To log in, go to\n  {url}"));
        if self.browser && !browser::open(url.as_str()) {
            terminal.note("no browser can be opened here");
        }
        let stranger = || terminal.warn("something came back that is not of this log-in, and was refused");
        let refused = |message: String| Refusal::Fault(Fault::LogIn { service: issuer.clone(), message });
        match listener.wait(&state, issuer, PATIENCE, stranger) {
            Some(Callback::Code(code)) => token::redeem(server, &code, &verifier, &redirect),
            Some(Callback::Refused(message)) => Err(match message.strip_prefix("invalid_scope") {
                Some(_) => Refusal::No { error: "invalid_scope".to_owned(), message },
                None => refused(message),
            }),
            Some(Callback::OtherServer(other)) => {
                Err(refused(format!("the answer came from {other:?}, and was refused")))
            }
            Some(Callback::Stranger) | None => Err(refused("nobody came back from there in time".to_owned())),
        }
    }

    /// Gives the PDS of the account that the tokens are for, once its document leads to the server that issued them.
    fn check(&self, tokens: &Tokens, known: Option<(Did, String)>, place: Place) -> Result<String, Fault> {
        match known {
            Some((did, _)) if did == tokens.did => Ok(place.pds),
            Some((did, _)) => Err(Fault::LogIn {
                service: place.issuer,
                message: format!("{} was logged in there, not {did}", tokens.did),
            }),
            None => {
                let (did, pds) = self.account(tokens.did.as_str())?;
                let own = self.place(&pds)?;
                if is_same(&own.issuer, &place.issuer) {
                    return Ok(own.pds);
                }
                let reason =
                    format!("{did} is at {}, which trusts {}, not {}", own.pds, own.issuer, place.issuer);
                Err(chain::unproven("the log-in", reason))
            }
        }
    }

    fn account(&self, identifier: &str) -> Result<(Did, String), Fault> {
        let usage = |error: streamhut_atproto::IdentifierError| Fault::Usage(error.to_string());
        let authority = match identifier.starts_with("did:") {
            true => Authority::Did(Did::parse(identifier).map_err(usage)?),
            false => Authority::Handle(Handle::parse(identifier).map_err(usage)?),
        };
        let account = pollster::block_on(chain::account(self.transport, self.sources, &authority))?.0;
        let pds = self.sources.policy.endpoint(&account.pds);
        let pds = pds.map_err(|refusal| chain::unproven("the account's PDS", refusal))?;
        Ok((account.did, pds.origin().ascii_serialization()))
    }

    fn place(&self, pds: &str) -> Result<Place, Fault> {
        Ok(Place { pds: pds.to_owned(), issuer: self.network().authorization_server(pds)? })
    }

    fn network(&self) -> Network<'_> {
        let Sources { policy, deadline_ms, .. } = self.sources;
        Network { transport: self.transport, policy, deadline_ms: *deadline_ms }
    }
}

fn grant(metadata: &Metadata, prover: &Prover, tokens: Tokens) -> Grant {
    Grant {
        issuer: metadata.issuer.clone(),
        client_id: client::client_id(),
        scope: tokens.scope,
        access_token: tokens.access,
        refresh_token: tokens.refresh,
        key: prover.key().to_text(),
    }
}

/// Tokens that will not be used are given back, as far as the server takes them.
fn give_back(server: &Server<'_>, tokens: &Tokens) {
    let token = tokens.refresh.as_deref().unwrap_or(&tokens.access);
    let _ = token::revoke(server, &client::client_id(), token);
}
