import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ask, assertFault } from './ask.ts'
import { moveTo, newAuthor } from './identity.ts'
import { publish, type Author, type Published } from './publish.ts'
import { openBackdoor, openStage, type Stage } from './stage.ts'
import { PDS_URL, RUNNER_URL, STAGE_URL } from './system.ts'

/** What a hostile PDS makes of a true answer. */
type Tamper = (method: string, body: Buffer) => Buffer

const honest: Tamper = (_, body) => body

let tamper = honest
let stage: Stage
let door: Awaited<ReturnType<typeof openBackdoor>>
let author: Author
let releases = 0

before(async () => {
  stage = await openStage((request, response) => void relay(request, response))
  door = await openBackdoor((_, response) => response.end('inside'))
  author = await newAuthor('hostile')
  await moveTo(author, STAGE_URL)
})
after(() => Promise.all([stage.close(), door.close()]))

/** Answers as the real PDS, but for what `tamper` changes. */
async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await fetch(`${PDS_URL}${request.url}`)
  const method = request.url?.match(/^\/xrpc\/([a-zA-Z.]+)/)?.[1] ?? ''
  const body = tamper(method, Buffer.from(await answer.arrayBuffer()))
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body)
}

/** A release whose module no other has: what was verified once is fetched from nobody again. */
function release(): Promise<Published> {
  const ordinal = releases++
  return publish(author, { name: `release-${ordinal}`, modules: { 'index.js': `export default { fetch: () => new Response("as signed") } // ${ordinal}` } })
}

/** Asks for a release while the PDS tampers, then while it is honest: nothing of the failure may have been kept. */
async function withTampering(by: Tamper, error: RegExp): Promise<void> {
  const { path } = await release()
  tamper = by
  const answer = await ask(`${path}/run`).finally(() => (tamper = honest))
  const { error: name } = JSON.parse(answer.text) as { error: string }
  assert.match(name, error)
  assertFault(answer, 502, name)
  assert.deepEqual(await ask(`${path}/run`).then(({ status, text }) => [status, text]), [200, 'as signed'])
}

const only = (wanted: string, change: (body: Buffer) => Buffer): Tamper => (method, body) => (method === wanted ? change(body) : body)
const GET_BLOB = 'com.atproto.sync.getBlob'
const GET_RECORD = 'com.atproto.sync.getRecord'

test('a PDS that relays truly is as good as another', async () => {
  const { path } = await release()
  assert.equal((await ask(`${path}/run`)).text, 'as signed')
  assert.deepEqual(stage.seen.map((line) => /com\.atproto\.\w+\.\w+/.exec(line)?.[0]), [GET_RECORD, GET_BLOB])
})

for (const position of ['first', 'middle', 'last'] as const) {
  test(`bad_input_08_the_${position}_byte_of_a_module_has_one_bit_off`, () => withTampering(only(GET_BLOB, flip(position)), /^InvalidModule$/))
}

test('bad_input_08_another_module_of_the_same_size', () =>
  withTampering(only(GET_BLOB, (body) => Buffer.from(body.toString().replace('as signed', 'as forged'))), /^InvalidModule$/))

test('bad_input_08_a_proof_with_one_bit_off', async () => {
  for (const position of ['first', 'middle', 'last'] as const) {
    await withTampering(only(GET_RECORD, flip(position)), /^(InvalidProof|PdsUnavailable)$/)
  }
})

test("bad_input_08_another_author's_proof", async () => {
  const other = await newAuthor('other-author')
  await publish(other, { name: 'forged', modules: { 'index.js': 'export default { fetch: () => new Response("as forged") }' } })
  const query = new URLSearchParams({ did: other.did, collection: 'run.at.release', rkey: 'forged:1.0.0' })
  const theirs = Buffer.from(await (await fetch(`${PDS_URL}/xrpc/${GET_RECORD}?${query}`)).arrayBuffer())
  await withTampering(only(GET_RECORD, () => theirs), /^InvalidProof$/)
})

test('bad_input_08_a_proof_of_another_record', async () => {
  const { path } = await release()
  const [, , did = '', name = '', version = ''] = path.split('/')
  const query = new URLSearchParams({ did, collection: 'run.at.release', rkey: `${name}:${version}` })
  const another = Buffer.from(await (await fetch(`${PDS_URL}/xrpc/${GET_RECORD}?${query}`)).arrayBuffer())
  await withTampering(only(GET_RECORD, () => another), /^(InvalidProof|PdsUnavailable)$/)
})

test('bad_input_09_a_module_that_is_longer_shorter_or_nothing', async () => {
  await withTampering(only(GET_BLOB, (body) => Buffer.concat([body, Buffer.of(0)])), /^InvalidModule$/)
  await withTampering(only(GET_BLOB, (body) => Buffer.concat([body, Buffer.alloc(64 << 20)])), /^InvalidModule$/)
  await withTampering(only(GET_BLOB, (body) => body.subarray(0, -1)), /^InvalidModule$/)
  await withTampering(only(GET_BLOB, () => Buffer.alloc(0)), /^InvalidModule$/)
})

