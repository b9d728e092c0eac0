use streamhut_hrana::{Rows, Statement};

/// Statements that take effect together.
#[derive(Clone, Debug, PartialEq)]
pub struct Transaction {
    /// In their order.
    pub statements: Vec<Statement>,
    /// Whether it is one portion of more: to be run again until [`Transaction::is_done`].
    pub again: bool,
}

impl Transaction {
    pub(crate) fn once(statements: Vec<Statement>) -> Self {
        Self { statements, again: false }
    }

    pub(crate) fn until_done(statements: Vec<Statement>) -> Self {
        Self { statements, again: true }
    }

    /// Whether it need not be run again, by the answer of its last run.
    pub fn is_done(&self, answer: &[Rows]) -> bool {
        !self.again || answer.iter().all(|rows| rows.affected == 0)
    }
}
