import { checksOf } from '../check.ts'

const SRC = 'shared/atproto/src/service_auth'
const TESTS = '-p streamhut-atproto --test service_auth'

/** Tokens by which accounts ask services. They have no kind of bad input of their own. */
export const SERVICE_AUTH = [
  ...checksOf(`${SRC}/token.rs`, TESTS, [
    [[], 'tokens of any size', 'if text.len() > MAX_SERVICE_TOKEN_BYTES {', 'if false {'],
    [[], 'more than three parts', "if claims.contains('.') {", 'if false {'],
    [[], 'padding', 'BASE64URL_NOPAD.decode(text.as_bytes())', "BASE64URL_NOPAD.decode(text.trim_end_matches('=').as_bytes())"],
    [[], 'line breaks', 'BASE64URL_NOPAD.decode(text.as_bytes())', 'BASE64URL_NOPAD.decode(text.trim_end().as_bytes())'],
  ]),
  ...checksOf(`${SRC}/members.rs`, TESTS, [
    [[], 'a name twice', 'if place.replace(map.next_value()?).is_some() {', 'if place.replace(map.next_value()?).is_some_and(|_| false) {'],
    [[], 'a second object behind the first', '    reader.end().map_err(|error| refused(error.to_string()))?;\n', ''],
    [[], 'bytes that are no text', 'let text = std::str::from_utf8(json).map_err(|error| refused(error.to_string()))?;', 'let text = &String::from_utf8_lossy(json);'],
    [[], 'null for nothing', 'None => Ok(None),', 'None | Some(Value::Null) => Ok(None),'],
  ]),
  ...checksOf(`${SRC}/header.rs`, TESTS, [
    [[], 'extensions that nobody understands', 'if let Some(crit) = crit {', 'if let Some(crit) = crit.filter(|_| false) {'],
    [[], 'access tokens', '.filter(|typ| !typ.eq_ignore_ascii_case("JWT"))', '.filter(|typ| !typ.to_ascii_lowercase().ends_with("jwt"))'],
    [[], 'no algorithm', '.find(|known| known.name() == alg);', '.find(|known| known.name() == alg || alg == "none");'],
    [[], 'a shared secret', '.find(|known| known.name() == alg);', '.find(|known| known.name() == alg || alg == "HS256");'],
  ]),
  ...checksOf(`${SRC}/audience.rs`, TESTS, [
    [[], 'services without a name, or with a long one', '(1..=MAX_SERVICE_CHARS).contains(&text.len())\n        && ', ''],
    [[], 'services of any characters', 'text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))', '!text.is_empty()'],
  ]),
  ...checksOf(`${SRC}/claims.rs`, TESTS, [
    [[], 'times beyond what a number holds exactly', 'value.as_u64().filter(|seconds| *seconds <= MAX_SECONDS)', 'value.as_u64()'],
    [[], 'parts of seconds', 'value.as_u64().filter(', 'value.as_u64().or_else(|| value.as_f64().map(|float| float as u64)).filter('],
    [[], 'a jti of any length', '!(1..=MAX_JTI_CHARS).contains(&jti.len()) || ', ''],
    [[], 'a jti of any characters', ' || !jti.bytes().all(|b| b.is_ascii_graphic())', ''],
  ]),
  ...checksOf(`${SRC}/verify.rs`, TESTS, [
    [[], "another of the account's keys", '.filter(|id| *id != REPO_KEY)', '.filter(|_| false)'],
    [[], 'a service in place of its account', 'if let Some(service) = &claims.issuer_service {', 'if let Some(service) = claims.issuer_service.as_ref().filter(|_| false) {'],
    [[], 'tokens for other services of the same DID', 'if claims.audience != *expected.audience {', 'if claims.audience.did() != expected.audience.did() {'],
    [[], 'tokens for the DID alone', 'if claims.audience != *expected.audience {', 'if claims.audience != *expected.audience && claims.audience.service().is_some() {'],
    [[], 'tokens for the same service of another DID', 'if claims.audience != *expected.audience {', 'if claims.audience.service() != expected.audience.service() {'],
    [[], 'tokens for other methods', 'if claims.method.as_ref() != Some(expected.method) {', 'if claims.method.is_none() {'],
    [[], 'tokens for any method', 'if claims.method.as_ref() != Some(expected.method) {', 'if claims.method.as_ref().is_some_and(|method| method != expected.method) {'],
    [[], 'tokens that expired', 'if in_ms(exp) <= now_ms {', 'if false {'],
    [[], 'tokens in the moment that they expire', 'if in_ms(exp) <= now_ms {', 'if in_ms(exp) < now_ms {'],
    [[], 'tokens from nobody knows when, good for ever', 'if in_ms(exp) > soon(max_age_s.saturating_add(skew_s)) {', 'if false {'],
    [[], 'tokens from the future', 'if in_ms(iat) > soon(skew_s) {', 'if false {'],
    [[], 'tokens that are good for ever', ' || exp - iat > max_age_s', ''],
    [[], 'tokens that end before they begin', 'exp <= iat || exp - iat > max_age_s', 'exp.saturating_sub(iat) > max_age_s'],
    [[], 'tokens that are for something else', 'self.check(expected)?;', 'let _ = self.check(expected);'],
    [[], 'a signature under another name', 'if makes != says {', 'if false {'],
    [[], 'tokens that nobody signed', 'key.verify(self.signed.as_bytes(), &self.signature).map_err(ServiceAuthError::Signature)?;', 'let _ = key.verify(self.signed.as_bytes(), &self.signature).map_err(ServiceAuthError::Signature);'],
  ]),
]
