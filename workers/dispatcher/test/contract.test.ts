/** The running release of the video bundle, held to its lexicons: every endpoint, every parameter, every field, every error. */
import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, afterEach, describe, test } from 'node:test'
import { storyboard } from '../../../scripts/localnet/check/pictures.ts'
import type { Fault } from '../../../scripts/localnet/streamplace/faults.ts'
import { askJson, assertCommon } from './ask.ts'
import { moveTo, newAuthor } from './identity.ts'
import { indexVideo } from './indexed.ts'
import { installVod } from './installed-vod.ts'
import { complaints, contracts, type Input } from './lexicons.ts'
import { until } from './probe.ts'
import { openStage } from './stage.ts'
import { clearFaults, fault, forget, publishDemo } from './streamplace.ts'
import { RUNNER_URL, STAGE_URL, account, videos } from './system.ts'
import { BUNDLE, GET_LIST, GET_PLAYLIST, GET_VIDEO, NOBODY, WEB_URL, assertRefuses, call, endpoints, keyOf, made, mediaType, methodsOf, unknown, watchUrl } from './vod-call.ts'

const aurora = account('aurora.test')
const paper = videos.find(({ title }) => title === 'Paper Mountains at Dusk')!

/** What the stage answers as an AppView (`/appview/…`), and as the PDS of whoever moved there. */
let appView: RequestListener = (_, response) => void response.end()
let pds: RequestListener = (_, response) => void response.end()
const stage = await openStage((request, response) => (request.url?.startsWith('/appview/') ? appView : pds)(request, response))
const indexed = await installVod('vod-indexed', { APPVIEW_URL: `${STAGE_URL}/appview` })
/** Who is asked about on the stage, and who has no videos and is listed by nobody yet. */
const moved = await newAuthor('contract-moved')
const unlisted = await newAuthor('contract-unlisted')
await moveTo(moved, STAGE_URL)

