/** The running release of the video bundle, held to its lexicons: every endpoint, every parameter, every field. */
import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, describe, test } from 'node:test'
import type { GetCommentsOutput, ListVideosOutput } from '../../../frontend/shared/contract.ts'
import { storyboard } from '../../../scripts/localnet/check/pictures.ts'
import { putRecord } from '../../../scripts/localnet/publish/accounts.ts'
import { procedure } from '../../../scripts/localnet/publish/xrpc-client.ts'
import { askJson, assertCommon } from './ask.ts'
import { indexVideo } from './indexed.ts'
import { installVod } from './installed-vod.ts'
import { complaints, contracts, type Input } from './lexicons.ts'
import { until } from './probe.ts'
import { signIn } from './publish.ts'
import { openStage } from './stage.ts'
import { forget, publishDemo } from './streamplace.ts'
import { PDS_URL, STAGE_URL, account, videos } from './system.ts'
import { BUNDLE, NOBODY, WEB_URL, at, call, embedUrl, endpoints, mediaType, methodsOf, unknown, watchUrl } from './vod-call.ts'

const aurora = account('aurora.test')
const paper = videos.find(({ title }) => title === 'Paper Mountains at Dusk')!

/** An AppView, and the same release where it is asked. */
let appView: RequestListener = (_, response) => void response.end()
const stage = await openStage((request, response) => appView(request, response))
const indexed = await installVod('vod-indexed', { APPVIEW_URL: `${STAGE_URL}/appview` })

/** A video of which everything is known, and a part of it. */
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
await storyboard(at('getVtt', { uri: paper.uri }))
/** The demo's comments; the node hears of them in its own time. */
const { cursor: commentCursor = '' } = await until(() => comments({ limit: '1' }), ({ cursor }) => cursor !== undefined, 60)
const { videos: listed, cursor = '' } = await askJson<{ videos: object[]; cursor?: string }>(`${BUNDLE}/listVideos?limit=2`)

after(async () => {
  await indexed.uninstall()
  await stage.close()
  for (const { uri } of [full, clip]) await forget(uri)
})

/** Where an AppView may find words. */
const HIGHLIGHTS = { title: [{ startByte: 0, endByte: 1 }], description: { text: '…a part…', ranges: [{ startByte: 5, endByte: 9 }] } }

/** Of all three generations of records, and a clip. */
const some = [paper, ...videos.filter(({ title }) => ['A Lava Lamp for Your Pocket', 'Étude No. 1, Seen at Sixty Frames'].includes(title)), full, clip].map(({ uri }) => uri)
const creators = [aurora.did, aurora.handle]

/** Values of every documented parameter, each of which has to be answered. A required parameter's first value goes with the others. */
const VALUES: Record<string, Record<string, (string | string[])[]>> = {
  listVideos: { limit: ['1', '100'], cursor: [cursor], creator: creators, q: ['paper mountains'], tag: ['landscape'], sort: ['newest', 'oldest', 'longest'], minDuration: ['0', '20'], maxDuration: ['30'] },
  getVideo: { uri: some },
  getVideoStreams: { uri: some },
  getComments: { uri: some, limit: ['1', '100'], cursor: [commentCursor] },
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
    url: [watchUrl(paper.uri), `${embedUrl(paper.uri)}?t=5`, `${WEB_URL}/creator/${aurora.did}/`, at('shareVideo', { uri: paper.uri })],
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
  const names = (of: readonly { name: string }[] = []) => of.map(({ name }) => name).sort()
  assert.deepEqual([...new Set(names(endpoints))], [...contracts.keys()].sort())
  for (const { name, method, input } of endpoints) assert.deepEqual(names(input), names(contracts.get(name)?.parameters), `${method} ${name}`)
  for (const [name, { parameters }] of contracts) assert.deepEqual(Object.keys(VALUES[name] ?? {}).sort(), names(parameters), `values for ${name}`)
})

