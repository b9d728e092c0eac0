//! A bundle's answer, read whole.

use futures_util::FutureExt;

use crate::Response;

/// A bundle's answer, with readers for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    bytes: Vec<u8>,
}

impl Answer {
    /// Reads an answer whole.
    ///
    /// # Panics
    /// When its body breaks off, or waits for something that a test never brings.
    #[allow(clippy::expect_used)]
    pub fn of(response: Response) -> Self {
        let Response { status, headers, body } = response;
        let bytes = body.bytes(usize::MAX).now_or_never();
        let bytes = bytes.expect("a body under test waits for nothing but scripted answers");
        Self { status, headers, bytes: bytes.expect("a body that doesn't break off") }
    }

    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Header names (lower case) and values.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[allow(clippy::panic)]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text()))
    }
}
