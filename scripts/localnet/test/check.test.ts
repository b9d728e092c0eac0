import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { check } from '../check/check.ts'
import { Catalog } from '../streamplace/catalog.ts'
import { streamplaceServer } from '../streamplace/server.ts'
import { masterFolder, muxedFolder } from './made-media.ts'

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const VERSION = '1.2.3'
const bundle = { did: DID, name: 'videos', channel: 'latest' }
const videos = ['muxed', 'tom & jerry'].map((title, index) => ({
  uri: `at://${DID}/place.stream.video/v${index}`,
  cid: 'bafyrecord',
  title,
  creator: 'aurora.test',
  durationMs: 6000,
  folder: '',
}))

/** Ways in which the runner below can be wrong. */
type Wrong = 'nothing' | 'release' | 'list' | 'relative' | 'ranges' | 'boxes' | 'stand-in' | 'gap' | 'outside' | 'card' | 'card-size' | 'titles'
let wrong: Wrong = 'nothing'
const origins: string[] = []
const servers: Server[] = []
const dir = await mkdtemp(join(tmpdir(), 'check-'))

/** What a JPEG of that size begins with: as much as is looked at. */
const jpegOf = (width: number, height: number) => Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3, 0, 0])
const cue = (start: number, end: number, place: string) => `00:00:0${start}.000 --> 00:00:0${end}.000\ngetSprite?sheet=0#xywh=${place}\n`

async function listen(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

before(async () => {
  const catalog = await Catalog.open(join(dir, 'catalog.json'))
  // Their segments begin with fMP4 boxes in one folder and with noise in the other.
  const folders = { boxes: (await muxedFolder(dir, 'muxed')).folder, noise: (await masterFolder(dir, 'noise')).folder }
  const host = async (kind: keyof typeof folders) => {
    for (const { uri, cid, title } of videos) await catalog.put({ uri, cid, record: { title }, author: { did: DID, handle: 'aurora.test' }, folder: folders[kind] })
  }
  await host('boxes')
  const streamplace = await listen(streamplaceServer(catalog))
  const runner = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://runner')
    if (url.pathname.endsWith('shareVideo')) response.setHeader('content-type', 'text/html; charset=utf-8')
    if (wrong === 'stand-in' && url.pathname.endsWith('getThumbnail')) response.setHeader('x-bundle-reason', 'NoKeyframe: none')
    void answer(url).then((body) => response.end(body))
  })
  const answer = async ({ pathname, searchParams }: URL): Promise<string | Buffer> => {
    await host(wrong === 'boxes' ? 'noise' : 'boxes')
    const root = `/bundle/${DID}/videos`
    if (pathname === `${root}/latest`) return JSON.stringify(wrong === 'release' ? { version: 'latest' } : { version: VERSION })
    if (pathname === `${root}/${VERSION}/listVideos`) {
      // One to a page, so that the second is only found by whoever follows the cursor.
      const at = Number(searchParams.get('cursor') ?? 0)
      const more = at + 1 < videos.length && wrong !== 'list'
      return JSON.stringify({ videos: videos.slice(at, at + 1), ...(more && { cursor: String(at + 1) }) })
    }
    if (pathname === `${root}/${VERSION}/getThumbnail`) return jpegOf(320, 180)
    if (pathname === `${root}/${VERSION}/getSprite`) return jpegOf(wrong === 'outside' ? 160 : 320, 90)
    if (pathname === `${root}/${VERSION}/getVtt`) return `WEBVTT\n\n${cue(0, 2, '0,0,160,90')}\n${cue(wrong === 'gap' ? 3 : 2, 6, '160,0,160,90')}`
    if (pathname === `${root}/${VERSION}/shareVideo`) {
      const image = `${origins[0]}${root}/${VERSION}/getShareImage?uri=a&#38;cid=b`
      return `<meta property="og:title" content="${wrong === 'card' ? 'other' : 'muxed'}"><meta property="og:image" content="${image}">`
    }
    if (pathname === `${root}/${VERSION}/getShareImage`) {
      assert.equal(searchParams.get('cid'), 'b')
      return jpegOf(1200, wrong === 'card-size' ? 628 : 630)
    }
    assert.equal(pathname, `${root}/${VERSION}/getPlaylist`)
    const master = await (await fetch(`${streamplace}/xrpc/place.stream.playback.getVideoPlaylist?${searchParams}`)).text()
    const origin = wrong === 'ranges' ? whole : streamplace
    return wrong === 'relative' ? master : master.replaceAll('/xrpc/', `${origin}/xrpc/`)
  }
  // Passes on to the stand-in without the Range header.
  const deaf = createServer((request, response) => {
    void fetch(streamplace + request.url).then(async (passed) => response.writeHead(passed.status).end(Buffer.from(await passed.arrayBuffer())))
  })
  const whole = await listen(deaf)
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    const data = `<script>${JSON.stringify(videos)}</script>`
    response.end(wrong === 'titles' ? data : `<h2>muxed</h2><h2>tom &amp; jerry</h2>${data}`)
  })
  origins.push(await listen(runner), await listen(site))
})
after(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await rm(dir, { recursive: true })
})

async function outcome(kind: Wrong): Promise<{ well: boolean; lines: string[] }> {
  wrong = kind
  const lines: string[] = []
  const well = await check({ runnerUrl: origins[0] ?? '', webUrl: origins[1] ?? '', bundle, videos }, (line) => lines.push(line))
  return { well, lines }
}

test('all is well: a line per step, each ok', async () => {
  const { well, lines } = await outcome('nothing')
  assert.equal(well, true, lines.join('\n'))
  assert.equal(lines.length, 2 + 4 * videos.length + 2)
  assert.ok(lines.every((line) => line.startsWith('ok     ')))
  assert.match(lines[3] ?? '', /^ok     first bytes of “muxed” → 206, box uuid at byte 0$/)
  assert.equal(lines[4], 'ok     thumbnail of “muxed” → JPEG of 320x180, 14 bytes')
  assert.equal(lines[5], 'ok     storyboard of “muxed” → 2 tiles up to 6 s, on 320x90')
})

const failures: [Wrong, RegExp][] = [
  ['release', /^FAILED GET \/bundle\/.*\/latest → no exact version/],
  ['list', /^FAILED GET .*listVideos → 1 videos, without “tom & jerry”/],
  ['relative', /^FAILED getPlaylist of “muxed” → not absolute: \/xrpc\//],
  ['ranges', /^FAILED first bytes of “muxed” → status 200 for a range request/],
  ['boxes', /^FAILED first bytes of “muxed” → no fMP4 box header/],
  ['stand-in', /^FAILED thumbnail of “muxed” → 200, a stand-in: NoKeyframe: none/],
  ['gap', /^FAILED storyboard of “muxed” → a cue from 3 to 6 after 2/],
  ['outside', /^FAILED storyboard of “muxed” → .* lies outside of a sheet of 160x90/],
  ['card', /^FAILED share page of “muxed” → og:title is "other"/],
  ['card-size', /^FAILED share page of “muxed” → a share picture of 1200x628/],
  ['titles', /^FAILED GET .* → 200, without the title “muxed”, “tom & jerry”/],
]
for (const [kind, line] of failures) {
  test(`a fault is found: ${kind}`, async () => {
    const { well, lines } = await outcome(kind)
    assert.equal(well, false)
    assert.ok(lines.some((printed) => line.test(printed)), lines.join('\n'))
  })
}
