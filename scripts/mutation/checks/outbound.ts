import { checksOf } from '../check.ts'

const SRC = 'shared/outbound/src'
const LIB = '-p streamhut-outbound --lib'

/** Who may be called, and what is a whole answer. */
export const OUTBOUND = [
  ...checksOf(`${SRC}/public_host.rs`, `${LIB} public_host`, [
    [1, 'IPv4 addresses in every notation', 'if last.starts_with(|c: char| c.is_ascii_digit()) {', 'if false {'],
    [[1, 2], 'names below localhost, local, internal', 'NOT_PUBLIC.iter().find(|suffix| is_under(host, suffix))', 'NOT_PUBLIC.iter().find(|suffix| host == **suffix)'],
    [[1, 2], 'localhost, test, localtest.me themselves', 'NOT_PUBLIC.iter().find(|suffix| is_under(host, suffix))', 'NOT_PUBLIC.iter().find(|suffix| host != **suffix && is_under(host, suffix))'],
    [1, 'single labels', 'if labels.len() < 2 {', 'if false {'],
    [2, 'what no name is made of', 'if !labels.iter().all(|label| is_label(label)) {', 'if false {'],
    [2, 'upper case', 'b.is_ascii_lowercase() || b.is_ascii_digit()', 'b.is_ascii_alphanumeric()'],
    [2, 'names over 253 bytes', 'host.is_empty() || host.len() > 253', 'host.is_empty()'],
    [2, 'labels over 63 bytes', '&& label.len() <= 63', ''],
    [2, 'empty labels, a trailing dot', '!label.is_empty()\n        &&', ''],
    [2, 'labels that begin with a hyphen', "&& !label.starts_with('-')", ''],
    [2, 'labels that end with a hyphen', "&& !label.ends_with('-')", ''],
  ]),
  ...checksOf(`${SRC}/policy.rs`, `${LIB} policy`, [
    [3, 'credentials in a URL', 'if !url.username().is_empty() || url.password().is_some() {', 'if false {'],
    [3, 'other schemes than https', 'if url.scheme() != "https" {', 'if false {'],
    [[3, 4, 12], "the runner's own hosts", 'if self.own_hosts.iter().any(|own| own == host.as_str()) {', 'if false {'],
    [3, 'other ports', 'Some(port) => Err(Refusal::Port { url: shown(url), port }),', 'Some(_) => Ok(()),'],
    [3, 'endpoints that the policy refuses', 'self.admit(&url)?;', ''],
    [3, 'endpoints with a path, query or another spelling', "if raw == origin || raw.strip_suffix('/') == Some(origin.as_str()) {", 'if !origin.is_empty() {'],
  ]),
  ...checksOf(`${SRC}/allow.rs`, `${LIB} allow`, [
    [12, 'what the policy refuses', 'policy.admit(url)?;', 'let _ = policy;'],
    [12, 'undeclared hosts', 'if named || self.origins.contains(&url.origin().ascii_serialization()) {', 'if named || !self.origins.is_empty() {'],
    [12, 'hosts that end like a declared one', 'HostPattern::Exact(exact) => exact.as_str() == host,', 'HostPattern::Exact(exact) => host.ends_with(exact.as_str()),'],
    [12, 'the name itself, where hosts below it are declared', 'host != suffix.as_str() && is_under', 'is_under'],
    [12, 'everything, for a setting that nobody resolved', 'HostPattern::Configured(_) => false,', 'HostPattern::Configured(_) => true,'],
  ]),
  ...checksOf(`${SRC}/allow.rs`, `${LIB} --features loopback allow`, [
    [12, 'origins on this machine, where any public host is declared', 'HostPattern::Any => PublicHost::parse(host).is_ok(),', 'HostPattern::Any => true,'],
  ]),
  ...checksOf(`${SRC}/public_host.rs`, `${LIB} allow`, [
    [12, 'xbsky.network as one below bsky.network', "rest.is_empty() || rest.ends_with('.')", 'true'],
  ]),
  ...checksOf(`${SRC}/fetch.rs`, `${LIB} fetch`, [
    [[1, 4], 'a first URL that the policy refuses', 'policy.admit(&request.url)?;', ''],
    [4, 'a redirect to where the policy does not lead', 'let next = next.and_then(|url| policy.admit(&url).map(|()| url));', ''],
    [4, 'redirects without end, and where none may be', 'if hops == most {', 'if hops == most && most > 99 {'],
    [7, 'answers that are not whole', 'Asked::by(&request).check(&response)', 'Ok::<(), crate::Incomplete>(())'],
  ]),
  ...checksOf(`${SRC}/loopback.rs`, `${LIB} --features loopback loopback`, [
    [[1, 3], 'origins elsewhere, as those of this machine', 'let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));', 'let loopback = true;'],
    [[1, 3], 'origins with more than an origin', 'let exact = url.origin().ascii_serialization() == text;', 'let exact = true;'],
    [[1, 3], 'other origins of this machine than those named', 'self.0.contains(&origin)', '!origin.is_empty()'],
  ]),
  ...checksOf(`${SRC}/complete.rs`, `${LIB} complete`, [
    [7, 'a body of another length than promised', 'Some(expected) if expected != got =>', 'Some(expected) if expected != got && expected == 0 =>'],
    [7, 'several lengths', 'if lengths.all(|other| other == Some(length)) {', 'if lengths.all(|_| true) {'],
    [7, 'lengths with a sign', '.filter(|_| text.bytes().all(|b| b.is_ascii_digit()))', ''],
    [7, 'the whole for a part', '(200..=299, Some(range)) if !self.or_whole =>', '(299, Some(range)) if !self.or_whole =>'],
    [7, 'a part for the whole', '(206, None) => Err(Incomplete::UnaskedPart { got: cut(header("content-range")) }),', '(206, None) => Ok(Promise(length)),'],
    [7, 'another part', 'if expected == Some(part) { Ok', 'if expected != Some(part) || expected.is_some() { Ok'],
    [7, 'a part of an encoded whole', 'if let Some(encoding) = encoding {', 'if let Some(encoding) = encoding.filter(|e| e.is_empty()) {'],
    [7, 'a part whose length contradicts its range', 'Some(got) if got != promised =>', 'Some(got) if got != promised && got == 0 =>'],
  ]),
]
