/** The AppView on the real system: a real database, the creators' real repos. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAccount, putRecord, type SignedIn } from '../../../scripts/localnet/publish/accounts.ts'
import { procedure } from '../../../scripts/localnet/publish/xrpc-client.ts'
import { account, ADMIN_TOKEN, PDS_URL, RUNNER_URL, videos, VOD_BUNDLE } from './system.ts'

const APPVIEW = told('APPVIEW_URL')
const OPERATOR = told('OPERATOR_TOKEN')
const STREAM = told('STREAM_URL')
const CREATORS = ['aurora.test', 'basalt.test', 'cirrus.test']
const COLLECTION = 'place.stream.video'
const AUTHOR = VOD_BUNDLE.split('/')[0] ?? ''

interface Item {
  uri: string
  title: string
  creator: string
  handle?: string
  highlights?: { title?: { startByte: number; endByte: number }[]; description?: { text: string } }
}
type Page = { videos: Item[]; cursor?: string }
type Asked = { status: number; json: Record<string, unknown> }

before(async () => {
  await configure({ STREAM_URL: `${STREAM}/subscribe` })
  assert.equal((await post('init', {})).status, 200)
  for (const handle of CREATORS) assert.equal((await post('registerCreator', { handle })).status, 200, handle)
  await until(async () => (await get<{ videos: number }>('getStats')).videos >= videos.length)
})

after(() => configure({ STREAM_URL: undefined, DISCOVER: undefined }))

test('the schema is brought up once, however often it is asked for', async () => {
  const [one, two] = await Promise.all([post('init', {}), post('init', {})])
  assert.equal(one.status, 200)
  assert.deepEqual(one.json, two.json)
  assert.equal(one.json['from'], one.json['version'])
})

test('every video of the registered creators is listed, newest first, page by page', async () => {
  const listed: Item[] = []
  let cursor: string | undefined
  do {
    const page: Page = await get('listVideos', { limit: '3', ...(cursor !== undefined && { cursor }) })
    assert.ok(page.videos.length <= 3)
    listed.push(...page.videos)
    cursor = page.cursor
  } while (cursor !== undefined)
  for (const { uri, title, creator } of videos) {
    const found = listed.find((item) => item.uri === uri)
    assert.deepEqual([found?.title, found?.handle], [title, creator])
  }
  assert.equal(new Set(listed.map(({ uri }) => uri)).size, listed.length)
  const aurora = account('aurora.test').did
  const own: Page = await get('listVideos', { creator: 'aurora.test' })
  assert.ok(own.videos.length > 0 && own.videos.every(({ creator }) => creator === aurora))
})

test('a search finds words wherever they stand, and says where', async () => {
  const [first] = videos
  assert.ok(first)
  const word = first.title.split(' ').find((part) => part.length > 5) ?? first.title
  const page: Page = await get('listVideos', { q: word.toUpperCase() })
  const found = page.videos.find(({ uri }) => uri === first.uri)
  assert.ok(found, `${word} in ${page.videos.map(({ title }) => title).join(', ')}`)
  const [mark] = found.highlights?.title ?? []
  assert.ok(mark)
  assert.equal(Buffer.from(found.title).subarray(mark.startByte, mark.endByte).toString(), word)
  for (const q of ['"', "'); DROP TABLE videos; --", '* NEAR(', 'title:', '😀', '-', 'AND OR NOT', 'x'.repeat(300)]) {
    assert.ok(Array.isArray((await get<Page>('listVideos', { q })).videos), q)
  }
})

test('a list that makes no sense is refused', async () => {
  const { cursor } = await get<Page>('listVideos', { limit: '1' })
  const wrong: [Record<string, string>, number][] = [
    [{ limit: '0' }, 400],
    [{ limit: '101' }, 400],
    [{ sort: 'best' }, 400],
    [{ cursor: 'nonsense' }, 400],
    [{ cursor: cursor ?? '', sort: 'oldest' }, 400],
    [{ q: 'x'.repeat(301) }, 400],
    [{ minDuration: '-1' }, 400],
    [{ creator: 'nobody.test' }, 404],
  ]
  for (const [input, status] of wrong) assert.equal((await ask(`listVideos?${new URLSearchParams(input)}`)).status, status, JSON.stringify(input))
})

test('one video is told with its record as it was', async () => {
  const [first] = videos
  const video = await get<{ title: string; record: { title: string }; source: string }>('getVideo', { uri: first?.uri ?? '' })
  assert.deepEqual([video.title, video.record.title], [first?.title, first?.title])
  assert.equal((await ask(`getVideo?${new URLSearchParams({ uri: `at://${AUTHOR}/${COLLECTION}/none` })}`)).status, 404)
})

test('bad_input_31_creates_edits_and_deletes_follow_and_an_unchanged_repo_costs_one_request', async () => {
  const creator = await createAccount(PDS_URL, 'follower', 'Changes things.', 'local-admin-password')
  assert.equal((await post('registerCreator', { did: creator.did })).status, 200)
  await publish(creator, 'one', 'First of three')
  await publish(creator, 'two', 'Second of three')
  await sync(creator)
  assert.deepEqual(await titles(creator), ['First of three', 'Second of three'])
  await publish(creator, 'one', 'First, edited')
  await procedure(PDS_URL, 'com.atproto.repo.deleteRecord', { repo: creator.did, collection: COLLECTION, rkey: 'two' }, creator.authorization)
  await publish(creator, 'three', 'Third of three')
  assert.match(await sync(creator), /1 videos new, 1 edited, 1 gone/)
  assert.deepEqual(await titles(creator), ['First, edited', 'Third of three'])
  const unchanged = await sync(creator)
  assert.match(unchanged, /1 creators, 1 unchanged, 0 failed; 0 videos new, 0 edited, 0 gone, 0 refused; [13] requests/)
  // A record that is deleted and made anew is there again.
  await procedure(PDS_URL, 'com.atproto.repo.deleteRecord', { repo: creator.did, collection: COLLECTION, rkey: 'three' }, creator.authorization)
  await publish(creator, 'three', 'Third, again')
  await sync(creator)
  assert.deepEqual(await titles(creator), ['First, edited', 'Third, again'])
  // An account that its owner deactivates is hidden until it is back.
  await procedure(PDS_URL, 'com.atproto.server.deactivateAccount', {}, creator.authorization)
  await sync(creator)
  assert.deepEqual(await titles(creator), [])
  await xrpc(creator, 'POST', 'com.atproto.server.activateAccount')
  await sync(creator)
  assert.deepEqual(await titles(creator), ['First, edited', 'Third, again'])
  assert.equal((await post('unregisterCreator', { did: creator.did })).status, 200)
  assert.deepEqual(await titles(creator), [])
})

test('writes are for the operator, and for creators by their repo’s key', async () => {
  const { did } = account('aurora.test')
  const body = { did }
  assert.equal((await post('registerCreator', body, '')).status, 401)
  assert.equal((await post('registerCreator', body, 'nonsense')).status, 401)
  assert.equal((await post('init', {}, `${OPERATOR}x`)).status, 401)
  const creator = await createAccount(PDS_URL, 'selfmade', 'Registers herself.', 'local-admin-password')
  const method = 'app.streamhut.appview.registerCreator'
  const own = await token(creator, method)
  assert.equal((await post('registerCreator', { did }, own)).status, 403, 'not for others')
  const second = await token(creator, method)
  assert.equal((await post('registerCreator', { did: creator.did }, second)).status, 200)
  assert.equal((await post('registerCreator', { did: creator.did }, second)).status, 401, 'once')
  assert.equal((await post('unregisterCreator', { did: creator.did }, await token(creator, method))).status, 401, 'for one method')
  assert.equal((await post('init', {}, await token(creator, 'app.streamhut.appview.init'))).status, 403)
  const unregister = await token(creator, 'app.streamhut.appview.unregisterCreator')
  assert.equal((await post('unregisterCreator', { did: creator.did }, unregister)).status, 200)
})

test('a stream brings a new video before the next sync, and an edit and a deletion', async () => {
  const creator = await createAccount(PDS_URL, 'streamer', 'Is followed.', 'local-admin-password')
  assert.equal((await post('registerCreator', { did: creator.did })).status, 200)
  await sync(creator)
  await publish(creator, 'live', 'Just now')
  await until(async () => (await follow(), (await titles(creator)).includes('Just now')))
  await publish(creator, 'live', 'Edited just now')
  await until(async () => (await follow(), (await titles(creator)).includes('Edited just now')))
  await procedure(PDS_URL, 'com.atproto.repo.deleteRecord', { repo: creator.did, collection: COLLECTION, rkey: 'live' }, creator.authorization)
  await until(async () => (await follow(), (await titles(creator)).length === 0))
  // What the stream told, the sync finds so.
  assert.match(await sync(creator), /0 videos new, 0 edited, 0 gone/)
})

test('bad_input_28_a_stream_that_lies_breaks_off_or_repeats_itself_changes_nothing_for_long', async () => {
  const creator = await createAccount(PDS_URL, 'stumbler', 'Is followed, with trouble.', 'local-admin-password')
  assert.equal((await post('registerCreator', { did: creator.did })).status, 200)
  await sync(creator)
  for (const fault of [{ stream: 'drop', after: 1, times: 1 }, { stream: 'garbage', after: 1, times: 1 }, { stream: 'repeat', after: 1, times: 1, events: 5 }, { method: 'subscribe', status: 503 }]) {
    const title = `After ${JSON.stringify(fault)}`
    await strike(fault)
    await publish(creator, 'one', title)
    await follow()
    await until(async () => (await follow(), (await titles(creator)).join() === title))
  }
  await fetch(`${STREAM}/__faults`, { method: 'DELETE' })
})

test('with DISCOVER=1 who has videos is indexed without registering', async () => {
  const creator = await createAccount(PDS_URL, 'unasked', 'Never registered.', 'local-admin-password')
  await publish(creator, 'one', 'Found')
  assert.deepEqual(await titles(creator), [])
  await configure({ DISCOVER: '1' })
  await until(async () => {
    await admin('POST', `run/${AUTHOR}/streamhut-appview/discoverCreators`).catch(() => undefined)
    return (await titles(creator)).includes('Found')
  })
  // And by the stream.
  const later = await createAccount(PDS_URL, 'unasked-later', 'Never registered, either.', 'local-admin-password')
  await publish(later, 'one', 'Seen')
  await until(async () => (await follow(), (await titles(later)).includes('Seen')))
})

/** Changes settings of the installed bundle. */
async function configure(settings: Record<string, string | undefined>): Promise<void> {
  const { installations } = (await admin('GET', 'installations')) as { installations: { name: string; config: Record<string, string> }[] }
  const installed = installations.find(({ name }) => name === 'streamhut-appview')
  await admin('PUT', `installations/${AUTHOR}/streamhut-appview`, { config: { ...installed?.config, ...settings } })
}

