//! `ctx.websocket()` over the platform's network.

use std::{cell::RefCell, future::poll_fn, rc::Rc, time::Duration};

use at_run::{BodyError, Message, SocketError, SocketPort, WebSocketPort};
use futures_util::{
    FutureExt,
    future::{Either, LocalBoxFuture, select},
};
use js_sys::{ArrayBuffer, Function, Uint8Array};
use streamhut_outbound::TransportError;
use url::Url;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    AbortSignal, BinaryType, CloseEvent, Headers, MessageEvent, Request, RequestInit, RequestRedirect,
    WebSocket,
};
use worker::{
    Delay,
    worker_sys::ext::{ResponseExt, WebSocketExt},
};

use super::{
    REFUSED,
    inbox::{End, Inbox},
};
use crate::{body, exception::reason, transport};

/// A normal end (RFC 6455, section 7.4.1).
const NORMAL: u16 = 1000;
/// A message that is too big to go on (ibid.).
const TOO_BIG: u16 = 1009;
/// Most bytes of the reason of a close frame (RFC 6455, section 5.5).
const MAX_REASON_BYTES: usize = 123;

/// WebSockets over the isolate's own network.
pub(super) struct WorkerSockets;

impl WebSocketPort for WorkerSockets {
    fn connect(
        &self,
        url: Url,
        deadline_ms: u32,
    ) -> LocalBoxFuture<'_, Result<Box<dyn SocketPort>, SocketError>> {
        async move {
            let shown = transport::shown(&url);
            let opened = transport::within(&shown, deadline_ms, |signal| open(&url, signal)).await;
            match opened {
                Ok(Opened::Accepted(socket)) => {
                    let socket =
                        Socket::new(shown.clone(), socket).map_err(|error| failed(&shown, &error))?;
                    Ok(Box::new(socket) as Box<dyn SocketPort>)
                }
                Ok(Opened::Refused(reason)) => Err(SocketError::Refused { url: shown, reason }),
                Err(TransportError::Deadline { url, ms }) => Err(SocketError::Deadline { url, ms }),
                Err(error) => Err(SocketError::Failed { url: shown, reason: error.to_string() }),
            }
        }
        .boxed_local()
    }
}

enum Opened {
    Accepted(WebSocket),
    /// By the runner's gateway, for that reason.
    Refused(String),
}

/// The handshake, which the platform does for a GET that asks to upgrade.
async fn open(url: &Url, signal: AbortSignal) -> Result<Opened, BodyError> {
    let broken = |error: JsValue| BodyError::Broken(reason(&error));
    let request = upgrade(url, &signal).map_err(broken)?;
    let answer = transport::fetch(&request).await?;
    if let Some(socket) = answer.websocket() {
        return Ok(Opened::Accepted(socket));
    }
    if let Some(stream) = answer.body() {
        body::cancel(&stream);
    }
    match answer.headers().get(REFUSED).map_err(broken)? {
        Some(reason) => Ok(Opened::Refused(reason)),
        None => Err(BodyError::Broken(format!("it answered {} in place of a WebSocket", answer.status()))),
    }
}

fn upgrade(url: &Url, signal: &AbortSignal) -> Result<Request, JsValue> {
    // The platform's fetch knows http and https only.
    let http = format!("http{}", url.as_str().strip_prefix("ws").unwrap_or_default());
    let headers = Headers::new()?;
    headers.set("upgrade", "websocket")?;
    let init = RequestInit::new();
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Follow);
    init.set_signal(Some(signal));
    Request::new_with_str_and_init(&http, &init)
}

type Listener = Closure<dyn FnMut(JsValue)>;

