//! Lines for a shell.

/// A word of a command, as a POSIX shell reads it: in quotes unless it is plain.
pub(super) fn argument(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:/@+".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        return text.to_owned();
    }
    quoted(text)
}

/// In single quotes, as a POSIX shell reads them.
pub(super) fn quoted(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("'{}'", visible.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        for (text, expect) in [
            ("did:plc:abc/demo@1.0.0-rc.1", "did:plc:abc/demo@1.0.0-rc.1"),
            ("https://run.dev:8443", "https://run.dev:8443"),
            ("", "''"),
            ("-x", "'-x'"),
            ("a b", "'a b'"),
            ("$(reboot)", "'$(reboot)'"),
            ("'; reboot; '\n", r"''\''; reboot; '\'''"),
        ] {
            assert_eq!(argument(text), expect, "{text}");
        }
    }
}
