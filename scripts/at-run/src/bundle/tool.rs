//! Running a program to its end.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::fault::Fault;

const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How a program is run.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// What errors call it.
    pub name: &'static str,
    /// What becomes of its stderr.
    pub words: Words,
    /// It is ended after this time.
    pub deadline: Option<Duration>,
}

/// What becomes of a program's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// They are shown as they come.
    Shown,
    /// They are shown when it fails: the last so many lines.
    Held(usize),
}

impl Words {
    /// As much as an error shows by the way.
    pub const FEW: Self = Self::Held(20);
}

/// A program that did not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    tool: &'static str,
    how: String,
    /// Its exit code, when it ended by itself.
    pub code: Option<i32>,
    /// The last lines of its stderr, when that was held.
    pub words: String,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        let joint = if failure.words.is_empty() { "" } else { "\n" };
        let ended = failure.code.is_some();
        Self::Tool {
            ended,
            tool: failure.tool.to_owned(),
            reason: format!("{}{joint}{}", failure.how, failure.words),
        }
    }
}

/// Runs `command` without input and gives its stdout.
///
/// # Errors
/// [`Failure`] when it can't be started, fails, or passes its deadline.
pub fn run(mut command: Command, tool: Tool) -> Result<Vec<u8>, Failure> {
    let failure = |how: String| Failure { tool: tool.name, how, code: None, words: String::new() };
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(if tool.words == Words::Shown { Stdio::inherit() } else { Stdio::piped() });
    let mut child =
        command.spawn().map_err(|error| failure(format!("`{program}` can't be started: {error}")))?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let ended = wait(&mut child, tool.deadline);
    let (stdout, stderr) = (stdout.join().unwrap_or_default(), stderr.join().unwrap_or_default());
    let words = match tool.words {
        Words::Shown => String::new(),
        Words::Held(lines) => last_lines(&String::from_utf8_lossy(&stderr), lines),
    };
    match ended {
        Ok(Some(status)) if status.success() => Ok(stdout),
        Ok(Some(status)) => Err(Failure { code: status.code(), words, ..failure(status.to_string()) }),
        Ok(None) => Err(failure(format!("did not end within {:?}", tool.deadline.unwrap_or_default()))),
        Err(error) => Err(failure(error.to_string())),
    }
}

/// Reads beside the program, so that it never waits for a full pipe.
fn drain(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before a broken pipe is what there is.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn wait(child: &mut Child, deadline: Option<Duration>) -> std::io::Result<Option<std::process::ExitStatus>> {
    let Some(deadline) = deadline else { return child.wait().map(Some) };
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK_AGAIN);
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines.get(lines.len().saturating_sub(count)..).unwrap_or_default().join("\n")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, deadline: Option<Duration>) -> Result<String, String> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, Tool { name: "sh", words: Words::Held(1), deadline })
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .map_err(|failure| Fault::from(failure).to_string())
    }

    #[test]
    fn what_a_tool_says_and_how_it_ends() {
        assert_eq!(shell("echo out; echo err >&2", None), Ok("out\n".to_owned()));
        assert_eq!(
            shell("yes | head -c 300000 | wc -c", None).map(|text| text.trim().to_owned()),
            Ok("300000".to_owned())
        );
        let failed = shell("echo how >&2; echo why >&2; exit 3", None).unwrap_err();
        assert!(failed.contains("3") && failed.ends_with("\nwhy") && !failed.contains("how"), "{failed}");
        let late = shell("exec sleep 30", Some(Duration::from_millis(50))).unwrap_err();
        assert!(late.contains("did not end within 50ms"), "{late}");
    }

    #[test]
    fn a_missing_tool_is_named() {
        let failure =
            run(Command::new("/nowhere/tool"), Tool { name: "tool", words: Words::FEW, deadline: None })
                .unwrap_err();
        let fault = Fault::from(failure).to_string();
        assert!(fault.contains("/nowhere/tool"), "{fault}");
    }
}
