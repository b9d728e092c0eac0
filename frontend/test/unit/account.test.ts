import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audienceOf, parseListingPage, parseRegistered, parseStats } from '../../shared/appview.ts'
import { didOfHandle } from '../../shared/handles.ts'
import { likeRecord, parseLikes } from '../../shared/likes.ts'
import { clientAt, homeOrigin, isEnough, wantedScope } from '../../shared/oauth.ts'
import { findLike } from '../../shared/own-likes.ts'
import { identifier, parseViewer } from '../../shared/viewer.ts'

const DID = 'did:plc:v4mvzo54llbuctyawbra2iaj'
const AUDIENCE = audienceOf(`${DID}/streamhut-appview/latest`)
const RPC = `?aud=${DID}%23streamhut_appview`
const WANTED = `atproto repo:place.stream.like repo:place.stream.vod.comment rpc:app.streamhut.appview.registerCreator${RPC} rpc:app.streamhut.appview.unregisterCreator${RPC}`

test('as little is asked for as is used, spelt as servers spell it', () => {
  assert.equal(wantedScope(AUDIENCE), WANTED)
  assert.equal(wantedScope(undefined), 'atproto repo:place.stream.like repo:place.stream.vod.comment')
  assert.match(wantedScope(audienceOf('did:web:a.example%3A1/x/latest')), /\?aud=did:web:a\.example%253A1%23streamhut_appview$/)
  for (const none of ['', 'nobody/x/latest', 'x']) assert.equal(audienceOf(none), undefined, none)
  // The characters of RFC 6749, section 3.3.
  assert.match(WANTED, /^[\x21\x23-\x5b\x5d-\x7e ]+$/)
})

test('what a server allowed is enough when all is in it, or something broader', () => {
  for (const [granted, enough] of [
    [WANTED, true],
    [WANTED.split(' ').reverse().join(' '), true],
    ['atproto transition:generic', true],
    ['atproto', false],
    ['', false],
    [WANTED.replace('repo:place.stream.like ', ''), false],
  ] as const) {
    assert.equal(isEnough(granted, WANTED), enough, granted)
  }
})

test('a public site is known by its document, one on loopback by the rule for development', () => {
  assert.deepEqual(clientAt('https://hut.example', 'atproto'), {
    client_id: 'https://hut.example/oauth/client-metadata.json',
    client_name: 'Streamhut',
    client_uri: 'https://hut.example',
    redirect_uris: ['https://hut.example/oauth/callback'],
    scope: 'atproto transition:generic',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'web',
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
  })
  for (const [origin, redirect] of [
    ['http://127.0.0.1:4400', 'http://127.0.0.1:4400/oauth/callback'],
    ['http://localhost:4400', 'http://127.0.0.1:4400/oauth/callback'],
    ['http://localhost', 'http://127.0.0.1/oauth/callback'],
    ['http://[::1]:4400', 'http://[::1]:4400/oauth/callback'],
  ] as const) {
    const client = clientAt(origin, 'atproto')
    assert.deepEqual([client?.redirect_uris, client?.application_type], [[redirect], 'native'], origin)
    const id = new URL(client!.client_id)
    assert.deepEqual([id.origin, id.pathname, id.hash, [...id.searchParams]], ['http://localhost', '/', '', [['redirect_uri', redirect], ['scope', 'atproto transition:generic']]], origin)
  }
  for (const origin of ['http://hut.example', 'http://192.168.0.7:3000', 'https://localhost', 'http://127.0.0.1.evil.example']) assert.equal(clientAt(origin, 'atproto'), undefined, origin)
})

test('a sign-in on loopback begins where it ends', () => {
  for (const [origin, home] of [
    ['http://localhost:4400', 'http://127.0.0.1:4400'],
    ['http://127.0.0.1:4400', 'http://127.0.0.1:4400'],
    ['https://hut.example', 'https://hut.example'],
  ] as const) {
    assert.equal(homeOrigin(origin), home)
  }
})

test('a handle is found in however it was typed', () => {
  for (const [typed, expected] of [
    ['alice.example', 'alice.example'],
    [' @Alice.Example ', 'alice.example'],
    ['\u202aalice.example\u202c', 'alice.example'],
    ['at://alice.example/', 'alice.example'],
    ['at://@alice.example', 'alice.example'],
    [DID, DID],
    [` ${DID}\n`, DID],
    ['alice', undefined],
    ['', undefined],
    ['@', undefined],
    ['alice@example.com', undefined],
    ['https://evil.example', undefined],
    ['a..b', undefined],
    ['-a.example', undefined],
    ['did:', undefined],
    ['a'.repeat(300) + '.example', undefined],
    ['<script>.example', undefined],
  ] as const) {
    assert.equal(identifier(typed), expected, typed)
  }
})

test('a handle leads to somebody, to nobody, or can’t be looked up', async () => {
  const ask = (status: number, body: unknown) => didOfHandle('https://known.example', 'a.test', { fetch: (async (address: URL) => (assert.equal(address.href, 'https://known.example/xrpc/com.atproto.identity.resolveHandle?handle=a.test'), new Response(JSON.stringify(body), { status }))) as typeof fetch })
  assert.equal(await ask(200, { did: DID }), DID)
  for (const error of ['HandleNotFound', 'InvalidRequest']) assert.equal(await ask(400, { error, message: 'Unable to resolve handle' }), null)
  assert.equal(await ask(404, {}), null)
  for (const [status, body] of [[500, {}], [429, {}], [200, {}], [200, { did: 'x' }], [200, [DID]], [200, 'x']] as const) await assert.rejects(ask(status, body), JSON.stringify([status, body]))
})