/** A video of which everything is known, a part of it, and one that was there until a moment ago. */
const full = await publishDemo('how-a-video-finds-you', 10_001, {
  description: 'Sée a.example, @aurora.test\n\n0:00 Start\n0:14 The record',
  descriptionFacets: [
    { index: { byteStart: 5, byteEnd: 14 }, features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://a.example/b' }] },
    { index: { byteStart: 16, byteEnd: 28 }, features: [{ $type: 'app.bsky.richtext.facet#mention', did: aurora.did }] },
  ],
  tags: ['lang:en', 'explainer'],
  activity: { $type: 'place.stream.defs#activityLabel', label: 'software dev' },
  contentRights: { creator: 'Aurora', copyrightNotice: '© 2026 Aurora', copyrightYear: 2026, license: 'place.stream.metadata.contentRights#cc-by-sa_4__0', creditLine: 'By Aurora' },
  contentWarnings: { warnings: ['place.stream.metadata.contentWarnings#flashingLights'] },
  connections: [{ ref: { uri: `at://${aurora.did}/place.stream.livestream/3my65pampecpb`, cid: paper.cid } }],
})
const clip = await indexVideo('3contractclip', aurora, { title: 'A part of it', source: { $type: 'place.stream.media.defs#sourceClip', video: full.uri, start: 2_000, end: 8_000 } })
const gone = await publishDemo('test-card', 10_002)
await made(`getShareImage?${new URLSearchParams({ uri: gone.uri })}`)
await forget(gone.uri)
await storyboard(`${RUNNER_URL}${BUNDLE}/getVtt?${new URLSearchParams({ uri: paper.uri })}`)
const { videos: listed, cursor = '' } = await askJson<{ videos: object[]; cursor?: string }>(`${BUNDLE}/listVideos?limit=2`)

after(async () => {
  await indexed.uninstall()
  await stage.close()
  for (const { uri } of [full, clip]) await forget(uri)
})
afterEach(clearFaults)

const some = [paper, full, clip, ...['A', 'B'].map((generation) => videos.find(({ title }) => title === { A: 'A Lava Lamp for Your Pocket', B: 'Étude No. 1, Seen at Sixty Frames' }[generation])!)].map(({ uri }) => uri)
const creators = [aurora.did, aurora.handle]

/** Values of every documented parameter, each of which has to be answered. A required parameter's first value goes with the others. */
const VALUES: Record<string, Record<string, (string | string[])[]>> = {
  listVideos: { limit: ['1', '100'], cursor: [cursor], creator: creators, q: ['paper mountains'], tag: ['landscape'], sort: ['newest', 'oldest', 'longest'], minDuration: ['0', '20'], maxDuration: ['30'] },
  getVideo: { uri: some },
  getVideoStreams: { uri: some },
  getPlaylist: { uri: some, quality: ['1080p', '720p', '480p', '360p', '240p'] },
  getThumbnail: { uri: [paper.uri], width: ['160', '320', '480', '640', '960', '1280'], t: ['0', '7.5'], cid: [paper.cid] },
  getSprite: { uri: [paper.uri], sheet: ['0'], cid: [paper.cid] },
  getVtt: { uri: [paper.uri], cid: [paper.cid] },
  getShareImage: { uri: [paper.uri, full.uri], cid: [paper.cid] },
  isMetadataReady: { uri: [paper.uri, clip.uri] },
  batchMetadataReady: { uris: [[paper.uri], [paper.uri, full.uri, unknown()]] },
  getProfile: { actor: creators },
  batchProfiles: { actors: [[aurora.did], [aurora.handle, account('basalt.test').did, NOBODY, 'nobody.test']] },
  shareVideo: { uri: [paper.uri, full.uri], t: ['5', '7.5'] },
  shareCreator: { creator: creators },
  getShareHead: { uri: [paper.uri, full.uri], creator: creators },
  embed: { uri: [paper.uri, full.uri], t: ['5', '7.5'], autoplay: ['0', '1'] },
  oembed: {
    url: [watchUrl(paper.uri), `${WEB_URL}/embed/${aurora.did}/${keyOf(paper.uri)}?t=5`, `${WEB_URL}/creator/${aurora.did}/`, `${RUNNER_URL}${BUNDLE}/shareVideo?${new URLSearchParams({ uri: paper.uri })}`],
    format: ['json'],
    maxwidth: ['1', '320', '100000'],
    maxheight: ['1', '180', '100000'],
  },
  rss: { creator: creators },
  sitemap: { page: ['1'] },
}

/** Parameters that only an AppView can answer; `sort` too, unless it is `newest`. */
const OF_AN_INDEX = ['q', 'tag', 'minDuration', 'maxDuration']
const needsIndex = ({ sort, ...input }: Input) => (sort !== undefined && sort !== 'newest') || Object.keys(input).some((name) => OF_AN_INDEX.includes(name))

test('every endpoint has a lexicon with its parameters, every lexicon an endpoint, and every parameter values to be asked with', () => {
  const shape = (entries: Iterable<readonly [string, Iterable<string>]>) => [...entries].map(([name, parameters]) => [name, [...new Set(parameters)].sort().join(' ')].join(': ')).sort()
  const documented = shape([...contracts].map(([name, { parameters }]) => [name, parameters.map((parameter) => parameter.name)]))
  const names = [...new Set(endpoints.map(({ name }) => name))]
  assert.deepEqual(shape(names.map((name) => [name, endpoints.filter((one) => one.name === name).flatMap(({ input = [] }) => input.map((parameter) => parameter.name))])), documented)
  for (const one of endpoints) assert.deepEqual(shape([[one.name, (one.input ?? []).map(({ name }) => name)]]), shape([[one.name, contracts.get(one.name)?.parameters.map(({ name }) => name) ?? []]]), one.method)
  assert.deepEqual(shape(Object.entries(VALUES).map(([name, values]) => [name, Object.keys(values)])), documented)
  for (const [name, values] of Object.entries(VALUES)) for (const [parameter, list] of Object.entries(values)) assert.ok(list.length > 0 && !list.includes(''), `${name}: ${parameter}`)
})

for (const name of new Set(endpoints.map((endpoint) => endpoint.name))) {
  describe(name, () => {
    const contract = contracts.get(name)
    const methods = methodsOf(name)
    for (const input of inputs(name)) {
      test(`answers ${JSON.stringify(input).slice(0, 120)} by ${methods.join(' and ')} as its lexicon says`, async () => {
        assert.ok(contract, `${name} has no lexicon`)
        appView = (_, response) => void response.setHeader('content-type', 'application/json').end(JSON.stringify({ videos: listed, cursor: 'next', source: 'index' }))
        const bundle = name === 'listVideos' && needsIndex(input) ? indexed.path : BUNDLE
        const bodies = new Set<string>()
        for (const method of methods) {
          // A cold picture may take longer than a call may here.
          const answer = await until(() => call(bundle, name, method, input), ({ status }) => status !== 504, 60)
          const accepted = /^(image|text\/vtt)/.test(contract.encoding) ? [200, 202] : [200]
          assert.ok(accepted.includes(answer.status), `${method}: ${answer.status} ${answer.text.slice(0, 500)}`)
          assert.equal(mediaType(answer), contract.encoding)
          assertCommon(answer)
          if (contract.encoding === 'application/json') assert.deepEqual(complaints(name, JSON.parse(answer.text)), [], `${method}: ${answer.text.slice(0, 2_000)}`)
          bodies.add(answer.text)
        }
        assert.equal(bodies.size, 1, 'the same by each method')
      })
    }
  })
}

test('an AppView is asked with every parameter of a list as it was given, a creator by DID', async () => {
  const asked: URLSearchParams[] = []
  appView = (request, response) => {
    asked.push(new URL(request.url ?? '', STAGE_URL).searchParams)
    response.end(JSON.stringify({ videos: [], source: 'index' }))
  }
  const given = { limit: '7', creator: aurora.handle, q: 'ridges & dusk', tag: 'landscape', sort: 'longest', minDuration: '1', maxDuration: '90' }
  const page = await askJson(`${indexed.path}/listVideos?${new URLSearchParams(given)}`)
  assert.deepEqual(page, { videos: [], source: 'appview' })
  assert.deepEqual(asked.map((query) => Object.fromEntries(query)), [{ ...given, creator: aurora.did }])
})

test('a video of which all is known shows all of it', async () => {
  const video = await askJson<Record<string, unknown> & { captions: { url: string }[]; chapters: object[] }>(`${BUNDLE}/getVideo?${new URLSearchParams({ uri: full.uri })}`)
  for (const field of ['handle', 'displayName', 'durationMs', 'description', 'tags', 'contentWarnings', 'likeCount', 'viewCount', 'livestream', 'chapters', 'tracks', 'captions', 'descriptionFacets', 'activity', 'contentRights', 'profile']) {
    assert.ok(field in video, `no ${field} in ${JSON.stringify(video)}`)
  }
  assert.deepEqual(video.chapters, [{ startMs: 0, title: 'Start' }, { startMs: 14_000, title: 'The record' }])
  for (const { url } of video.captions) assert.match(await (await fetch(url)).text(), /^WEBVTT\n/)
  const part = await askJson(`${BUNDLE}/getVideo?${new URLSearchParams({ uri: clip.uri })}`)
  assert.deepEqual([part['source'], part['clip']], ['clip', { video: full.uri, startMs: 2_000, endMs: 8_000 }])
})

/** Errors that answers had, as `endpoint name`. */
const raised = new Set<string>()

async function refuses(...asked: Parameters<typeof assertRefuses>): Promise<void> {
  await assertRefuses(...asked)
  raised.add(`${asked[0]} ${asked[2]}`)
}

/** What the node may say of a video, and of its playlist alone. */
const OF_A_VIDEO: Record<string, Omit<Fault, 'method'>> = {
  InvalidRequest: { status: 400, error: 'InvalidRequest' },
  UnsupportedCollection: { status: 400, error: 'UnsupportedCollection' },
  VideoUnavailable: { status: 403, error: 'VideoUnavailable' },
  VideoNotFound: { status: 404, error: 'VideoNotFound' },
  UpstreamFailed: { html: true },
  UpstreamUnavailable: { status: 503, retryAfter: 7 },
}
const OF_A_PLAYLIST: typeof OF_A_VIDEO = { ...OF_A_VIDEO, BlobNotFound: { status: 404, error: 'BlobNotFound' }, Unplayable: { status: 422, error: 'UnprocessableEntity' } }
const byUri = (uri: string): Input => ({ uri })

/** Endpoints that tell of one video, which method of the node they ask, and by what they are asked for one. */
const ABOUT_A_VIDEO: [endpoint: string, method: string, input: (uri: string) => Input][] = [
  ...['getVideo', 'isMetadataReady', 'getThumbnail', 'getSprite', 'getVtt', 'getShareImage', 'shareVideo', 'embed', 'getShareHead'].map((endpoint) => [endpoint, GET_VIDEO, byUri] as [string, string, typeof byUri]),
  ['oembed', GET_VIDEO, (uri) => ({ url: watchUrl(uri) })],
  ['getPlaylist', GET_PLAYLIST, byUri],
  ['getVideoStreams', GET_PLAYLIST, byUri],
]

for (const [endpoint, method, input] of ABOUT_A_VIDEO) {
  for (const [name, how] of Object.entries(method === GET_VIDEO ? OF_A_VIDEO : OF_A_PLAYLIST)) {
    test(`${endpoint} tells that the node says ${name}`, async () => {
      const uri = unknown()
      await fault({ method, match: keyOf(uri), times: 10, ...how })
      await refuses(endpoint, input(uri), name)
    })
  }
}

test('a video that was there is said to be gone', async () => {
  for (const endpoint of ['getVideo', 'shareVideo', 'embed', 'getShareHead', 'oembed']) {
    const [, , input] = ABOUT_A_VIDEO.find(([name]) => name === endpoint)!
    await refuses(endpoint, input(gone.uri), 'VideoDeleted')
  }
})

test('what is asked for and is not there, each by its name', async () => {
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
    await refuses('getProfile', { actor: moved.did }, name)
    for (const endpoint of ['shareCreator', 'rss', 'getShareHead']) await refuses(endpoint, { creator: moved.did }, name)
    await refuses('oembed', { url: `${WEB_URL}/creator/${moved.did}/` }, name)
    const batch = await askJson(`${BUNDLE}/batchProfiles?${new URLSearchParams({ actors: moved.did })}`)
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

/** An endpoint with each value of each parameter. */
function inputs(name: string): Input[] {
  const values = VALUES[name] ?? {}
  const required = contracts.get(name)?.parameters.filter(({ required }) => required) ?? []
  const base = Object.fromEntries(required.map((parameter) => [parameter.name, values[parameter.name]?.[0] ?? '']))
  const without = required.length === 0 && name !== 'getShareHead' ? [{}] : []
  return [...without, ...Object.entries(values).flatMap(([parameter, list]) => list.map((value) => ({ ...base, [parameter]: value })))]
}
