//! Answers to a bundle: JSON, nothing, or why not.

use serde::Serialize;
use serde_json::{Map, Value, json};
use streamhut_ledger::LedgerError;
use streamhut_runner::{Fault, HostError};
use wasm_bindgen::JsValue;
use web_sys::{Headers, Response, ResponseInit};

use super::Caller;
use crate::{bundle::REFUSED, exception::reason};

/// Why a bundle gets something else than what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// Its request is not of the protocol, not granted, or can't be fulfilled.
    #[error(transparent)]
    Host(#[from] HostError),
    /// Its ledger says no.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The bundle that it calls gives no answer.
    #[error(transparent)]
    Bundle(#[from] Fault),
    /// The platform failed.
    #[error("the platform failed: {0}")]
    Platform(String),
}

impl Refused {
    pub(crate) fn platform(error: impl std::fmt::Display) -> Self {
        Self::Platform(error.to_string())
    }

    /// Status, name and message, of which the last tells nothing of the runner's own troubles.
    fn outside(&self) -> (u16, &'static str, String) {
        let unavailable = || "the runner could not do this now".to_owned();
        match self {
            Self::Host(error) => {
                let (status, name) = error.outside();
                (status, name, error.to_string())
            }
            Self::Ledger(error) => match error {
                LedgerError::Storage { .. } | LedgerError::Unreachable { .. } => {
                    let (status, name) = error.outside();
                    (status, name, unavailable())
                }
                error => {
                    let (status, name) = error.outside();
                    (status, name, error.to_string())
                }
            },
            Self::Bundle(fault) => fault.public(),
            Self::Platform(_) => (503, "Unavailable", unavailable()),
        }
    }

    /// Whether it is for the log: an attempt at what isn't granted, or trouble of the runner's.
    fn is_notable(&self) -> bool {
        match self {
            Self::Host(error) => matches!(error.outside().0, 403 | 404 | 405 | 508) && !self.is_absence(),
            Self::Ledger(LedgerError::Storage { .. } | LedgerError::Unreachable { .. }) => true,
            Self::Ledger(_) => false,
            Self::Bundle(_) | Self::Platform(_) => true,
        }
    }

    fn is_absence(&self) -> bool {
        matches!(
            self,
            Self::Host(
                HostError::NoSuchBlob { .. } | HostError::NotCached { .. } | HostError::NoSuchTask { .. }
            )
        )
    }
}

impl From<JsValue> for Refused {
    fn from(error: JsValue) -> Self {
        Self::Platform(reason(&error))
    }
}

impl From<worker::Error> for Refused {
    fn from(error: worker::Error) -> Self {
        Self::platform(error)
    }
}

/// The refusal as an answer, and in the log under the bundle's name where it matters.
pub(crate) fn respond<T, S>(caller: &Caller<T, S>, refused: &Refused) -> Result<Response, JsValue> {
    if refused.is_notable() {
        worker::console_warn!("{}: refused: {refused}", caller.shown());
    }
    let (status, name, message) = refused.outside();
    let mut body = Map::new();
    body.insert("error".to_owned(), json!(name));
    body.insert("message".to_owned(), json!(message));
    let headers = Headers::new()?;
    headers.set("x-request-id", &caller.id)?;
    match refused {
        Refused::Host(HostError::RangeNotSatisfiable { size: Some(size) }) => {
            headers.set("content-range", &format!("bytes */{size}"))?;
        }
        Refused::Host(HostError::QuotaExceeded { used, max }) => {
            body.insert("used".to_owned(), json!(used));
            body.insert("max".to_owned(), json!(max));
        }
        Refused::Host(HostError::UndeclaredBundle { .. }) => headers.set(REFUSED, &message)?,
        _ => {}
    }
    made(status, &headers, Some(&Value::Object(body).to_string()))
}

/// 200 and JSON.
pub(super) fn json_answer(body: &impl Serialize) -> Result<Response, Refused> {
    let text = serde_json::to_string(body).map_err(Refused::platform)?;
    Ok(made(200, &Headers::new()?, Some(&text))?)
}

/// 204.
pub(super) fn done() -> Result<Response, Refused> {
    Ok(made(204, &Headers::new()?, None)?)
}

fn made(status: u16, headers: &Headers, json: Option<&str>) -> Result<Response, JsValue> {
    if json.is_some() {
        headers.set("content-type", "application/json")?;
    }
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(headers);
    Response::new_with_opt_str_and_init(json, &init)
}
