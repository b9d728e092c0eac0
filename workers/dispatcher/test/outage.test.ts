import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { ask, askJson, assertFault } from './ask.ts'
import { pointChannel, publish, signIn } from './publish.ts'
import { start, stop } from './system.ts'

/** A channel is confirmed when it is older than 30 s; then the PDS is asked and found silent. */
const CHANNEL_GROWS_STALE_MS = 45_000

const MODULES = { 'index.js': 'import code from "./more.wasm"; export default { fetch: () => new Response(`kept, ${code instanceof WebAssembly.Module}`) }' }
/** An empty WebAssembly module. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

let did: string

before(async () => {
  const author = await signIn('cirrus.test')
  did = author.did
  const modules = { ...MODULES, 'more.wasm': { type: 'wasm', bytes: EMPTY } as const }
  await pointChannel(author, 'kept', 'latest', await publish(author, { name: 'kept', modules }))
  await publish(author, { name: 'never-asked', modules })
})
after(async () => {
  await start('pds')
  await start('runner')
})

const kept = (selector: string) => ask(`/bundle/${did}/kept/${selector}/run`)

test('bad_input_36_the_last_verified_release_keeps_serving_while_the_PDS_is_down', async () => {
  assert.deepEqual(await kept('latest').then(({ status, text }) => [status, text]), [200, 'kept, true'])
  await stop('pds')

  for (const selector of ['latest', '1.0.0']) {
    const warm = await kept(selector)
    assert.deepEqual([warm.status, warm.text, warm.headers.get('at-run-stale')], [200, 'kept, true', null], selector)
  }
  assertFault(await ask(`/bundle/${did}/never-asked/1.0.0/run`), 502, 'PdsUnavailable')
})

test('bad_input_36_a_runner_that_starts_anew_serves_it_from_its_store', async () => {
  await stop('runner')
  await start('runner')
  for (const selector of ['latest', '1.0.0']) {
    const cold = await kept(selector)
    assert.deepEqual([cold.status, cold.text], [200, 'kept, true'], selector)
  }
  assertFault(await ask(`/bundle/${did}/never-asked/1.0.0/run`), 502, 'PdsUnavailable')
})

test('bad_input_36_what_could_not_be_confirmed_is_marked_stale', async () => {
  const deadline = Date.now() + CHANNEL_GROWS_STALE_MS
  let answer = await kept('latest')
  while (answer.headers.get('at-run-stale') === null && Date.now() < deadline) {
    await sleep(500)
    answer = await kept('latest')
  }
  assert.equal(answer.status, 200)
  assert.ok(answer.headers.get('at-run-stale'), 'not marked')
  assert.equal((await askJson(`/bundle/${did}/kept/latest`))['stale'], true)
  assert.equal((await askJson(`/bundle/${did}/kept/1.0.0`))['stale'], false, 'the release itself is fresh for five minutes')
})

test('bad_input_36_it_is_fresh_again_once_the_PDS_confirms_it', async () => {
  await start('pds')
  // A new runner reads from its store when the channel was last confirmed, and asks again at once.
  await stop('runner')
  await start('runner')
  assert.equal((await kept('latest')).status, 200)
  await sleep(1_000)
  const answer = await kept('latest')
  assert.deepEqual([answer.status, answer.headers.get('at-run-stale')], [200, null])
  assert.equal((await ask(`/bundle/${did}/never-asked/1.0.0/run`)).status, 200)
})
