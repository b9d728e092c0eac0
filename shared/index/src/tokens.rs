//! Tokens that may be used once.

use streamhut_hrana::{Rows, Statement};

/// Uses up the token `jti` of `issuer`, which is good until `expires_ms`; in one transaction, NOT to be repeated when its
/// answer is lost. What is older is forgotten.
pub fn spend(issuer: &str, jti: &str, expires_ms: i64, now_ms: i64) -> Vec<Statement> {
    vec![
        Statement::new("DELETE FROM used_tokens WHERE expires_ms < ?1").bind(now_ms),
        Statement::new("INSERT OR IGNORE INTO used_tokens (issuer, jti, expires_ms) VALUES (?1, ?2, ?3)")
            .bind(issuer)
            .bind(jti)
            .bind(expires_ms),
    ]
}

/// Whether the token was not used before, by the answer to [`spend`].
pub fn is_first_use(answer: &[Rows]) -> bool {
    answer.last().is_some_and(|rows| rows.affected == 1)
}
