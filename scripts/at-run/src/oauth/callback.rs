//! Where the user's browser comes back to: a listener on this machine, for one log-in.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use url::Url;

use super::client::CALLBACK_PATH;
use super::metadata::is_same;
use super::server::words;

/// No browser takes longer for its one request.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// The first line holds all that is asked for.
const MAX_HEAD_BYTES: u64 = 16 * 1024;

/// What a browser brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// A code to be redeemed.
    Code(String),
    /// The server, or the user there, said no.
    Refused(String),
    /// It is from another server than was asked.
    OtherServer(String),
    /// It is not of this log-in, and changes nothing.
    Stranger,
}

/// Judges the query of a callback for the log-in `state` at `issuer`.
pub fn judge(url: &Url, state: &str, issuer: &str) -> Callback {
    // A parameter that stands there twice can't be told from a forged one.
    let one = |name: &str| {
        let mut found = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        found.next().filter(|_| found.next().is_none())
    };
    if one("state").as_deref() != Some(state) {
        return Callback::Stranger;
    }
    let from = one("iss").unwrap_or_default();
    if !is_same(&from, issuer) {
        return Callback::OtherServer(from.chars().take(128).collect());
    }
    let cut = |text: Option<String>| text.unwrap_or_default().chars().take(256).collect::<String>();
    match (one("code"), one("error")) {
        (Some(code), None) if !code.is_empty() => Callback::Code(code),
        (None, Some(error)) => Callback::Refused(words(&cut(Some(error)), &cut(one("error_description")))),
        _ => Callback::Refused("it gave neither a code nor an error".to_owned()),
    }
}

/// What a browser is shown.
struct Page {
    status: &'static str,
    title: &'static str,
    text: &'static str,
}

const DONE: Page = Page {
    status: "200 OK",
    title: "Back to the terminal",
    text: "at-run has your answer and goes on. You can close this window.",
};
const REFUSED: Page = Page {
    status: "200 OK",
    title: "Not logged in",
    text: "at-run got no permission. The terminal says more. You can close this window.",
};
const STRANGER: Page = Page {
    status: "400 Bad Request",
    title: "Not this log-in",
    text: "What brought you here is not the log-in that at-run began. Nothing was changed. You can close this window.",
};
const OVER: Page = Page {
    status: "410 Gone",
    title: "Already answered",
    text: "This log-in has had its answer. You can close this window.",
};
const NOTHING: Page = Page {
    status: "404 Not Found",
    title: "Nothing here",
    text: "at-run waits for a log-in to come back, at another address.",
};

/// A listener at a free port.
pub struct Listener {
    listener: TcpListener,
    port: u16,
}

impl Listener {
    /// Listens on this machine alone.
    pub fn open() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Where the browser comes back to.
    pub fn redirect(&self) -> String {
        format!("http://127.0.0.1:{}{CALLBACK_PATH}", self.port)
    }

    /// Waits for the callback of the log-in `state` at `issuer`. `strange` hears of each that is another's.
    /// `None` when none came within `patience`.
    pub fn wait(self, state: &str, issuer: &str, patience: Duration, strange: impl Fn()) -> Option<Callback> {
        let until = Instant::now() + patience;
        let (told, callbacks) = channel();
        self.serve(state.to_owned(), issuer.to_owned(), told);
        loop {
            match callbacks.recv_timeout(until.saturating_duration_since(Instant::now())).ok()? {
                Callback::Stranger => strange(),
                callback => return Some(callback),
            }
        }
    }

    /// Each connection gets a thread: browsers open some of which they make no use.
    fn serve(self, state: String, issuer: String, told: Sender<Callback>) {
        let desk = Arc::new(Desk { state, issuer, told: Mutex::new(Some(told)) });
        thread::spawn(move || {
            for stream in self.listener.incoming().flatten() {
                let desk = Arc::clone(&desk);
                // A browser that goes away is nobody's fault.
                thread::spawn(move || desk.attend(stream).ok());
            }
        });
    }
}

/// Where callbacks are judged. The first that is of the log-in ends it.
struct Desk {
    state: String,
    issuer: String,
    told: Mutex<Option<Sender<Callback>>>,
}

impl Desk {
    fn attend(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(READ_TIMEOUT))?;
        let mut head = BufReader::new(Read::take(stream.try_clone()?, MAX_HEAD_BYTES));
        let mut first = String::new();
        head.read_line(&mut first)?;
        // The rest is read so that the connection is not reset before the page has arrived.
        let mut line = String::new();
        while head.read_line(&mut line)? > 2 {
            line.clear();
        }
        let (page, callback) = self.answer(&first);
        write!(
            stream,
            "HTTP/1.1 {}\r\ncontent-type: text/html; charset=utf-8\r\ncache-control: no-store\r\nreferrer-policy: no-referrer\r\n\
             content-security-policy: default-src 'none'; frame-ancestors 'none'\r\nconnection: close\r\n\r\n\
             <!doctype html><html lang=\"en\"><title>at-run: {2}</title><h1>{2}</h1><p>{}</p>",
            page.status, page.text, page.title,
        )?;
        stream.flush()?;
        // Told after the page is written: the program may end at once.
        if let Some((told, callback)) = callback {
            // Nobody waits any more once patience has ended.
            let _ = told.send(callback);
        }
        Ok(())
    }

    /// The page for a request, and what is to be told of it.
    fn answer(&self, first: &str) -> (Page, Option<(Sender<Callback>, Callback)>) {
        let Some(url) = asked(first).filter(|url| url.path() == CALLBACK_PATH) else {
            return (NOTHING, None);
        };
        let callback = judge(&url, &self.state, &self.issuer);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = told.clone() else { return (OVER, None) };
        let page = match callback {
            Callback::Stranger => STRANGER,
            Callback::Code(_) => DONE,
            Callback::Refused(_) | Callback::OtherServer(_) => REFUSED,
        };
        if callback != Callback::Stranger {
            *told = None;
        }
        (page, Some((open, callback)))
    }
}

