//! A channel on its way from one release to another.

use serde_json::{Value, json};
use streamhut_atproto::Did;
use streamhut_release::{BundleName, Channel, ChannelRecord, nsid};

use super::now;
use crate::fault::Fault;
use crate::pds::{Write, WriteKind};
use crate::publish::Change;
use crate::published::{Bundle, Published};

/// Where a channel points, and where it shall.
#[derive(Clone, Debug)]
pub struct Move<'a> {
    name: &'a BundleName,
    channel: &'a Channel,
    from: Option<&'a Published>,
    to: &'a Published,
    state: Change,
}

impl<'a> Move<'a> {
    /// From wherever the channel is to the release `to`, which has to be what its strong reference says.
    ///
    /// # Errors
    /// `Fault::OtherCid`, `Fault::Release`
    pub fn new(bundle: &'a Bundle, channel: &'a Channel, to: &'a Published) -> Result<Self, Fault> {
        to.verify(&bundle.name)?;
        let pointer = bundle.pointer(channel);
        let from = pointer.and_then(|pointer| bundle.version(pointer.version.as_ref()?));
        let state = match (pointer, from) {
            (None, _) => Change::Created,
            (_, Some(from)) if from.version == to.version => Change::Unchanged,
            _ => Change::Moved,
        };
        Ok(Self { name: &bundle.name, channel, from, to, state })
    }

    /// What becomes of the channel.
    pub fn state(&self) -> Change {
        self.state
    }

    /// The record to write; nothing when it says so already.
    pub fn writes(&self) -> Result<Vec<Write>, Fault> {
        let kind = match self.state {
            Change::Unchanged => return Ok(Vec::new()),
            Change::Created => WriteKind::Create,
            Change::Moved => WriteKind::Update,
        };
        let record = ChannelRecord::new(self.to.reference.clone(), now());
        let value = serde_json::to_value(record).map_err(|error| Fault::Usage(error.to_string()))?;
        let key = ChannelRecord::key(self.name, self.channel);
        Ok(vec![Write { kind, collection: nsid::RUN_AT_CHANNEL, key, value }])
    }

    /// What came of it, for people.
    pub fn words(&self) -> String {
        let Self { name, channel, from, to, state } = self;
        let to = &to.version;
        match (state, from) {
            (Change::Unchanged, _) => format!("{name}: channel {channel} points at {to} already"),
            (_, Some(from)) => {
                format!("{name}: channel {channel} points at {to}, before at {}", from.version)
            }
            (_, None) => format!("{name}: channel {channel} points at {to}"),
        }
    }

    /// `{"did", "name", "channel", "state", "from", "to"}`
    pub fn facts(&self, did: &Did) -> Value {
        json!({
            "did": did, "name": self.name, "channel": self.channel, "state": self.state,
            "from": self.from.map(Published::facts), "to": self.to.facts(),
        })
    }
}
