import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Catalog } from './catalog.ts'
import { playable } from './playable.ts'
import { answerText, required, videoUri, wholeNumber, XrpcError } from './xrpc.ts'
import { cuesOfPart, cuesWithin, readWebVtt, writeSrt, writeWebVtt, type Cue } from './web-vtt.ts'

const FOLDER = 'captions'
const MAX_MS = Number.MAX_SAFE_INTEGER
/** MPEG-TS counts with 33 bits. */
const MAX_MPEGTS = 2 ** 33 - 1
const FORMATS: Record<string, { type: string; write: (cues: readonly Cue[], mpegts?: number) => string }> = {
  vtt: { type: 'text/vtt; charset=utf-8', write: writeWebVtt },
  srt: { type: 'application/x-subrip; charset=utf-8', write: (cues) => writeSrt(cues) },
  json: { type: 'application/json', write: (cues) => JSON.stringify({ cues }) },
}

/** The captions of a media folder in one language. */
export interface Captions {
  /** BCP 47. */
  language: string
  /** In the order of the file. */
  cues: Cue[]
}

/** A caption track of a video: `place.stream.caption.defs#trackView`, and its cues on the video's own timeline. */
export interface CaptionTrack {
  view: { id: string; language: string; kind: string; source: string; origin: string; label: string; author: string }
  cues: Cue[]
}

/** Reads `captions/LANGUAGE.vtt` of a media folder, by language; a folder without them has none. Fails with the file in the message. */
export async function captionsIn(folder: string): Promise<Captions[]> {
  const names = await readdir(join(folder, FOLDER)).catch(() => [])
  const files = names.filter((name) => name.endsWith('.vtt')).sort()
  return Promise.all(
    files.map(async (name) => {
      const path = join(folder, FOLDER, name)
      const language = name.slice(0, -'.vtt'.length)
      if (!/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language)) throw new Error(`${path}: expected a language before .vtt`)
      try {
        return { language, cues: readWebVtt(await readFile(path, 'utf8')) }
      } catch (error) {
        throw new Error(`${path}: ${(error as Error).message}`, { cause: error })
      }
    }),
  )
}

/** The caption tracks of a known video, as its creator's own transcript records would make them; of a clip, those of the whole, cut. */
export async function captionTracks(catalog: Catalog, uri: string): Promise<CaptionTrack[]> {
  const entry = catalog.entry(uri)
  if (!entry) throw new XrpcError(404, 'VideoNotFound', `no record indexed at ${uri}`)
  if (entry.unavailable) throw new XrpcError(403, 'VideoUnavailable', `${uri} is not available`)
  if (!catalog.hosts(entry)) return []
  const { folder, did, part } = playable(catalog, uri)
  const { captions = [] } = await catalog.media(folder)
  return captions.map(({ language, cues }) => ({
    view: {
      id: trackId(did, language),
      language,
      kind: 'captions',
      source: 'human',
      origin: 'record',
      label: `${language} (human)`,
      author: did,
    },
    cues: cuesOfPart(cues, part.startMs, part.endMs),
  }))
}

/** The same for every node and request, and another for each author, language, kind and source. */
function trackId(author: string, language: string): string {
  const digest = createHash('sha256').update(`${author}\0captions`).digest('hex')
  return `record-human-${language.toLowerCase()}-${digest.slice(0, 8)}`
}

/** `place.stream.caption.listTracks`. */
export async function listTracks(catalog: Catalog, query: URLSearchParams): Promise<object> {
  const tracks = await captionTracks(catalog, subject(query))
  return { tracks: tracks.map(({ view }) => view) }
}

/** `place.stream.caption.getCaptions`: one track whole, or the cues of a stretch of it, as a player of HLS fetches them. */
export async function getCaptions(catalog: Catalog, query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = required(query, 'track').replace(/\.vtt$/, '')
  const name = query.get('format') || 'vtt'
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined
  if (!format) throw new XrpcError(400, 'InvalidRequest', `parameter "format" is ${JSON.stringify(name)}: expected vtt, srt or json`)
  const start = wholeNumber(query, 'start', 0, MAX_MS)
  const end = wholeNumber(query, 'end', 0, MAX_MS)
  const mpegts = wholeNumber(query, 'mpegts', 0, MAX_MPEGTS)
  const uri = subject(query)
  const track = (await captionTracks(catalog, uri)).find(({ view }) => view.id === id)
  if (!track) throw new XrpcError(404, 'NotFound', `${uri} has no captions ${JSON.stringify(id)}`)
  if (start === undefined && end === undefined && mpegts === undefined) {
    response.setHeader('content-disposition', `attachment; filename=${uri.slice(uri.lastIndexOf('/') + 1)}-${id}.${name}`)
  }
  response.setHeader('cache-control', 'public, max-age=60')
  answerText(request, response, 200, format.type, format.write(cuesWithin(track.cues, start ?? 0, end ?? Infinity), mpegts))
}

/** The video that is asked about. Nobody streams live here. */
function subject(query: URLSearchParams): string {
  const streamer = query.get('streamer')
  if (!streamer) return videoUri(query, 'video').uri
  if (query.get('video')) throw new XrpcError(400, 'InvalidRequest', 'parameters "streamer" and "video" exclude each other')
  throw new XrpcError(404, 'StreamNotLive', `${streamer} is not live`)
}
