import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { getCaptions, listTracks } from './captions.ts'
import type { Catalog, CatalogEntry } from './catalog.ts'
import { getComments } from './comments.ts'
import { Faults, strike, type Fault } from './faults.ts'
import { getVideoBlob, getVideoPlaylist } from './playback.ts'
import { Reactions } from './reactions.ts'
import { trackMetadata } from './track-metadata.ts'
import { allowEveryOrigin, answerError, answerJson, answerPreflight, required, videoUri, wholeNumber, XrpcError } from './xrpc.ts'

/** A request that arrived, for tests that count what a client asks for. */
interface SeenRequest {
  method: string
  url: string
  range?: string
}

const MOST_SEEN = 10_000

/**
 * A stand-in for a Streamplace node over what it hosts and what people say of it: its public XRPC methods, and under `/__…` what makes a stand-in useful:
 * `POST /__media {folder}` takes a folder in, `POST|DELETE /__videos` adds or removes a record, `POST|DELETE /__faults` injects faults,
 * `GET|DELETE /__requests` tells which XRPC requests came.
 */
export function streamplaceServer(catalog: Catalog, reactions = new Reactions()): Server {
  const faults = new Faults()
  const seen: SeenRequest[] = []
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    allowEveryOrigin(response)
    const answered = url.pathname.startsWith('/__')
      ? administer(catalog, faults, seen, url, request, response)
      : answerXrpc(catalog, reactions, faults, seen, url, request, response)
    answered.catch((error: unknown) => answerError(request, response, error))
  })
}

async function answerXrpc(
  catalog: Catalog,
  reactions: Reactions,
  faults: Faults,
  seen: SeenRequest[],
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'OPTIONS') return answerPreflight(response)
  const { range } = request.headers
  seen.push({ method: request.method ?? '', url: request.url ?? '', ...(range !== undefined && { range }) })
  if (seen.length > MOST_SEEN) seen.shift()

  const method = /^\/xrpc\/([a-zA-Z0-9.-]+)$/.exec(url.pathname)?.[1]
  if (method === undefined) throw new XrpcError(404, 'NotFound', `nothing at ${url.pathname}`)
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new XrpcError(405, 'InvalidRequest', `${method} is a query: use GET`)
  const fault = faults.next(method, request.url ?? '')
  if (fault && (await strike(fault, request, response))) return

  const query = url.searchParams
  switch (method) {
    case 'place.stream.media.getVideoList':
      return answerJson(request, response, 200, videoList(catalog, reactions, query))
    case 'place.stream.media.getVideo':
      return answerJson(request, response, 200, video(catalog, reactions, query))
    case 'place.stream.vod.getComments':
      return answerJson(request, response, 200, getComments(reactions, query))
    case 'place.stream.caption.listTracks':
      return answerJson(request, response, 200, await listTracks(catalog, query))
    case 'place.stream.caption.getCaptions':
      return getCaptions(catalog, query, request, response)
    case 'place.stream.playback.getVideoPlaylist':
      return getVideoPlaylist(catalog, query, request, response)
    case 'place.stream.playback.getVideoBlob':
      return getVideoBlob(catalog, query, request, response)
    default:
      throw new XrpcError(501, 'MethodNotImplemented', `no method ${method}`)
  }
}

function videoList(catalog: Catalog, reactions: Reactions, query: URLSearchParams): object {
  const limit = wholeNumber(query, 'limit', 1, 100) ?? 25
  const cursor = query.get('cursor') ?? undefined
  const page = catalog.page(query.get('repo') ?? undefined, limit, cursor)
  if (!page) throw new XrpcError(400, 'InvalidRequest', `parameter "cursor" is ${JSON.stringify(cursor)}: not one of ours`)
  return { videos: page.items.map((entry) => videoView(entry, reactions)), ...(page.cursor !== undefined && { cursor: page.cursor }) }
}

function video(catalog: Catalog, reactions: Reactions, query: URLSearchParams): object {
  const { uri } = videoUri(query)
  const entry = catalog.entry(uri)
  if (!entry) throw new XrpcError(404, 'VideoNotFound', `no record indexed at ${uri}`)
  const { author, tracks } = entry
  return { ...videoView(entry, reactions), ...(tracks && { tracks: tracks.map((track) => ({ ...track, author })) }) }
}

/** `place.stream.media.getVideo#videoView`, without the tracks. */
function videoView({ uri, cid, author, record, likeCount = 0, viewCounts }: CatalogEntry, reactions: Reactions): object {
  return { uri, cid, author, record, likeCount: likeCount + reactions.likes(uri), viewCounts: { count: 0, bytes: 0, durationMs: 0, reporters: 0, ...viewCounts } }
}

async function administer(
  catalog: Catalog,
  faults: Faults,
  seen: SeenRequest[],
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = request.method === 'POST' ? ((await json(request)) as unknown) : undefined
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /__health':
      return answerJson(request, response, 200, { ok: true })
    case 'POST /__media':
      return answerJson(request, response, 200, await takeIn(catalog, (body as { folder: string }).folder))
    case 'POST /__videos':
      await catalog.put(body as CatalogEntry)
      return answerJson(request, response, 200, {})
    case 'DELETE /__videos':
      return answerJson(request, response, 200, { removed: await catalog.remove(required(url.searchParams, 'uri')) })
    case 'POST /__faults':
      faults.add(body as Fault)
      return answerJson(request, response, 200, {})
    case 'DELETE /__faults':
      faults.clear()
      return answerJson(request, response, 200, {})
    case 'GET /__requests':
      return answerJson(request, response, 200, { requests: seen })
    case 'DELETE /__requests':
      seen.length = 0
      return answerJson(request, response, 200, {})
    default:
      throw new XrpcError(404, 'NotFound', `nothing at ${request.method} ${url.pathname}`)
  }
}

/** What a publisher needs to know of a folder to write its record. */
export interface TakenIn {
  blob: { cid: string; size: number }
  /** `metadata` is a `place.stream.media.track#commonMetadata`. */
  tracks: { id: string; kind: 'video' | 'audio'; metadata?: object }[]
  durationMs: number
}

async function takeIn(catalog: Catalog, folder: string): Promise<TakenIn> {
  try {
    const { blob, tracks, durationMs } = await catalog.media(folder)
    const told = tracks.map((track) => {
      const metadata = trackMetadata(track)
      return { id: track.id, kind: track.kind, ...(metadata && { metadata }) }
    })
    return { blob: { cid: blob.cid, size: blob.size }, tracks: told, durationMs }
  } catch (error) {
    throw new XrpcError(400, 'InvalidMedia', (error as Error).message)
  }
}
