import { checksOf } from '../check.ts'

const SRC = 'shared/at-run/src'
const TESTS = '-p at-run --test'

/** What a bundle is handed, and what it says. */
export const SDK = [
  ...checksOf(`${SRC}/body.rs`, `${TESTS} whole`, [
    [7, 'a stream of another length than promised', 'Some(length) => held_to(length, pieces),', 'Some(_) => pieces,'],
    [7, 'a stream that ends early', 'return (before < promised).then(|| (broken(before), None));', 'return (before < promised && promised == u64::MAX).then(|| (broken(before), None));'],
    [7, 'a stream that goes on', 'Ok(_) if got > promised =>', 'Ok(_) if got > promised && promised == u64::MAX =>'],
  ]),
  ...checksOf(`${SRC}/http.rs`, `${TESTS} whole`, [
    [7, 'answers that are not whole', 'asked.check(&response).map_err(|reason| incomplete(&response.url, reason))?;', ''],
    [7, 'streams that are not whole', 'body: answer.body.promising(promise.length()),', ''],
    [7, 'streams of another part', 'let promise = promise.map_err(|reason| incomplete(&answer.url, reason))?;', 'let Ok(promise) = promise else { return Ok(answer) };'],
  ]),
  ...checksOf(`${SRC}/body.rs`, '-p at-run --lib body', [
    [7, 'a part that is passed on, and whose length only its range tells', 'if promised.is_none() || promised == body.length() =>', 'if promised.is_none() || promised.is_some() =>'],
  ]),
  ...checksOf(`${SRC}/body.rs`, `${TESTS} responses`, [
    [6, 'bodies without end', 'if whole.len() + piece.len() > max {', 'if whole.len() + piece.len() > max.saturating_mul(16) {'],
    [6, 'a body that declares itself too large', 'if self.length().is_some_and(|length| length > max as u64) {', 'if false {'],
  ]),
  ...checksOf(`${SRC}/response.rs`, `${TESTS} responses`, [
    [15, 'line breaks in a header', ".filter(|c| matches!(c, '\\t' | ' '..='~'))", ''],
  ]),
]
