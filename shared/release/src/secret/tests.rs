use crypto_box::aead::rand_core::{self, CryptoRng, impls};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::nsid;

/// A counter: the same numbers each time.
struct Counting(u64);

impl rand_core::RngCore for Counting {
    fn next_u32(&mut self) -> u32 {
        self.next_u64() as u32
    }
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0
    }
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        impls::fill_bytes_via_next(self, dest);
    }
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), crypto_box::aead::rand_core::Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Counting {}

const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";

fn secret(did: &str, bundle: &str, name: &str) -> Secret {
    Secret::new(did.parse().unwrap(), bundle.parse().unwrap(), name.to_owned(), "s3cr3t-välue".to_owned())
}

fn value(opened: Secret) -> Result<String, SecretError> {
    opened.value_for(&DID.parse().unwrap(), &"demo".parse().unwrap(), "TOKEN")
}

fn keys(seeds: &[u64]) -> RunnerKeys {
    seeds.iter().map(|seed| RunnerKey::generate(&mut Counting(*seed))).collect()
}

#[test]
fn what_is_sealed_opens_for_its_runner_alone() {
    let runner = keys(&[1]);
    let public = runner.current().unwrap().public();
    let sealed = seal(&public, &secret(DID, "demo", "TOKEN"), &mut Counting(7)).unwrap();
    assert_eq!(open(&runner, &sealed).and_then(value), Ok("s3cr3t-välue".to_owned()));
    assert_eq!(open(&keys(&[2]), &sealed).unwrap_err(), SecretError::Unopened { keys: 1 });
    assert_eq!(open(&keys(&[]), &sealed).unwrap_err(), SecretError::Unopened { keys: 0 });
    let again = seal(&public, &secret(DID, "demo", "TOKEN"), &mut Counting(8)).unwrap();
    assert_ne!(sealed, again, "each box has a key pair of its own");
}

/// A rotation: what was sealed to the previous key opens until that key is dropped.
#[test]
fn previous_keys_still_open() {
    let old = keys(&[1]);
    let sealed =
        seal(&old.current().unwrap().public(), &secret(DID, "demo", "TOKEN"), &mut Counting(7)).unwrap();
    assert!(open(&keys(&[3, 1]), &sealed).and_then(value).is_ok());
    assert!(open(&keys(&[3]), &sealed).is_err());
}

#[test]
fn a_copied_secret_opens_for_nobody() {
    let runner = keys(&[1]);
    let public = runner.current().unwrap().public();
    for (did, bundle, name) in [
        ("did:plc:yk4dd2qkboz2yv6tpubpc6co", "demo", "TOKEN"),
        (DID, "other", "TOKEN"),
        (DID, "demo", "OTHER"),
    ] {
        let sealed = seal(&public, &secret(did, bundle, name), &mut Counting(7)).unwrap();
        let refused = open(&runner, &sealed).and_then(value).unwrap_err();
        assert_eq!(
            refused,
            SecretError::Copied {
                inside: format!("{did}/{bundle}/{name}"),
                place: format!("{DID}/demo/TOKEN")
            }
        );
    }
}

#[test]
fn every_changed_byte_is_noticed() {
    let runner = keys(&[1]);
    let sealed =
        seal(&runner.current().unwrap().public(), &secret(DID, "demo", "TOKEN"), &mut Counting(7)).unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(open(&runner, &changed).unwrap_err(), SecretError::Unopened { keys: 1 }, "byte {at}");
    }
    for length in [0, 1, 31, 32, 47, 48, sealed.len() - 1] {
        assert!(open(&runner, &sealed[..length]).is_err(), "{length} bytes");
    }
    let long = vec![0; MAX_CIPHERTEXT_BYTES + 1];
    assert_eq!(open(&runner, &long).unwrap_err(), SecretError::TooLarge { size: long.len() });
}