/// What the first line of a request asks for.
fn asked(first: &str) -> Option<Url> {
    let mut words = first.split_ascii_whitespace();
    let (method, path) = (words.next()?, words.next()?);
    let url = Url::parse(&format!("http://127.0.0.1{path}")).ok()?;
    (method == "GET" && path.starts_with('/')).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://as.dev";

    #[test]
    fn callbacks() {
        let no = |text: &str| Callback::Refused(text.to_owned());
        for (query, expect) in [
            ("state=s&iss=https%3A%2F%2Fas.dev&code=c", Callback::Code("c".into())),
            ("code=c&iss=https://as.dev/&state=s", Callback::Code("c".into())),
            ("state=t&iss=https://as.dev&code=c", Callback::Stranger),
            ("iss=https://as.dev&code=c", Callback::Stranger),
            ("state=s&state=s&iss=https://as.dev&code=c", Callback::Stranger),
            ("state=t&iss=https://as.dev&error=access_denied", Callback::Stranger),
            ("", Callback::Stranger),
            ("state=s&iss=https://evil.dev&code=c", Callback::OtherServer("https://evil.dev".into())),
            ("state=s&code=c", Callback::OtherServer(String::new())),
            (
                "state=s&iss=https://as.dev.evil.dev&code=c",
                Callback::OtherServer("https://as.dev.evil.dev".into()),
            ),
            ("state=s&iss=https://as.dev&error=access_denied", no("access_denied")),
            (
                "state=s&iss=https://as.dev&error=access_denied&error_description=By+you",
                no("access_denied: By you"),
            ),
            ("state=s&iss=https://as.dev&code=c&error=x", no("it gave neither a code nor an error")),
            ("state=s&iss=https://as.dev&code=", no("it gave neither a code nor an error")),
            ("state=s&iss=https://as.dev&code=c&code=d", no("it gave neither a code nor an error")),
        ] {
            let url = Url::parse(&format!("http://127.0.0.1/callback?{query}")).unwrap();
            assert_eq!(judge(&url, "s", ISSUER), expect, "{query}");
        }
    }

    fn ask(port: u16, first: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(stream, "{first} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn the_first_callback_of_the_log_in_ends_it_and_no_other() {
        let listener = Listener::open().unwrap();
        let port = listener.port;
        assert_eq!(listener.redirect(), format!("http://127.0.0.1:{port}/callback"));
        let (told, callbacks) = channel();
        listener.serve("s".into(), ISSUER.into(), told);
        // A connection of which no use is made holds up nothing.
        let _idle = TcpStream::connect(("127.0.0.1", port)).unwrap();
        for (first, status) in [
            ("GET /", "404"),
            ("GET /favicon.ico", "404"),
            ("GET /callback/x?state=s&iss=https://as.dev&code=c", "404"),
            ("POST /callback?state=s&iss=https://as.dev&code=c", "404"),
            ("GET http://evil.dev/callback?state=s&iss=https://as.dev&code=c", "404"),
            ("nonsense", "404"),
            ("GET /callback?state=t&iss=https://as.dev&code=c", "400"),
            ("GET /callback?state=s&iss=https://as.dev&code=<b>c", "200"),
            ("GET /callback?state=s&iss=https://as.dev&code=d", "410"),
            ("GET /callback?state=t&iss=https://as.dev&code=d", "410"),
        ] {
            let answer = ask(port, first);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{first}: {answer}");
            assert!(!answer.contains("<b>") && answer.contains("default-src 'none'"), "{first}: {answer}");
            assert_eq!(answer.contains("You can close this window"), status != "404", "{first}: {answer}");
        }
        let told: Vec<_> = callbacks.try_iter().collect();
        assert_eq!(told, [Callback::Stranger, Callback::Code("<b>c".into())]);
    }

    #[test]
    fn strangers_are_told_and_waited_past() {
        for (query, expect) in [
            ("state=s&iss=https://as.dev&error=access_denied", Callback::Refused("access_denied".into())),
            ("state=s&iss=https://evil.dev&code=c", Callback::OtherServer("https://evil.dev".into())),
        ] {
            let listener = Listener::open().unwrap();
            let port = listener.port;
            let asking = thread::spawn(move || {
                ask(port, "GET /callback?state=forged&code=c");
                ask(port, &format!("GET /callback?{query}"))
            });
            let strangers = Mutex::new(0);
            let came =
                listener.wait("s", ISSUER, Duration::from_secs(600), || *strangers.lock().unwrap() += 1);
            assert_eq!((came, *strangers.lock().unwrap()), (Some(expect), 1));
            assert!(asking.join().unwrap().contains("Not logged in"));
        }
        let nobody = Listener::open().unwrap().wait("s", ISSUER, Duration::ZERO, || ());
        assert_eq!(nobody, None);
    }
}
