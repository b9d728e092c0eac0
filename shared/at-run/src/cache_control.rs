//! How long an answer may be kept.

/// A Cache-Control policy.
///
/// ```
/// use at_run::Cache;
///
/// assert_eq!(
///     Cache::public(30).stale_while_revalidate(300).to_string(),
///     "public, max-age=30, stale-while-revalidate=300"
/// );
/// assert_eq!(Cache::no_store().to_string(), "no-store");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    max_age: Option<u32>,
    stale_while_revalidate: u32,
    immutable: bool,
}

impl Cache {
    /// For anyone, for that many seconds.
    pub const fn public(seconds: u32) -> Self {
        Self { max_age: Some(seconds), stale_while_revalidate: 0, immutable: false }
    }

    /// For anyone, for ever: the URL names the content.
    pub const fn immutable() -> Self {
        Self { max_age: Some(31_536_000), stale_while_revalidate: 0, immutable: true }
    }

    /// For nobody.
    pub const fn no_store() -> Self {
        Self { max_age: None, stale_while_revalidate: 0, immutable: false }
    }

    /// May be served stale for that many seconds more, while it is fetched anew.
    #[must_use]
    pub const fn stale_while_revalidate(mut self, seconds: u32) -> Self {
        self.stale_while_revalidate = seconds;
        self
    }
}

impl std::fmt::Display for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(seconds) = self.max_age else { return f.write_str("no-store") };
        write!(f, "public, max-age={seconds}")?;
        if self.stale_while_revalidate > 0 {
            write!(f, ", stale-while-revalidate={}", self.stale_while_revalidate)?;
        }
        if self.immutable { f.write_str(", immutable") } else { Ok(()) }
    }
}
