//! What a server granted, kept from one command to the next.

use serde::{Deserialize, Serialize};
use streamhut_atproto::Did;

use super::dpop::{Key, Prover};
use super::server::{Network, Refusal, Server, odd, words};
use super::token::{self, Tokens};
use crate::fault::Fault;

/// Tokens, and what it takes to use and renew them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// Who granted it.
    pub issuer: String,
    /// To whom.
    pub client_id: String,
    /// What may be done.
    pub scope: String,
    /// Good for less than an hour.
    pub access_token: String,
    /// Makes the next tokens, once.
    pub refresh_token: Option<String>,
    /// The key that both are bound to.
    pub key: String,
}

impl Grant {
    /// What makes the proofs of its key.
    ///
    /// # Errors
    /// `Fault::SessionEnded` for a key that is none: nothing can be done with these tokens.
    pub fn prover(&self) -> Result<Prover, Fault> {
        Key::from_text(&self.key)
            .map(Prover::new)
            .ok_or_else(|| self.ended("its key can't be read".to_owned()))
    }

    /// The next grant. This one's refresh token is good for nothing afterwards.
    ///
    /// # Errors
    /// `Fault::SessionEnded` when the server takes the refresh token no longer, `Fault::LogIn` when it refuses for another
    /// reason.
    pub fn renew(&self, network: &Network<'_>, prover: &Prover, did: &Did) -> Result<Self, Fault> {
        let refresh = self.refresh_token.as_deref();
        let refresh =
            refresh.ok_or_else(|| self.ended("the server gave nothing to renew it with".to_owned()))?;
        let metadata = network.metadata(&self.issuer)?;
        let server = Server { network, metadata: &metadata, prover };
        let tokens = token::renew(&server, &self.client_id, refresh).map_err(|refusal| match refusal {
            Refusal::No { error, message } if error == "invalid_grant" => self.ended(words(&error, &message)),
            refusal => refusal.of_login(&self.issuer),
        })?;
        if tokens.did != *did {
            return Err(odd(&self.issuer, format!("it renewed the session of {did} for {}", tokens.did)));
        }
        let Tokens { scope, access, refresh, .. } = tokens;
        Ok(Self {
            scope,
            access_token: access,
            refresh_token: refresh.or_else(|| self.refresh_token.clone()),
            ..self.clone()
        })
    }

    /// Gives the tokens back.
    ///
    /// # Errors
    /// `Fault::SessionEnded` when they are good for nothing already.
    pub fn end(&self, network: &Network<'_>, prover: &Prover) -> Result<(), Fault> {
        let metadata = network.metadata(&self.issuer)?;
        let server = Server { network, metadata: &metadata, prover };
        let token = self.refresh_token.as_deref().unwrap_or(&self.access_token);
        token::revoke(&server, &self.client_id, token).map_err(|refusal| match refusal {
            Refusal::No { error, message } if error == "invalid_grant" => self.ended(words(&error, &message)),
            refusal => refusal.of_login(&self.issuer),
        })
    }

    fn ended(&self, message: String) -> Fault {
        Fault::SessionEnded { service: self.issuer.clone(), message }
    }
}
