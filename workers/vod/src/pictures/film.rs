//! A video's media: which segments show what time, and how its keyframes are written.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use at_run::{Context, Error, HttpStream};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use streamhut_atproto::AtUri;
use streamhut_hls::{Map, Master, MediaIndex, MediaReader, Variant};
use streamhut_media::{
    MediaError,
    mp4::{InitLook, MAX_INIT_BYTES, VideoTrack, read_init},
};
use streamhut_streamplace::xrpc::get_video_playlist_url;
use url::Url;

use super::{
    key::Version,
    keyframe::{Ask, fetch},
    moment::is_gone,
    trouble::Trouble,
};
use crate::upstream;

/// Seconds for which the places of segments are remembered: their URLs may be signed.
const REMEMBERED_SECONDS: u32 = 300;
/// Bytes of an initialisation segment to ask for when the playlist doesn't say. Real ones have about a thousand.
const INIT_BYTES: u64 = 16 * 1024;
/// Bytes of an initialisation segment that are remembered.
const MAX_REMEMBERED_INIT: usize = 64 * 1024;

/// How much of the playlist is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The segments up to that many microseconds.
    Time(u64),
    /// All of it.
    Whole,
}

/// A rendition of a video, with its keyframes to be fetched.
pub(super) struct Film {
    pub index: MediaIndex,
    /// Whether the index is one that was remembered: its URLs may have expired.
    pub is_remembered: bool,
    /// In the cache: its master playlist, and the index.
    keys: [String; 2],
    /// The initialisation segments that were read, by URL and offset.
    tracks: RefCell<Vec<(String, u64, Rc<VideoTrack>)>>,
    /// What the keyframes take that were fetched.
    pub ask: Ask,
    /// Requests for keyframes so far.
    pub requests: Cell<u32>,
}

impl Film {
    /// Opens the smallest rendition that is at least `width` pixels wide, else the widest.
    ///
    /// Every request for a playlist counts as a view on the node, so what it says is remembered for some minutes.
    pub(super) async fn open(
        ctx: &Context,
        uri: &AtUri,
        version: &Version,
        width: u32,
        reach: Reach,
    ) -> Result<Self, Trouble> {
        let url = get_video_playlist_url(&upstream::node(ctx)?, uri);
        // It is remembered with absolute URIs.
        if let Some(text) = ctx.cache().get(&version.master()).await
            && let Ok(master) = Master::parse(&text, &url)
        {
            match Self::of(ctx, &master, version, width, reach).await {
                Err(Trouble::Bundle(error)) if is_gone(&error) => {}
                outcome => return outcome,
            }
        }
        let master = upstream::ask(ctx, &url).await?;
        let master = Master::parse(master.bytes(), master.url())?;
        remember(ctx, version.master(), master.write().into_bytes());
        Self::of(ctx, &master, version, width, reach).await
    }

    async fn of(
        ctx: &Context,
        master: &Master,
        version: &Version,
        width: u32,
        reach: Reach,
    ) -> Result<Self, Trouble> {
        let rendition = choose(&master.variants(), width)?;
        let key = version.film(&short_hash(&rendition.uri));
        let over = |index, is_remembered| {
            let keys = [version.master(), key.clone()];
            let (tracks, ask, requests) = (RefCell::default(), Ask::default(), Cell::default());
            Self { index, is_remembered, keys, tracks, ask, requests }
        };
        if let Some(bytes) = ctx.cache().get(&key).await
            && let Ok(index) = MediaIndex::from_bytes(&bytes)
            && reaches(&index, reach)
        {
            return Ok(over(index, true));
        }
        let index = read_index(ctx, &rendition.uri, reach).await?;
        if index.is_empty() {
            return Err(Trouble::NoSegment);
        }
        remember(ctx, key.clone(), index.to_bytes());
        Ok(over(index, false))
    }

    /// Forgets where the media lies: somebody found it gone.
    pub(super) async fn forget(&self, ctx: &Context) {
        for key in &self.keys {
            ctx.cache().delete(key).await;
        }
    }

    /// The video track of an initialisation segment, read once.
    pub(super) async fn track(&self, ctx: &Context, map: Map<'_>) -> Result<Rc<VideoTrack>, Trouble> {
        let offset = map.range.map_or(0, |range| range.offset);
        let known = |tracks: &[(String, u64, Rc<VideoTrack>)]| {
            let found = tracks.iter().find(|(url, at, _)| *url == map.url && *at == offset);
            found.map(|(.., track)| track.clone())
        };
        if let Some(track) = known(&self.tracks.borrow()) {
            return Ok(track);
        }
        let [_, key] = &self.keys;
        let cached = format!("{key}-init-{}-{offset}", short_hash(map.url));
        let remembered = ctx.cache().get(&cached).await.map(|bytes| read_init(&bytes));
        let track = match remembered {
            Some(Ok(InitLook::Track(track))) => track,
            _ => {
                let (track, bytes) = read_track(ctx, map).await?;
                if bytes.len() <= MAX_REMEMBERED_INIT {
                    remember(ctx, cached, bytes);
                }
                track
            }
        };
        let track = Rc::new(track);
        self.tracks.borrow_mut().push((map.url.to_owned(), offset, track.clone()));
        Ok(track)
    }
}

