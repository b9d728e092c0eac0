//! What a job or a task comes to.

/// What the handler of a job or a task returns: `()`, or a line that says what was done.
///
/// ```
/// use at_run::Outcome;
///
/// assert_eq!("12 records read".summary(), Some("12 records read".to_owned()));
/// assert_eq!(().summary(), None);
/// ```
pub trait Outcome {
    /// The line, which goes into the log.
    fn summary(self) -> Option<String>;
}

impl Outcome for () {
    fn summary(self) -> Option<String> {
        None
    }
}

impl Outcome for String {
    fn summary(self) -> Option<String> {
        Some(self)
    }
}

impl Outcome for &str {
    fn summary(self) -> Option<String> {
        Some(self.to_owned())
    }
}
