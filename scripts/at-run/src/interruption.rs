//! Ctrl-C: says what was done until then, and ends the program as the signal would have.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

#[cfg(unix)]
use crate::fault::Fault;
use crate::terminal::Terminal;

static LAST_WORDS: Mutex<LastWords> = Mutex::new(LastWords::Failure("nothing was changed"));

/// Set before anything else notices the signal, such as a call that fails of it.
static UNDER_WAY: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Held by what must not be broken off halfway.
static SPARED: Mutex<()> = Mutex::new(());

#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only the watcher reads it"))]
enum LastWords {
    /// The command was not done.
    Failure(&'static str),
    /// The command ends in no other way.
    End(&'static str),
}

/// What somebody who interrupts from now on is told had been done.
pub fn meanwhile(text: &'static str) {
    set(LastWords::Failure(text));
}

/// From now on Ctrl-C is the way to end the command, and no failure: `text` is a plain note.
pub fn is_the_end(text: &'static str) {
    set(LastWords::End(text));
}

fn set(words: LastWords) {
    *LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner) = words;
}

/// Until what this gives is dropped, an interruption waits.
pub fn spare() -> MutexGuard<'static, ()> {
    SPARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For whoever is about to tell why something failed: an interruption is told by its watcher, which ends the program.
pub fn give_way() {
    while UNDER_WAY.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// Watches for Ctrl-C from a thread of its own. The program still dies by the signal, so that shells see 130 and end
/// their loops.
#[cfg(unix)]
pub fn watch(terminal: Terminal) {
    use rustix::termios::OptionalActions;
    use signal_hook::consts::SIGINT;
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // A question for a password switches the terminal's echo off.
    let before = rustix::termios::tcgetattr(std::io::stdin()).ok();
    // Without a watcher the signal keeps its own effect.
    let Ok(mut signals) = Signals::new([SIGINT]) else { return };
    if signal_hook::flag::register(SIGINT, Arc::clone(&UNDER_WAY)).is_err() {
        return;
    }
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            let _spared = spare();
            if let Some(before) = &before {
                let _ = rustix::termios::tcsetattr(std::io::stdin(), OptionalActions::Now, before);
            }
            match *LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner) {
                LastWords::Failure(meanwhile) => {
                    terminal.interrupted(&Fault::Interrupted { meanwhile }.verdict())
                }
                LastWords::End(text) => terminal.note(text),
            }
            let _ = emulate_default_handler(SIGINT);
            std::process::exit(130);
        }
    });
}

/// The signal keeps its own effect.
#[cfg(not(unix))]
pub fn watch(_terminal: Terminal) {}
