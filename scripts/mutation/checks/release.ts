import { checksOf } from '../check.ts'

const SRC = 'shared/release/src'
const LIB = '-p streamhut-release --lib'

/** What may be loaded, what a release may ask for, and whose a secret is. */
export const RELEASE = [
  ...checksOf(`${SRC}/module.rs`, `${LIB} module`, [
    [8, 'bytes that are not those of the CID', 'cid.verify(stored).map_err(|_| ModuleError::Cid { path: path(), cid: cid.to_string() })?;', ''],
    [9, 'stored bytes of another size, or none', 'if stored_size != declared.blob.size || stored.is_empty() {', 'if false {'],
    [9, 'decoded bytes of another size', 'if bytes.len() as u64 != declared.size {', 'if false {'],
    [9, 'a bomb, unpacked whole', '.take(declared.saturating_add(1))', '.take(u64::MAX)'],
    [9, 'room made for as much as a release declares', 'declared.size.min(MAX_TOTAL_BYTES)', 'declared.size'],
    [10, 'WebAssembly that nobody looked at', 'wasm::check(&bytes).map_err(|source| ModuleError::Wasm { path: path(), source })?', 'drop(wasm::check(&bytes).map_err(|source| ModuleError::Wasm { path: path(), source }))'],
    [10, 'text that is none', 'std::str::from_utf8(&bytes).map_err(|_| ModuleError::NotText(path()))?;', ''],
  ]),
  ...checksOf(`${SRC}/wasm.rs`, `${LIB} wasm`, [
    [10, 'a start function', 'Payload::StartSection { .. } => return Err(WasmError::Start),', ''],
    [10, 'a component', 'return Err(WasmError::NotCore);', ''],
    [10, 'imports from outside the bundle', 'if !glue {', 'if !glue && import.module.is_empty() {'],
    [10, 'imports by a path that climbs', ' && !import.module.contains("..")', ''],
    [10, 'imported memory of any size', 'memory_fits(&memory)?;', 'let _ = memory_fits(&memory);'],
    [10, 'memory of any size', 'memory_fits(&memory.map_err(malformed)?)?;', 'let _ = memory_fits(&memory.map_err(malformed)?);'],
    [10, 'code that is cut off', 'let skip = consumed + size as usize;\n                rest = rest.get(skip..).ok_or_else(|| cut_off(bytes))?;', 'let skip = consumed + size as usize;\n                rest = rest.get(skip..).unwrap_or(b"");'],
  ]),
  ...checksOf(`${SRC}/check.rs`, `${LIB} check`, [
    [38, 'a record of another type', 'if release.record_type != nsid::RUN_AT_RELEASE {', 'if false {'],
    [38, 'a release under the key of another', 'if (&release.manifest.name, &release.manifest.version) != (name, version) {', 'if false {'],
    [12, 'private hosts among the permissions', 'HostPattern::parse(pattern).map_err(|e| ReleaseError::Permission(e.to_string()))?;', 'let _ = HostPattern::parse(pattern);'],
    [12, 'what names no bundle among the permissions', 'if !names_bundle(bundle) {', 'if !names_bundle(bundle) && bundle.is_empty() {'],
    [11, 'limits beyond the platform', 'if !(1..=300_000).contains(&limits.cpu_ms) || limits.sub_requests > 10_000 {', 'if false {'],
    [[9, 10], 'any number of modules', 'if !(1..=MAX_MODULES).contains(&release.modules.len()) {', 'if release.modules.is_empty() {'],
    [10, 'paths that climb', '&& part != ".."', ''],
    [10, 'paths of any characters', "part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))", 'part.len() < 256'],
    [10, 'two modules under one path', '|| !paths.insert(module.path.as_str())', '|| (!paths.insert(module.path.as_str()) && false)'],
    [9, 'empty modules', 'if module.size == 0 || total', 'if total'],
    [9, 'more decoded bytes than an isolate holds', '|| total > MAX_TOTAL_BYTES ||', '||'],
    [9, 'more stored bytes than an isolate holds', ' || module.blob.size > MAX_TOTAL_BYTES', ''],
    [10, 'a main module that is no JavaScript', 'Some(module) if module.kind == ModuleType::Esm => Ok(()),', 'Some(_) => Ok(()),'],
    [12, 'names that break their grammar, or stand twice', 'if !plain || taken || !seen.insert((space, method, name)) {', 'if (!plain || !seen.insert((space, method, name))) && taken {'],
    [12, "a setting or secret under a name of the runner's own", 'if !plain || taken ||', 'if !plain ||'],
    [12, 'a secret under the name of a setting', 'let space = if kind == "secret" { "config" } else { kind };', 'let space = kind;'],
  ]),
  ...checksOf(`${SRC}/secret.rs`, `${LIB} secret`, [
    [37, 'a secret of another author, bundle or name', 'if (&self.did, &self.bundle, self.name.as_str()) == (did, bundle, name) {', 'if true {'],
    [37, "another author's secret", '(&self.did, &self.bundle, self.name.as_str()) == (did, bundle, name)', '(&self.bundle, self.name.as_str()) == (bundle, name)'],
    [37, "another bundle's secret", '(&self.did, &self.bundle, self.name.as_str()) == (did, bundle, name)', '(&self.did, self.name.as_str()) == (did, name)'],
    [37, 'a secret under another name', '(&self.did, &self.bundle, self.name.as_str()) == (did, bundle, name)', '(&self.did, &self.bundle) == (did, bundle)'],
    [37, 'a ciphertext of any length', 'if ciphertext.len() > MAX_CIPHERTEXT_BYTES {', 'if false {'],
    [37, 'the value in a log line', 'write!(f, "Secret({}/{}/{})", self.did, self.bundle, self.name)', 'write!(f, "Secret({}/{}/{})", self.did, self.bundle, self.value)'],
    [37, 'what was read, in an error', '.map_err(|error| SecretError::Content(format!("{:?} at byte {}", error.classify(), error.column())))', '.map_err(|error| SecretError::Content(error.to_string()))'],
  ]),
  ...checksOf(`${SRC}/secret/runner_key.rs`, `${LIB} secret`, [
    [37, "a runner's key under another key's name", 'if key.id.0 != id {', 'if false {'],
    [37, "the runner's private key in a log line", 'write!(f, "RunnerKey({})", self.id)', 'write!(f, "RunnerKey({})", self.to_base64())'],
  ]),
  ...checksOf(`${SRC}/secret/record.rs`, `${LIB} secret`, [
    [37, 'record keys with more parts', 'if parts.next().is_some() || !is_config_name(name) {', 'if !is_config_name(name) {'],
    [37, 'a ciphertext of any length, decoded', 'if base64.len() > MAX_CIPHERTEXT_BYTES * 4 / 3 + 4 {', 'if false {'],
  ]),
  ...checksOf(`${SRC}/name.rs`, `${LIB} name`, [
    [17, 'upper case and other characters in a name', "&& text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')", ''],
    [17, 'two spellings of one version', 'if version.build.is_empty() && text.len() <= 64 {', 'if text.len() <= 64 {'],
    [17, 'endpoints of any characters', '&& text.bytes().all(|b| b.is_ascii_alphanumeric())', ''],
    [12, 'settings of any characters', "&& text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')", ''],
  ]),
]