/** Has the job run; one that runs already will do. */
async function follow(): Promise<void> {
  await admin('POST', `run/${AUTHOR}/streamhut-appview/followStream`).catch(() => undefined)
  await sleep(500)
}

async function strike(fault: object): Promise<void> {
  const response = await fetch(`${STREAM}/__faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) })
  assert.equal(response.status, 200, await response.text())
}

async function admin(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${RUNNER_URL}/admin/${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

async function publish(creator: SignedIn, rkey: string, title: string): Promise<void> {
  await putRecord(PDS_URL, creator, COLLECTION, rkey, { title, durationMs: 60_000, createdAt: '2026-03-01T00:00:00Z', source: { $type: 'place.stream.media.defs#sourceTracks', tracks: [] } })
}

async function titles(creator: SignedIn): Promise<string[]> {
  const page: Page = await get('listVideos', { creator: creator.did, limit: '100' })
  return page.videos.map(({ title }) => title).sort()
}

async function sync({ did }: { did: string }): Promise<string> {
  const { status, json } = await post('triggerSync', { did })
  assert.equal(status, 200, JSON.stringify(json))
  return String(json['summary'])
}

/** A token of service auth, by the creator's own PDS. */
async function token(creator: SignedIn, lxm: string): Promise<string> {
  const parameters = { aud: `${AUTHOR}#streamhut_appview`, lxm, exp: String(Math.floor(Date.now() / 1000) + 50) }
  const answer = await xrpc(creator, 'GET', `com.atproto.server.getServiceAuth?${new URLSearchParams(parameters)}`)
  return String(answer['token'])
}

/** A call of the PDS without a body. */
async function xrpc({ authorization }: SignedIn, method: string, call: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${PDS_URL}/xrpc/${call}`, { method, headers: { authorization }, signal: AbortSignal.timeout(30_000) })
  const text = await response.text()
  assert.ok(response.ok, `${call}: ${response.status} ${text}`)
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

async function get<T>(endpoint: string, parameters: Record<string, string> = {}): Promise<T> {
  const { status, json } = await ask(`${endpoint}?${new URLSearchParams(parameters)}`)
  assert.equal(status, 200, JSON.stringify(json))
  return json as T
}

function post(endpoint: string, body: object, bearer = OPERATOR): Promise<Asked> {
  const headers = { 'content-type': 'application/json', ...(bearer !== '' && { authorization: `Bearer ${bearer}` }) }
  return ask(endpoint, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function ask(call: string, init: RequestInit = {}): Promise<Asked> {
  const response = await fetch(`${APPVIEW}/${call}`, { ...init, signal: AbortSignal.timeout(30_000) })
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    if (await holds()) return
    await sleep(500)
  }
  assert.fail('it did not come to that')
}

function told(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run these tests by scripts/localnet/test-run.ts`)
  return value
}
