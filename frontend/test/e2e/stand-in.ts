import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32, deflateSync } from 'node:zlib'
import { findFreePortBase } from '../../../scripts/localnet/ports.ts'
import { startService } from '../../../scripts/localnet/service.ts'
import { instanceAt } from '../../../scripts/localnet/system/instance.ts'
import { webSpec } from '../../../scripts/localnet/system/web.ts'
import type { ListVideosParameters, Profile, VideoItem } from '../../shared/contract.ts'

export const DID = 'did:plc:jtfnthvf2ryakrpavyjd33uu'
export const HANDLE = 'aurora.test'
export const uriOf = (rkey: string) => `at://${DID}/place.stream.video/${rkey}`

/** How the stand-in for a runner answers: as it should, not at all, never, with nonsense, with an error, or without an index. */
export type Mood = 'well' | 'down' | 'silent' | 'nonsense' | 'failing' | 'unindexed'

/** A runner whose bundle has the videos that a test gives it. `asked` are the addresses of all calls, as path and query. */
export interface StandIn {
  url: string
  mood: Mood
  videos: VideoItem[]
  profile: Profile
  asked: URL[]
  /** The calls of an endpoint. */
  calls(endpoint: string): URL[]
}

/** A site of a test's own, told to ask a stand-in; both end by `stop`. */
export async function startSite(videos: VideoItem[]): Promise<{ site: string; runner: StandIn; stop: () => Promise<void> }> {
  const { runner, close } = await startRunner(videos)
  const { site, stop } = await startSiteAt(runner.url, { did: DID, name: 'vod', channel: 'latest' })
  return {
    site,
    runner,
    stop: async () => {
      await stop()
      close()
    },
  }
}

/** A site of a test's own, told to ask that bundle at that runner. */
export async function startSiteAt(runnerUrl: string, bundle: { did: string; name: string; channel: string }): Promise<{ site: string; stop: () => Promise<void> }> {
  const instance = { ...instanceAt(await findFreePortBase()), runnerUrl }
  await mkdir(instance.logDir, { recursive: true })
  const service = await startService(await webSpec(instance, bundle))
  return { site: instance.webUrl, stop: () => service.stop() }
}

/** A video of the stand-in; `minutes` long. */
export function video(rkey: string, title: string, minutes = 1, more: Partial<VideoItem> = {}): VideoItem {
  const ms = Math.round(minutes * 60_000)
  return { uri: uriOf(rkey), cid: `bafyreig${rkey.padStart(51, 'a').toLowerCase().replace(/[^a-z2-7]/g, 'a')}`, title, creator: DID, handle: HANDLE, displayName: 'Aurora', duration: ms * 1e6, durationMs: ms, createdAt: '2026-03-01T10:00:00.000Z', ...more }
}

/** Colours of the tiles of every storyboard, each ten seconds; the sheet has two columns. */
export const TILES = [[200, 30, 30], [30, 160, 40], [40, 60, 210], [220, 200, 30]] as const
const [TILE_WIDTH, TILE_HEIGHT] = [160, 90]

