//! Which videos a generation has, in which version: small enough to be held at once.

use std::collections::BTreeMap;

use at_run::{Context, Error, Put, Result};
use sha2::{Digest, Sha256};
use streamhut_streamplace::VideoItem;

use super::parts::digests_key;

/// More videos than any node lists.
const MAX_VIDEOS: usize = 200_000;
/// Eight bytes each for a video's address and version, four for its part.
const ENTRY_BYTES: usize = 20;

/// By the digest of a video's address.
#[derive(Default)]
pub(super) struct Digests(BTreeMap<u64, Entry>);

struct Entry {
    cid: u64,
    part: u32,
}

impl Digests {
    /// Adds a video of that part; `false` when it is there already.
    pub(super) fn add(&mut self, video: &VideoItem, part: u32) -> bool {
        let (uri, cid) = digests(video);
        let is_new = !self.0.contains_key(&uri);
        self.0.entry(uri).or_insert(Entry { cid, part });
        is_new
    }

    /// Whether the video is there, in whatever version.
    pub(super) fn names(&self, video: &VideoItem) -> bool {
        self.0.contains_key(&digests(video).0)
    }

    /// Whether the video is there in this version.
    pub(super) fn has(&self, video: &VideoItem) -> bool {
        let (uri, cid) = digests(video);
        self.0.get(&uri).is_some_and(|entry| entry.cid == cid)
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= MAX_VIDEOS
    }

    /// Those of the first so many parts: later ones may be of a run that broke off. What isn't there has none.
    pub(super) async fn read(ctx: &Context, id: u64, parts: u32) -> Result<Self> {
        let Some(blob) = ctx.blobs().get(&digests_key(id)).await? else { return Ok(Self::default()) };
        // A page may hold more than there is room for.
        let bytes = blob.bytes(2 * MAX_VIDEOS * ENTRY_BYTES).await?;
        let (entries, _) = bytes.as_chunks::<ENTRY_BYTES>();
        Ok(Self(entries.iter().filter_map(entry).filter(|(_, entry)| entry.part < parts).collect()))
    }

    pub(super) async fn write(&self, ctx: &Context, id: u64) -> Result<()> {
        let mut bytes = Vec::with_capacity(self.0.len() * ENTRY_BYTES);
        for (uri, Entry { cid, part }) in &self.0 {
            bytes.extend(uri.to_be_bytes());
            bytes.extend(cid.to_be_bytes());
            bytes.extend(part.to_be_bytes());
        }
        if bytes.len() > 2 * MAX_VIDEOS * ENTRY_BYTES {
            return Err(Error::internal(format!(
                "{} videos are more than a round can go through",
                self.0.len()
            )));
        }
        let put = Put::new().content_type("application/octet-stream");
        ctx.blobs().put_with(&digests_key(id), bytes, put).await?;
        Ok(())
    }
}

fn entry(bytes: &[u8; ENTRY_BYTES]) -> Option<(u64, Entry)> {
    let (uri, rest) = bytes.split_first_chunk()?;
    let (cid, rest) = rest.split_first_chunk()?;
    let part = rest.first_chunk()?;
    let entry = Entry { cid: u64::from_be_bytes(*cid), part: u32::from_be_bytes(*part) };
    Some((u64::from_be_bytes(*uri), entry))
}

fn digests(video: &VideoItem) -> (u64, u64) {
    (digest(video.uri.as_str().as_bytes()), digest(video.cid.to_string().as_bytes()))
}

fn digest(bytes: &[u8]) -> u64 {
    Sha256::digest(bytes).first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