for (const name of new Set(endpoints.map((endpoint) => endpoint.name))) {
  describe(name, () => {
    const contract = contracts.get(name)
    const methods = methodsOf(name)
    for (const input of inputs(name)) {
      test(`answers ${JSON.stringify(input).slice(0, 120)} by ${methods.join(' and ')} as its lexicon says`, async () => {
        assert.ok(contract, `${name} has no lexicon`)
        appView = (_, response) => void response.setHeader('content-type', 'application/json').end(JSON.stringify({ videos: listed.map((video) => ({ ...video, highlights: HIGHLIGHTS })), cursor: 'next', source: 'index' }))
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

test('an AppView is asked with every parameter of a list as it was given, a creator by DID, and where it found words is told', async () => {
  const asked: URLSearchParams[] = []
  appView = (request, response) => {
    asked.push(new URL(request.url ?? '', STAGE_URL).searchParams)
    response.end(JSON.stringify({ videos: [{ ...listed[0], title: 'Paper', highlights: HIGHLIGHTS }], source: 'index' }))
  }
  const given = { limit: '7', creator: aurora.handle, q: 'ridges & dusk', tag: 'landscape', sort: 'longest', minDuration: '1', maxDuration: '90' }
  const page = await askJson<ListVideosOutput>(`${indexed.path}/listVideos?${new URLSearchParams(given)}`)
  assert.deepEqual([page.source, page.videos.map(({ highlights }) => highlights)], ['appview', [HIGHLIGHTS]])
  assert.deepEqual(asked.map((query) => Object.fromEntries(query)), [{ ...given, creator: aurora.did }])
})

test('a video of which all is known shows all of it', async () => {
  const video = await askJson<Record<string, unknown> & { captions: { url: string }[]; chapters: object[] }>(`${BUNDLE}/getVideo?${new URLSearchParams({ uri: full.uri })}`)
  for (const field of ['handle', 'displayName', 'durationMs', 'description', 'tags', 'contentWarnings', 'likeCount', 'viewCount', 'livestream', 'chapters', 'captions', 'descriptionFacets', 'activity', 'contentRights', 'profile']) {
    assert.ok(field in video, `no ${field} in ${JSON.stringify(video)}`)
  }
  assert.deepEqual(video.chapters, [{ startMs: 0, title: 'Start' }, { startMs: 14_000, title: 'The record' }])
  for (const { url } of video.captions) assert.match(await (await fetch(url)).text(), /^WEBVTT\n/)
  const { tracks } = await askJson<{ tracks: { kind: string }[] }>(`${BUNDLE}/getVideo?${new URLSearchParams({ uri: paper.uri })}`)
  assert.deepEqual([...new Set(tracks.map(({ kind }) => kind))].sort(), ['audio', 'video'])
  const part = await askJson(`${BUNDLE}/getVideo?${new URLSearchParams({ uri: clip.uri })}`)
  assert.deepEqual([part['source'], part['clip']], ['clip', { video: full.uri, startMs: 2_000, endMs: 8_000 }])
})

test('comments that were written to a repo show, with whom they answer, and one that is deleted goes', async () => {
  const { comments: [last, answer, first, ...more] } = await until(() => comments(), ({ comments }) => comments.length >= 3, 60)
  assert.deepEqual([answer?.parent, answer?.root, answer?.replyTo?.uri, more], [first?.uri, { uri: first?.uri, cid: first?.cid }, first?.uri, []])
  assert.deepEqual([last, answer, first].map((comment) => comment?.author.handle), ['cirrus.test', 'aurora.test', 'basalt.test'])
  assert.deepEqual(last?.author, { did: account('cirrus.test').did, handle: 'cirrus.test', displayName: 'Cirrus' })
  assert.deepEqual([first?.likeCount, first?.parent, first?.root], [1, undefined, undefined])
  const { authorization } = await signIn('basalt.test')
  const { did, handle, password } = account('basalt.test')
  const record = { text: 'Näher: a.example\u0000', createdAt: new Date().toISOString(), video: paper.uri, facets: [{ index: { byteStart: 8, byteEnd: 17 }, features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://a.example/' }] }] }
  const { uri } = await putRecord(PDS_URL, { did, handle, password, displayName: 'Basalt', authorization }, 'place.stream.vod.comment', '3contractcomment', record)
  const [shown] = (await until(() => comments(), ({ comments }) => comments[0]?.uri === uri, 60)).comments
  assert.deepEqual([shown?.text, shown?.facets], ['Näher: a.example', [{ startByte: 8, endByte: 17, link: 'https://a.example/' }]])
  await procedure(PDS_URL, 'com.atproto.repo.deleteRecord', { repo: did, collection: 'place.stream.vod.comment', rkey: '3contractcomment' }, authorization)
  await until(() => comments(), ({ comments }) => comments[0]?.uri === last?.uri, 60)
})

/** A page of the comments on a video, the demo's unless another is named. */
function comments(more: Record<string, string> = {}): Promise<GetCommentsOutput> {
  return askJson<GetCommentsOutput>(`${BUNDLE}/getComments?${new URLSearchParams({ uri: paper.uri, ...more })}`)
}

/** An endpoint with each value of each parameter. */
function inputs(name: string): Input[] {
  const values = VALUES[name] ?? {}
  const required = contracts.get(name)?.parameters.filter(({ required }) => required) ?? []
  const base = Object.fromEntries(required.map((parameter) => [parameter.name, values[parameter.name]?.[0] ?? '']))
  const without = required.length === 0 && name !== 'getShareHead' ? [{}] : []
  return [...without, ...Object.entries(values).flatMap(([parameter, list]) => list.map((value) => ({ ...base, [parameter]: value })))]
}
