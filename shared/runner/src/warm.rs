//! The warm path: a request whose release was resolved a moment ago needs no parsing and no allocation.

use std::rc::Rc;

use crate::{
    Resolved, Runner,
    memory::{Memory, make_room},
};

/// A resolved release under the path that led to it.
#[derive(Clone, Debug)]
pub(crate) struct Warm {
    resolved: Rc<Resolved>,
    generation: u64,
}

impl Warm {
    fn holds(&self, memory: &Memory, now: u64) -> bool {
        self.generation == memory.generation
            && now < self.resolved.fresh_until
            && self.resolved.checked_at <= now
    }
}

/// `/bundle/{did}/{name}/{version}` and the endpoint behind it. `None` for every other path; what is split off here
/// is held to its grammar by [`crate::route`] before it is remembered.
fn split(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/bundle/")?;
    let (address, endpoint) = path.rsplit_once('/')?;
    // An endpoint in another spelling is for the router to read.
    let plain = !endpoint.contains('%') && address.bytes().filter(|b| *b == b'/').count() == 4;
    plain.then_some((address, endpoint))
}

impl Resolved {
    /// Milliseconds since 1970 until which nothing of it is due.
    pub fn fresh_until(&self) -> u64 {
        self.fresh_until
    }
}

impl<T, S> Runner<T, S> {
    /// How often something changed of what a request could see.
    pub fn changes(&self) -> u64 {
        self.memory.borrow().generation
    }

    /// The release of a path that was asked before and is fresh, with the endpoint that the path names.
    pub fn remembered<'a>(&self, path: &'a str, now: u64) -> Option<(Rc<Resolved>, &'a str)> {
        let (address, endpoint) = split(path)?;
        let memory = self.memory.borrow();
        let warm = memory.warm.get(address)?;
        warm.holds(&memory, now).then(|| (warm.resolved.clone(), endpoint))
    }

    /// Remembers what a path led to.
    pub fn remember(&self, path: &str, resolved: &Rc<Resolved>, now: u64) {
        let Some((address, _)) = split(path) else { return };
        let mut memory = self.memory.borrow_mut();
        let warm = Warm { resolved: resolved.clone(), generation: memory.generation };
        if warm.holds(&memory, now) {
            make_room(&mut memory.warm);
            memory.warm.insert(address.to_owned(), warm);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (path, expect) in [
            ("/bundle/did:plc:x/vod/latest/list", Some(("/bundle/did:plc:x/vod/latest", "list"))),
            ("/bundle/did%3Aplc%3Ax/vod/1.0.0/", Some(("/bundle/did%3Aplc%3Ax/vod/1.0.0", ""))),
            ("/bundle/did:plc:x/vod/latest", None),
            ("/bundle/did:plc:x/vod/latest/a/b", None),
            ("/health", None),
            ("", None),
        ] {
            assert_eq!(split(path), expect, "{path}");
        }
    }
}
