//! A module's bytes on their way to the PDS.

use std::thread;
use std::time::Duration;

use streamhut_atproto::BlobCid;

use crate::bundle::Stored;
use crate::fault::Fault;
use crate::pds::Account;
use crate::terminal::Terminal;

/// Before each further try. The reference PDS (0.5.35) now and then answers 500 to a small gzip file, when its guess
/// at the type comes later than the last byte; an upload may be repeated as often as one likes.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// Uploads a module. Gives the type by which the PDS keeps the blob: a record that names it otherwise would be refused.
///
/// # Errors
/// `Fault::OtherCid` when the PDS stored something else; whatever the last of three tries failed with.
pub fn upload(account: &Account, stored: &Stored, terminal: &Terminal) -> Result<String, Fault> {
    let mut pauses = PAUSES.iter();
    loop {
        match attempt(account, stored, terminal) {
            Err(fault @ Fault::Unavailable { .. }) => match pauses.next() {
                Some(pause) => {
                    terminal.note(&format!("{fault}; trying again"));
                    thread::sleep(*pause);
                }
                None => return Err(fault),
            },
            done => return done,
        }
    }
}

fn attempt(account: &Account, stored: &Stored, terminal: &Terminal) -> Result<String, Fault> {
    let module = &stored.module;
    let meter = terminal.meter(&module.path, module.blob.size);
    let blob = account.upload(&stored.bytes, &module.blob.mime_type, &|count| meter.advance(count))?;
    let ours = BlobCid::of(&stored.bytes);
    if blob.cid() != ours {
        let (what, theirs) = (format!("module `{}`", module.path), blob.cid().to_string());
        return Err(Fault::OtherCid { what, ours: ours.to_string(), theirs });
    }
    meter.finish();
    Ok(blob.mime_type)
}
