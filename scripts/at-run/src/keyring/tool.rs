//! One run of the keyring's tool.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// A keyring that is locked asks its owner first.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of it.
#[derive(Debug)]
pub struct Said {
    /// It ended well.
    pub ok: bool,
    /// Its results.
    pub stdout: String,
    /// Its complaints.
    pub stderr: String,
}

impl Said {
    /// The first of its complaints, else `otherwise`.
    pub fn words_or(&self, otherwise: &str) -> String {
        let first = self.stderr.lines().map(str::trim).find(|line| !line.is_empty());
        first.unwrap_or(otherwise).chars().take(256).collect()
    }
}

/// Runs `program` with `input` on stdin.
///
/// # Errors
/// Why it did not run to its end.
pub fn run(program: &str, arguments: &[&str], input: &str) -> Result<Said, String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    // What is written is less than a pipe holds, and a tool that has gone away says so itself.
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input.as_bytes());
    }
    let (stdout, stderr) = (read(child.stdout.take()), read(child.stderr.take()));
    let said = stdout.recv_timeout(PATIENCE).and_then(|out| Ok((out, stderr.recv_timeout(PATIENCE)?)));
    let Ok((stdout, stderr)) = said else {
        let _ = child.kill().and_then(|()| child.wait());
        return Err(format!("no answer within {} s", PATIENCE.as_secs()));
    };
    let status = child.wait().map_err(|error| error.to_string())?;
    Ok(Said { ok: status.success(), stdout, stderr })
}

/// All that comes from there, once it has ended.
fn read(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (told, text) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What can't be read to its end is judged by what came.
            let _ = stream.read_to_end(&mut bytes);
        }
        told.send(String::from_utf8_lossy(&bytes).into_owned())
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tool_says() {
        let said = run("sh", &["-c", "cat; echo no >&2; exit 3"], "secret").unwrap();
        assert_eq!((said.ok, said.stdout.as_str(), said.words_or("?").as_str()), (false, "secret", "no"));
        let said = run("sh", &["-c", "true"], "unread").unwrap();
        assert_eq!((said.ok, said.stdout.as_str(), said.words_or("?").as_str()), (true, "", "?"));
        assert!(run("/nowhere/tool", &[], "").is_err());
    }
}
