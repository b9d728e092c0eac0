import { parseRecordUri } from './at-uri.ts'
import { fields, optional } from './foreign.ts'
import { PLACE_STREAM_LIKE } from './nsid.ts'

/** The collection whose records are likes (the Streamplace lexicon). */
export const LIKES = PLACE_STREAM_LIKE

/** A like of one's own. */
export type Like = { rkey: string; subject: string }

/** The record that says so. */
export function likeRecord(subject: string, now: Date): object {
  return { $type: LIKES, subject, createdAt: now.toISOString() }
}

/** Reads a page of `com.atproto.repo.listRecords` of one's likes. What is none is left out; `undefined` when there is no list at all. */
export function parseLikes(json: unknown): { likes: Like[]; cursor?: string } | undefined {
  const page = fields<{ records: unknown; cursor: unknown }>(json)
  if (!Array.isArray(page?.records)) return undefined
  const likes = page.records.map(parseLike).filter((like) => like !== undefined)
  return { likes, ...optional('cursor', typeof page.cursor === 'string' && page.cursor !== '' ? page.cursor : undefined) }
}

function parseLike(json: unknown): Like | undefined {
  const { uri, value } = fields<{ uri: string; value: unknown }>(json) ?? {}
  const address = typeof uri === 'string' ? parseRecordUri(uri) : undefined
  const subject = fields<{ subject: string }>(value)?.subject
  return address?.collection === LIKES && typeof subject === 'string' ? { rkey: address.rkey, subject } : undefined
}
