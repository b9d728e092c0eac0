//! The user's browser.

use std::process::{Command, Stdio};
use std::thread;

/// Opens `url` in the browser that `BROWSER` names, else in the system's own. False when there is none; whether it
/// shows anything is not known.
pub fn open(url: &str) -> bool {
    let named = std::env::var("BROWSER").unwrap_or_default();
    let mut command = Command::new(program(&named));
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.spawn() {
        Ok(mut child) => {
            // Some go on for as long as the browser is open.
            thread::spawn(move || child.wait());
            true
        }
        Err(_) => false,
    }
}

/// The first that is named, or what opens addresses on this system.
fn program(named: &str) -> &str {
    match named.split(':').next().unwrap_or_default() {
        "" if cfg!(target_os = "macos") => "open",
        "" => "xdg-open",
        first => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_named_browser() {
        assert_eq!(program("firefox:chromium"), "firefox");
        assert_eq!(program("/opt/my browser"), "/opt/my browser");
        assert!(matches!(program(""), "open" | "xdg-open"));
    }
}
