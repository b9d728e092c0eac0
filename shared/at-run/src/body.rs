//! A body, held or still on its way.

use std::any::Any;

use futures_util::{
    StreamExt,
    stream::{self, LocalBoxStream},
};
use streamhut_outbound::Incomplete;

use crate::Error;

/// What breaks a body off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is longer than it may be.
    #[error("the body is longer than {max} bytes")]
    TooLarge {
        /// The cap in bytes.
        max: usize,
    },
    /// It ended early, or brought more than it was said to have.
    #[error("the body broke off: {0}")]
    Broken(String),
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        Self::upstream(error.to_string())
    }
}

/// Pieces of a body, in order.
pub type Pieces = LocalBoxStream<'static, Result<Vec<u8>, BodyError>>;

/// A body that only its platform can read, such as a `ReadableStream`. Handed back to the same platform it passes
/// untouched: no byte of it enters the bundle's memory.
pub trait PlatformBody: 'static {
    /// Bytes, when they are known beforehand. Read by the bundle, the body is held to them.
    fn length(&self) -> Option<u64>;
    /// Reads it, piece by piece.
    fn pieces(self: Box<Self>) -> Pieces;
    /// For the platform, to find its own type again.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// The body of an answer or of a blob: held, or still on its way.
///
/// ```
/// use at_run::{Body, BodyError};
/// use futures_util::{FutureExt, stream};
///
/// assert_eq!(Body::from("held").length(), Some(4));
/// let endless = Body::from_pieces(stream::repeat_with(|| Ok(vec![0; 1024])));
/// let read = endless.bytes(4096).now_or_never().unwrap();
/// assert_eq!(read, Err(BodyError::TooLarge { max: 4096 }));
/// ```
pub struct Body {
    inner: Inner,
    /// Bytes that it was said to have.
    promised: Option<u64>,
}

enum Inner {
    Bytes(Vec<u8>),
    Pieces(Pieces),
    Platform(Box<dyn PlatformBody>),
}

/// A body as a platform sends it.
pub enum BodyParts {
    /// All of it.
    Bytes(Vec<u8>),
    /// Piece by piece.
    Pieces(Pieces),
    /// A platform's own.
    Platform(Box<dyn PlatformBody>),
}

impl Body {
    /// Nothing.
    pub fn empty() -> Self {
        Self::from(Vec::new())
    }

    /// What comes piece by piece.
    pub fn from_pieces(
        pieces: impl futures_util::Stream<Item = Result<Vec<u8>, BodyError>> + 'static,
    ) -> Self {
        Inner::Pieces(pieces.boxed_local()).into()
    }

    /// A platform's own body.
    pub fn from_platform(body: impl PlatformBody) -> Self {
        Inner::Platform(Box::new(body)).into()
    }

    /// Bytes, when they are known beforehand.
    pub fn length(&self) -> Option<u64> {
        self.promised.or_else(|| match &self.inner {
            Inner::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            Inner::Pieces(_) => None,
            Inner::Platform(body) => body.length(),
        })
    }

    /// Holds it to what somebody said of its length, if anybody did.
    pub(crate) fn promising(self, length: Option<u64>) -> Self {
        Self { promised: length.or(self.promised), ..self }
    }

    /// Reads it piece by piece. One that is shorter or longer than its length ends with `Broken`.
    pub fn pieces(self) -> Pieces {
        let promised = self.length();
        let pieces = match self.inner {
            Inner::Bytes(bytes) => stream::once(std::future::ready(Ok(bytes))).boxed_local(),
            Inner::Pieces(pieces) => pieces,
            Inner::Platform(body) => body.pieces(),
        };
        match promised {
            Some(length) => held_to(length, pieces),
            None => pieces,
        }
    }

    /// Reads all of it, at most `max` bytes.
    ///
    /// # Errors
    /// `TooLarge` before the piece that would pass the cap is kept; `Broken` when it is shorter or longer than its
    /// length.
    pub async fn bytes(self, max: usize) -> Result<Vec<u8>, BodyError> {
        if self.length().is_some_and(|length| length > max as u64) {
            return Err(BodyError::TooLarge { max });
        }
        let mut pieces = match self {
            Self { inner: Inner::Bytes(bytes), promised: None } => return Ok(bytes),
            body => body.pieces(),
        };
        let mut whole = Vec::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            if whole.len() + piece.len() > max {
                return Err(BodyError::TooLarge { max });
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    /// For a platform that sends it. Its own bodies it holds to the lengths that it knows; others are held here.
    pub fn into_parts(self) -> BodyParts {
        match self {
            Self { inner: Inner::Bytes(bytes), promised: None } => BodyParts::Bytes(bytes),
            Self { inner: Inner::Platform(body), promised }
                if promised.is_none() || promised == body.length() =>
            {
                BodyParts::Platform(body)
            }
            body => BodyParts::Pieces(body.pieces()),
        }
    }
}

/// The pieces of a body that was said to have `promised` bytes: nobody takes a part for the whole.
fn held_to(promised: u64, pieces: Pieces) -> Pieces {
    let broken =
        move |got| Err(BodyError::Broken(Incomplete::Length { expected: promised, got }.to_string()));
    stream::unfold(Some((pieces, 0)), move |rest| async move {
        let (mut pieces, before) = rest?;
        let Some(piece) = pieces.next().await else {
            return (before < promised).then(|| (broken(before), None));
        };
        let got = piece.as_ref().map_or(before, |bytes| before.saturating_add(bytes.len() as u64));
        match piece {
            Ok(_) if got > promised => Some((broken(got), None)),
            Ok(bytes) => Some((Ok(bytes), Some((pieces, got)))),
            Err(error) => Some((Err(error), None)),
        }
    })
    .fuse()
    .boxed_local()
}

impl From<Inner> for Body {
    fn from(inner: Inner) -> Self {
        Self { inner, promised: None }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Inner::Bytes(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::from(text.into_bytes())
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes().to_vec())
    }
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Self {
        Self::from(bytes.to_vec())
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.length() {
            Some(length) => write!(f, "Body({length} bytes)"),
            None => f.write_str("Body(of unknown length)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// What its platform knows of its length; it brings two bytes.
    struct Two(Option<u64>);

    impl PlatformBody for Two {
        fn length(&self) -> Option<u64> {
            self.0
        }

        fn pieces(self: Box<Self>) -> Pieces {
            stream::iter([Ok(b"ab".to_vec())]).boxed_local()
        }

        fn into_any(self: Box<Self>) -> Box<dyn Any> {
            self
        }
    }

    #[test]
    fn bad_input_07_a_length_that_the_platform_does_not_know_is_held_before_it_sends() {
        for (known, promised, touched, whole) in [
            (Some(2), Some(2), false, true),
            (Some(2), None, false, true),
            (None, None, false, true),
            (None, Some(2), true, true),
            (None, Some(3), true, false),
            (None, Some(1), true, false),
            (Some(2), Some(3), true, false),
        ] {
            let body = Body::from_platform(Two(known)).promising(promised);
            let pieces = match body.into_parts() {
                BodyParts::Platform(body) => {
                    assert!(!touched, "{known:?} {promised:?}");
                    body.pieces()
                }
                BodyParts::Pieces(pieces) => {
                    assert!(touched, "{known:?} {promised:?}");
                    pieces
                }
                BodyParts::Bytes(_) => unreachable!("it is the platform's"),
            };
            let pieces: Vec<_> = pieces.collect().now_or_never().unwrap();
            assert_eq!(pieces.iter().all(Result::is_ok), whole, "{known:?} {promised:?}");
        }
    }
}
