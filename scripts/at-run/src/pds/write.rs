//! Records on their way into a repo.

use atrium_api::com::atproto::repo::apply_writes::{
    CreateData, DeleteData, Input, InputData, InputWritesItem, OutputResultsItem, UpdateData,
};
use serde_json::Value;
use streamhut_atproto::data_model::dag_cbor_from_json;
use streamhut_atproto::{Did, RecordCid};

use crate::fault::Fault;

/// Most writes that the reference PDS takes in one commit.
pub const MAX_WRITES: usize = 200;

/// A record to be written or deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// What is done to the key.
    pub kind: WriteKind,
    /// The collection's NSID.
    pub collection: &'static str,
    /// The record key.
    pub key: String,
    /// The record; nothing for `Delete`.
    pub value: Value,
}

/// What a write does to its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// There is nothing yet, or the PDS refuses.
    Create,
    /// There is another record.
    Update,
    /// There is a record, and shall be none.
    Delete,
}

impl Write {
    /// Deletes the record of that key.
    pub fn delete(collection: &'static str, key: String) -> Self {
        Self { kind: WriteKind::Delete, collection, key, value: Value::Null }
    }

    /// The at-uri in that account's repo.
    pub fn uri(&self, did: &Did) -> String {
        format!("at://{did}/{}/{}", self.collection, self.key)
    }
}

/// The CID that a PDS has to give to a record.
///
/// # Errors
/// `Fault::Usage` for a value outside the data model.
pub fn record_cid(value: &Value) -> Result<RecordCid, Fault> {
    let block = dag_cbor_from_json(value).map_err(|error| Fault::Usage(format!("not a record: {error}")))?;
    Ok(RecordCid::of(&block))
}

/// The input of `com.atproto.repo.applyWrites`.
pub(super) fn input(did: &Did, writes: &[Write], swap: Option<&RecordCid>) -> Result<Input, Fault> {
    let odd = |reason: String| Fault::Usage(format!("not a record: {reason}"));
    let repo = did.as_str().parse().map_err(|reason| Fault::Usage(format!("{did}: {reason}")))?;
    let swap_commit =
        swap.map(|cid| cid.to_string().parse()).transpose().map_err(|error| odd(format!("{error:?}")))?;
    let writes = writes.iter().map(item).collect::<Result<_, _>>().map_err(odd)?;
    Ok(InputData { repo, swap_commit, validate: None, writes }.into())
}

fn item(write: &Write) -> Result<InputWritesItem, String> {
    let collection = write.collection.parse().map_err(str::to_owned)?;
    let rkey = write.key.parse().map_err(str::to_owned)?;
    let value = || serde_json::from_value(write.value.clone()).map_err(|error| error.to_string());
    Ok(match write.kind {
        WriteKind::Create => InputWritesItem::Create(Box::new(
            CreateData { collection, rkey: Some(rkey), value: value()? }.into(),
        )),
        WriteKind::Update => {
            InputWritesItem::Update(Box::new(UpdateData { collection, rkey, value: value()? }.into()))
        }
        WriteKind::Delete => InputWritesItem::Delete(Box::new(DeleteData { collection, rkey }.into())),
    })
}

/// Compares what the PDS calls each record with what it has to be called. A PDS may leave the results out.
pub(super) fn written(did: &Did, writes: &[Write], results: &[OutputResultsItem]) -> Result<(), Fault> {
    for (write, result) in writes.iter().zip(results) {
        let theirs = match result {
            OutputResultsItem::CreateResult(result) => &result.data.cid,
            OutputResultsItem::UpdateResult(result) => &result.data.cid,
            OutputResultsItem::DeleteResult(_) => continue,
        };
        let (ours, theirs) = (record_cid(&write.value)?.to_string(), theirs.as_ref().to_string());
        if ours != theirs {
            return Err(Fault::OtherCid { what: write.uri(did), ours, theirs });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use streamhut_release::nsid;

    use super::*;

    const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
    const CID: &str = "bafyreib3h7z7b2x5h3jcf2nqyyrkq2n2tzgvq2gqk3mkpj6dbbpw5kcmbm";

    fn write(kind: WriteKind, value: Value) -> Write {
        Write { kind, collection: nsid::RUN_AT_RELEASE, key: "demo:1.0.0".into(), value }
    }

    /// atrium's types for unknown records pass them on unchanged, links and large numbers among them.
    #[test]
    fn a_write_carries_the_record_as_it_is() {
        let value = json!({"$type": nsid::RUN_AT_RELEASE, "modules": [{"blob": {"$type": "blob", "ref": {"$link": CID}, "size": 5_000_000_000u64}}]});
        let with_value = [(WriteKind::Create, "create"), (WriteKind::Update, "update")].map(|(kind, tag)| {
            let item = json!({"$type": format!("com.atproto.repo.applyWrites#{tag}"), "collection": nsid::RUN_AT_RELEASE, "rkey": "demo:1.0.0", "value": value});
            (write(kind, value.clone()), item)
        });
        let deletion = json!({"$type": "com.atproto.repo.applyWrites#delete", "collection": nsid::RUN_AT_RELEASE, "rkey": "demo:1.0.0"});
        let deleted = (Write::delete(nsid::RUN_AT_RELEASE, "demo:1.0.0".into()), deletion);
        for (write, expect) in with_value.into_iter().chain([deleted]) {
            assert_eq!(serde_json::to_value(item(&write).unwrap()).unwrap(), expect);
        }
    }

    #[test]
    fn the_swap_is_handed_over() {
        let did: Did = DID.parse().unwrap();
        let cid = RecordCid::parse(CID).unwrap();
        let json = |swap| serde_json::to_value(input(&did, &[], swap).unwrap()).unwrap();
        assert_eq!(json(Some(&cid)), json!({"repo": DID, "swapCommit": CID, "writes": []}));
        assert_eq!(json(None), json!({"repo": DID, "writes": []}));
    }

    #[test]
    fn every_record_has_to_be_called_by_its_content() {
        let did: Did = DID.parse().unwrap();
        let value = json!({"a": 1});
        let writes =
            [Write::delete(nsid::RUN_AT_RELEASE, "x".into()), write(WriteKind::Update, value.clone())];
        let results = |cid: &str| {
            let answer = json!([
                {"$type": "com.atproto.repo.applyWrites#deleteResult"},
                {"$type": "com.atproto.repo.applyWrites#updateResult", "uri": "at://x", "cid": cid},
            ]);
            serde_json::from_value::<Vec<OutputResultsItem>>(answer).unwrap()
        };
        let ours = record_cid(&value).unwrap().to_string();
        assert!(written(&did, &writes, &results(&ours)).is_ok());
        assert!(written(&did, &writes, &[]).is_ok());
        let fault = written(&did, &writes, &results(CID)).unwrap_err();
        assert!(
            matches!(&fault, Fault::OtherCid { what, theirs, .. } if what.ends_with("/demo:1.0.0") && theirs == CID),
            "{fault}"
        );
    }
}
