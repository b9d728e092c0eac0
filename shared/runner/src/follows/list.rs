//! Whom an account follows, and whom these follow: the verified copy, in memory and as it is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use streamhut_atproto::{Did, RecordCid, Tid};

use crate::Trust;

/// How many times as long the lists of those stand whom the account follows, of which there are many.
const SECOND_TIMES: u64 = 12;
/// How many of those whom the account follows are asked whom they follow: those that it has followed longest.
const MAX_SECOND: usize = 500;
/// The most follows that are kept of all accounts together.
const MAX_KEPT: usize = 100_000;

/// What one account's repo was proven to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List {
    pub rev: Tid,
    pub commit: RecordCid,
    /// The key that signed the commit, in Multikey form.
    pub key: String,
    /// Milliseconds since 1970 at which the PDS last said that this is the state.
    pub checked_at: u64,
    /// Whether the repo is too large to be read whole.
    pub large: bool,
    /// Those it follows, in the order of the records' keys: longest followed first.
    pub follows: Vec<Did>,
}

/// The last attempt to read an account's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reading {
    /// Milliseconds since 1970.
    pub tried_at: u64,
    pub list: Option<List>,
    /// Why it brought nothing new.
    pub trouble: Option<String>,
}

/// All that is known of whom a policy admits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Followed {
    pub first: List,
    /// The last attempt to confirm it, and why it brought nothing.
    pub tried_at: u64,
    pub trouble: Option<String>,
    pub second: BTreeMap<Did, Reading>,
    admitted: BTreeSet<Did>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kept {
    first: List,
    tried_at: u64,
    trouble: Option<String>,
    second: BTreeMap<Did, Reading>,
}

impl Followed {
    /// What the account itself is known to follow.
    pub fn new(trust: &Trust, first: List, tried_at: u64, trouble: Option<String>) -> Self {
        Self { first, tried_at, trouble, second: BTreeMap::new(), admitted: BTreeSet::new() }.counted(trust)
    }

    /// The same with what was read of the accounts that it follows; of others nothing is kept.
    pub fn with_second(mut self, trust: &Trust, second: BTreeMap<Did, Reading>) -> Self {
        self.second = second;
        let wanted: BTreeSet<&Did> = self.asked(trust).collect();
        let stale: Vec<Did> = self.second.keys().filter(|did| !wanted.contains(did)).cloned().collect();
        for did in stale {
            self.second.remove(&did);
        }
        self.counted(trust)
    }

    fn counted(mut self, trust: &Trust) -> Self {
        let mut room = MAX_KEPT.saturating_sub(self.first.follows.len());
        for reading in self.second.values_mut() {
            let count = reading.list.as_ref().map_or(0, |list| list.follows.len());
            if count > room {
                reading.list = None;
                reading.trouble = Some(format!("all lists together have more than {MAX_KEPT} follows"));
            } else {
                room -= count;
            }
        }
        let second = self.second.values().filter_map(|reading| reading.list.as_ref());
        let lists = std::iter::once(&self.first).chain(second);
        let admitted = lists.flat_map(|list| &list.follows).chain([&trust.did]).cloned().collect();
        self.admitted = admitted;
        self
    }

    pub fn admits(&self, did: &Did) -> bool {
        self.admitted.contains(did)
    }

    pub fn admitted(&self) -> &BTreeSet<Did> {
        &self.admitted
    }

    /// Those whose own follows are admitted.
    fn asked<'a>(&'a self, trust: &'a Trust) -> impl Iterator<Item = &'a Did> {
        let most = if trust.of_follows { MAX_SECOND } else { 0 };
        self.first.follows.iter().filter(|did| **did != trust.did).take(most)
    }

    /// How many it follows beyond those whose follows are asked for.
    pub fn beyond(&self, trust: &Trust) -> usize {
        let all = self.first.follows.iter().filter(|did| **did != trust.did).count();
        if trust.of_follows { all - self.asked(trust).count() } else { 0 }
    }

    /// How many were never asked.
    pub fn pending(&self, trust: &Trust) -> usize {
        self.asked(trust).filter(|did| !self.second.contains_key(*did)).count()
    }

    /// Whom to ask: those first of whom it was not `begun`, and among them those that were never asked.
    pub fn due_second(&self, trust: &Trust, now: u64, begun: &BTreeMap<Did, u64>) -> Vec<Did> {
        let mut due: Vec<_> = self
            .asked(trust)
            .map(|did| (begun.get(did), self.second.get(did).map(|reading| reading.tried_at), did))
            .filter(|(_, tried_at, _)| tried_at.is_none_or(|at| is_due(at, second_ms(trust), now)))
            .collect();
        due.sort();
        due.into_iter().map(|(_, _, did)| did.clone()).collect()
    }