#[test]
fn what_is_inside_has_to_be_a_secret_and_is_never_shown() {
    let runner = keys(&[1]);
    let public = runner.current().unwrap().public();
    for inside in ["", "\"hidden\"", "{}", r#"{"did":"hidden","bundle":"demo","name":"A","value":"hidden"}"#]
    {
        let sealed = public.crypto().seal(&mut Counting(7), inside.as_bytes()).unwrap();
        let error = open(&runner, &sealed).unwrap_err();
        assert!(matches!(error, SecretError::Content(_)) && !error.to_string().contains("hidden"), "{error}");
    }
    let shown = format!("{:?} {:?}", secret(DID, "demo", "TOKEN"), runner);
    assert!(!shown.contains("s3cr3t") && !shown.contains(&runner.current().unwrap().to_base64()), "{shown}");
}

#[test]
fn a_value_that_no_record_takes() {
    let public = keys(&[1]).current().unwrap().public();
    let of = |length: usize| {
        let value = "x".repeat(length);
        Secret::new(DID.parse().unwrap(), "demo".parse().unwrap(), "TOKEN".to_owned(), value)
    };
    let frame = serde_json::to_vec(&of(0)).unwrap().len() + 48;
    assert_eq!(
        seal(&public, &of(MAX_CIPHERTEXT_BYTES - frame), &mut Counting(7)).unwrap().len(),
        MAX_CIPHERTEXT_BYTES
    );
    let error = seal(&public, &of(MAX_CIPHERTEXT_BYTES - frame + 1), &mut Counting(7)).unwrap_err();
    assert_eq!(error, SecretError::TooLarge { size: MAX_CIPHERTEXT_BYTES + 1 });
}

/// Public key, id and box of the private key 0, 1, … 31, as libsodium and Node made them.
#[test]
fn keys_have_one_text_form_and_one_id() {
    let private = data_encoding::BASE64.encode(&(0..32).collect::<Vec<u8>>());
    let key = RunnerKey::parse(&private).unwrap();
    assert_eq!(key.to_base64(), private);
    assert_eq!(key.public().to_base64(), "j0DFrbaPJWJK5bIU6nZ6bslNgp09e14a0bpvPiE4KF8=");
    assert_eq!(key.id().as_str(), KEY_ID);
    assert_eq!(key.public().id(), key.id());
    let sealed = data_encoding::BASE64.decode(LIBSODIUM_BOX.as_bytes()).unwrap();
    assert_eq!(
        open(&RunnerKeys::from_iter([key.clone()]), &sealed).and_then(value),
        Ok("from libsodium".to_owned())
    );
    assert_eq!(KeyId::parse(KEY_ID).as_ref(), Some(key.id()));
    for bad in ["", "short", "A2345672345672345", "a23456723456723!", "0000000000000000"] {
        assert_eq!(KeyId::parse(bad), None, "{bad}");
    }
    for bad in ["", "x", "AAAA", &private[..40], &format!("{private}{private}")] {
        assert_eq!(RunnerKey::parse(bad).unwrap_err(), SecretError::Key, "{bad}");
        assert_eq!(RunnerPublicKey::parse(bad).unwrap_err(), SecretError::Key, "{bad}");
    }
}

const KEY_ID: &str = "53oyqpnavfcrle64";
const LIBSODIUM_BOX: &str = "vvwsxpfra46ZEcoKnvbw7x6MKe8Ack+nnMUTNJIAdzKtRNsqVKsCdjzidUdTo9+lbUxublCHk0bSom1kC1BWG1E8\
5BXzhMisHK2vaLSrYhqtcGx4p9evO33ZqJTsu17Kj96zVklhZac9B1rSawVTyTQHsBnH42KJV8NhKjIuSNmZJVKq5J1Bvl4ObtWBXo3OXVI=";

#[test]
fn a_list_of_keys() {
    let (one, two) = (RunnerKey::generate(&mut Counting(1)), RunnerKey::generate(&mut Counting(2)));
    let parsed = RunnerKeys::parse(&format!(" {}\n{} \n", one.to_base64(), two.to_base64())).unwrap();
    assert_eq!(parsed.iter().map(RunnerKey::id).collect::<Vec<_>>(), [one.id(), two.id()]);
    assert_eq!(parsed.current().map(RunnerKey::id), Some(one.id()));
    assert!(RunnerKeys::parse("").unwrap().current().is_none());
    assert_eq!(RunnerKeys::parse("AAAA").unwrap_err(), SecretError::Key);
}

#[test]
fn a_published_key_is_what_it_says() {
    let public = RunnerKey::generate(&mut Counting(1)).public();
    let json = serde_json::to_value(&public).unwrap();
    assert_eq!(json, json!({"id": public.id(), "publicKey": public.to_base64()}));
    assert_eq!(serde_json::from_value::<RunnerPublicKey>(json.clone()).unwrap(), public);
    let other = RunnerKey::generate(&mut Counting(2)).public();
    let wrong = json!({"id": other.id(), "publicKey": public.to_base64()});
    let error = serde_json::from_value::<RunnerPublicKey>(wrong).unwrap_err().to_string();
    assert!(error.contains(other.id().as_str()) && error.contains(public.id().as_str()), "{error}");
}

#[test]
fn a_record_is_written_and_read_the_same() {
    let record = SecretRecord::new(vec![0, 255, 7, 1], "2026-11-01T00:00:00.000Z".to_owned());
    let json = serde_json::to_value(&record).unwrap();
    assert_eq!(
        json,
        json!({"$type": nsid::RUN_AT_SECRET, "ciphertext": {"$bytes": "AP8HAQ"}, "createdAt": "2026-11-01T00:00:00.000Z"})
    );
    assert_eq!(serde_json::from_value::<SecretRecord>(json.clone()).unwrap(), record);
    let with = |bytes: Value| {
        let mut json = json.clone();
        json["ciphertext"] = bytes;
        serde_json::from_value::<SecretRecord>(json)
    };
    assert_eq!(with(json!({"$bytes": "AP8HAQ=="})).unwrap(), record);
    for bad in
        [json!("AP8HAQ"), json!({"$bytes": 7}), json!({"$bytes": "%"}), json!({"$bytes": "A".repeat(90_000)})]
    {
        assert!(with(bad.clone()).is_err(), "{}", bad.to_string().chars().take(40).collect::<String>());
    }
}

#[test]
fn record_keys() {
    let id = RunnerKey::generate(&mut Counting(1)).id().clone();
    let bundle: BundleName = "demo".parse().unwrap();
    let key = secret_key(&bundle, "TOKEN", &id);
    assert_eq!(key, format!("demo:TOKEN:{id}"));
    assert_eq!(
        SecretKeyParts::parse(&key),
        Some(SecretKeyParts { bundle, name: "TOKEN".to_owned(), key: id.clone() })
    );
    for bad in [
        "demo:TOKEN".to_owned(),
        format!("demo:token:{id}"),
        format!("Demo:TOKEN:{id}"),
        format!("demo:TOKEN:{id}:x"),
        "demo:TOKEN:short".to_owned(),
    ] {
        assert_eq!(SecretKeyParts::parse(&bad), None, "{bad}");
    }
}

proptest! {
    // A curve operation takes milliseconds where nothing is optimised.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever somebody publishes, seals or sets is refused or read, and what is read is written the same.
    #[test]
    fn foreign_text_and_bytes(text in ".{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Some(parts) = SecretKeyParts::parse(&text) {
            prop_assert_eq!(secret_key(&parts.bundle, &parts.name, &parts.key), text.clone());
        }
        if let Ok(keys) = RunnerKeys::parse(&text) {
            prop_assert_eq!(keys.iter().count(), text.split_whitespace().count());
        }
        let _ = serde_json::from_str::<SecretRecord>(&text);
        let _ = serde_json::from_str::<RunnerPublicKey>(&text);
        prop_assert!(open(&keys(&[1]), &bytes).is_err());
        let record = SecretRecord::new(bytes, text);
        let json = serde_json::to_value(&record).unwrap();
        prop_assert_eq!(serde_json::from_value::<SecretRecord>(json).unwrap(), record);
    }

    /// Any value comes out as it went in.
    #[test]
    fn any_value_is_kept(value in ".{0,200}") {
        let runner = keys(&[1]);
        let secret = Secret::new(DID.parse().unwrap(), "demo".parse().unwrap(), "TOKEN".to_owned(), value.clone());
        let sealed = seal(&runner.current().unwrap().public(), &secret, &mut Counting(7)).unwrap();
        prop_assert_eq!(open(&runner, &sealed).and_then(self::value), Ok(value));
    }
}

/// The record's fields are the lexicon's.
#[test]
fn the_lexicon_and_the_type_agree() {
    let lexicon: Value =
        serde_json::from_str(include_str!("../../../../lexicons/run/at/secret.json")).unwrap();
    let main = &lexicon["defs"]["main"]["record"];
    let record = serde_json::to_value(SecretRecord::new(vec![1], String::new())).unwrap();
    let mut fields: Vec<&String> = record.as_object().unwrap().keys().filter(|key| *key != "$type").collect();
    fields.sort();
    assert_eq!(fields, main["properties"].as_object().unwrap().keys().collect::<Vec<_>>());
    assert_eq!(main["properties"]["ciphertext"]["maxLength"], MAX_CIPHERTEXT_BYTES);
}
