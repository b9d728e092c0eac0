/** What a bundle asks of its runner beside storage and other bundles: cache, leases, tasks; and what isn't there to be asked. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './ask.ts'
import { ASKER, ASKER_ENDPOINTS, askHost, askHostJson, assertRefused } from './asker.ts'
import { logged } from './probe.ts'
import { publish, signIn } from './publish.ts'
import { RUNNER_URL } from './system.ts'

type Lease = { state: 'held'; token: string } | { state: 'released' } | { state: 'busy' }

let did: string
let one: string
let two: string

before(async () => {
  const author = await signIn('operator.test')
  did = author.did
  const draft = { modules: { 'index.js': ASKER }, endpoints: ASKER_ENDPOINTS }
  one = (await publish(author, { name: 'asks', ...draft })).path
  two = (await publish(author, { name: 'asks-too', ...draft })).path
})

test('a bundle caches bytes, finds them again, and lets go of them', async () => {
  assertRefused(await askHost(one, 'GET /cache/a'), 404, 'NotCached')
  assert.equal((await askHost(one, 'PUT /cache/a?ttl=600', {}, 'kept')).status, 204)
  const { status, text, headers } = await askHost(one, 'GET /cache/a')
  assert.deepEqual([status, text], [200, 'kept'])
  for (const name of ['cf-cache-status', 'age', 'cache-control']) assert.equal(headers[name], undefined, name)
  assert.equal((await askHost(one, 'PUT /cache/a?ttl=600', {}, 'newer')).status, 204)
  assert.equal((await askHost(one, 'GET /cache/a')).text, 'newer')
  assert.equal((await askHost(one, 'DELETE /cache/a')).status, 204)
  assert.equal((await askHost(one, 'GET /cache/a')).status, 404)
  assert.equal((await askHost(one, 'DELETE /cache/a')).status, 204)
})

test('what is cached lapses', async () => {
  assert.equal((await askHost(one, 'PUT /cache/brief?ttl=1', {}, 'gone soon')).status, 204)
  for (let tries = 40; (await askHost(one, 'GET /cache/brief')).status === 200; tries--) {
    assert.ok(tries > 0)
    await pause(250)
  }
})

test('bad_input_17_no_bundle_finds_what_another_cached', async () => {
  for (const key of ['secret', `${did}/asks/secret`, 'asks/secret']) await askHost(one, `PUT /cache/${encodeURIComponent(key)}?ttl=600`, {}, 'of the first')
  const place = (name: string, key: string) => createHash('sha256').update(`${did}\0${name}\0${key}`).digest('hex')
  const paths = ['secret', 'SECRET', '%73ecret', '../asks/secret', '..%2Fasks%2Fsecret', encodeURIComponent(`${did}/asks/secret`), encodeURIComponent(`${did}\0asks\0secret`), place('asks', 'secret'), encodeURIComponent(`https://${new URL(RUNNER_URL).host}/.at-run/cache/${place('asks', 'secret')}`)]
  for (const path of paths) {
    const answer = await askHost(two, `GET /cache/${path}`)
    assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status} ${answer.text}`)
  }
  for (const path of paths) await askHost(two, `PUT /cache/${path}?ttl=600`, {}, 'of the second')
  assert.equal((await askHost(one, 'GET /cache/secret')).text, 'of the first')
  assert.equal((await askHost(one, 'GET /cache/%73ecret')).text, 'of the first', 'one key however it is encoded')
  // The place itself is no page of the runner's.
  assert.equal((await ask(`/.at-run/cache/${place('asks', 'secret')}`)).status, 404)
})

test('a lease is held by one, until it is given back', async () => {
  const first = await askHostJson<Lease>(one, 'POST /leases/work?ttlMs=60000&waitMs=0')
  assert.ok(first.state === 'held')
  assert.deepEqual(await askHostJson<Lease>(one, 'POST /leases/work?ttlMs=60000&waitMs=0'), { state: 'busy' })
  const other = await askHostJson<Lease>(two, 'POST /leases/work?ttlMs=60000&waitMs=0')
  assert.ok(other.state === 'held', 'the same key of another bundle is another lease')
  assert.equal((await askHost(two, `DELETE /leases/work?token=${first.token}`)).status, 204)
  assert.deepEqual(await askHostJson<Lease>(one, 'POST /leases/work?ttlMs=60000&waitMs=0'), { state: 'busy' }, "another bundle's word changes nothing")
  const waiting = askHostJson<Lease>(one, 'POST /leases/work?ttlMs=60000&waitMs=1500')
  await pause(200)
  assert.equal((await askHost(one, `DELETE /leases/work?token=${first.token}`)).status, 204)
  assert.deepEqual(await waiting, { state: 'released' })
})

test('a bundle that is not installed has no tasks', async () => {
  assertRefused(await askHost(one, 'POST /tasks/index', {}, '{}'), 409, 'NotInstalled')
  assertRefused(await askHost(one, `GET /tasks/${Buffer.from(`${did}/asks`).toString('base64url')}.${'a'.repeat(26)}`), 404, 'NoSuchTask')
})

test('what a bundle logs stands in the log under its own name, and cut', async () => {
  const mark = crypto.randomUUID()
  const log = (text: string) => askHost(one, 'POST /log', {}, text)
  assert.equal((await log(`info 1 ${mark}\n\u001b[2Jerror 2 ${mark}\n${did}/asks-too@1.0.0 info 3 ${mark}\n${mark} ${'x'.repeat(3_000)}`)).status, 204)
  await logged(`${did}/asks@1.0.0 info 1 ${mark}`)
  await logged(`${did}/asks@1.0.0 info - [2Jerror 2 ${mark}`)
  await logged(`${did}/asks@1.0.0 info - ${did}/asks-too@1.0.0 info 3 ${mark}`)
  const long = await logged(`${did}/asks@1.0.0 info - ${mark} xxx`)
  assert.ok(long?.includes('x'.repeat(1_900)) && !long.includes('x'.repeat(2_000)))
  assertRefused(await log('x'.repeat(64 * 1024 + 1)), 413, 'BodyTooLarge')
})

test('bad_input_17_what_the_protocol_does_not_have_is_refused', async () => {
  for (const [request, status, error] of [
    ['GET /', 404, 'NotFound'],
    ['GET /env', 404, 'NotFound'],
    ['GET /grant', 404, 'NotFound'],
    ['GET /modules/x', 404, 'NotFound'],
    ['GET /secrets/TOKEN', 404, 'NotFound'],
    ['GET /admin/installations', 404, 'NotFound'],
    ['GET /cache/../../proofs/x', 404, 'NotFound'],
    ['GET /cache/a/b', 404, 'NotFound'],
    ['GET /CACHE/a', 404, 'NotFound'],
    ['GET //cache/a', 404, 'NotFound'],
    ['OPTIONS /cache/a', 405, 'MethodNotAllowed'],
    ['PATCH /cache/a', 405, 'MethodNotAllowed'],
    ['POST /blobs/a', 405, 'MethodNotAllowed'],
    ['GET /log', 405, 'MethodNotAllowed'],
    ['POST /log/a', 404, 'NotFound'],
    ['GET /blobs/a', 403, 'NotPermitted'],
    ['PUT /cache/a', 400, 'InvalidParameter'],
    ['PUT /cache/a?ttl=1e9', 400, 'InvalidParameter'],
    ['PUT /cache/a?ttl=99999999999', 400, 'InvalidParameter'],
    ['GET /cache/%00', 400, 'InvalidKey'],
    ['GET /cache/%', 400, 'InvalidKey'],
    [`GET /cache/${'x'.repeat(513)}`, 400, 'InvalidKey'],
    ['POST /leases/a?ttlMs=0', 400, 'InvalidParameter'],
    ['POST /leases/a?ttlMs=99999999999', 400, 'InvalidParameter'],
    ['POST /leases/a?ttlMs=9&waitMs=-1', 400, 'InvalidParameter'],
    ['DELETE /leases/a', 400, 'InvalidParameter'],
    ['POST /tasks/..', 404, 'NotFound'],
    ['POST /tasks/a-b', 404, 'UnknownTask'],
  ] as const) {
    assertRefused(await askHost(one, request, {}, /^(PUT|PATCH|POST)/.test(request) ? 'x' : undefined), status, error, request)
  }
})
