//! A secret of an author's public repo: its record, and what is inside of a box that anybody may seal.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crypto_box::aead::rand_core::{CryptoRng, Error, RngCore, impls};
use crypto_box::{PublicKey, SecretKey};
use serde_json::Value;
use streamhut_atproto::Did;
use streamhut_release::BundleName;
use streamhut_release::secret::{RunnerKey, RunnerKeys, Secret, SecretError, SecretRecord, open};

const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
const BUNDLE: &str = "demo";
const NAME: &str = "TOKEN";

/// Of the current and of a previous key.
const PRIVATE: [[u8; 32]; 2] = [[7; 32], [8; 32]];
const STRANGER: [u8; 32] = [9; 32];

/// All that was ever sealed to these keys for this place.
static SEALED: LazyLock<[SecretRecord; 2]> = LazyLock::new(|| {
    [include_str!("../seeds/secret/good-current.json"), include_str!("../seeds/secret/good-previous.json")]
        .map(|seed| serde_json::from_str(seed).expect("a record"))
});

static KEYS: LazyLock<RunnerKeys> = LazyLock::new(|| keys(&PRIVATE));
static STRANGERS: LazyLock<RunnerKeys> = LazyLock::new(|| keys(&[STRANGER]));
static PUBLIC: LazyLock<PublicKey> = LazyLock::new(|| SecretKey::from(PRIVATE[0]).public_key());

/// A record of an author's repo. Whatever opens for its place was sealed for that place, with no bit changed; no other
/// runner's key opens it; and the record is the same once written and read.
pub fn secret(data: &[u8]) -> bool {
    let Ok(record) = serde_json::from_slice::<SecretRecord>(data) else { return false };
    let written = serde_json::to_vec(&record).expect("a record is JSON");
    assert_eq!(serde_json::from_slice::<SecretRecord>(&written).ok().as_ref(), Some(&record));
    let unopened = Err(SecretError::Unopened { keys: 1 });
    if record.ciphertext.len() <= streamhut_release::secret::MAX_CIPHERTEXT_BYTES {
        assert_eq!(open(&STRANGERS, &record.ciphertext).map(|_| ()), unopened);
    }
    let opened = open(&KEYS, &record.ciphertext);
    let Ok(value) = opened.and_then(value) else { return false };
    assert_eq!(value, "s3cr3t-välue");
    assert!(
        SEALED.iter().any(|sealed| sealed.ciphertext == record.ciphertext),
        "a box that nobody sealed opens"
    );
    true
}

/// The content of a box to this runner, which may be anything. What opens for a place says of itself that it is for
/// that place, and opens for no other; and no refusal shows what is inside.
pub fn sealed_secret(data: &[u8]) -> bool {
    // More than a record takes is refused before it is opened.
    let data = &data[..data.len().min(4096)];
    let sealed = PUBLIC.seal(&mut Same(7), data).expect("a box");
    let secret = match open(&KEYS, &sealed) {
        Ok(secret) => secret,
        Err(error) => {
            let SecretError::Content(reason) = error else { panic!("{error}") };
            let place = ["Io", "Syntax", "Data", "Eof"]
                .iter()
                .find_map(|kind| reason.strip_prefix(kind)?.strip_prefix(" at byte "));
            assert!(place.is_some_and(|place| place.parse::<u32>().is_ok()), "{reason}");
            return false;
        }
    };
    let inside: Value = serde_json::from_slice(data).expect("JSON, since it was read");
    // An array in the order of the fields is read as well.
    let part = |key: &str, index: usize| {
        inside
            .get(key)
            .or_else(|| inside.get(index))
            .and_then(Value::as_str)
            .expect("text, since it was read")
    };
    let (did, bundle, name) = (part("did", 0), part("bundle", 1), part("name", 2));
    assert_eq!(format!("{secret:?}"), format!("Secret({did}/{bundle}/{name})"));
    let place = (did.parse().expect("a DID"), bundle.parse().expect("a name"));
    let its_own = secret.clone().value_for(&place.0, &place.1, name);
    assert_eq!(its_own.as_deref(), Ok(part("value", 3)));
    let others: BTreeSet<_> =
        [(DID, BUNDLE, NAME), ("did:web:a.dev", BUNDLE, NAME), (DID, "other", NAME), (DID, BUNDLE, "")]
            .into_iter()
            .filter(|place| *place != (did, bundle, name))
            .collect();
    for (did, bundle, name) in others {
        let did: Did = did.parse().expect("a DID");
        let bundle: BundleName = bundle.parse().expect("a name");
        let refused = secret.clone().value_for(&did, &bundle, name);
        assert!(
            matches!(refused, Err(SecretError::Copied { .. })),
            "{secret:?} opens for {did}/{bundle}/{name}"
        );
    }
    value(secret).is_ok()
}

fn value(secret: Secret) -> Result<String, SecretError> {
    secret.value_for(&DID.parse().expect("a DID"), &BUNDLE.parse().expect("a name"), NAME)
}

fn keys(private: &[[u8; 32]]) -> RunnerKeys {
    let base64 = |bytes: &[u8; 32]| data_encoding::BASE64.encode(bytes);
    private.iter().map(|bytes| RunnerKey::parse(&base64(bytes)).expect("a key")).collect()
}

/// Numbers that are always the same.
struct Same(u64);

impl RngCore for Same {
    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        impls::fill_bytes_via_next(self, bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Same {}