/// Keeps what was read for the next call; this one has it.
fn remember(ctx: &Context, key: String, bytes: Vec<u8>) {
    let cache = ctx.cache();
    ctx.later(async move { cache.put(&key, bytes, REMEMBERED_SECONDS).await });
}

/// Reads an initialisation segment as far as its video track takes it.
async fn read_track(ctx: &Context, map: Map<'_>) -> Result<(VideoTrack, Vec<u8>), Trouble> {
    let (offset, length) = map.range.map_or((0, None), |range| (range.offset, Some(range.length)));
    let mut bytes = Vec::new();
    let mut wanted = length.unwrap_or(INIT_BYTES);
    loop {
        let there = bytes.len() as u64;
        bytes.extend(fetch(ctx, map.url, offset + there, wanted.saturating_sub(there)).await?);
        match read_init(&bytes)? {
            InitLook::Track(track) => return Ok((track, bytes)),
            InitLook::More(more) if more > wanted && bytes.len() as u64 >= wanted && length.is_none() => {
                // Small boxes would otherwise have a request for each.
                wanted = more.max(2 * wanted).min(MAX_INIT_BYTES);
            }
            InitLook::More(need) => {
                let have = bytes.len() as u64;
                return Err(MediaError::Truncated { what: "moov", have, need }.into());
            }
        }
    }
}

/// Names a URL in keys of the cache.
fn short_hash(url: &str) -> String {
    Sha256::digest(url).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn reaches(index: &MediaIndex, reach: Reach) -> bool {
    index.is_ended()
        || match reach {
            Reach::Time(time_us) => index.duration_us() > time_us,
            Reach::Whole => false,
        }
}

/// The smallest rendition of H.264 that is wide enough, else the widest; one whose codecs are not said may be tried.
fn choose(variants: &[Variant], width: u32) -> Result<Variant, Trouble> {
    let decodable = |variant: &&Variant| {
        variant.codecs.as_deref().is_none_or(|codecs| {
            codecs.split(',').any(|codec| matches!(codec.trim().get(..4), Some("avc1" | "avc3")))
        })
    };
    let decodable: Vec<&Variant> = variants.iter().filter(decodable).collect();
    let wide = |variant: &&&Variant| variant.width.is_some_and(|own| own >= u64::from(width));
    let enough = decodable.iter().filter(wide).min_by_key(|variant| variant.width);
    let widest = || decodable.iter().max_by_key(|variant| variant.width);
    enough.or_else(widest).map(|variant| (*variant).clone()).ok_or_else(|| {
        let said: Vec<_> = variants.iter().filter_map(|variant| variant.codecs.as_deref()).collect();
        Trouble::NoRendition(said.join("; ").chars().take(120).collect())
    })
}

/// Reads a media playlist as it comes, and no further than it has to: that of eight hours has ten megabytes.
async fn read_index(ctx: &Context, url: &str, reach: Reach) -> Result<MediaIndex, Trouble> {
    let answer = ctx.http().get(url).open().await.map_err(Error::from)?;
    if answer.status != 200 {
        return Err(refused(answer).await.into());
    }
    let mut reader = MediaReader::new(&answer.url);
    let broken = |url: &Url, reason: String| {
        let mut url = url.clone();
        url.set_query(None);
        Error::from(at_run::HttpError::Failed { url: url.into(), reason })
    };
    let from = answer.url.clone();
    let mut pieces = answer.body.pieces();
    while let Some(piece) = pieces.next().await {
        reader.push(&piece.map_err(|error| broken(&from, error.to_string()))?)?;
        if let Reach::Time(_) = reach
            && reaches(reader.so_far(), reach)
        {
            return Ok(reader.so_far().clone());
        }
    }
    Ok(reader.finish()?)
}

/// Most bytes of a refusal that are read for its name.
const MAX_REFUSAL: usize = 64 * 1024;

async fn refused(answer: HttpStream) -> Error {
    let status = answer.status;
    let body = answer.bytes(MAX_REFUSAL).await.unwrap_or_default();
    upstream::refusal(&streamhut_streamplace::xrpc::UpstreamError::of(status, &body))
}