test('bad_input_08_all_who_wait_for_a_forged_module_are_refused_and_none_later', async () => {
  const { path } = await release()
  tamper = only(GET_BLOB, flip('middle'))
  for (const answer of await Promise.all(Array.from({ length: 8 }, () => ask(`${path}/run`)))) assertFault(answer, 502, 'InvalidModule')
  tamper = honest
  for (const { text } of await Promise.all(Array.from({ length: 8 }, () => ask(`${path}/run`)))) assert.equal(text, 'as signed')
})

/** Has the PDS fall silent on blobs while `meanwhile` runs; it is told when a blob is asked for. */
async function withSilentBlobs(meanwhile: (asked: Promise<void>) => Promise<void>): Promise<void> {
  const relaying = stage.answer
  const { promise, resolve } = Promise.withResolvers<void>()
  stage.answer = (request, response) => (request.url?.includes(GET_BLOB) ? resolve() : relaying(request, response))
  await meanwhile(promise).finally(() => (stage.answer = relaying))
}

test('bad_input_06_a_PDS_that_falls_silent_over_a_blob_is_cut_off_and_asked_anew', async () => {
  const { path } = await release()
  await withSilentBlobs(async () => void assertFault(await ask(`${path}/run`), 504, 'PdsUnavailable'))
  assert.equal((await ask(`${path}/run`)).text, 'as signed')
})

test('bad_input_06_a_load_whose_caller_goes_away_is_made_anew', async () => {
  const { path } = await release()
  await withSilentBlobs(async (asked) => {
    const caller = new AbortController()
    const gone = fetch(`${RUNNER_URL}${path}/run`, { signal: caller.signal })
    await asked
    caller.abort()
    await assert.rejects(gone, { name: 'AbortError' })
  })
  // The loader was not asked before the code was there, so nobody waits for what the first caller left behind.
  assert.equal((await ask(`${path}/run`)).text, 'as signed')
})

test('bad_input_05_a_gzip_bomb_is_known_by_what_it_decodes_to', async () => {
  const relaying = stage.answer
  const bomb = gzipSync(Buffer.alloc(64 << 20))
  for (const [method, error] of [[GET_RECORD, 'PdsUnavailable'], [GET_BLOB, 'InvalidModule']] as const) {
    const { path } = await release()
    let sent = 0
    stage.answer = (request, response) => {
      if (!request.url?.includes(method)) return relaying(request, response)
      sent++
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' }).end(bomb)
    }
    assertFault(await ask(`${path}/run`), 502, error, method)
    assert.equal(sent, 1)
    stage.answer = relaying
    assert.equal((await ask(`${path}/run`)).text, 'as signed', 'nothing of it is kept')
  }
})

test('bad_input_04_a_PDS_that_redirects_inward_is_stopped', async () => {
  const relaying = stage.answer
  for (const [method, error] of [[GET_RECORD, 'PdsUnavailable'], [GET_BLOB, 'PdsUnavailable']] as const) {
    for (const target of [`${door.url}/`, 'http://169.254.169.254/', 'https://10.0.0.1/', 'file:///etc/passwd', 'data:text/plain,x']) {
      const { path } = await release()
      stage.answer = (request, response) => {
        if (request.url?.includes(method)) response.writeHead(302, { location: target }).end()
        else relaying(request, response)
      }
      assertFault(await ask(`${path}/run`), 502, error, `${method} → ${target}`)
    }
  }
  stage.answer = (_, response) => response.writeHead(302, { location: '/again' }).end()
  stage.seen.length = 0
  assertFault(await ask(`${(await release()).path}/run`), 502, 'PdsUnavailable')
  assert.ok(stage.seen.length <= 6, `${stage.seen.length} hops`)
  stage.answer = relaying
  assert.equal(door.connections, 0)
})

test('bad_input_03_a_PDS_where_the_runner_may_not_go_is_never_asked', async () => {
  const { port } = new URL(STAGE_URL)
  const elsewhere = [door.url, `http://localhost:${port}`, `http://u:p@127.0.0.1:${port}`, `${STAGE_URL}/path`, `${STAGE_URL}?query`, 'https://10.0.0.1', 'https://localhost']
  for (const [ordinal, endpoint] of elsewhere.entries()) {
    const strayed = await newAuthor(`strayed-${ordinal}`)
    const { path } = await publish(strayed, { name: 'somewhere', modules: { 'index.js': 'export default {}' } })
    await moveTo(strayed, endpoint)
    stage.seen.length = 0
    assertFault(await ask(`${path}/run`), 502, 'PdsRefused', endpoint)
    assert.deepEqual(stage.seen, [], endpoint)
  }
  assert.equal(door.connections, 0)
})

function flip(position: 'first' | 'middle' | 'last'): (body: Buffer) => Buffer {
  return (body) => {
    const changed = Buffer.from(body)
    const at = { first: 0, middle: body.length >> 1, last: body.length - 1 }[position]
    changed[at] = (changed[at] ?? 0) ^ 1
    return changed
  }
}
