//! Room on the disk, and leave to keep a session.

use std::path::Path;

use super::check::Check;
use crate::session::config_folder;
use crate::terminal::bytes;

/// A first build writes about that much.
const WANTED: u64 = 2_000_000_000;
/// With less than this not even a later one fits.
const NEEDED: u64 = 200_000_000;

/// Looks at the folder that is built in, and at the one that sessions are kept in.
#[cfg(unix)]
pub fn look(folder: &Path) -> Vec<Check> {
    let room = rustix::fs::statvfs(folder).map(|found| found.f_bavail.saturating_mul(found.f_frsize));
    let room = match room {
        Ok(room) => judge(room),
        Err(error) => Check::warn("disk", format!("{}: {error}", folder.display()), "check the folder"),
    };
    vec![room, kept()]
}

#[cfg(not(unix))]
pub fn look(_folder: &Path) -> Vec<Check> {
    Vec::new()
}

fn judge(room: u64) -> Check {
    let message = format!("{} free", bytes(room));
    let next = "make room: `cargo clean` in old projects, for one";
    match room {
        0..NEEDED => Check::fail("disk", message, next),
        NEEDED..WANTED => {
            Check::warn("disk", format!("{message}, and a first build takes about {}", bytes(WANTED)), next)
        }
        _ => Check::ok("disk", message),
    }
}

/// The folder itself may not be there yet: then the nearest one above it counts.
#[cfg(unix)]
fn kept() -> Check {
    let folder = match config_folder() {
        Ok(folder) => folder,
        Err(fault) => return Check::fault("config", &fault),
    };
    let there = folder.ancestors().find(|above| above.exists()).unwrap_or(&folder);
    match rustix::fs::access(there, rustix::fs::Access::WRITE_OK) {
        Ok(()) => Check::ok("config", folder.display().to_string()),
        Err(error) => Check::fail(
            "config",
            format!("{}: {error}", there.display()),
            "make it yours, or name another folder by AT_RUN_CONFIG_DIR",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::State::{Fail, Ok as Fit, Warn};
    use super::*;

    #[test]
    fn rooms() {
        for (room, state) in
            [(0, Fail), (NEEDED - 1, Fail), (NEEDED, Warn), (WANTED - 1, Warn), (WANTED, Fit)]
        {
            assert_eq!(judge(room).state, state, "{room}");
        }
    }
}
