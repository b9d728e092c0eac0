import { checksOf } from '../check.ts'

const SRC = 'shared/runner/src'
const LIB = '-p streamhut-runner --lib'
const TEST = '-p streamhut-runner --test'
const BELIEVED = `${TEST} believed`

/** What the runner runs, what it believes, what goes in to a bundle, and what comes out. */
export const RUNNER = [
  ...checksOf(`${SRC}/answer.rs`, `${LIB} answer`, [
    [15, 'headers that speak for the origin', 'RESPONSE_HEADERS.contains(&name) && ', ''],
    [15, 'headers of any length', '&& value.len() <= MAX_VALUE && (name != "location"', '&& (name != "location"'],
    [15, 'a redirect to a script', '&& (name != "location" || safe_location())', '&& { let _ = safe_location; true }'],
    [15, 'a redirect to another host without a scheme', " && !value.starts_with(\"//\")", ''],
    [15, 'a flood of headers', '|| self.bytes + name.len() + value.len() > MAX_HEADERS', ''],
    [16, 'internal and forwarding headers of a caller', 'REQUEST_HEADERS.contains(&name)\n        && ', ''],
    [39, "the operator's token", ' && !token.is_in(value)', ''],
    [16, 'credentials of any length', 'value.len() <= MAX_VALUE && !token', '!token'],
  ]),
  ...checksOf(`${SRC}/admin_token.rs`, `${LIB} admin_token`, [
    [39, 'any token', 'if is_same && scheme', 'if scheme'],
    [39, 'the token under another scheme', 'if is_same && scheme.eq_ignore_ascii_case("bearer") {', 'if is_same {'],
    [39, 'a token that is soon guessed', 'text.len() < MIN_CHARACTERS', 'text.len() < 1'],
    [39, 'the token as a word', 'found |= is_equal(expected, &hash(word));', ''],
    [39, 'the token as a parameter', "found |= word.split_once('=').is_some_and(|(_, value)| is_equal(expected, &hash(value)));", ''],
    [39, 'the token as a password', 'found |= is_equal(expected, &Sha256::digest(part).into());', 'let _ = part;'],
    [39, 'a token that is equal in part', 'fold(0, |differs, (a, b)| differs | (a ^ b)) == 0', 'fold(0, |_, (a, b)| a ^ b) == 0'],
  ]),
  ...checksOf(`${SRC}/route.rs`, `${LIB} route`, [
    [[1, 2], 'authors at private hosts', 'PublicHost::parse(host).map_err(|e| Fault::InvalidDid { reason: e.to_string() })?;', 'let _ = PublicHost::parse(host);'],
    [17, 'endpoints in any spelling', 'endpoint.as_ref().filter(|endpoint| !is_endpoint_name(endpoint))', 'endpoint.as_ref().filter(|endpoint| endpoint.is_empty())'],
    [17, 'endpoints in any spelling on a host of their own', 'if !is_endpoint_name(&endpoint) {', 'if endpoint.is_empty() {'],
    [17, 'paths with more parts', 'if (1..=3).contains(&rest.len()) =>', 'if !rest.is_empty() =>'],
    [17, 'other methods on the pages of the runner', 'if allowed.contains(&method) {', 'if allowed.contains(&method) || !allowed.is_empty() {'],
  ]),
  ...checksOf(`${SRC}/installation.rs`, `${TEST} chain only_what_is_admitted_runs`, [
    [12, 'authors who are not on the list', 'Admission::Authors(dids) if dids.contains(did) => return Ok(()),', 'Admission::Authors(dids) if !dids.is_empty() => return Ok(()),'],
    [12, 'bundles that nobody installed', 'if self.get(did, name).is_some() {', 'if true {'],
  ]),
  ...checksOf(`${SRC}/resolve.rs`, `${TEST} chain`, [
    [12, 'bundles that the policy does not admit', 'let trusted_until = self.admit(did, name, now).await?;', 'let trusted_until: Option<u64> = None;'],
    [12, 'endpoints with another method than declared', 'if of_name.clone().any(|declared| declared.method.as_str() == asked) {', 'if of_name.clone().any(|declared| !declared.method.as_str().is_empty() && !asked.is_empty()) {'],
  ]),
  ...checksOf(`${SRC}/follows/mod.rs`, `${TEST} follows`, [
    [12, 'authors whom nobody follows', 'if known.admits(did) {', 'if !known.admitted().is_empty() {'],
    [38, 'a list that was taken back, in the store', 'let _ = self.store.delete(&store_key(trust)).await;', ''],
    [38, 'the lists of accounts that are gone', 'before.filter(|_| error.is_unavailable()).cloned()', 'before.filter(|_| !error.to_string().is_empty()).cloned()'],
  ]),
  ...checksOf(`${SRC}/follows/read.rs`, `${TEST} follows`, [
    [38, 'an older list', 'self.advance_revision(did, &proof.rev).await?;', ''],
    [38, 'an older list than another isolate read', 'known.filter(|known| proof.rev < known.rev)', 'known.filter(|_| false)'],
    [8, 'repos of any size', 'repo_bytes: 8 * 1024 * 1024,', 'repo_bytes: 80 * 1024 * 1024,'],
  ]),
  ...checksOf(`${SRC}/follows/list.rs`, `${TEST} follows`, [
    [8, 'a damaged copy', 'if sum != checksum(policy, json) {', 'if sum.len() != checksum(policy, json).len() {'],
  ]),
  ...checksOf(`${SRC}/records.rs`, `${TEST} chain`, [
    [38, 'another record under a known version', '&& *cid != record.cid\n', '&& false\n'],
    [38, 'a release that the author took back', 'self.stop(id).await;\n', ''],
    [38, 'a proof that was taken back, in the store', 'let _ = self.store.delete(&id.store_key()).await;', ''],
    [38, 'commits of any age', 'self.advance_revision(&id.did, outcome.rev()).await?;', ''],
  ]),
  ...checksOf(`${SRC}/source.rs`, `${TEST} chain`, [
    [38, 'a release whose absence is proven', 'Self::Absent { .. } | Self::Document(_) => true,', 'Self::Document(_) => true,'],
    [38, 'a release that is signed by another key now', 'matches!(error, CommitError::Signature { .. } | CommitError::WrongDid { .. })', 'matches!(error, CommitError::WrongDid { .. })'],
    [38, 'a release of an account that is gone', '_ => self.is_account_gone(),', '_ => false,'],
  ]),
  ...checksOf(`${SRC}/revision.rs`, `${TEST} chain`, [
    [38, 'an older commit', 'Some(known) if *found < known =>', 'Some(known) if false && *found < known =>'],
    [38, 'an older commit, to an isolate that saw nothing', 'None => self.stored_revision(did, &key).await,', 'None => None,'],
  ]),
  ...checksOf(`${SRC}/modules.rs`, `${TEST} chain`, [
    [8, 'a module, kept before it is verified', 'let stored = self.fetch(resolved, module).await?;', 'let stored = self.fetch(resolved, module).await?;\n        let _ = self.store.put(&key, stored.clone()).await;'],
  ]),
  ...checksOf('shared/release/src/record.rs', `${TEST} chain`, [
    [38, "a channel into another author's repo", '&& target_did == did\n', '\n'],
    [38, 'a channel to another collection', '&& collection.as_str() == nsid::RUN_AT_RELEASE\n', '\n'],
    [38, "a channel to another bundle's release", '&& target_name == name.to_string();', '&& !target_name.is_empty() && !name.to_string().is_empty();'],
  ]),
  ...checksOf('shared/release/src/record.rs', BELIEVED, [
    [38, 'a channel of another type', 'let same = channel.record_type == nsid::RUN_AT_CHANNEL\n            && ', 'let same = '],
  ]),
  ...checksOf(`${SRC}/logs.rs`, `${TEST} logs`, [
    [39, 'a log to another author', 'if token.issuer() != did {', 'if false {'],
    [39, 'a token for a log that is made out to nobody here', 'token.check(expected)', 'token.check(expected).or(Ok::<(), ServiceAuthError>(()))'],
  ]),
  ...checksOf('shared/journal/src/journal.rs', '-p streamhut-journal --test journal', [
    [39, 'a token that was used before', 'if !known.is_empty() {', 'if false {'],
    [11, 'lines without end', 'if lines <= KEPT_LINES && bytes <= KEPT_BYTES {', 'if true {'],
  ]),
  ...checksOf('shared/journal/src/tail.rs', '-p streamhut-journal --lib tail', [
    [37, 'a secret that a bundle prints', 'lines_of(&redaction.apply(text))', 'lines_of(text)'],
  ]),
  ...checksOf(`${SRC}/resolve.rs`, BELIEVED, [
    [38, 'another release than the channel names', 'pinned.filter(|cid| *cid != resolved.cid)', 'pinned.filter(|_| false)'],
  ]),
  ...checksOf(`${SRC}/records.rs`, BELIEVED, [
    [38, 'modules that were taken back, in the store', 'let _ = self.store.delete(&format!("modules/{}", module.blob.cid())).await;', 'let _ = module;'],
    [38, 'a stored proof that is said to be of tomorrow', 'checked_at > now || ', ''],
  ]),
  ...checksOf(`${SRC}/source.rs`, BELIEVED, [
    [38, 'a release of an account without a key', 'Self::Absent { .. } | Self::Document(_) => true,', 'Self::Absent { .. } => true,'],
  ]),
  ...checksOf(`${SRC}/revision.rs`, BELIEVED, [
    [38, 'a note of revisions that is none', 'let tid = tid.filter(|tid| note(did, tid) == text);', ''],
  ]),
  ...checksOf(`${SRC}/modules.rs`, BELIEVED, [
    [9, 'a module of any size, held whole', 'let max = usize::try_from(module.blob.size).unwrap_or(usize::MAX);', 'let max = usize::MAX;'],
    [8, 'a corrupt module, kept in the store', 'let _ = self.store.delete(&key).await;', ''],
  ]),
  ...checksOf(`${SRC}/plan.rs`, BELIEVED, [
    [12, 'settings that the release does not name', 'installation.filter(|_| declared)?', '{ let _ = declared; installation? }'],
    [13, 'one isolate for two releases', '"release": resolved.cid.to_string(), "settings"', '"settings"'],
    [13, 'one isolate for two configurations', '"settings": settings, "secrets"', '"secrets"'],
  ]),
  ...checksOf(`${SRC}/handle.rs`, `${TEST} directory`, [
    [[], 'a handle that its account does not bear', 'if document.handle.as_ref() == Some(handle) {', 'if document.handle.is_some() {'],
  ]),
  ...checksOf(`${SRC}/secret.rs`, `${TEST} secrets`, [
    [37, "another author's, bundle's or secret's value", '.and_then(|secret| secret.value_for(&record.id.did, &bundle, name));', '.map(|secret| { let _: (&streamhut_release::BundleName, &str) = (&bundle, name); let open: serde_json::Value = serde_json::to_value(&secret).unwrap_or_default(); open["value"].as_str().unwrap_or_default().to_owned() });'],
    [37, 'a bundle without the secret that its author gave it', 'let outcome = self.proven(id, now).await.map_err(|error| self.fault(id, error))?;', 'let Ok(outcome) = self.proven(id, now).await else { return Ok(KnownSecret { state: SecretState::Absent, checked_at: now }) };'],
  ]),
  ...checksOf(`${SRC}/plan.rs`, `${TEST} installed`, [
    [12, 'calls by a URL of elsewhere', 'let url = Url::parse(text).ok().filter(|url| self.is_own(url))?;', 'let url = Url::parse(text).ok()?;'],
    [11, 'more than the operator allows', 'let limits = caps.apply(manifest.limits);', 'let limits = manifest.limits;'],
    [12, 'more storage than the operator allows', 'caps.blob_bytes.map_or(blobs.max_bytes, |cap| cap.min(blobs.max_bytes))', 'blobs.max_bytes'],
    [12, 'tasks of bundles that nobody installed', 'installation.map(|_| manifest.tasks.clone()).unwrap_or_default()', 'manifest.tasks.clone()'],
  ]),
  ...checksOf(`${SRC}/plan.rs`, `${TEST} installed bad_input_14`, [
    [14, 'one isolate for several depths of calls', '"grant": grant_json,', ''],
  ]),
  ...checksOf(`${SRC}/plan.rs`, `${TEST} secrets`, [
    [[13, 37], 'one isolate for two values of a secret', '"secrets": secrets, ', ''],
  ]),
  ...checksOf(`${SRC}/installation.rs`, `${TEST} installed caps`, [
    [11, 'the looser of two caps', 'a.into_iter().chain(b).min()', 'a.into_iter().chain(b).max()'],
    [11, 'a cap above what the release declares', 'self.cpu_ms.map_or(declared.cpu_ms, |cap| cap.min(declared.cpu_ms))', 'self.cpu_ms.unwrap_or(declared.cpu_ms)'],
  ]),
  ...checksOf(`${SRC}/installed.rs`, `${TEST} installed`, [
    [12, "the runner's own host for a bundle", 'if self.answers_on(host) {', 'if false {'],
    [12, "another bundle's host", 'Some(other) if (&other.did, &other.name) != (&installation.did, &installation.name) =>', 'Some(other) if other.did != installation.did =>'],
    [1, 'a private host for a bundle', 'PublicHost::parse(host).map_err(|error| bad(error.to_string()))?;', 'let _ = PublicHost::parse(host);'],
  ]),
  ...checksOf(`${SRC}/egress.rs`, `${LIB} egress`, [
    [12, 'hosts that the release does not declare', 'return allow.admit(self.policy(), url).map(|()| Way::Outside);', 'let _ = allow;\n                return Ok(Way::Outside);'],
    [[12, 14], "the runner's own URLs, out and back in", 'None if self.is_own(url) => route(url.path()),', ''],
    [12, 'credentials in a URL of the runner', 'Ok(Route::Call { did, name, selector, endpoint }) if plain =>', 'Ok(Route::Call { did, name, selector, endpoint }) if plain || !plain =>'],
    [14, 'calls to bundles that are not declared', 'if !self.may_call(did, name) {', 'if false {'],
    [14, 'calls without end', 'if self.depth >= MAX_DEPTH {', 'if self.depth == u8::MAX - 1 {'],
    [16, 'headers that speak for the runner', '!KEPT_IN.contains(&header) && ', ''],
    [16, 'forwarding and internal headers', '&& !KEPT_IN_PREFIXES.iter().any(|prefix| header.starts_with(prefix))', ''],
  ]),
  ...checksOf(`${SRC}/grant.rs`, `${LIB} egress`, [
    [14, 'calls to any bundle', 'self.calls.contains(&bundle)', '!bundle.is_empty()'],
  ]),
  ...checksOf(`${SRC}/grant.rs`, `${LIB} host`, [
    [12, "another bundle's storage", 'format!("blobs/{}/{}/", self.did, self.name)', 'format!("blobs/{}/{}", self.did, self.name)'],
  ]),
  ...checksOf(`${SRC}/host/key.rs`, `${LIB} host`, [
    [12, "another bundle's storage, by its whole key", "/// Where a blob of this key is in the runner's bucket.\n    pub fn in_bucket(&self, grant: &Grant) -> String {\n        format!(\"{}{}\", grant.prefix(), self.0)", 'pub fn in_bucket(&self, grant: &Grant) -> String {\n        let _ = grant;\n        self.0.clone()'],
    [12, "another bundle's cache", 'let place = format!("{}\\0{}\\0{}\\0{}", grant.did, grant.name, grant.cache, self.0);', 'let place = format!("{}\\0{}\\0{}", grant.did, grant.cache, self.0);'],
    [12, 'a cache entry of a bundle whose name goes on', 'let place = format!("{}\\0{}\\0{}\\0{}", grant.did, grant.name, grant.cache, self.0);', 'let place = format!("{}\\0{}{}{}", grant.did, grant.name, grant.cache, self.0);'],
    [12, 'what was cached before a purge', 'let place = format!("{}\\0{}\\0{}\\0{}", grant.did, grant.name, grant.cache, self.0);', 'let place = format!("{}\\0{}\\0{}", grant.did, grant.name, self.0);'],
    [12, 'what was cached before an earlier purge', 'let place = format!("{}\\0{}\\0{}\\0{}", grant.did, grant.name, grant.cache, self.0);', 'let place = format!("{}\\0{}\\0{}{}", grant.did, grant.name, grant.cache, self.0);'],
    [17, 'keys of any length', 'if text.len() > MAX_KEY_BYTES {', 'if false {'],
    [17, 'control characters in a key', 'text.chars().any(char::is_control).then_some("it holds a control character")', 'None'],
    [17, 'keys that name a folder', '"." | ".." => "it names a folder",', ''],
    [17, 'a cursor that was made up', 'key.and_then(|key| Self::parse(&key).ok())', 'key.map(Self)'],
  ]),
  ...checksOf(`${SRC}/host/request.rs`, `${LIB} host`, [
    [12, 'requests to another origin', 'if url.origin().ascii_serialization() != ORIGIN {', 'if false {'],
    [12, 'bodies without a length', 'header("content-length").ok_or(HostError::LengthRequired)?', 'header("content-length").unwrap_or_else(|| "0".to_owned())'],
    [17, 'numbers with a sign', 'text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))', 'text.parse().ok()'],
    [11, 'numbers of any size', 'exact(&value).filter(|number| range.contains(number))', 'exact(&value)'],
  ]),
]
