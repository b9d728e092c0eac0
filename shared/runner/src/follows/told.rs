//! Whom the policy trusts, as the runner tells everybody.

use serde::Serialize;

use super::{list::Followed, trust_of};
use crate::{Admission, Runner, Store, words};

/// The most accounts whose trouble is told one by one.
const MAX_TOLD: usize = 20;

/// The policy, and how far it is known whom it trusts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trusts {
    /// `POLICY`, as it is spelled.
    pub spelled: String,
    /// How many authors are admitted; absent where anybody is, or where it is not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admitted: Option<usize>,
    /// What is known of the account whose follows are admitted; absent under another policy, and before the first
    /// request that wanted to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<KnownFollows>,
}

/// The copy of an account's follows that the runner goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownFollows {
    /// The account.
    pub did: String,
    /// The revision of the commit that proves it.
    pub rev: String,
    /// RFC 3339: when the account's PDS last said that this is the state.
    pub checked_at: String,
    /// How long ago that was.
    pub age_seconds: u64,
    /// Whether the last attempt to confirm it brought no answer.
    pub stale: bool,
    /// Of those whose own follows are admitted too, under `follows-of-follows` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Second>,
}

/// How far the lists of those whom the account follows are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Second {
    /// Accounts whose lists are read.
    pub read: usize,
    /// Accounts that are yet to be asked.
    pub pending: usize,
    /// Accounts that follow too late in the list to be asked.
    pub beyond: usize,
    /// Accounts that could not be read at the last attempt.
    pub failed: usize,
    /// Of these the first, and why.
    pub failures: Vec<Failure>,
}

/// An account that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The account.
    pub did: String,
    /// Whether what was read of it before is still gone by.
    pub kept: bool,
    /// What went wrong.
    pub reason: String,
}

impl<T, S> Runner<T, S> {
    /// `POLICY`, as it is spelled.
    pub fn policy_spelled(&self) -> String {
        self.installations().admission().spelled()
    }
}

impl<T, S: Store> Runner<T, S> {
    /// Whom the policy trusts, by memory or store: nobody else is asked.
    pub async fn trusts(&self, now: u64) -> Trusts {
        let installations = self.installations();
        let spelled = self.policy_spelled();
        if let Admission::Authors(dids) = installations.admission() {
            return Trusts { spelled, admitted: Some(dids.len()), follows: None };
        }
        let Some(trust) = trust_of(&installations) else { return Trusts { spelled, ..Trusts::default() } };
        let mut known = self.followed();
        if known.is_none() {
            known = self.stored_followed(trust).await.map(|stored| self.take_followed(stored));
        }
        let Some(known) = known else { return Trusts { spelled, ..Trusts::default() } };
        let second = trust.of_follows.then(|| second(&known, known.pending(trust), known.beyond(trust)));
        let copy = KnownFollows {
            did: trust.did.to_string(),
            rev: known.first.rev.to_string(),
            checked_at: words::time(known.first.checked_at),
            age_seconds: now.saturating_sub(known.first.checked_at) / 1_000,
            stale: known.trouble.is_some(),
            second,
        };
        Trusts { spelled, admitted: Some(known.admitted().len()), follows: Some(copy) }
    }
}

fn second(known: &Followed, pending: usize, beyond: usize) -> Second {
    let failed = known.second.iter().filter_map(|(did, reading)| {
        let reason = reading.trouble.as_ref()?;
        Some(Failure { did: did.to_string(), kept: reading.list.is_some(), reason: reason.clone() })
    });
    let read = known.second.values().filter(|reading| reading.list.is_some()).count();
    let failed: Vec<Failure> = failed.collect();
    let count = failed.len();
    Second { read, pending, beyond, failed: count, failures: failed.into_iter().take(MAX_TOLD).collect() }
}
