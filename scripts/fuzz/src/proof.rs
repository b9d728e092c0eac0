//! A CAR file from a server that holds no key of the account's.

use streamhut_atproto::{ProofError, Proven, RecordCid, proof::verify_record};

use crate::fixture::{ACCOUNTS, Account};

/// Whatever is accepted says what the account's one commit says, bit for bit.
pub fn proof(data: &[u8]) -> bool {
    let mut accepted = false;
    for Account { key, data: account, .. } in ACCOUNTS.iter() {
        for claim in &account.proofs {
            let proof = match verify_record(data, &account.did, key, &claim.collection, &claim.rkey) {
                Ok(proof) => proof,
                Err(ProofError::Tree(_) | ProofError::RecordBlock(_) | ProofError::Record { .. }) => continue,
                // Refused before the record's key mattered.
                Err(_) => break,
            };
            accepted = true;
            assert_eq!((proof.commit, &proof.rev), (account.commit.into(), &account.rev));
            match &proof.outcome {
                Proven::Record { cid, value } => {
                    assert_eq!(Some(*cid), claim.cid, "{}", claim.rkey);
                    assert_eq!(*cid, RecordCid::of(value));
                    assert!(proof.json().is_ok());
                }
                Proven::Absent => assert_eq!(claim.cid, None, "{}", claim.rkey),
            }
        }
    }
    accepted
}