/// An open socket, with what came in and was not read yet.
struct Socket {
    url: String,
    socket: WebSocket,
    inbox: Rc<RefCell<Inbox>>,
    listeners: Vec<(&'static str, Listener)>,
}

impl Socket {
    fn new(url: String, socket: WebSocket) -> Result<Self, JsValue> {
        // Else bytes come as a Blob, which can only be read by waiting.
        socket.set_binary_type(BinaryType::Arraybuffer);
        let inbox = Rc::<RefCell<Inbox>>::default();
        let mut listening = Self { url, socket, inbox, listeners: Vec::new() };
        let (inbox, socket) = (listening.inbox.clone(), listening.socket.clone());
        listening.listen("message", move |event| {
            if !inbox.borrow_mut().push(message(&event)) {
                drop(socket.close_with_code(TOO_BIG));
            }
        })?;
        let inbox = listening.inbox.clone();
        listening.listen("close", move |event| {
            // 1006: the connection was lost without a word (RFC 6455, section 7.1.5).
            let lost = event.dyn_ref::<CloseEvent>().is_some_and(|event| event.code() == 1006);
            let end = if lost { End::Broken("the connection was lost".to_owned()) } else { End::Closed };
            inbox.borrow_mut().finish(end);
        })?;
        let inbox = listening.inbox.clone();
        listening.listen("error", move |event| {
            let error = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message);
            inbox
                .borrow_mut()
                .finish(End::Broken(error.unwrap_or_else(|| "the connection broke".to_owned())));
        })?;
        // Nothing may come in before somebody listens.
        listening.socket.accept()?;
        Ok(listening)
    }

    fn listen(&mut self, event: &'static str, heard: impl FnMut(JsValue) + 'static) -> Result<(), JsValue> {
        // A listener only moves what came into the inbox, whole or not at all.
        let heard = Closure::wrap_assert_unwind_safe(Box::new(heard) as Box<dyn FnMut(JsValue)>);
        self.socket.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref::<Function>())?;
        self.listeners.push((event, heard));
        Ok(())
    }

    fn closed(&self) -> bool {
        self.inbox.borrow().is_over()
    }
}

fn message(event: &JsValue) -> Message {
    let data = event.unchecked_ref::<MessageEvent>().data();
    match data.as_string() {
        Some(text) => Message::Text(text),
        None => Message::Binary(Uint8Array::new(data.unchecked_ref::<ArrayBuffer>()).to_vec()),
    }
}

impl SocketPort for Socket {
    fn send(&mut self, message: Message) -> LocalBoxFuture<'_, Result<(), SocketError>> {
        let outcome = if self.closed() {
            Err(SocketError::Closed { url: self.url.clone() })
        } else {
            let sent = match message {
                Message::Text(text) => self.socket.send_with_str(&text),
                // The platform sends later, so the bytes are copied out of this memory.
                Message::Binary(bytes) => {
                    self.socket.send_with_array_buffer(&Uint8Array::from(bytes.as_slice()).buffer())
                }
            };
            sent.map_err(|error| failed(&self.url, &error))
        };
        std::future::ready(outcome).boxed_local()
    }

    fn next(&mut self, deadline_ms: u32) -> LocalBoxFuture<'_, Result<Option<Message>, SocketError>> {
        async move {
            let next = poll_fn(|cx| self.inbox.borrow_mut().poll(cx.waker()));
            let deadline = Delay::from(Duration::from_millis(deadline_ms.into()));
            match select(next, Box::pin(deadline)).await {
                Either::Left((Ok(message), _)) => Ok(message),
                Either::Left((Err(reason), _)) => Err(SocketError::Failed { url: self.url.clone(), reason }),
                Either::Right(_) => Err(SocketError::Deadline { url: self.url.clone(), ms: deadline_ms }),
            }
        }
        .boxed_local()
    }

    fn close(&mut self, code: u16, reason: &str) {
        self.inbox.borrow_mut().finish(End::Closed);
        let end = (0..=MAX_REASON_BYTES.min(reason.len())).rev().find(|end| reason.is_char_boundary(*end));
        let reason = reason.get(..end.unwrap_or_default()).unwrap_or_default();
        // A code that may not be sent is no reason to leave the connection open.
        if self.socket.close_with_code_and_reason(code, reason).is_err() {
            drop(self.socket.close_with_code(NORMAL));
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        for (event, heard) in &self.listeners {
            let heard = heard.as_ref().unchecked_ref::<Function>();
            drop(self.socket.remove_event_listener_with_callback(event, heard));
        }
        drop(self.socket.close_with_code(NORMAL));
    }
}

fn failed(url: &str, error: &JsValue) -> SocketError {
    SocketError::Failed { url: url.to_owned(), reason: reason(error) }
}
