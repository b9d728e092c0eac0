use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::Endpoint;

/// A proxy in front of a server that lets requests through and drops the first answers: what was asked is done, and
/// nobody hears of it.
pub struct Drops {
    port: u16,
    left: Arc<AtomicU32>,
    passed: Arc<AtomicU32>,
}

impl Drops {
    /// In front of the server on that port of loopback; drops the first `count` answers.
    pub fn start(server: u16, count: u32) -> Drops {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (left, passed) = (Arc::new(AtomicU32::new(count)), Arc::new(AtomicU32::new(0)));
        let shared = (left.clone(), passed.clone());
        // It ends with the test's process.
        thread::spawn(move || {
            for client in listener.incoming() {
                let (left, passed) = shared.clone();
                thread::spawn(move || one(client.unwrap(), server, &left, &passed));
            }
        });
        Drops { port, left, passed }
    }

    /// Where to ask.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&format!("http://127.0.0.1:{}", self.port), None).unwrap()
    }

    /// Drops that many more.
    pub fn drop_next(&self, count: u32) {
        self.left.store(count, Ordering::SeqCst);
    }

    /// How many requests the server answered.
    pub fn passed(&self) -> u32 {
        self.passed.load(Ordering::SeqCst)
    }
}

fn one(mut client: TcpStream, server: u16, left: &AtomicU32, passed: &AtomicU32) {
    let mut upstream = TcpStream::connect(("127.0.0.1", server)).unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
    thread::spawn(move || {
        std::io::copy(&mut from, &mut to).ok();
    });
    // The whole answer is here before any of it is let go or lost: the client asks for the connection to be closed.
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).ok();
    passed.fetch_add(1, Ordering::SeqCst);
    let drop = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1)).is_ok();
    if !drop {
        client.write_all(&answer).ok();
    }
    client.shutdown(Shutdown::Both).ok();
}