    pub fn is_first_due(&self, trust: &Trust, now: u64) -> bool {
        is_due(self.tried_at, trust.fresh_ms.into(), now)
    }

    /// Milliseconds since 1970 until which nothing is to be confirmed.
    pub fn fresh_until(&self, trust: &Trust, now: u64) -> u64 {
        if self.tried_at > now {
            return 0;
        }
        let second = self.asked(trust).map(|did| match self.second.get(did) {
            Some(reading) => reading.tried_at.saturating_add(second_ms(trust)),
            None => 0,
        });
        second.min().unwrap_or(u64::MAX).min(self.tried_at.saturating_add(trust.fresh_ms.into()))
    }

    /// The form in which it is kept: a checksum, because a damaged bit may make a DID of another one; then JSON.
    pub fn to_stored(&self, policy: &str) -> Vec<u8> {
        let kept = Kept {
            first: self.first.clone(),
            tried_at: self.tried_at,
            trouble: self.trouble.clone(),
            second: self.second.clone(),
        };
        let json = serde_json::to_string(&kept).unwrap_or_default();
        format!("{} {json}", checksum(policy, &json)).into_bytes()
    }

    /// What was kept under the policy that is spelled so. `None` when it isn't that: a store may hold anything.
    pub fn from_stored(trust: &Trust, policy: &str, bytes: &[u8]) -> Option<Self> {
        let (sum, json) = std::str::from_utf8(bytes).ok()?.split_once(' ')?;
        if sum != checksum(policy, json) {
            return None;
        }
        let Kept { first, tried_at, trouble, second } = serde_json::from_str(json).ok()?;
        Some(Self::new(trust, first, tried_at, trouble).with_second(trust, second))
    }
}

fn second_ms(trust: &Trust) -> u64 {
    u64::from(trust.fresh_ms) * SECOND_TIMES
}

fn is_due(tried_at: u64, most: u64, now: u64) -> bool {
    // A time that lies ahead is none that a clock gave.
    tried_at > now || now >= tried_at.saturating_add(most)
}

fn checksum(policy: &str, json: &str) -> String {
    let sum = Sha256::digest(format!("{policy} {json}"));
    sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn did(number: usize) -> Did {
        let letter = |place: u32| char::from(b'a' + u8::try_from(number / 26_usize.pow(place) % 26).unwrap());
        Did::parse(&format!(
            "did:plc:{}",
            (0..24).rev().map(|place| letter(place.min(4))).collect::<String>()
        ))
        .unwrap()
    }

    fn list(follows: Vec<Did>) -> List {
        List {
            rev: Tid::from_micros(1, 0).unwrap(),
            commit: RecordCid::of(b"commit"),
            key: "z".into(),
            checked_at: 0,
            large: false,
            follows,
        }
    }

    fn reading(follows: Vec<Did>) -> Reading {
        Reading { tried_at: 0, list: Some(list(follows)), trouble: None }
    }

    #[test]
    fn no_more_are_asked_and_kept_than_there_is_room_for() {
        let trust = Trust { did: did(0), of_follows: true, fresh_ms: 10 };
        let first = list((0..=MAX_SECOND + 3).map(did).collect());
        let known = Followed::new(&trust, first, 0, None);
        // The account itself is not asked again, though it follows itself.
        assert_eq!((known.pending(&trust), known.beyond(&trust)), (MAX_SECOND, 3));
        let many: Vec<Did> = (0..MAX_KEPT / 2).map(did).collect();
        let read = (1..=3).chain([MAX_SECOND + 2]).map(|number| (did(number), reading(many.clone())));
        let known = known.with_second(&trust, read.collect());
        assert_eq!((known.pending(&trust), known.second.len()), (MAX_SECOND - 3, 3));
        let kept: Vec<bool> = known.second.values().map(|reading| reading.list.is_some()).collect();
        assert_eq!(kept, [true, false, false], "what has no room is told, not admitted");
        assert!(known.second.values().skip(1).all(|reading| reading.trouble.is_some()));
    }

    #[test]
    fn what_is_kept_reads_as_it_was_and_one_bit_off_as_nothing() {
        let trust = Trust { did: did(0), of_follows: true, fresh_ms: 10 };
        let second = BTreeMap::from([(did(1), reading(vec![did(7)]))]);
        let known =
            Followed::new(&trust, list(vec![did(1)]), 5, Some("late".into())).with_second(&trust, second);
        let stored = known.to_stored("policy");
        assert_eq!(Followed::from_stored(&trust, "policy", &stored), Some(known));
        assert_eq!(Followed::from_stored(&trust, "another", &stored), None);
        for bit in 0..stored.len() * 8 {
            let mut damaged = stored.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Followed::from_stored(&trust, "policy", &damaged), None, "bit {bit}");
        }
    }
}
