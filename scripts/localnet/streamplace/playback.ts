import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Catalog } from './catalog.ts'
import { captionTracks } from './captions.ts'
import { partOf, playable } from './playable.ts'
import { writeMaster, writeMediaPlaylist, type PlaylistContext } from './playlist-writer.ts'
import { rangeAsked } from './range.ts'
import { readSlices } from './slices.ts'
import { writeSubtitlePlaylist } from './subtitle-playlist.ts'
import { answerText, required, videoUri, wholeNumber, XrpcError } from './xrpc.ts'

const MAX_MS = Number.MAX_SAFE_INTEGER

/**
 * `place.stream.playback.getVideoPlaylist`: the master playlist, or with `captions` or else `track` a media playlist, which wants a `sid`.
 * `start` and `end` count from the beginning of what the video shows, which for a clip is the clip's.
 */
export async function getVideoPlaylist(
  catalog: Catalog,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uri } = videoUri(query)
  const start = wholeNumber(query, 'start', 0, MAX_MS)
  const end = wholeNumber(query, 'end', 1, MAX_MS)
  if ((start ?? 0) >= (end ?? Infinity)) throw new XrpcError(400, 'InvalidRequest', `the clip starts at ${start} ms and ends at ${end} ms`)
  const { folder, did, part } = playable(catalog, uri)
  const media = await catalog.media(folder)
  const captions = await captionTracks(catalog, uri)

  const captionsId = query.get('captions')
  const subtitles = captionsId === null ? undefined : captions.find(({ view }) => view.id === captionsId)
  if (captionsId !== null && !subtitles) throw new XrpcError(404, 'CaptionTrackNotFound', `${uri} has no captions ${JSON.stringify(captionsId)}`)
  const trackId = subtitles ? null : query.get('track')
  const track = trackId === null ? undefined : media.tracks.find(({ id }) => id === trackId)
  if (trackId !== null && !track) throw new XrpcError(404, 'TrackNotFound', `${uri} has no track ${JSON.stringify(trackId)}`)

  response.setHeader('cache-control', 'public, max-age=60')
  const sid = query.get('sid') || randomBytes(10).toString('hex')
  if ((track || subtitles) && !query.get('sid')) {
    const location = new URLSearchParams([['sid', sid], ...[...query].filter(([name]) => name !== 'sid')])
    response.writeHead(302, { location: `/xrpc/place.stream.playback.getVideoPlaylist?${location}`, 'content-length': 0 })
    response.end()
    return
  }
  const context: PlaylistContext = { uri, did, sid, ...(start !== undefined && { start }), ...(end !== undefined && { end }) }
  const shown = partOf(part, context)
  const text = subtitles
    ? await writeSubtitlePlaylist(media, subtitles, uri, shown, part.startMs)
    : track
      ? writeMediaPlaylist(media, track, context, shown)
      : writeMaster(media, context, captions)
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
