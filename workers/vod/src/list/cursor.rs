//! Where a list goes on: which source began it, and that source's own cursor.

use std::fmt;

use at_run::{Error, Result};

use super::Source;

const MAX_CURSOR: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub source: Source,
    pub inner: String,
}

impl Source {
    const fn letter(self) -> char {
        match self {
            Self::AppView => 'a',
            Self::Node => 'n',
            Self::Records => 'r',
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.source.letter(), self.inner)
    }
}

impl Cursor {
    /// Reads one that a page had.
    ///
    /// # Errors
    /// 400 for any other text.
    pub(super) fn read(text: &str) -> Result<Self> {
        let invalid = |what: String| Error::invalid("InvalidInput", format!("`cursor`: {what}"));
        if text.len() > MAX_CURSOR {
            return Err(invalid(format!("longer than {MAX_CURSOR} bytes")));
        }
        let sources = [Source::AppView, Source::Node, Source::Records];
        let found = sources.into_iter().find_map(|source| {
            let inner = text.strip_prefix(source.letter())?.strip_prefix('.')?;
            (!inner.is_empty()).then(|| Self { source, inner: inner.to_owned() })
        });
        found.ok_or_else(|| invalid(format!("{text:?} is none that a page had")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_back() {
        for source in [Source::AppView, Source::Node, Source::Records] {
            for inner in ["x", "a.b", "1792345325000::at://did:plc:x/y/z"] {
                let cursor = Cursor { source, inner: inner.to_owned() };
                assert_eq!(Cursor::read(&cursor.to_string()).unwrap(), cursor);
            }
        }
        for text in ["n.", "n", "x.1", ".1", "1792345325000::at", &format!("n.{}", "c".repeat(1024))] {
            assert!(Cursor::read(text).is_err(), "{text}");
        }
    }
}
