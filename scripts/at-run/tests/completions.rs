//! What shells complete.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod stage;

use std::process::Command;

use stage::Stage;

fn script(shell: &str) -> String {
    let outcome = Stage::new("demo").run(&["completions", shell]);
    assert_eq!((outcome.exit, outcome.stderr.as_str()), (Some(0), ""), "{shell}");
    outcome.stdout
}

/// What bash offers for the last of these words, with the cursor at its end.
fn offered(script: &str, words: &[&str]) -> Vec<String> {
    let setup = r#"
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        set -- $(complete -p at-run)
        while [ "$1" != -F ]; do shift; done
        "$2" at-run "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("at-run.bash");
    std::fs::write(&file, script).unwrap();
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", setup, "bash"]).arg(&file).args(words);
    let output = bash.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_and_options() {
    if Command::new("bash").arg("--version").output().is_err() {
        eprintln!("there is no bash here");
        return;
    }
    let script = script("bash");
    for (words, some, none) in [
        (&["at-run", "ve"][..], &["verify", "versions"][..], &["deploy"][..]),
        (&["at-run", "completions", ""], &["bash", "zsh", "fish"], &["verify"]),
        (&["at-run", "verify", "--"], &["--runner", "--checkout", "--json"], &["--snapshot"]),
        (&["at-run", "deploy", "--s"], &["--snapshot", "--service"], &["--runner"]),
        (&["at-run", "secrets", "u"], &["unset"], &["set"]),
    ] {
        let offered = offered(&script, words);
        assert!(some.iter().all(|word| offered.iter().any(|other| other == word)), "{words:?}: {offered:?}");
        assert!(!offered.iter().any(|word| none.contains(&word.as_str())), "{words:?}: {offered:?}");
    }
}

#[test]
fn each_shell_gets_its_own_script() {
    for (shell, first) in
        [("bash", "_at__run() {"), ("zsh", "#compdef at-run"), ("fish", "complete -c at-run")]
    {
        let script = script(shell);
        assert!(script.contains(first), "{shell}");
        assert!(!script.contains('\u{fffd}'), "{shell}: nothing of it is taken for foreign text");
        let json = Stage::new("demo").run(&["completions", shell, "--json"]).json();
        assert_eq!((json["shell"].as_str(), json["script"].as_str()), (Some(shell), Some(script.as_str())));
    }
}