test('what a browser remembers of a viewer is taken as others’ words', () => {
  const viewer = { did: DID, handle: 'a.test', displayName: 'A', avatar: 'https://cdn.example/a.jpg', pds: 'https://pds.example', scope: 'atproto' }
  assert.deepEqual(parseViewer(viewer), viewer)
  assert.deepEqual(parseViewer({ did: DID, pds: 'http://localhost:1/x?y', handle: '<b>', displayName: 7, avatar: 'javascript:alert(1)', scope: [] }), { did: DID, pds: 'http://localhost:1', scope: '' })
  for (const json of [undefined, null, 7, 'x', [], {}, { did: DID }, { did: 'x', pds: 'https://pds.example' }, { did: DID, pds: 'javascript:alert(1)' }, { did: DID, pds: 'https://u:p@pds.example' }]) assert.equal(parseViewer(json), undefined, JSON.stringify(json))
})

const VIDEO = 'at://did:plc:abc/place.stream.video/3k'
const likeOf = (subject: string, rkey: string) => ({ uri: `at://${DID}/place.stream.like/${rkey}`, cid: 'c', value: likeRecord(subject, new Date(0)) })

test('a page of likes is what it can be read as', () => {
  assert.deepEqual(likeRecord(VIDEO, new Date(0)), { $type: 'place.stream.like', subject: VIDEO, createdAt: '1970-01-01T00:00:00.000Z' })
  assert.deepEqual(parseLikes({ records: [likeOf(VIDEO, '1'), null, 7, {}, { uri: 'x', value: {} }, { ...likeOf(VIDEO, '2'), value: { subject: 7 } }, { uri: `at://${DID}/app.bsky.feed.like/3`, value: { subject: VIDEO } }], cursor: 'next' }), {
    likes: [{ rkey: '1', subject: VIDEO }],
    cursor: 'next',
  })
  assert.deepEqual(parseLikes({ records: [], cursor: 7 }), { likes: [] })
  for (const json of [undefined, null, [], {}, { records: {} }, 'x']) assert.equal(parseLikes(json), undefined)
})

test('one’s own like is looked for page by page, up to a bound, and not at all costs', async () => {
  const asked: string[] = []
  const from = (pages: Record<string, unknown>) => async (address: string | URL | Request) => {
    const cursor = new URL(String(address)).searchParams.get('cursor') ?? ''
    asked.push(cursor)
    const page = pages[cursor] ?? pages['*']
    return page === undefined ? new Response('', { status: 500 }) : Response.json(page)
  }
  const viewer = { did: DID, pds: 'https://pds.example' }
  const find = (pages: Record<string, unknown>) => {
    asked.length = 0
    return findLike(viewer, VIDEO, { fetch: from(pages) as typeof fetch })
  }
  assert.deepEqual(await find({ '': { records: [likeOf('at://x', '9')], cursor: 'b' }, b: { records: [likeOf(VIDEO, '1')], cursor: 'c' } }), { rkey: '1', subject: VIDEO })
  assert.deepEqual(asked, ['', 'b'])
  assert.equal(await find({ '': { records: [] } }), null)
  assert.equal(await find({ '*': { records: [], cursor: 'same' } }), null)
  assert.deepEqual(asked, ['', 'same'])
  let turn = 0
  const endless = (async (address: string | URL | Request) => (asked.push(String(address)), Response.json({ records: [], cursor: String((turn += 1)) }))) as typeof fetch
  asked.length = 0
  assert.equal(await findLike(viewer, VIDEO, { fetch: endless }), null)
  assert.equal(asked.length, 5)
  for (const odd of [{}, { '': { records: 7 } }, { '': 'x' }]) assert.equal(await find(odd), undefined, JSON.stringify(odd))
})

test('what an AppView says of creators is read with care', () => {
  const listing = { did: DID, handle: 'a.test', state: 'active', videos: 3, registered: true, discovered: false, lastSyncMs: 5, nextSyncMs: 9, failures: 0 }
  assert.deepEqual(parseListingPage({ creators: [listing, null, { did: 'x' }, { did: DID, videos: -1, registered: 'yes', lastSyncMs: 'x', lastError: ' \u0000it broke ' }], cursor: 'c' }), {
    listings: [{ did: DID, registered: true, videos: 3, lastSyncMs: 5 }, { did: DID, registered: false, videos: 0, lastError: 'it broke' }],
    cursor: 'c',
  })
  for (const json of [undefined, null, [], {}, { creators: 'x' }]) assert.equal(parseListingPage(json), undefined)
  assert.deepEqual(parseStats({ videos: 1, creators: 2, runs: [] }), { videos: 1, creators: 2 })
  for (const json of [undefined, {}, { videos: '1', creators: 2 }, { videos: 1.5, creators: 2 }]) assert.equal(parseStats(json), undefined)
  for (const [json, expected] of [[{ registered: true }, true], [{ registered: false }, false], [{ registered: 1 }, undefined], [null, undefined]] as const) assert.equal(parseRegistered(json), expected)
})
