import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Catalog } from './catalog.ts'
import { writeMaster, writeMediaPlaylist, type PlaylistContext } from './playlist-writer.ts'
import { rangeAsked } from './range.ts'
import { readSlices } from './slices.ts'
import { answerText, required, wholeNumber, XrpcError } from './xrpc.ts'

const VIDEO_URI = /^at:\/\/(did:[a-z]+:[A-Za-z0-9._:%-]+)\/([a-zA-Z0-9.-]+)\/([A-Za-z0-9._:~-]+)$/
const MAX_MS = Number.MAX_SAFE_INTEGER

/** Splits the at-uri of a video; 400 when it is none. */
export function videoUri(query: URLSearchParams): { uri: string; did: string } {
  const uri = required(query, 'uri')
  const [, did, collection] = VIDEO_URI.exec(uri) ?? []
  if (!did) throw new XrpcError(400, 'InvalidRequest', `parameter "uri" is ${JSON.stringify(uri)}: expected at://did/collection/rkey`)
  if (collection !== 'place.stream.video') throw new XrpcError(400, 'UnsupportedCollection', `collection ${collection} can't be played`)
  return { uri, did }
}

/** `place.stream.playback.getVideoPlaylist`: the master playlist, or with `track` a media playlist, which wants a `sid`. */
export async function getVideoPlaylist(
  catalog: Catalog,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uri, did } = videoUri(query)
  const start = wholeNumber(query, 'start', 0, MAX_MS)
  const end = wholeNumber(query, 'end', 1, MAX_MS)
  if ((start ?? 0) >= (end ?? Infinity)) throw new XrpcError(400, 'InvalidRequest', `the clip starts at ${start} ms and ends at ${end} ms`)
  const entry = catalog.entry(uri)
  if (!entry) throw new XrpcError(404, 'VideoNotFound', `no record indexed at ${uri}`)
  if (entry.unavailable) throw new XrpcError(403, 'VideoUnavailable', `${uri} is not available`)
  if (entry.folder === undefined) throw new XrpcError(404, 'BlobNotFound', `the blob of ${uri} is not hosted here`)
  const media = await catalog.media(entry.folder)

  const trackId = query.get('track')
  const track = trackId === null ? undefined : media.tracks.find(({ id }) => id === trackId)
  if (trackId !== null && !track) throw new XrpcError(404, 'TrackNotFound', `${uri} has no track ${JSON.stringify(trackId)}`)

  response.setHeader('cache-control', 'public, max-age=60')
  const sid = query.get('sid') || randomBytes(10).toString('hex')
  if (track && !query.get('sid')) {
    const location = new URLSearchParams([['sid', sid], ...[...query].filter(([name]) => name !== 'sid')])
    response.writeHead(302, { location: `/xrpc/place.stream.playback.getVideoPlaylist?${location}`, 'content-length': 0 })
    response.end()
    return
  }
  const context: PlaylistContext = { uri, did, sid, ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
  const text = track ? writeMediaPlaylist(media, track, context) : writeMaster(media, context)
  answerText(request, response, 200, 'application/vnd.apple.mpegurl', text)
}

/** `place.stream.playback.getVideoBlob`: immutable bytes, whole or one range of them, streamed from disk. */
export async function getVideoBlob(
  catalog: Catalog,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const did = required(query, 'did')
  const cid = required(query, 'cid').replace(/\.(m4s|mp4)$/, '')
  const blob = await catalog.blob(did, cid)
  if (!blob) throw new XrpcError(404, 'BlobNotFound', `no blob ${cid} of ${did} here`)

  const headers = { 'accept-ranges': 'bytes', etag: `"${cid}"`, 'cache-control': 'public, max-age=31536000, immutable' }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (request.headers['if-none-match'] === headers.etag) {
    response.writeHead(304).end()
    return
  }
  const asked = rangeAsked(request.headers.range, blob.size)
  if (asked === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${blob.size}`)
    throw new XrpcError(416, 'RangeNotSatisfiable', `${request.headers.range} of ${blob.size} bytes; one range only`)
  }
  const { start, end } = asked === 'whole' ? { start: 0, end: blob.size } : asked
  if (asked !== 'whole') response.setHeader('content-range', `bytes ${start}-${end - 1}/${blob.size}`)
  response.writeHead(asked === 'whole' ? 200 : 206, { 'content-type': 'video/mp4', 'content-length': end - start })
  if (request.method === 'HEAD') response.end()
  else await pipeline(Readable.from(readSlices(blob.slices, start, end)), response).catch(ignoreHangUp)
}

/** Players abandon downloads when they seek; that is no fault of ours. */
function ignoreHangUp(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
}
