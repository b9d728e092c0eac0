/** Every error that the video bundle's lexicons name, raised by the running release: its name, its status, its shape. */
import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, afterEach, test } from 'node:test'
import { storyboard } from '../../../scripts/localnet/check/pictures.ts'
import type { Fault } from '../../../scripts/localnet/streamplace/faults.ts'
import { askJson } from './ask.ts'
import { moveTo, newAuthor } from './identity.ts'
import { installVod } from './installed-vod.ts'
import { contracts, type Input } from './lexicons.ts'
import { openStage } from './stage.ts'
import { clearFaults, fault, forget, publishDemo } from './streamplace.ts'
import { STAGE_URL, account, videos } from './system.ts'
import { BUNDLE, GET_COMMENTS, GET_LIST, GET_PLAYLIST, GET_VIDEO, NOBODY, WEB_URL, assertRefuses, at, keyOf, made, unknown, watchUrl } from './vod-call.ts'

const aurora = account('aurora.test')
const paper = videos.find(({ title }) => title === 'Paper Mountains at Dusk')!

/** The PDS of whoever moved there, and the same release where it may be asked. */
let pds: RequestListener = (_, response) => void response.end()
const stage = await openStage((request, response) => pds(request, response))
const near = await installVod('vod-near', { APPVIEW_URL: `${STAGE_URL}/appview` })
const moved = await newAuthor('contract-moved')
await moveTo(moved, STAGE_URL)
/** Somebody whose videos nobody has asked for yet. */
const unlisted = await newAuthor('contract-unlisted')

after(async () => {
  await near.uninstall()
  await stage.close()
})
afterEach(clearFaults)

/** Errors that answers had, as `endpoint name`. */
const raised = new Set<string>()

async function refuses(...asked: Parameters<typeof assertRefuses>): Promise<void> {
  await assertRefuses(...asked)
  raised.add(`${asked[0]} ${asked[2]}`)
}

/** What the node may say of a video, and of its playlist or its comments alone. */
const OF_A_VIDEO: Record<string, Omit<Fault, 'method'>> = {
  InvalidRequest: { status: 400, error: 'InvalidRequest' },
  UnsupportedCollection: { status: 400, error: 'UnsupportedCollection' },
  VideoUnavailable: { status: 403, error: 'VideoUnavailable' },
  VideoNotFound: { status: 404, error: 'VideoNotFound' },
  UpstreamFailed: { html: true },
  UpstreamUnavailable: { status: 503, retryAfter: 7 },
}
const OF_A_PLAYLIST: typeof OF_A_VIDEO = { ...OF_A_VIDEO, BlobNotFound: { status: 404, error: 'BlobNotFound' }, Unplayable: { status: 422, error: 'UnprocessableEntity' } }
const OF_COMMENTS: typeof OF_A_VIDEO = { ...OF_A_VIDEO, NoComments: { status: 501, error: 'MethodNotImplemented' } }
const OF: Record<string, typeof OF_A_VIDEO> = { [GET_VIDEO]: OF_A_VIDEO, [GET_PLAYLIST]: OF_A_PLAYLIST, [GET_COMMENTS]: OF_COMMENTS }
const byUri = (uri: string): Input => ({ uri })

/** Endpoints that tell of one video, which method of the node they ask, and by what they are asked for one. */
const ABOUT_A_VIDEO: [endpoint: string, method: string, input: (uri: string) => Input][] = [
  ...['getVideo', 'isMetadataReady', 'getThumbnail', 'getSprite', 'getVtt', 'getShareImage', 'shareVideo', 'embed', 'getShareHead'].map((endpoint) => [endpoint, GET_VIDEO, byUri] as [string, string, typeof byUri]),
  ['oembed', GET_VIDEO, (uri) => ({ url: watchUrl(uri) })],
  ['getPlaylist', GET_PLAYLIST, byUri],
  ['getVideoStreams', GET_PLAYLIST, byUri],
  ['getComments', GET_COMMENTS, byUri],
]

for (const [endpoint, method, input] of ABOUT_A_VIDEO) {
  for (const [name, how] of Object.entries(OF[method] ?? {})) {
    test(`${endpoint} tells that the node says ${name}`, async () => {
      const uri = unknown()
      await fault({ method, match: keyOf(uri), times: 10, ...how })
      await refuses(endpoint, input(uri), name)
    })
  }
}

test('a video that was there is said to be gone', async () => {
  const gone = await publishDemo('test-card', 10_002)
  await made(`getShareImage?${new URLSearchParams({ uri: gone.uri })}`)
  await forget(gone.uri)
  for (const endpoint of ['getVideo', 'shareVideo', 'embed', 'getShareHead', 'oembed']) {
    const [, , input] = ABOUT_A_VIDEO.find(([name]) => name === endpoint)!
    await refuses(endpoint, input(gone.uri), 'VideoDeleted')
  }
})

