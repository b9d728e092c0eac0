import type { Catalog } from './catalog.ts'
import { XrpcError } from './xrpc.ts'

/** A stretch of a timeline in milliseconds: `[startMs, endMs)`. */
export interface Part {
  startMs: number
  endMs: number
}

/** All of a timeline. */
export const WHOLE: Part = { startMs: 0, endMs: Infinity }

/** What an indexed video plays. */
export interface Playable {
  /** The media folder. */
  folder: string
  /** In whose repo the media lies. */
  did: string
  /** Which part of the media: all of it, or what a clip shows. */
  part: Part
}

/** The source of a clip (`place.stream.media.defs#sourceClip`), its bounds unchecked. */
export interface Clip {
  video: string
  start: number
  end: number
}

/** What a record is a clip of; undefined when it is a whole video. */
export function clipOf(record: Record<string, unknown>): Clip | undefined {
  const source = record['source'] as (Partial<Clip> & { $type?: unknown }) | undefined
  if (source?.$type !== 'place.stream.media.defs#sourceClip') return undefined
  return { video: String(source.video ?? ''), start: Number(source.start), end: Number(source.end) }
}

/** What `uri` plays. Fails as upstream does: 403, 404, and 422 for a clip of a clip or one without bounds. */
export function playable(catalog: Catalog, uri: string): Playable {
  const entry = catalog.entry(uri)
  if (!entry) throw new XrpcError(404, 'VideoNotFound', `no record indexed at ${uri}`)
  if (entry.unavailable) throw new XrpcError(403, 'VideoUnavailable', `${uri} is not available`)
  const clip = clipOf(entry.record)
  if (!clip) {
    if (entry.folder === undefined) throw new XrpcError(404, 'BlobNotFound', `the blob of ${uri} is not hosted here`)
    return { folder: entry.folder, did: entry.author.did, part: WHOLE }
  }
  const { video, start, end } = clip
  if (!(Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end)) {
    throw new XrpcError(422, 'UnprocessableEntity', `sourceClip bounds must be 0 <= start < end, not ${start} and ${end}`)
  }
  const whole = catalog.entry(video)
  if (whole && clipOf(whole.record)) throw new XrpcError(422, 'UnprocessableEntity', `${video} is a clip itself: clip-of-clip is not supported`)
  return { ...playable(catalog, video), part: { startMs: start, endMs: end } }
}

/** `inner`, in milliseconds from the beginning of `outer`, on the timeline of `outer`, and no further than its end. */
export function partOf(outer: Part, inner: { start?: number; end?: number }): Part {
  return {
    startMs: outer.startMs + (inner.start ?? 0),
    endMs: Math.min(outer.endMs, outer.startMs + (inner.end ?? Infinity)),
  }
}
