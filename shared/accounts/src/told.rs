//! What others said: told again while it is fresh, and, marked as old, while they are away.
//!
//! An isolate's memory comes first, so that a warm call asks nobody; then the cache; then whoever knows.

use std::rc::Rc;

use at_run::{Context, Error, Result};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// For how many seconds something holds.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Told without asking.
    pub fresh: u32,
    /// Told when nobody answers.
    pub keep: u32,
}

/// A day: what is older misleads more than it helps.
pub const DAY: u32 = 86_400;
/// Seconds for which whoever didn't answer is not asked again, while something old can be told.
const AWAY_SECONDS: u32 = 3;
/// Seconds for which others tell what is old while one call asks.
const ASKING_SECONDS: u32 = 10;
/// Milliseconds past its freshness for which something may be told while one call asks.
const OVERLAP_MS: u64 = 60_000;
/// Time, and what names the content, in front of it.
const HEAD_BYTES: usize = 16;

/// What was said, and when.
#[derive(Clone, Debug)]
pub struct Told {
    head: Rc<[u8]>,
    /// Nobody answers now; this is what was said last.
    pub is_stale: bool,
}

impl Told {
    fn new(at_ms: u64, content: &[u8]) -> Self {
        let mut head = Vec::with_capacity(HEAD_BYTES + content.len());
        head.extend(at_ms.to_be_bytes());
        head.extend(Sha256::digest(content).iter().take(8));
        head.extend(content);
        Self { head: head.into(), is_stale: false }
    }

    fn read(head: Rc<[u8]>) -> Option<Self> {
        (head.len() >= HEAD_BYTES).then_some(Self { head, is_stale: false })
    }

    /// When it was said, in milliseconds since 1970.
    pub fn at_ms(&self) -> u64 {
        self.head.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    /// Names the content.
    pub fn tag(&self) -> String {
        self.head.iter().skip(8).take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What was said.
    pub fn content(&self) -> &[u8] {
        self.head.get(HEAD_BYTES..).unwrap_or_default()
    }

    /// The content in the shape in which it was kept.
    ///
    /// # Errors
    /// 500: another shape was kept under this key.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(self.content()).map_err(|error| Error::internal(error.to_string()))
    }

    fn age_ms(&self, now: u64) -> u64 {
        now.saturating_sub(self.at_ms())
    }

    fn stale(mut self) -> Self {
        self.is_stale = true;
        self
    }
}

/// What was said under that key, or what `ask` gives. When that fails in a way that may pass, what was said within
/// `rule.keep` is told once more; a clear refusal ends it.
///
/// # Errors
/// Those of `ask`.
pub async fn told(
    ctx: &Context,
    key: &str,
    rule: Rule,
    ask: impl AsyncFnOnce() -> Result<Vec<u8>>,
) -> Result<Told> {
    let now = ctx.now();
    let fresh_ms = u64::from(rule.fresh) * 1_000;
    let is_fresh = |told: &Told| told.age_ms(now) < fresh_ms;
    let mut old = ctx.memory().get(key).and_then(Told::read);
    if let Some(told) = old.take_if(|told| is_fresh(told)) {
        return Ok(told);
    }
    if let Some(told) = ctx.cache().get(key).await.and_then(|bytes| Told::read(bytes.into())) {
        if is_fresh(&told) {
            ctx.memory().put(key, told.head.clone(), rule.keep);
            return Ok(told);
        }
        if old.as_ref().is_none_or(|old| old.at_ms() < told.at_ms()) {
            old = Some(told);
        }
    }
    let old = old.filter(|old| old.age_ms(now) < u64::from(rule.keep) * 1_000);
    let (away, asking) = (format!("{key}?away"), format!("{key}?asking"));
    if let Some(old) = &old {
        if ctx.memory().get(&away).is_some() {
            return Ok(old.clone().stale());
        }
        if old.age_ms(now) < fresh_ms + OVERLAP_MS && ctx.memory().get(&asking).is_some() {
            return Ok(old.clone());
        }
    }
    ctx.memory().put(&asking, b"".as_slice(), ASKING_SECONDS);
    let outcome = ask().await;
    ctx.memory().delete(&asking);
    match (outcome, old) {
        (Ok(content), _) => {
            let told = Told::new(ctx.now(), &content);
            ctx.memory().put(key, told.head.clone(), rule.keep);
            ctx.cache().put(key, told.head.to_vec(), rule.keep).await;
            Ok(told)
        }
        (Err(error), Some(old)) if error.status >= 500 => {
            ctx.log().warn(format!("{key}: told as of {} ago: {error}", seconds(old.age_ms(now))));
            ctx.memory().put(&away, b"".as_slice(), AWAY_SECONDS);
            Ok(old.stale())
        }
        (Err(error), old) => {
            if old.is_some() && error.status < 500 {
                forget(ctx, key).await;
            }
            Err(error)
        }
    }
}

/// The same with values.
///
/// # Errors
/// Those of `ask`.
pub async fn told_json<T: Serialize + DeserializeOwned>(
    ctx: &Context,
    key: &str,
    rule: Rule,
    ask: impl AsyncFnOnce() -> Result<T>,
) -> Result<T> {
    let bytes = async || {
        let value = ask().await?;
        serde_json::to_vec(&value).map_err(|error| Error::internal(error.to_string()))
    };
    told(ctx, key, rule, bytes).await?.json()
}

/// What was said lately, without asking anybody.
pub async fn fresh(ctx: &Context, key: &str, rule: Rule) -> Option<Told> {
    let is_fresh = |told: &Told| told.age_ms(ctx.now()) < u64::from(rule.fresh) * 1_000;
    if let Some(told) = ctx.memory().get(key).and_then(Told::read).filter(is_fresh) {
        return Some(told);
    }
    let told = Told::read(ctx.cache().get(key).await?.into()).filter(is_fresh)?;
    ctx.memory().put(key, told.head.clone(), rule.keep);
    Some(told)
}

/// What was said last, however old, without asking anybody.
pub async fn last(ctx: &Context, key: &str) -> Option<Told> {
    if let Some(told) = ctx.memory().get(key).and_then(Told::read) {
        return Some(told);
    }
    Told::read(ctx.cache().get(key).await?.into())
}

/// Forgets what was said.
pub async fn forget(ctx: &Context, key: &str) {
    ctx.memory().delete(key);
    ctx.cache().delete(key).await;
}

/// Keys have their length, and identifiers may have any: they are named by a hash.
pub fn key(what: &str, of: &str) -> String {
    let digest: String = Sha256::digest(of).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("told/{what}/{digest}")
}

fn seconds(ms: u64) -> String {
    format!("{} s", ms / 1_000)
}
