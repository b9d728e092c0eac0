/** What the stream says and takes, without a PDS. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, afterEach, test } from 'node:test'
import { zstdDecompressSync } from 'node:zlib'
import { encode } from '@atproto/lex-cbor'
import type { JetstreamEvent } from '../stream/event.ts'
import { EventLog } from '../stream/event-log.ts'
import { emptyFeed } from '../stream/feed.ts'
import { readFrame } from '../stream/frame.ts'
import { streamServer } from '../stream/server.ts'
import { eventually, listen, queryOf, refusal, type Listener } from './stream-listener.ts'

const VIDEO = 'place.stream.video'
const POST = 'app.bsky.feed.post'
const AURORA = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const BASALT = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'

const feed = emptyFeed()
const server = streamServer(feed).listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const listeners: Listener[] = []
afterEach(() => {
  for (const { socket } of listeners.splice(0)) socket.terminate()
})
after(() => {
  server.closeAllConnections()
  server.close()
})

async function subscribe(query: Parameters<typeof listen>[1] = {}): Promise<Listener> {
  const listener = await listen(origin, query)
  listeners.push(listener)
  return listener
}

/** Waits until the server has read all that a subscriber sent. */
async function heard({ socket }: Listener): Promise<void> {
  socket.ping()
  await once(socket, 'pong')
}

let clock = 1_000_000
function created(did: string, collection: string, rkey: string): JetstreamEvent {
  return { did, time_us: ++clock, kind: 'commit', commit: { rev: '2222222222222', operation: 'create', collection, rkey, record: {}, cid: 'bafyrecord' } }
}

const admin = (method: string, path: string, body?: object) => fetch(origin + path, { method, ...(body && { body: JSON.stringify(body) }) })
const list = (query: Record<string, string>) => fetch(`${origin}/xrpc/com.atproto.sync.listReposByCollection?${new URLSearchParams(query)}`)

for (const [name, header, body, frame] of [
  ['an error', { op: -1 }, { error: 'ConsumerTooSlow', message: 'Slow' }, { kind: 'error', error: 'ConsumerTooSlow', message: 'Slow' }],
  ['an info', { op: 1, t: '#info' }, { name: 'OutdatedCursor' }, { kind: 'info', name: 'OutdatedCursor' }],
  ['of a type still to come', { op: 1, t: '#later' }, { seq: 1 }, undefined],
] as const) {
  test(`a frame that is ${name}`, async () => assert.deepEqual(await readFrame(Buffer.concat([encode(header), encode(body)])), frame))
}

test('the log keeps a bounded number of events, and positions stay true', () => {
  const log = new EventLog(100)
  for (let number = 1; number <= 1000; number++) log.append({ ...created(AURORA, VIDEO, 'x'), time_us: number })
  assert.ok(log.end - log.first >= 100 && log.end - log.first <= 110)
  assert.equal(log.end, 1000)
  assert.equal(log.at(log.positionAt(950))?.timeUs, 950)
  assert.equal(log.positionAt(1), log.first)
  assert.equal(log.positionAt(1001), log.end)
})

test('more than a socket holds is replayed whole', async () => {
  const first = clock + 1
  const record = { padding: 'x'.repeat(20_000) }
  for (let number = 0; number < 1000; number++) {
    const event = created(AURORA, 'com.example.large', String(number))
    feed.log.append(event.kind === 'commit' ? { ...event, commit: { ...event.commit, record } } : event)
  }
  const events = await (await subscribe({ cursor: first })).hears(1000)
  assert.deepEqual(events.map(({ time_us }) => time_us), Array.from({ length: 1000 }, (_, index) => first + index))
})

test('the list comes in pages, and the last has no cursor', async () => {
  const collection = 'com.example.paged'
  for (const did of [BASALT, AURORA]) feed.repos.replace(did, 'rev', [{ collection, rkey: 'a' }])
  const first = (await (await list({ collection, limit: '1' })).json()) as { cursor: string }
  assert.deepEqual(first, { repos: [{ did: AURORA }], cursor: first.cursor })
  assert.deepEqual(await (await list({ collection, limit: '1', cursor: first.cursor })).json(), { repos: [{ did: BASALT }] })
})

for (const [name, query] of [
  ['no collection', {}],
  ['a collection that is none', { collection: 'video' }],
  ['limit 0', { collection: VIDEO, limit: '0' }],
  ['limit 2001', { collection: VIDEO, limit: '2001' }],
  ['a foreign cursor', { collection: VIDEO, cursor: 'x' }],
] as const) {
  test(`a list with ${name}: 400 InvalidRequest`, async () => {
    const response = await list(query)
    assert.deepEqual([response.status, ((await response.json()) as { error: string }).error], [400, 'InvalidRequest'])
  })
}