test('what is asked for and is not there, each by its name', { timeout: 120_000 }, async () => {
  await storyboard(at('getVtt', { uri: paper.uri }))
  for (const [endpoint, input, name] of [
    ['listVideos', { cursor: 'n.nonsense' }, 'InvalidRequest'],
    ['listVideos', { creator: 'nobody.test' }, 'AccountNotFound'],
    ['listVideos', { q: 'x' }, 'NoAppView'],
    ['listVideos', { tag: 'x' }, 'NoAppView'],
    ['listVideos', { sort: 'oldest' }, 'NoAppView'],
    ['listVideos', { minDuration: '1' }, 'NoAppView'],
    ['listVideos', { maxDuration: '1' }, 'NoAppView'],
    ['listVideos', { minDuration: '2', maxDuration: '1' }, 'InvalidInput'],
    ['getProfile', { actor: 'nobody.test' }, 'AccountNotFound'],
    ['getProfile', { actor: NOBODY }, 'AccountNotFound'],
    ['shareCreator', { creator: NOBODY }, 'AccountNotFound'],
    ['getShareHead', { creator: 'nobody.test' }, 'AccountNotFound'],
    ['getShareHead', {}, 'InvalidInput'],
    ['getShareHead', { uri: paper.uri, creator: aurora.did }, 'InvalidInput'],
    ['rss', { creator: 'nobody.test' }, 'AccountNotFound'],
    ['oembed', { url: `${WEB_URL}/creator/${NOBODY}/` }, 'AccountNotFound'],
    ['oembed', { url: 'https://elsewhere.example/watch/did:plc:x/y' }, 'NotOurs'],
    ['oembed', { url: watchUrl(paper.uri), format: 'xml' }, 'FormatNotOffered'],
    ...ABOUT_A_VIDEO.filter(([, , input]) => input === byUri).map(([endpoint]) => [endpoint, { uri: 'x' }, 'InvalidUri'] as [string, Input, string]),
    ['batchMetadataReady', { uris: 'x' }, 'InvalidUri'],
    ...[...contracts].filter(([, { parameters }]) => parameters.some(({ required }) => required)).map(([endpoint]) => [endpoint, {}, 'InvalidInput'] as [string, Input, string]),
    ['rss', { creator: 'two words' }, 'InvalidInput'],
    ['sitemap', { page: 'x' }, 'InvalidInput'],
    ['getSprite', { uri: paper.uri, sheet: '9999' }, 'NoSuchSheet'],
    ['sitemap', { page: '9999' }, 'NoSuchPage'],
  ] as [string, Input, string][]) {
    await refuses(endpoint, input, name)
  }
  for (const endpoint of ['getThumbnail', 'getSprite', 'getShareImage']) {
    await made(`${endpoint}?${new URLSearchParams({ uri: paper.uri, cid: paper.cid })}`)
    await refuses(endpoint, { uri: paper.uri, cid: paper.cid }, 'RangeNotSatisfiable', { range: 'bytes=99999999-' })
  }
})

test('a list that the node does not give', async () => {
  for (const [name, how] of Object.entries(OF_A_VIDEO).filter(([name]) => name.startsWith('Upstream'))) {
    await fault({ method: GET_LIST, match: encodeURIComponent(unlisted.did), times: 100, ...how })
    for (const endpoint of ['listVideos', 'rss']) await refuses(endpoint, { creator: unlisted.did }, name)
    await clearFaults()
  }
  const page = await askJson(`${BUNDLE}/listVideos?${new URLSearchParams({ creator: unlisted.did })}`)
  assert.deepEqual(page['videos'], [], 'nothing of it is kept')
})

test('an account whose server does not tell of it', async () => {
  for (const [name, answer] of [
    ['UpstreamFailed', (_, response) => void response.setHeader('content-type', 'text/html').end('<!doctype html><h1>Bad gateway</h1>')],
    ['UpstreamUnavailable', (_, response) => void response.writeHead(503).end('{}')],
  ] as [string, RequestListener][]) {
    pds = answer
    await refuses('getProfile', { actor: moved.did }, name, {}, near.path)
    for (const endpoint of ['shareCreator', 'rss', 'getShareHead']) await refuses(endpoint, { creator: moved.did }, name, {}, near.path)
    await refuses('oembed', { url: `${WEB_URL}/creator/${moved.did}/` }, name, {}, near.path)
    const batch = await askJson(`${near.path}/batchProfiles?${new URLSearchParams({ actors: moved.did })}`)
    assert.deepEqual(batch, { profiles: [], missing: [moved.did] })
  }
})

test('every documented error was raised above, but for those that nothing here can raise', () => {
  const reasons: [matches: (endpoint: string, name: string) => boolean, why: string][] = [
    [(_, name) => name === 'UpstreamTimeout', 'the runner of tests waits for a bundle less long than the bundle for others'],
    [(endpoint, name) => endpoint === 'sitemap' && name.startsWith('Upstream'), 'it is made from what the job kept'],
  ]
  const documented = [...contracts].flatMap(([endpoint, { errors }]) => [...errors.keys()].map((name) => [endpoint, name] as const))
  const silent = documented.filter(([endpoint, name]) => !raised.has(`${endpoint} ${name}`) && !reasons.some(([matches]) => matches(endpoint, name)))
  assert.deepEqual(silent.map((pair) => pair.join(' ')), [])
  for (const [endpoint, { errors }] of contracts) for (const [name, statuses] of errors) assert.ok(statuses.length > 0, `${endpoint} ${name}: its description begins with no status`)
})
