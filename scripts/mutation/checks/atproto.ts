import { checksOf } from '../check.ts'

const SRC = 'shared/atproto/src'
const TESTS = '-p streamhut-atproto --test'

/** Identities, proofs and content ids. */
export const ATPROTO = [
  ...checksOf(`${SRC}/identifiers/did.rs`, `${TESTS} identifiers`, [
    [2, 'a host with a port, a path, upper case or percent signs', "if let Some(odd) = host.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-' | '.')) {", "if let Some(odd) = host.chars().find(|c| *c == '\\0') {"],
    [2, 'a trailing dot and empty labels', "host.split('.').try_for_each(check_label)?;", ''],
    [2, 'DIDs over 2,048 bytes', 'if text.len() > MAX_DID {', 'if text.len() > 2 * MAX_DID {'],
    [2, 'other methods', 'other => Err(Reason::UnsupportedMethod(other.to_owned())),', 'other => { let _ = Reason::UnsupportedMethod(other.to_owned()); Ok(()) }'],
    [2, 'PLC ids of another alphabet', "if let Some(odd) = id.chars().find(|c| !matches!(c, 'a'..='z' | '2'..='7')) {", "if let Some(odd) = id.chars().find(|c| *c == '\\0') {"],
    [2, 'PLC ids of another length', 'if id.len() != PLC_CHARS {', 'if false {'],
  ]),
  ...checksOf(`${SRC}/did_document.rs`, `${TESTS} did_documents`, [
    [5, 'documents over 512 KiB', 'if bytes.len() > MAX_DID_DOCUMENT_BYTES {', 'if false {'],
    [5, "somebody else's document", 'if id != expected.as_str() {', 'if false {'],
    [5, 'a service or key of another type', 'named && entry.get("type").and_then(Value::as_str) == Some(kind)', 'named && !kind.is_empty()'],
    [5, 'a service or key under another name', "strip_prefix('#') == Some(fragment);", "strip_prefix('#').is_some_and(|name| !name.is_empty() && !fragment.is_empty());"],
    [5, "somebody else's entry under our name", 'id.strip_prefix(did.as_str()).unwrap_or(id).strip_prefix(\'#\')', "id.strip_prefix(did.as_str()).unwrap_or(id.find('#').and_then(|at| id.get(at..)).unwrap_or(id)).strip_prefix('#')"],
    [[3, 5], 'a PDS that is no web server', '.filter(|url| is_web_url(url))', ''],
  ]),
  ...checksOf(`${SRC}/resolve.rs`, `${TESTS} resolving`, [
    [4, 'a redirected DID document', 'Request::get(url), limits, Redirects::Refuse)', 'Request::get(url), limits, Redirects::Follow(3))'],
    [5, 'DID documents of any size', 'max_bytes: MAX_DID_DOCUMENT_BYTES,', 'max_bytes: usize::MAX,'],
  ]),
  ...checksOf(`${SRC}/resolve_handle.rs`, `${TESTS} handles`, [
    [1, 'handles of private hosts', 'PublicHost::parse(handle.as_str())\n            .map_err(|reason| HandleError::Host { handle: handle.clone(), reason })?;', ''],
    [5, 'answers of any size', 'max_bytes: MAX_ANSWER_BYTES,', 'max_bytes: usize::MAX,'],
    [5, 'the first of several DIDs', 'several => Err(HandleError::Ambiguous { handle: handle.clone(), count: several.len() }),', 'several => did(handle, several.first().map_or("", String::as_str)),'],
    [1, "the local server's word for public handles", 'self.tests.as_ref().filter(|_| handle.is_test())', 'self.tests.as_ref()'],
  ]),
  ...checksOf(`${SRC}/pds/mod.rs`, `${TESTS} pds_answers`, [
    [3, 'a PDS at an endpoint that the policy refuses', 'let endpoint = policy.endpoint(endpoint)?;', 'let endpoint = Url::parse(endpoint).map_err(|_| streamhut_outbound::Refusal::NotAUrl(String::new()))?;'],
  ]),
  ...checksOf(`${SRC}/content_id/binary.rs`, `${TESTS} content_ids`, [
    [8, 'CIDs of another version', 'if version != 1 {', 'if false {'],
    [8, 'another codec', 'if parts.codec != CODEC {', 'if false {'],
    [8, 'another hash', 'if parts.hash != SHA2_256 {', 'if false {'],
    [8, 'a digest declared with another length', 'Ok(digest) if parts.declared == 32 =>', 'Ok(digest) =>'],
  ]),
  ...checksOf(`${SRC}/content_id/mod.rs`, `${TESTS} content_ids`, [
    [8, 'other bytes than the id names', 'if *self == found {', 'if true {'],
  ]),
  ...checksOf(`${SRC}/content_id/text.rs`, `${TESTS} content_ids`, [
    [[8, 17], 'a second spelling of a CID', ' && !digits.contains(|c: char| c.is_ascii_uppercase())', ''],
  ]),
  ...checksOf(`${SRC}/varint.rs`, '-p streamhut-atproto --lib varint', [
    [8, 'a second spelling of a number', 'let shortest = at == 0 || *byte != 0;', 'let shortest = true;'],
  ]),
  ...checksOf(`${SRC}/key.rs`, `${TESTS} keys`, [
    [8, 'the mirrored form of a secp256k1 signature', 'let signature = k256::ecdsa::Signature::from_slice(signature).map_err(|_| malformed)?;\n                if signature.normalize_s() != signature {', 'let signature = k256::ecdsa::Signature::from_slice(signature).map_err(|_| malformed)?;\n                let signature = signature.normalize_s();\n                if false {'],
    [8, 'the mirrored form of a P-256 signature', 'let signature = p256::ecdsa::Signature::from_slice(signature).map_err(|_| malformed)?;\n                if signature.normalize_s() != signature {', 'let signature = p256::ecdsa::Signature::from_slice(signature).map_err(|_| malformed)?;\n                if false {'],
    [8, 'keys of any length', 'if text.len() > MAX_MULTIKEY {', 'if false {'],
  ]),
  ...checksOf(`${SRC}/repo/car.rs`, `${TESTS} proofs`, [
    [8, 'a block with other bytes than its id names', 'cid.verify(bytes)?;', ''],
    [8, 'CAR files of any size', 'if file.len() > MAX_CAR_BYTES {', 'if false {'],
    [8, 'any number of blocks', 'if count > max {', 'if false {'],
    [8, 'a second root', '(1, [root]) => Ok', '(1, [root, ..]) => Ok'],
  ]),
  ...checksOf(`${SRC}/repo/collection.rs`, `${TESTS} collections`, [
    [8, 'a collection of any length', 'if self.records.len() > self.max_records {', 'if false {'],
    [8, 'nodes that stand where their keys can not', 'let keys = mst::keys(&node, cid, &range)?;', 'let keys = mst::keys(&node, cid, &Range { after: Vec::new(), before: None, layer: None })?;'],
    [8, "a commit that the account didn't sign", 'Ok(Commit::verify(block, did, key)?)', 'Commit::verify(block, did, key).or_else(|error| { let _ = error; Ok(Commit { data: root, rev: crate::Tid::from_micros(1, 0).unwrap() }) })'],
  ]),
  ...checksOf(`${SRC}/repo/commit.rs`, `${TESTS} proofs`, [
    [[8, 38], 'a commit that nobody signed', 'key.verify(&unsigned, &signature)\n            .map_err(|reason| CommitError::Signature { did: did.clone(), reason })?;', 'let _ = key.verify(&unsigned, &signature).map_err(|reason| CommitError::Signature { did: did.clone(), reason });'],
    [8, "somebody else's repository, signed with the same key", 'if found != did.as_str() {', 'if false {'],
    [8, 'a commit of another version', 'Some(Ipld::Integer(3)) => {}', 'Some(Ipld::Integer(2..=4)) => {}'],
  ]),
  ...checksOf(`${SRC}/repo/mst.rs`, `${TESTS} trees`, [
    [8, 'keys out of order', 'if key.as_slice() <= previous.unwrap_or(&range.after) {', 'if key.as_slice() <= previous.unwrap_or_default() && previous.is_none() && !key.is_empty() {'],
    [8, 'keys beyond what the node above allows', 'if range.before.as_ref().is_some_and(|bound| key >= *bound) {', 'if false {'],
    [8, 'keys on another layer than their hash says', 'if *node_layer.get_or_insert_with(|| layer(&key)) != layer(&key) {', 'if *node_layer.get_or_insert_with(|| layer(&key)) == u32::MAX {'],
    [8, 'keys of any length', 'if shared.len() + entry.k.len() > MAX_KEY {', 'if false {'],
    [8, 'nodes of any size', 'if block.len() > MAX_NODE {', 'if false {'],
  ]),
]
