/** The stream against the PDS and the PLC directory that it is made for. */
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { procedure } from '../publish/xrpc-client.ts'
import type { SignedIn } from '../publish/accounts.ts'
import type { JetstreamEvent } from '../stream/event.ts'
import { emptyFeed } from '../stream/feed.ts'
import { follow } from '../stream/follow.ts'
import { testFaults } from './stream-faults.ts'
import { eventually, type Listener } from './stream-listener.ts'
import { place, POST, startStreamNet, VIDEO } from './stream-net.ts'

const UNKNOWN = 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz'

const streamNet = await startStreamNet()
const { net, aurora, basalt, put, remove, subscribe, health, everything, lists } = streamNet
afterEach(streamNet.calm)
after(streamNet.stop)

const call = (account: SignedIn, method: string, input: object) => procedure(net.urls.pds, method, input, account.authorization)
const activate = async ({ authorization }: SignedIn) => {
  const response = await fetch(`${net.urls.pds}/xrpc/com.atproto.server.activateAccount`, { method: 'POST', headers: { authorization } })
  assert.equal(response.status, 200, await response.text())
}

test('a record that is made, edited and deleted: its events, in order, with every field', async () => {
  const listener = await subscribe({ wantedCollections: VIDEO })
  const link = { $link: 'bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi' }
  const made = await put(aurora, 'life', { title: 'Made', source: { ref: link, bytes: { $bytes: 'AAEC' } } })
  const edited = await put(aurora, 'life', { title: 'Edited' })
  await remove(aurora, 'life')
  const events = await listener.hears(3)

  const revs = events.map((event) => (event.kind === 'commit' ? event.commit.rev : ''))
  for (const rev of revs) assert.match(rev, /^[2-7a-z]{13}$/)
  assert.deepEqual(revs, [...new Set(revs)].sort())
  const times = events.map((event) => event.time_us)
  assert.deepEqual(times, [...new Set(times)].sort())
  assert.ok(times.every((time) => Math.abs(time / 1000 - Date.now()) < 60_000), 'microseconds of Unix time')

  const common = { collection: VIDEO, rkey: 'life' }
  const expected = [
    { operation: 'create', ...common, record: { $type: VIDEO, title: 'Made', source: { ref: link, bytes: { $bytes: 'AAEC' } } }, cid: made.cid },
    { operation: 'update', ...common, record: { $type: VIDEO, title: 'Edited' }, cid: edited.cid },
    { operation: 'delete', ...common },
  ].map((commit, index) => ({ did: aurora.did, time_us: times[index], kind: 'commit', commit: { rev: revs[index], ...commit } }))
  assert.deepEqual(events, expected)
  assert.ok(listener.messages.every(({ binary }) => !binary))
})

test('the writes of one commit are events of their own, with one rev', async () => {
  const listener = await subscribe({ wantedDids: basalt.did })
  const create = { $type: 'com.atproto.repo.applyWrites#create', collection: VIDEO }
  const writes = ['one', 'two', 'three'].map((rkey) => ({ ...create, rkey, value: { $type: VIDEO, title: rkey } }))
  await call(basalt, 'com.atproto.repo.applyWrites', { repo: basalt.did, validate: false, writes })
  const events = await listener.hears(3)
  assert.deepEqual(new Set(events.map(place)), new Set(['create one', 'create two', 'create three']))
  assert.equal(new Set(events.map((event) => event.kind === 'commit' && event.commit.rev)).size, 1)
  assert.ok(events.every(({ time_us }, index) => index === 0 || time_us > (events[index - 1]?.time_us ?? 0)))
})

test('identities and accounts are told, whatever the collections', async () => {
  const listener = await subscribe({ wantedCollections: 'com.example.none', wantedDids: basalt.did })
  await call(basalt, 'com.atproto.identity.updateHandle', { handle: 'basalt-renamed.test' })
  await call(basalt, 'com.atproto.identity.updateHandle', { handle: 'basalt.test' })
  await call(basalt, 'com.atproto.server.deactivateAccount', {})
  const [renamed, back, gone] = await listener.hears(3)
  assert.ok(renamed?.kind === 'identity' && back?.kind === 'identity' && gone?.kind === 'account')
  const { did } = basalt
  assert.deepEqual(Object.keys(renamed), ['did', 'time_us', 'kind', 'identity'])
  const { seq, time } = renamed.identity
  assert.deepEqual(renamed.identity, { did, handle: 'basalt-renamed.test', seq, time })
  assert.equal(renamed.time_us - Date.parse(time) * 1000 < 1000, true)
  assert.ok(back.identity.seq > seq)
  assert.deepEqual(gone.account, { active: false, did, seq: gone.account.seq, status: 'deactivated', time: gone.account.time })

  await lists(VIDEO, [])
  await activate(basalt)
  await eventually(() => listener.events.some((event) => event.kind === 'account' && event.account.active), () => JSON.stringify(listener.events))
  await lists(VIDEO, [basalt.did])
})

