//! Under which keys pictures and what belongs to them are kept.
//!
//! `p1/{video}/video.json` says which video a folder is about. All else lies below the record's CID, so that an edited
//! record gets pictures of its own. When pictures are to be made in another way, the first part changes.

use sha2::{Digest, Sha256};
use streamhut_atproto::{AtUri, RecordCid};

/// What all keys begin with.
pub(super) const ROOT: &str = "p1/";

/// The folder of a video. At-uris may be longer than a key, so it is named by a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folder(String);

/// The part of a video's folder that belongs to one version of its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version(String);

impl Folder {
    pub(super) fn of(uri: &AtUri) -> Self {
        let digest = Sha256::digest(uri.to_string());
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{ROOT}{name}/"))
    }

    /// The folder that a key lies in.
    pub(super) fn around(key: &str) -> Option<Self> {
        let (name, _) = key.strip_prefix(ROOT)?.split_once('/')?;
        Some(Self(format!("{ROOT}{name}/")))
    }

    pub(super) fn prefix(&self) -> &str {
        &self.0
    }

    /// Which video it is about.
    pub(super) fn video(&self) -> String {
        format!("{}video.json", self.0)
    }

    /// In memory: whether the node was away.
    pub(super) fn away(&self) -> String {
        format!("{}away", self.0)
    }

    pub(super) fn version(&self, cid: &RecordCid) -> Version {
        Version(format!("{}{cid}/", self.0))
    }
}

impl Version {
    pub(super) fn of(uri: &AtUri, cid: &RecordCid) -> Self {
        Folder::of(uri).version(cid)
    }

    pub(super) fn prefix(&self) -> &str {
        &self.0
    }

    /// The picture that stands for the video.
    pub(super) fn thumbnail(&self, width: u32) -> String {
        format!("{}thumb-{width}.jpg", self.0)
    }

    /// The picture of a moment, by where its segment begins.
    pub(super) fn moment(&self, width: u32, start_us: u64) -> String {
        format!("{}moment-{start_us}-{width}.jpg", self.0)
    }

    pub(super) fn share_image(&self) -> String {
        format!("{}share.jpg", self.0)
    }

    /// How far the storyboard is.
    pub(super) fn board(&self) -> String {
        format!("{}board.json", self.0)
    }

    pub(super) fn sheet(&self, sheet: u32) -> String {
        format!("{}sheet-{sheet}.jpg", self.0)
    }

    pub(super) fn coarse_sheet(&self) -> String {
        format!("{}coarse.jpg", self.0)
    }

    /// Tiles of a sheet that is not finished.
    pub(super) fn tiles(&self, first: u32) -> String {
        format!("{}tiles-{first}.rgb", self.0)
    }

    /// In the cache: why there is no picture.
    pub(super) fn reason(&self, what: &str) -> String {
        format!("{}why-{what}", self.0)
    }

    /// In the cache: the master playlist.
    pub(super) fn master(&self) -> String {
        format!("{}master", self.0)
    }

    /// In the cache: where the media of a rendition lies.
    pub(super) fn film(&self, rendition: &str) -> String {
        format!("{}film-{rendition}", self.0)
    }

    /// In the cache: whether a task was asked for.
    pub(super) fn asked(&self) -> String {
        format!("{}asked", self.0)
    }
}
