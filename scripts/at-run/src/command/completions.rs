//! `at-run completions`

use clap::CommandFactory;
use clap_complete::{Shell as Script, generate};
use serde_json::json;

use crate::arguments::{Arguments, Completions, Shell};
use crate::fault::Fault;
use crate::terminal::Terminal;

/// Prints the script that makes a shell complete commands and options, made from the command line's own definition.
/// JSON: `{"shell", "script"}`.
pub fn completions(options: &Completions, terminal: &Terminal) -> Result<(), Fault> {
    let (shell, script) = match options.shell {
        Shell::Bash => ("bash", Script::Bash),
        Shell::Zsh => ("zsh", Script::Zsh),
        Shell::Fish => ("fish", Script::Fish),
    };
    let mut text = Vec::new();
    generate(script, &mut Arguments::command(), "at-run", &mut text);
    let mut text = String::from_utf8_lossy(&text).into_owned();
    if options.shell == Shell::Bash {
        // clap_complete looks a command up under another label than it stores it by when the program's name has a
        // hyphen (clap-rs/clap#6421).
        text = text.replace("at__subcmd__run", "at__run");
    }
    terminal.result(&text, &json!({"shell": shell, "script": text}));
    Ok(())
}
