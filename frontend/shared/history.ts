import type { VideoItem } from './contract.ts'
import { fields, optional } from './foreign.ts'
import { parseVideo, type Video } from './video.ts'

/** A video that was watched here, as its lists showed it then. `position` is in seconds; `when` in milliseconds since 1970. */
export type Watched = { video: Video; position: number; when: number }

/** What is kept of it. */
type StoredWatched = { video: VideoItem; position: number; when: number }

const ENTRIES_MAX = 200
/** Nobody goes on in the last seconds of a video, or in its credits. */
const END_SECONDS = 10
const END_SHARE = 0.96

/** Reads what this site, an older one or anybody else has left in the browser's storage; what is no entry is left out. */
export function parseHistory(stored: string | null): Watched[] {
  let json: unknown
  try {
    json = JSON.parse(stored ?? '[]')
  } catch {
    return []
  }
  return Array.isArray(json) ? json.slice(0, ENTRIES_MAX).map(parseWatched).filter((entry) => entry !== undefined) : []
}

/** The text to be kept. */
export function writeHistory(entries: readonly Watched[]): string {
  const kept = entries.map(({ video, position, when }): StoredWatched => {
    const { uri, cid, title, creator, durationMs, createdAt = '', contentWarnings } = video
    const { did, handle, displayName } = creator
    return { video: { uri, cid, title, creator: did, ...optional('handle', handle), ...optional('displayName', displayName), durationMs, createdAt, contentWarnings }, position, when }
  })
  return JSON.stringify(kept)
}

/** The entries with this one first, and no other of its video; the oldest beyond two hundred are forgotten. */
export function withWatched(entries: readonly Watched[], entry: Watched): Watched[] {
  return [entry, ...withoutWatched(entries, entry.video.uri)].slice(0, ENTRIES_MAX)
}

/** The entries without that of a video. */
export function withoutWatched(entries: readonly Watched[], uri: string): Watched[] {
  return entries.filter(({ video }) => video.uri !== uri)
}

/** Where to go on, in seconds; 0 for a video that was seen to its end. */
export function resumePosition({ video, position }: Watched): number {
  const duration = video.durationMs / 1000
  return duration > 0 && (position > duration - END_SECONDS || position > duration * END_SHARE) ? 0 : position
}

/** The share of a video that was seen, from 0 to 1; 0 where its length is not known. */
export function watchedShare({ video, position }: Watched): number {
  return video.durationMs > 0 ? Math.min(1, (position * 1000) / video.durationMs) : 0
}

function parseWatched(json: unknown): Watched | undefined {
  const entry = fields<StoredWatched>(json)
  const video = parseVideo(entry?.video)
  const [position, when] = [amount(entry?.position), amount(entry?.when)]
  return video && position !== undefined && when !== undefined ? { video, position, when } : undefined
}

function amount(json: unknown): number | undefined {
  return typeof json === 'number' && Number.isFinite(json) && json >= 0 && json <= 8.64e15 ? json : undefined
}
