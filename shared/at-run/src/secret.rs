//! A value that must not be shown.

use std::fmt;

/// A secret of the author's. It shows itself to nobody who formats it.
///
/// ```
/// use at_run::{Bundle, Context, NoInput, Response, Result, testing::Harness};
///
/// async fn sign(ctx: Context, _: NoInput) -> Result<Response> {
///     let key = ctx.secret("SIGNING_KEY")?;
///     ctx.log().info(format!("signing with {key:?}"));
///     Ok(Response::text(format!("{} bytes", key.expose().len())))
/// }
///
/// let bundle = || Bundle::new("signer", "1.0.0").secrets(["SIGNING_KEY"]).get("sign", sign);
/// let harness = Harness::new(bundle()).secret("SIGNING_KEY", "abc");
/// assert_eq!(harness.get("sign").text(), "3 bytes");
/// assert!(harness.log()[0].ends_with("signing with Secret(…)"));
/// assert_eq!(Harness::new(bundle()).get("sign").json()["error"], "SecretMissing");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(crate) fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}