const nsids = (count: number) => Array.from({ length: count }, (_, index) => `com.example.c${index}`)
const dids = (count: number) => Array.from({ length: count }, (_, index) => `did:web:d${index}.test`)
const refused: [string, Record<string, string | string[]>, RegExp][] = [
  ['101 collections', { wantedCollections: nsids(101) }, /too many wanted collections/],
  ['51 collections and 50 prefixes', { wantedCollections: [...nsids(51), ...nsids(50).map((nsid) => `${nsid}.*`)] }, /too many wanted collections/],
  ['10,001 DIDs', { wantedDids: dids(10_001) }, /too many wanted DIDs/],
  ['an incomplete prefix', { wantedCollections: 'app.bsky.fee*' }, /invalid collection: app\.bsky\.fee\*/],
  ['a collection of two parts', { wantedCollections: 'place.stream' }, /invalid collection: place\.stream/],
  ['no collection', { wantedCollections: '' }, /invalid collection/],
  ['a handle for a DID', { wantedDids: 'aurora.test' }, /invalid subscriber options/],
  ['a cursor that is no number', { cursor: 'x' }, /invalid cursor: x/],
  ['a cursor in parts of microseconds', { cursor: '1.5' }, /invalid cursor: 1\.5/],
]
for (const [name, query, text] of refused) {
  test(`${name}: 400`, async () => {
    const answer = await refusal(origin, query)
    assert.equal(answer.status, 400)
    assert.match(answer.text, text)
    const plain = await fetch(`${origin}/subscribe?${queryOf(query)}`)
    assert.deepEqual([plain.status, await plain.text()], [400, answer.text])
  })
}

test('as many filters as there may be, and one more that is there already', async () => {
  await subscribe({ wantedCollections: [...nsids(100), 'com.example.c0'], wantedDids: [...dids(10_000), 'did:web:d0.test'] })
})

test('what is no subscription is refused', async () => {
  assert.deepEqual([(await fetch(`${origin}/subscribe`)).status, (await fetch(`${origin}/elsewhere`)).status], [400, 404])
})

test('a subscriber changes its filters; the first change starts what waits for hello', async () => {
  const listener = await subscribe({ requireHello: 'true', cursor: clock + 1, wantedCollections: POST })
  for (const did of [BASALT, AURORA]) feed.log.append(created(did, VIDEO, 'hello'))
  listener.socket.send(JSON.stringify({ type: 'heartbeat', payload: 'still here' }))
  assert.deepEqual(await listener.hears(1), [{ kind: 'heartbeat', payload: 'still here' }])
  const payload = { wantedCollections: [VIDEO], wantedDids: [AURORA], maxMessageSizeBytes: 0 }
  listener.socket.send(JSON.stringify({ type: 'options_update', payload }))
  await listener.hears(2)
  listener.socket.send(JSON.stringify({ type: 'something_else' }))
  listener.socket.send(JSON.stringify({ type: 'options_update', payload: { wantedCollections: [POST] } }))
  await heard(listener)
  feed.log.append(created(AURORA, VIDEO, 'changed'))
  feed.log.append(created(BASALT, POST, 'changed'))
  const told = (await listener.hears(3)).slice(1).map((event) => [event.did, event.kind === 'commit' && event.commit.rkey])
  assert.deepEqual(told, [[AURORA, 'hello'], [BASALT, 'changed']])
})

for (const [name, message, reason] of [
  ['no JSON', 'x', /failed to unmarshal subscriber sourced message/],
  ['an update without options', '{"type":"options_update"}', /failed to unmarshal subscriber options update/],
  ['a collection that is none', '{"type":"options_update","payload":{"wantedCollections":["ü"]}}', /invalid collection: \?/],
  ['a list that is none', '{"type":"options_update","payload":{"wantedDids":"did:web:a.test"}}', /failed to unmarshal subscriber options update/],
  ['a long heartbeat', `{"type":"heartbeat","payload":"${'x'.repeat(80)}"}`, /heartbeat payload of 82 bytes is too large/],
] as const) {
  test(`a subscriber that sends ${name} is hung up on`, async () => {
    const listener = await subscribe()
    listener.socket.send(message)
    const { code, reason: told } = await listener.ends
    assert.equal(code, 1000)
    assert.match(told, reason)
  })
}

test('compressed messages are zstd frames', async () => {
  const listener = await subscribe({ compress: 'true' })
  const event = created(AURORA, VIDEO, 'compressed')
  feed.log.append(event)
  await eventually(() => listener.messages.length > 0, () => 'nothing came')
  const [message] = listener.messages
  assert.ok(message?.binary)
  assert.deepEqual(JSON.parse(zstdDecompressSync(message.data).toString()), event)
})

test('requests are counted, refused ones too', async () => {
  await admin('DELETE', '/__requests')
  await subscribe({ cursor: 5 })
  await refusal(origin, { cursor: 'x' })
  await list({ collection: VIDEO })
  const { requests } = (await (await admin('GET', '/__requests')).json()) as { requests: { url: string }[] }
  const expected = ['/subscribe?cursor=5', '/subscribe?cursor=x', `/xrpc/com.atproto.sync.listReposByCollection?collection=${VIDEO}`]
  assert.deepEqual(requests.map(({ url }) => url), expected)
})

for (const [name, fault, message] of [
  ['unknown', { stream: 'toString' }, /"toString"/],
  ['without its number', { stream: 'repeat' }, /events/],
  ['with a broken number', { stream: 'drop', after: 1.5 }, /after is 1\.5/],
] as const) {
  test(`a fault that is ${name}: 400`, async () => {
    const response = await admin('POST', '/__faults', fault)
    assert.equal(response.status, 400)
    assert.match(((await response.json()) as { message: string }).message, message)
  })
}
