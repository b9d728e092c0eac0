import { parseRecordUri } from './at-uri.ts'

/** A video as the pages show it. Every text is plain, well-formed Unicode of bounded length. */
export type Video = {
  uri: string
  did: string
  rkey: string
  cid: string
  title: string
  creator: Creator
  /** Milliseconds; 0 when the record has none. */
  durationMs: number
  /** ISO 8601 in UTC; `undefined` when the record has none that can be read. */
  createdAt?: string
  description?: string
  tags: string[]
  /** What the creator warns of, such as `nudity`; no picture of such a video is shown unasked. */
  contentWarnings: string[]
}

/** Whom a video is by: `handle` and `displayName` only where the account could be resolved. */
export type Creator = { did: string; handle?: string; displayName?: string }

/** One page of a list; `cursor` is there when there is more. */
export type VideoPage = { videos: Video[]; cursor?: string }

const TITLE_MAX = 300
const NAME_MAX = 128
const DESCRIPTION_MAX = 20_000
const TAGS_MAX = 10
const WARNINGS_MAX = 16

/** Reads one item of `listVideos` or the body of `getVideo`; `undefined` when it is no video. */
export function parseVideo(json: unknown): Video | undefined {
  if (!isObject(json) || typeof json.uri !== 'string') return undefined
  const address = parseRecordUri(json.uri)
  if (!address) return undefined
  const { did, rkey } = address
  return {
    uri: json.uri,
    did,
    rkey,
    cid: text(json.cid, NAME_MAX) ?? '',
    title: text(json.title, TITLE_MAX) ?? 'Untitled video',
    creator: {
      did: text(json.creator, 2048) ?? did,
      ...optional('handle', text(json.handle, 253)),
      ...optional('displayName', text(json.displayName, NAME_MAX)),
    },
    durationMs: duration(json),
    ...optional('createdAt', instant(json.createdAt)),
    ...optional('description', text(json.description, DESCRIPTION_MAX)),
    tags: labels(json.tags, TAGS_MAX),
    contentWarnings: labels(json.contentWarnings, WARNINGS_MAX),
  }
}

/** Reads the body of `listVideos`. Items that are no videos are left out; `undefined` when there is no list at all. */
export function parseVideoPage(json: unknown): VideoPage | undefined {
  if (!isObject(json) || !Array.isArray(json.videos)) return undefined
  const videos = json.videos.map(parseVideo).filter((video) => video !== undefined)
  const cursor = typeof json.cursor === 'string' && json.cursor !== '' ? json.cursor : undefined
  return { videos, ...optional('cursor', cursor) }
}

/** What to call a creator: the display name, else the handle, else the DID, shortened. */
export function creatorName({ did, handle, displayName }: Creator): string {
  if (displayName) return displayName
  if (handle) return handle
  return did.length > 24 ? `${did.slice(0, 16)}…${did.slice(-4)}` : did
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** A foreign text without control characters and lone surrogates, cut at `max` characters on a character boundary. */
function text(json: unknown, max: number): string | undefined {
  if (typeof json !== 'string') return undefined
  const clean = json
    .slice(0, max * 4)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .trim()
  const characters = Array.from(clean)
  const cut = characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : clean
  return cut === '' ? undefined : cut
}

function duration(json: Record<string, unknown>): number {
  const ms = typeof json.durationMs === 'number' ? json.durationMs : Number(json.duration) / 1e6
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : 0
}

function instant(json: unknown): string | undefined {
  const ms = typeof json === 'string' ? Date.parse(json) : Number.NaN
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

function labels(json: unknown, max: number): string[] {
  if (!Array.isArray(json)) return []
  const named = json.map((label) => text(label, 64)).filter((label) => label !== undefined)
  return [...new Set(named)].slice(0, max)
}

function optional<K extends string, V>(key: K, value: V | undefined): { [_ in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [_ in K]?: V }
}
