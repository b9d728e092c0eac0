import { isDid, parseRecordUri } from './at-uri.ts'
import type { Caption, Chapter, ListVideosOutput, VideoDetail, VideoItem } from './contract.ts'
import { count, fields, instant, optional, text, webUrl, type Foreign } from './foreign.ts'
import { NAME_MAX, type Creator } from './creator.ts'
import { parseHighlights, type Highlights } from './highlights.ts'

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
  /** Of an item that a search found. */
  highlights?: Highlights
  /** Likes that the index knows of; `undefined` in lists, and where nobody counts. */
  likeCount?: number
  /** In order of time; absent when there are none, and in lists. */
  chapters?: VideoChapter[]
  /** Absent when there are none, and in lists. */
  captions?: VideoCaption[]
}

/** A chapter lasts until the next one, or the end. Its title is one line. */
export type VideoChapter = { startMs: number; title: string }

/** Captions in one language (BCP 47) as a WebVTT file, whole. */
export type VideoCaption = { id: string; language: string; label?: string; url: string }

/** One page of a list; `cursor` is there when there is more. */
export type VideoPage = { videos: Video[]; cursor?: string }

const TITLE_MAX = 300
const DESCRIPTION_MAX = 20_000
const TAGS_MAX = 10
/** Characters of a tag; a page of a tag that was cut would find nothing. */
export const TAG_MAX = 640
const WARNINGS_MAX = 16
const WARNING_MAX = 64
const CHAPTERS_MAX = 200
const CHAPTER_TITLE_MAX = 140
const CAPTIONS_MAX = 32
const LONGEST_MS = 7 * 24 * 3_600_000

/** Reads an item of `listVideos` or the body of `getVideo`; `undefined` when it is no video. */
export function parseVideo(json: unknown): Video | undefined {
  const item = fields<VideoItem & Pick<VideoDetail, 'chapters' | 'captions'>>(json)
  if (typeof item?.uri !== 'string') return undefined
  const address = parseRecordUri(item.uri)
  if (!address) return undefined
  const { did, rkey } = address
  const title = text(item.title, TITLE_MAX) ?? 'Untitled video'
  return {
    uri: item.uri,
    did,
    rkey,
    cid: text(item.cid, NAME_MAX) ?? '',
    title,
    creator: {
      did: typeof item.creator === 'string' && isDid(item.creator) ? item.creator : did,
      ...optional('handle', text(item.handle, 253)),
      ...optional('displayName', text(item.displayName, NAME_MAX)),
      ...optional('avatar', webUrl(item.avatar)),
    },
    durationMs: duration(item),
    ...optional('createdAt', instant(item.createdAt)),
    ...optional('description', text(item.description, DESCRIPTION_MAX)),
    tags: labels(item.tags, TAGS_MAX, TAG_MAX),
    contentWarnings: labels(item.contentWarnings, WARNINGS_MAX, WARNING_MAX),
    ...optional('likeCount', count(fields<VideoDetail>(json)?.likeCount)),
    // Its ranges are those of the title as it came.
    ...optional('highlights', parseHighlights(item.highlights, title === item.title ? title : '')),
    ...optional('chapters', some(list(item.chapters, CHAPTERS_MAX, chapter).sort((one, other) => one.startMs - other.startMs))),
    ...optional('captions', some(list(item.captions, CAPTIONS_MAX, caption))),
  }
}

/** Reads the body of `listVideos`. Items that are no videos are left out; `undefined` when there is no list at all. */
export function parseVideoPage(json: unknown): VideoPage | undefined {
  const page = fields<ListVideosOutput>(json)
  if (!Array.isArray(page?.videos)) return undefined
  const videos = page.videos.map(parseVideo).filter((video) => video !== undefined)
  const cursor = typeof page.cursor === 'string' && page.cursor !== '' ? page.cursor : undefined
  return { videos, ...optional('cursor', cursor) }
}

function duration(item: Foreign<VideoItem>): number {
  const ms = typeof item.durationMs === 'number' ? item.durationMs : Number(item.duration) / 1e6
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : 0
}

function chapter(json: unknown): VideoChapter | undefined {
  const { startMs, title } = fields<Chapter>(json) ?? {}
  const line = text(title, CHAPTER_TITLE_MAX)?.replace(/\s+/g, ' ')
  if (typeof startMs !== 'number' || !(startMs >= 0 && startMs < LONGEST_MS) || line === undefined) return undefined
  return { startMs: Math.round(startMs), title: line }
}

function caption(json: unknown): VideoCaption | undefined {
  const { id, language, label, url } = fields<Caption>(json) ?? {}
  const address = webUrl(url)
  if (typeof id !== 'string' || id.length > 512 || typeof language !== 'string' || !/^[A-Za-z0-9-]{1,35}$/.test(language) || address === undefined) return undefined
  return { id, language, ...optional('label', text(label, 64)), url: address }
}

/** The first `max` items of a list that can be read. */
function list<T>(json: unknown, max: number, read: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(json)) return []
  return json.slice(0, max).map(read).filter((item) => item !== undefined)
}

function some<T>(items: T[]): T[] | undefined {
  return items.length > 0 ? items : undefined
}

function labels(json: unknown, max: number, length: number): string[] {
  if (!Array.isArray(json)) return []
  const named = json.map((label) => text(label, length)).filter((label) => label !== undefined)
  return [...new Set(named)].slice(0, max)
}
