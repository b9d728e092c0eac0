//! Storage in memory.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use futures_util::{FutureExt, future::LocalBoxFuture};

use super::clock::ManualClock;
use crate::{Blob, BlobError, BlobInfo, BlobPage, BlobsPort, Body, ByteRange, Put, PutCondition};

type Answered<'a, T> = LocalBoxFuture<'a, Result<T, BlobError>>;

pub(super) struct MemoryBlobs {
    /// Most bytes; `None` when the bundle declares no storage.
    max: Option<u64>,
    clock: ManualClock,
    stored: RefCell<BTreeMap<String, (BlobInfo, Vec<u8>)>>,
    /// What others will store: when, under which key.
    coming: RefCell<Vec<(u64, String, Vec<u8>)>>,
    puts: Cell<u64>,
    failing: Cell<bool>,
}

impl MemoryBlobs {
    pub(super) fn new(max: Option<u64>, clock: ManualClock) -> Self {
        let (stored, coming) = (RefCell::default(), RefCell::default());
        Self { max, clock, stored, coming, puts: Cell::new(0), failing: Cell::new(false) }
    }

    pub(super) fn fail(&self, failing: bool) {
        self.failing.set(failing);
    }

    pub(super) fn bytes(&self, key: &str) -> Option<Vec<u8>> {
        self.stored.borrow().get(key).map(|(_, bytes)| bytes.clone())
    }

    pub(super) fn store_later(&self, ms: u64, key: &str, bytes: Vec<u8>) {
        let due = self.clock.now().saturating_add(ms);
        self.coming.borrow_mut().push((due, key.to_owned(), bytes));
    }

    fn arrive(&self) {
        let now = self.clock.now();
        let due: Vec<_> = self.coming.borrow_mut().extract_if(.., |(due, ..)| *due <= now).collect();
        for (_, key, bytes) in due {
            // Others are held to the quota, too.
            let _ = self.store(&key, bytes, Put::new());
        }
    }

    pub(super) fn forget(&self, key: &str) {
        self.stored.borrow_mut().remove(key);
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.stored.borrow().keys().cloned().collect()
    }

    pub(super) fn store(&self, key: &str, bytes: Vec<u8>, how: Put) -> Result<BlobInfo, BlobError> {
        let max = self.permitted()?;
        let mut stored = self.stored.borrow_mut();
        let before = stored.get(key).map(|(info, _)| info);
        let holds = match &how.condition {
            PutCondition::None => true,
            PutCondition::IfAbsent => before.is_none(),
            PutCondition::IfMatch(etag) => before.is_some_and(|info| info.etag == *etag),
        };
        if !holds {
            return Err(BlobError::PreconditionFailed { key: key.to_owned() });
        }
        let used: u64 = stored.values().map(|(info, _)| info.size).sum();
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if (used - before.map_or(0, |info| info.size)).saturating_add(size) > max {
            return Err(BlobError::QuotaExceeded { used: Some(used), max: Some(max) });
        }
        self.puts.set(self.puts.get() + 1);
        let etag = format!("{:016x}", self.puts.get());
        let (uploaded, content_type) = (self.clock.now(), how.content_type);
        let info = BlobInfo { key: key.to_owned(), size, etag, uploaded, content_type };
        stored.insert(key.to_owned(), (info.clone(), bytes));
        Ok(info)
    }

    fn permitted(&self) -> Result<u64, BlobError> {
        self.arrive();
        if self.failing.get() {
            return Err(BlobError::Unavailable { reason: "the test says so".into() });
        }
        self.max.ok_or(BlobError::NotPermitted)
    }

    fn read(&self, key: &str, range: Option<ByteRange>) -> Result<Option<Blob>, BlobError> {
        self.permitted()?;
        let stored = self.stored.borrow();
        let Some((info, bytes)) = stored.get(key) else { return Ok(None) };
        let info = info.clone();
        let Some(range) = range else {
            return Ok(Some(Blob { info, part: None, body: Body::from(bytes.clone()) }));
        };
        let unsatisfiable = || BlobError::RangeNotSatisfiable { key: key.to_owned(), size: Some(info.size) };
        let part = range.of(info.size).ok_or_else(unsatisfiable)?;
        let piece = usize::try_from(part.first).ok().zip(usize::try_from(part.length).ok());
        let piece = piece.and_then(|(first, length)| bytes.get(first..)?.get(..length));
        let body = Body::from(piece.ok_or_else(unsatisfiable)?);
        Ok(Some(Blob { info, part: Some(part), body }))
    }

    fn page(&self, prefix: &str, cursor: Option<&str>, limit: u32) -> Result<BlobPage, BlobError> {
        self.permitted()?;
        let stored = self.stored.borrow();
        let infos = stored.values().map(|(info, _)| info);
        let mut rest = infos.filter(|info| info.key.starts_with(prefix) && Some(info.key.as_str()) > cursor);
        let blobs: Vec<_> = rest.by_ref().take(limit as usize).cloned().collect();
        let more = rest.next().is_some();
        let cursor = blobs.last().filter(|_| more).map(|info| info.key.clone());
        Ok(BlobPage { blobs, cursor })
    }
}

impl BlobsPort for MemoryBlobs {
    fn get(&self, key: String, range: Option<ByteRange>) -> Answered<'_, Option<Blob>> {
        std::future::ready(self.read(&key, range)).boxed_local()
    }

    fn head(&self, key: String) -> Answered<'_, Option<BlobInfo>> {
        let info = self.read(&key, None).map(|blob| blob.map(|blob| blob.info));
        std::future::ready(info).boxed_local()
    }

    fn put(&self, key: String, bytes: Vec<u8>, how: Put) -> Answered<'_, BlobInfo> {
        std::future::ready(self.store(&key, bytes, how)).boxed_local()
    }

    fn delete(&self, key: String) -> Answered<'_, ()> {
        let deleted = self.permitted().map(|_| {
            self.stored.borrow_mut().remove(&key);
        });
        std::future::ready(deleted).boxed_local()
    }

    fn list(&self, prefix: String, cursor: Option<String>, limit: u32) -> Answered<'_, BlobPage> {
        std::future::ready(self.page(&prefix, cursor.as_deref(), limit)).boxed_local()
    }
}
