import { parseRecordUri } from './at-uri.ts'
import type { GetCommentsOutput, VideoComment } from './contract.ts'
import { parseProfile, type Creator } from './creator.ts'
import { count, fields, instant, optional, text } from './foreign.ts'
import { PLACE_STREAM_VOD_COMMENT } from './nsid.ts'

/** The collection whose records are comments on videos (the Streamplace lexicon). */
export const COMMENTS = PLACE_STREAM_VOD_COMMENT

/** What a comment may hold at most: characters as people count them, and bytes of UTF-8. */
export const GRAPHEMES_MAX = 300
export const BYTES_MAX = 3_000

/** A record in one version. */
export type StrongRef = { uri: string; cid: string }

/** A comment as the page shows it. `text` is plain, well-formed Unicode of bounded length. */
export type Comment = {
  uri: string
  cid: string
  rkey: string
  author: Creator
  text: string
  /** ISO 8601 in UTC. */
  createdAt?: string
  likeCount: number
  /** The first of its thread; `undefined` when it is that itself. */
  root?: StrongRef
  /** What it answers. */
  parent?: string
  /** Who said that, and how it begins, where it is known. */
  replyTo?: { author: Creator; text: string }
}

/** A page of comments, newest first; `cursor` is there when there are more. */
export type CommentPage = { comments: Comment[]; cursor?: string }

const CID_MAX = 128
/** Characters shown of a comment that breaks its own rules. */
const TEXT_MAX = 3_000
const QUOTE_MAX = 120

/** Reads the body of `getComments`. What is no comment is left out; `undefined` when there is no list at all. */
export function parseCommentPage(json: unknown): CommentPage | undefined {
  const page = fields<GetCommentsOutput>(json)
  if (!Array.isArray(page?.comments)) return undefined
  const comments = page.comments.map(parseComment).filter((comment) => comment !== undefined)
  return { comments, ...optional('cursor', typeof page.cursor === 'string' && page.cursor !== '' ? page.cursor : undefined) }
}

/** The record of a comment, or of an answer to one. */
export function commentRecord(said: string, video: string, answered: Comment | undefined, now: Date): object {
  const reply = answered && { root: answered.root ?? ref(answered), parent: ref(answered) }
  return { $type: COMMENTS, text: said, createdAt: now.toISOString(), video, ...optional('reply', reply) }
}

/** How much of a comment's room a text takes. */
export function room(said: string): { left: number; fits: boolean } {
  const graphemes = [...new Intl.Segmenter().segment(said)].length
  const bytes = new TextEncoder().encode(said).length
  // Where bytes run out first, what is left is told in the same measure.
  const left = Math.min(GRAPHEMES_MAX - graphemes, BYTES_MAX - bytes)
  return { left, fits: left >= 0 && said.trim() !== '' }
}

function parseComment(json: unknown): Comment | undefined {
  const item = fields<VideoComment>(json)
  const address = typeof item?.uri === 'string' ? parseRecordUri(item.uri) : undefined
  const said = text(item?.text, TEXT_MAX)
  if (!item || address?.collection !== COMMENTS || said === undefined) return undefined
  const author = parseProfile(item.author)
  const quoted = fields<NonNullable<VideoComment['replyTo']>>(item.replyTo)
  const answered = parseProfile(quoted?.author)
  return {
    uri: item.uri as string,
    cid: text(item.cid, CID_MAX) ?? '',
    rkey: address.rkey,
    // Only the repo's owner can have said it.
    author: author?.did === address.did ? author : { did: address.did },
    text: said,
    ...optional('createdAt', instant(item.createdAt)),
    likeCount: count(item.likeCount) ?? 0,
    ...optional('root', parseRef(item.root)),
    ...optional('parent', typeof item.parent === 'string' && parseRecordUri(item.parent) ? item.parent : undefined),
    ...optional('replyTo', answered && { author: answered, text: text(quoted?.text, QUOTE_MAX) ?? '' }),
  }
}

function parseRef(json: unknown): StrongRef | undefined {
  const { uri, cid } = fields<StrongRef>(json) ?? {}
  return typeof uri === 'string' && parseRecordUri(uri) && typeof cid === 'string' && cid !== '' ? { uri, cid: cid.slice(0, CID_MAX) } : undefined
}

function ref({ uri, cid }: Comment): StrongRef {
  return { uri, cid }
}
