import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, askJson, assertCommon } from './ask.ts'
import { VOD_BUNDLE, videos } from './system.ts'

interface Described {
  did: string
  name: string
  version: string
  record: string
  endpoints: { name: string; method: string }[]
  modules: { path: string; type: string; cid: string; size: number }[]
  limits: Record<string, number>
  stale: boolean
}
interface Listed {
  videos: { uri: string; title: string }[]
  cursor?: string
  source: string
}

const [did = '', name = ''] = VOD_BUNDLE.split('/')
const latest = `/bundle/${VOD_BUNDLE}`
const { version } = await askJson<Described>(latest)
const exact = `/bundle/${did}/${name}/${version}`

test('a release is described down to the content addresses of its code', async () => {
  const described = await askJson<Described>(latest)
  assert.deepEqual([described.did, described.name, described.stale], [did, name, false])
  assert.equal(described.record, `at://${did}/run.at.release/${name}:${version}`)
  assert.deepEqual(described.modules.map(({ path, type }) => `${type} ${path}`).sort(), ['esm index.js', 'wasm index_bg.wasm'])
  for (const { cid, size } of described.modules) {
    assert.match(cid, /^bafkrei[a-z2-7]{52}$/)
    assert.ok(size > 1_000)
  }
  assert.ok(described.endpoints.some((endpoint) => endpoint.name === 'listVideos' && endpoint.method === 'GET'))
  assert.deepEqual(Object.keys(described.limits).sort(), ['cpuMs', 'subRequests'])
  assert.deepEqual(await askJson(exact), described)
})

test('a bundle answers the same under its channel, its version and its percent-encoded DID', async () => {
  const paths = [latest, exact, `/bundle/${encodeURIComponent(did)}/${name}/latest`, `/bundle/${encodeURIComponent(did).toLowerCase()}/${name}/latest`]
  const answers = await Promise.all(paths.map((path) => ask(`${path}/listVideos?limit=2`)))
  for (const answer of answers) {
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers.get('content-type'), 'application/json')
    assertCommon(answer)
    assert.equal(answer.text, answers[0]?.text)
  }
})

test('every published video is listed, page by page, once', async () => {
  const listed: Listed['videos'] = []
  let cursor: string | undefined
  do {
    const page: Listed = await askJson<Listed>(`${latest}/listVideos?${new URLSearchParams({ limit: '3', ...(cursor !== undefined && { cursor }) })}`)
    assert.ok(page.videos.length <= 3)
    assert.equal(page.source, 'node')
    assert.match(page.cursor ?? 'n.', /^n\./, 'a cursor says whose it is')
    listed.push(...page.videos)
    cursor = page.cursor
  } while (cursor !== undefined && listed.length < 100)
  const pairs = (all: readonly { uri: string; title: string }[]) => all.map(({ uri, title }) => `${uri} ${title}`).sort()
  assert.deepEqual(pairs(listed), pairs(videos))
})

test('a cursor leads on with whom the list began, and one that no page had leads nowhere', async () => {
  const { cursor = '' } = await askJson<Listed>(`${latest}/listVideos?limit=1`)
  const [source, own] = [cursor.slice(0, 2), cursor.slice(2)]
  assert.equal(source, 'n.')
  for (const [other, error] of [[own, 'InvalidInput'], [`x.${own}`, 'InvalidInput'], [`a.${own}`, 'InvalidInput'], [`r.${own}`, 'InvalidInput'], ['n.', 'InvalidInput'], ['n.nonsense', 'InvalidRequest']] as const) {
    const answer = await ask(`${latest}/listVideos?${new URLSearchParams({ limit: '1', cursor: other })}`)
    assert.deepEqual([answer.status, (JSON.parse(answer.text) as { error: string }).error], [400, error], other)
  }
})

test('the playlist of every video is a master playlist of absolute URIs that lead to media playlists', async () => {
  for (const { uri, title } of videos) {
    const answer = await ask(`${exact}/getPlaylist?${new URLSearchParams({ uri })}`)
    assert.equal(answer.status, 200, `${title}: ${answer.text}`)
    assert.equal(answer.headers.get('content-type'), 'application/vnd.apple.mpegurl')
    const uris = answer.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    assert.ok(uris.length > 0, answer.text)
    for (const rendition of uris) {
      assert.match(rendition, /^http:\/\//, title)
      const media = await (await fetch(rendition)).text()
      assert.match(media, /^#EXTM3U[\s\S]*#EXT-X-BYTERANGE/, title)
    }
  }
})

test('HEAD is GET without the body', async () => {
  const path = `${latest}/listVideos?limit=1`
  const [head, get] = [await ask(path, { method: 'HEAD' }), await ask(path)]
  assert.deepEqual([head.status, head.text], [200, ''])
  assert.equal(head.headers.get('content-type'), get.headers.get('content-type'))
  assert.equal(head.headers.get('cache-control'), get.headers.get('cache-control'))
  assertCommon(head)
})

test("a bundle's own errors pass with their status and words", async () => {
  const answer = await ask(`${latest}/getPlaylist?uri=at://did:plc:${'z'.repeat(24)}/place.stream.video/3my65pampecpb`)
  assert.equal(answer.status, 404, answer.text)
  assert.equal(typeof (JSON.parse(answer.text) as { error: string }).error, 'string')
  assertCommon(answer)
  assert.equal((await ask(`${latest}/getPlaylist`)).status, 400)
})
