import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ask, assertFault } from './ask.ts'
import { pointChannel, publish, putRecord, signIn, type Author } from './publish.ts'

let author: Author
let good: string

before(async () => {
  author = await signIn('basalt.test')
  good = (await publish(author, { name: 'good', modules: { 'index.js': handler('return new Response("fine")') } })).path
})

const handler = (body: string) => `export default { async fetch(request, env, ctx) { ${body} } }`

const faults: [string, string, number, string][] = [
  ['throws at start', 'throw new Error("the reason at start"); export default {}', 502, 'BundleFailed'],
  ['has a syntax error', 'export default {{', 502, 'BundleFailed'],
  ['imports what is not there', 'import x from "./nowhere.js"; export default {}', 502, 'BundleFailed'],
  ['exports no handler', 'export const nothing = 1', 502, 'BundleFailed'],
  ['throws', handler('throw new Error("the reason of the throw")'), 502, 'BundleFailed'],
  ['throws what is no error', handler('throw null'), 502, 'BundleFailed'],
  ['recurses without end', handler('const deeper = () => 1 + deeper(); return new Response(deeper())'), 502, 'BundleFailed'],
  ['answers with no response', handler('return { status: 200 }'), 502, 'BundleFailed'],
  ['answers with nothing', handler(''), 502, 'BundleFailed'],
  ['waits for ever on a timer', handler('await new Promise((resolve) => setTimeout(resolve, 3_600_000)); return new Response()'), 504, 'BundleTimeout'],
  ['waits for ever on nothing', handler('await new Promise(() => {})'), 504, 'BundleTimeout'],
  ['waits for ever at start', 'await new Promise(() => {}); export default {}', 502, 'BundleFailed'],
]
for (const [ordinal, [what, code, status, error]] of faults.entries()) {
  test(`bad_input_11_a_bundle_that_${what.replaceAll(' ', '_')}`, async () => {
    const { path } = await publish(author, { name: `fault-${ordinal}`, modules: { 'index.js': code } })
    for (let round = 0; round < 2; round++) {
      const answer = await ask(`${path}/run`)
      const message = assertFault(answer, status, error)
      assert.doesNotMatch(message, /the reason/, 'the author finds the reason in the log, a caller does not')
      assert.ok(answer.headers.get('retry-after'))
      assert.deepEqual(await ask(`${good}/run`).then(({ status, text }) => [status, text]), [200, 'fine'])
    }
  })
}

test('bad_input_11_one_bundle_that_waits_delays_no_other', async () => {
  const { path } = await publish(author, { name: 'waits', modules: { 'index.js': handler('await new Promise((resolve) => setTimeout(resolve, 3_600_000))') } })
  let open = 16
  const waiting = Array.from({ length: open }, () => ask(`${path}/run`).finally(() => open--))
  for (let round = 0; round < 5; round++) assert.equal((await ask(`${good}/run`)).text, 'fine')
  assert.equal(open, 16, 'the good bundle answered while all others waited')
  for (const answer of await Promise.all(waiting)) assertFault(answer, 504, 'BundleTimeout')
})

test('a record that is no release, and a channel that points elsewhere', async () => {
  await putRecord(author, 'run.at.release', 'not-a-release:1.0.0', { name: 'not-a-release', version: '1.0.0' })
  assertFault(await ask(`/bundle/${author.did}/not-a-release/1.0.0`), 502, 'InvalidRelease')

  const { uri, cid } = await publish(author, { name: 'one', modules: { 'index.js': handler('') } })
  await pointChannel(author, 'other', 'latest', { uri, cid })
  assertFault(await ask(`/bundle/${author.did}/other/latest`), 502, 'InvalidChannel')
  await pointChannel(author, 'one', 'beta', { uri, cid: 'bafyreidykglsfhoixmivffc5uwhcgshx4j465xwqntbmu43nb2dzqwfvae' })
  assertFault(await ask(`/bundle/${author.did}/one/beta`), 502, 'ReleaseChanged')
})
