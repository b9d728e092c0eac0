//! dag-cbor and JSON: two spellings of the same data.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::{Value, json};
use streamhut_atproto::data_model::{DataModelError, dag_cbor_from_json, json_from_dag_cbor};
use streamhut_atproto::{BlobCid, BlobRef, RecordCid};

#[test]
fn records_keep_their_meaning() {
    let cid = BlobCid::of(b"x");
    let record = json!({
        "$type": "place.stream.video",
        "video": { "$type": "blob", "ref": { "$link": cid }, "mimeType": "video/mp4", "size": 1 },
        "key": { "$bytes": "aGk" },
        "numbers": [0, -1, i64::MAX, i64::MIN],
        "nested": { "": null, "é": true },
    });
    let block = dag_cbor_from_json(&record).unwrap();
    assert_eq!(json_from_dag_cbor(&block).unwrap(), record);
    let blob: BlobRef = serde_json::from_value(record.get("video").unwrap().clone()).unwrap();
    assert_eq!((blob.cid(), blob.size, blob.mime_type.as_str()), (cid, 1, "video/mp4"));
    assert_eq!(
        serde_json::to_value(BlobRef::new(cid, "video/mp4", 1)).unwrap(),
        *record.get("video").unwrap()
    );
}

#[test]
fn keys_are_sorted_as_the_specification_says() {
    let block = dag_cbor_from_json(&json!({ "bb": 1, "a": 2, "B": 3 })).unwrap();
    assert_eq!(block, b"\xa3\x61B\x03\x61a\x02\x62bb\x01");
    // As `@atproto/lex-cbor` encodes and names it.
    assert_eq!(
        RecordCid::of(&block).to_string(),
        "bafyreigmbacvy4c3rifkildn5jyueswpyhph3bmjdcufnpvbrgfs2dd6c4"
    );
}

#[test]
fn what_the_data_model_excludes_is_refused() {
    let blob = BlobCid::of(b"x").to_string();
    for (value, at_fault) in [
        (json!(1.5), "1.5"),
        (json!({ "$link": 7 }), "$link"),
        (json!({ "$link": "hello" }), "$link"),
        (json!({ "$link": blob, "more": 1 }), "$link"),
        (json!({ "$bytes": "!" }), "$bytes"),
    ] {
        let refused = dag_cbor_from_json(&value).unwrap_err().to_string();
        assert!(refused.contains(at_fault), "{refused}");
    }
    let mut deep = json!(0);
    for _ in 0..200 {
        deep = json!([deep]);
    }
    assert_eq!(dag_cbor_from_json(&deep), Err(DataModelError::TooDeep));
    let cases: [(&[u8], &str); 8] = [
        (b"", "empty"),
        (b"\xfb\x3f\xf8\0\0\0\0\0\0", "a float"),
        (b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff\0", "trailing bytes"),
        (b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff", "an integer under 64 bits"),
        (b"\x18\x01", "a number not in its shortest form"),
        (b"\xa2\x61b\0\x61a\0", "keys out of order"),
        (b"\xa1\x01\x01", "a key that is no text"),
        (b"\xc1\x00", "another tag than 42"),
    ];
    for (block, what) in cases {
        assert!(json_from_dag_cbor(block).is_err(), "{what}");
    }
    assert!(json_from_dag_cbor(&[0x81; 100_000]).is_err(), "nested too deeply");
}

/// In JSON it would read as a link to a record, or as bytes, that nobody signed.
#[test]
fn a_map_that_looks_like_a_link_or_bytes_is_refused() {
    let id = RecordCid::of(b"x").to_string();
    let link = [b"\xa1\x61x\xa1\x65$link\x78\x3b", id.as_bytes()].concat();
    let beside = b"\xa2\x61x\x01\x66$bytes\x64AAAA";
    for (block, name) in
        [(link.as_slice(), "$link"), (b"\xa1\x66$bytes\x64AAAA", "$bytes"), (beside, "$bytes")]
    {
        let refused = json_from_dag_cbor(block).unwrap_err();
        assert!(matches!(refused, DataModelError::Special { key, .. } if key == name), "{refused}");
    }
}

#[test]
fn blob_references_of_other_forms_are_refused() {
    let cid = BlobCid::of(b"x").to_string();
    let record = RecordCid::of(b"x").to_string();
    for value in [
        json!({ "cid": cid, "mimeType": "video/mp4" }),
        json!({ "$type": "image", "ref": { "$link": cid }, "mimeType": "a/b", "size": 1 }),
        json!({ "$type": "blob", "ref": { "$link": record }, "mimeType": "a/b", "size": 1 }),
        json!({ "$type": "blob", "ref": cid, "mimeType": "a/b", "size": 1 }),
        json!({ "$type": "blob", "ref": { "$link": cid }, "mimeType": "a/b", "size": -1 }),
    ] {
        assert!(serde_json::from_value::<BlobRef>(value.clone()).is_err(), "{value}");
    }
}

fn data() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        any::<[u8; 4]>().prop_map(|bytes| json!({ "$link": RecordCid::of(&bytes) })),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{0,3}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn data_round_trips(value in data()) {
        let block = dag_cbor_from_json(&value).unwrap();
        prop_assert_eq!(json_from_dag_cbor(&block).unwrap(), value);
    }

    #[test]
    fn foreign_blocks_never_panic_and_have_one_spelling(block in proptest::collection::vec(any::<u8>(), 0..64)) {
        let again = json_from_dag_cbor(&block).and_then(|value| dag_cbor_from_json(&value));
        if let Ok(again) = again { prop_assert_eq!(again, block); }
    }
}