async function startRunner(videos: VideoItem[]): Promise<{ runner: StandIn; close: () => void }> {
  const server = createServer((request, response) => answer(runner, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const asked: URL[] = []
  const runner: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'well',
    videos,
    profile: { did: DID, handle: HANDLE, displayName: 'Aurora', description: 'Lights of the north.\nhttps://aurora.example/' },
    asked,
    calls: (endpoint) => asked.filter(({ pathname }) => pathname.endsWith(`/${endpoint}`)),
  }
  return {
    runner,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function answer(runner: StandIn, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', runner.url)
  runner.asked.push(url)
  response.setHeader('access-control-allow-origin', '*')
  const endpoint = url.pathname.split('/').at(-1) ?? ''
  const json = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  if (runner.mood === 'down') return void request.socket.destroy()
  if (runner.mood === 'silent') return
  if (runner.mood === 'failing') return json(503, { error: 'Overloaded', message: 'later' })
  if (runner.mood === 'nonsense') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>')
  switch (endpoint) {
    case 'listVideos': {
      const query = Object.fromEntries(url.searchParams) as Record<keyof ListVideosParameters, string | undefined>
      if (runner.mood === 'unindexed' && (query.q ?? query.tag ?? query.sort ?? query.minDuration ?? query.maxDuration)) return json(501, { error: 'NoAppView', message: 'no index' })
      return json(200, list(runner, query))
    }
    case 'getVideo': {
      const found = runner.videos.find(({ uri }) => uri === url.searchParams.get('uri'))
      return found ? json(200, { ...found, source: 'archive' }) : json(404, { error: 'VideoNotFound', message: 'gone' })
    }
    case 'getProfile': {
      const actor = url.searchParams.get('actor')
      return actor === DID || actor === HANDLE ? json(200, runner.profile) : json(404, { error: 'AccountNotFound', message: 'nobody' })
    }
    case 'getComments':
      return json(200, { comments: [] })
    case 'getVtt':
      return void response.writeHead(200, { 'content-type': 'text/vtt; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable' }).end(storyboard())
    case 'getSprite':
    case 'getThumbnail':
      return void response.writeHead(200, { 'content-type': 'image/png', 'cache-control': 'public, max-age=31536000, immutable' }).end(sheet())
    default:
      return json(404, { error: 'EndpointNotFound', message: endpoint })
  }
}

/** As the bundle does, with an index; its cursors are offsets. A search for `million` never ends. */
function list({ videos }: StandIn, query: Record<keyof ListVideosParameters, string | undefined>) {
  const [from, limit] = [Number(query.cursor ?? 0), Number(query.limit ?? 25)]
  if (query.q === 'million') return { videos: Array.from({ length: limit }, (_, index) => video(`m${from + index}`, `One of a million, ${from + index}`)), cursor: String(from + limit), source: 'appview' }
  const seconds = ({ durationMs = 0 }: VideoItem) => durationMs / 1000
  const found = videos
    .filter(() => !query.creator || [DID, HANDLE].includes(query.creator))
    .filter((item) => !query.tag || item.tags?.includes(query.tag))
    .filter((item) => !query.q || item.title.toLowerCase().includes(query.q.toLowerCase()))
    .filter((item) => seconds(item) >= Number(query.minDuration ?? 0) && seconds(item) <= Number(query.maxDuration ?? Infinity))
    .map((item) => (query.q && !item.highlights ? { ...item, highlights: { title: [rangeOf(item.title, query.q)] } } : item))
  if (query.sort === 'oldest') found.reverse()
  if (query.sort === 'longest') found.sort((one, other) => seconds(other) - seconds(one))
  const more = from + limit < found.length ? { cursor: String(from + limit) } : {}
  return { videos: found.slice(from, from + limit), source: 'appview', ...more }
}

function rangeOf(title: string, words: string) {
  const at = title.toLowerCase().indexOf(words.toLowerCase())
  const startByte = Buffer.byteLength(title.slice(0, at))
  return { startByte, endByte: startByte + Buffer.byteLength(words) }
}

function storyboard(): string {
  const time = (index: number) => `00:00:${String(index * 10).padStart(2, '0')}.000`
  return ['WEBVTT', ...TILES.map((_, index) => `${time(index)} --> ${time(index + 1)}\ngetSprite?sheet=0#xywh=${(index % 2) * TILE_WIDTH},${Math.floor(index / 2) * TILE_HEIGHT},${TILE_WIDTH},${TILE_HEIGHT}`)].join('\n\n')
}

/** The sheet as a PNG (RGB, no filter). */
function sheet(): Buffer {
  const rows = Array.from({ length: 2 * TILE_HEIGHT }, (_, y) => {
    const row = Math.floor(y / TILE_HEIGHT) * 2
    return Buffer.from([0, ...Array.from({ length: 2 * TILE_WIDTH }, (_, x) => TILES[row + Math.floor(x / TILE_WIDTH)]!).flat()])
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(2 * TILE_WIDTH, 0)
  header.writeUInt32BE(2 * TILE_HEIGHT, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