test('filters', async () => {
  await put(aurora, 'post', { text: 'x'.repeat(3000) }, POST)
  await put(aurora, 'like', {}, 'app.bsky.feed.like')
  await put(basalt, 'post', {}, POST)
  const all = await everything()
  const of = (event: JetstreamEvent) => (event.kind === 'commit' ? event.commit.collection : '')
  const rows: [string, Record<string, string | number | string[]>, (event: JetstreamEvent) => boolean][] = [
    ['a collection', { wantedCollections: POST }, (event) => ['', POST].includes(of(event))],
    ['two collections', { wantedCollections: [POST, VIDEO] }, (event) => ['', POST, VIDEO].includes(of(event))],
    ['a prefix', { wantedCollections: 'app.bsky.feed.*' }, (event) => /^$|^app\.bsky\.feed\./.test(of(event))],
    ['a prefix and a collection', { wantedCollections: ['app.bsky.actor.*', VIDEO] }, (event) => /^$|^app\.bsky\.actor\.|video$/.test(of(event))],
    ['a repo', { wantedDids: basalt.did }, (event) => event.did === basalt.did],
    ['a repo and a collection', { wantedDids: [basalt.did, UNKNOWN], wantedCollections: POST }, (event) => event.did === basalt.did && /^$|post$/.test(of(event))],
    ['a size', { maxMessageSizeBytes: 2000 }, (event) => JSON.stringify(event).length <= 2000],
    ['no size', { maxMessageSizeBytes: -1 }, () => true],
  ]
  for (const [name, query, passes] of rows) {
    const wanted = all.filter(passes)
    assert.ok(wanted.length > 0 && (name === 'no size' || wanted.length < all.length), name)
    const listener = await subscribe({ cursor: 0, ...query })
    await eventually(() => listener.events.length >= wanted.length, () => name)
    assert.deepEqual(listener.events.slice(0, wanted.length), wanted, name)
  }
})

test('a cursor replays from the event that it names; one of the future means none', async () => {
  const all = await everything()
  for (const [cursor, first] of [[all[2]?.time_us, 2], [(all[2]?.time_us ?? 0) + 1, 3], [1, 0], [-5, 0]] as const) {
    const listener = await subscribe({ cursor: cursor ?? 0 })
    await eventually(() => listener.events.length >= all.length - first, () => `cursor ${cursor}`)
    assert.deepEqual(listener.events.slice(0, all.length - first), all.slice(first), `cursor ${cursor}`)
  }
  const live = await subscribe()
  const future = await subscribe({ cursor: (Date.now() + 60_000) * 1000 })
  await put(aurora, 'future')
  for (const listener of [live, future]) assert.deepEqual((await listener.hears(1)).map(place), ['create future'])
})

test('from replay to live nothing is lost, doubled or out of order', async () => {
  const { newest } = await health()
  const keys = Array.from({ length: 40 }, (_, index) => `flow-${index}`)
  const flows: Listener[] = []
  for (const rkey of keys) {
    const written = put(basalt, rkey)
    flows.push(await subscribe({ cursor: newest + 1, wantedCollections: VIDEO }))
    await written
  }
  for (const listener of flows) {
    const events = await listener.hears(keys.length)
    assert.deepEqual(events.map(place), keys.map((rkey) => `create ${rkey}`))
    assert.deepEqual(events.map(({ time_us }) => time_us), events.map(({ time_us }) => time_us).sort())
  }
})

test('a PDS that restarts is followed from where it was left', async () => {
  const listener = await subscribe({ wantedCollections: VIDEO })
  await put(aurora, 'before-restart')
  await listener.hears(1)
  await net.stopService('pds')
  await eventually(async () => !(await health()).connected, () => 'still connected')
  await net.startService('pds')
  await put(aurora, 'after-restart')
  assert.deepEqual((await listener.hears(2)).map(place), ['create before-restart', 'create after-restart'])
})

test('a stream that restarts has the same events under the same cursors', async () => {
  const all = await everything()
  await net.stopService('stream')
  await net.startService('stream')
  assert.deepEqual((await everything()).slice(0, all.length), all)
})

test('a PDS that knows nothing of the cursor is followed from its start', async () => {
  const feed = { ...emptyFeed(), seq: 1_000_000 }
  const stopped = new AbortController()
  const following = follow(net.urls.pds, feed, stopped.signal)
  const first = (await everything())[0]
  await eventually(() => feed.log.end > 0, () => 'nothing came')
  assert.equal(feed.log.at(0)?.text, JSON.stringify(first))
  stopped.abort()
  await assert.rejects(following, { name: 'AbortError' })
})

test('repos are listed while they have a record of the collection', async () => {
  const collection = 'com.example.listed'
  await lists(collection, [])
  await put(aurora, 'a', {}, collection)
  await put(aurora, 'b', {}, collection)
  await put(basalt, 'a', {}, collection)
  await lists(collection, [aurora.did, basalt.did])
  await remove(basalt, 'a', collection)
  await lists(collection, [aurora.did])
  await remove(aurora, 'a', collection)
  await put(basalt, 'c', {}, collection)
  await lists(collection, [aurora.did, basalt.did])
  await remove(aurora, 'b', collection)
  await lists(collection, [basalt.did])
})

test('an imported repo is listed by what is in it', async () => {
  const collection = 'com.example.imported'
  await put(aurora, 'kept', {}, collection)
  await lists(collection, [aurora.did])
  const car = await (await fetch(`${net.urls.pds}/xrpc/com.atproto.sync.getRepo?did=${aurora.did}`)).arrayBuffer()
  await remove(aurora, 'kept', collection)
  await lists(collection, [])
  const headers = { authorization: aurora.authorization, 'content-type': 'application/vnd.ipld.car' }
  const imported = await fetch(`${net.urls.pds}/xrpc/com.atproto.repo.importRepo`, { method: 'POST', headers, body: car })
  assert.equal(imported.status, 200, await imported.text())
  await call(aurora, 'com.atproto.server.deactivateAccount', {})
  await activate(aurora)
  await lists(collection, [aurora.did])
})

testFaults(streamNet)
