import type { ListVideosParameters } from './contract.ts'
import { optional } from './foreign.ts'

/** Orders of a list; a search has one more, by how well it matches, which is its own when none is named. */
export const SORTS = ['newest', 'oldest', 'longest'] as const
export type Sort = (typeof SORTS)[number]

/** Lengths of videos: under 4 minutes, 4 to 20 minutes, over 20 minutes. */
export const LENGTHS = ['short', 'medium', 'long'] as const
export type Length = (typeof LENGTHS)[number]

/** How a list is ordered and narrowed; what is absent is the list's own way. */
export type Choice = { sort?: Sort; length?: Length }

/** The query of a page's address, as the router reads it. */
export type Query = Readonly<Record<string, unknown>>

/** A list, by the parameters that all of its pages share. */
export type ListRequest = Omit<ListVideosParameters, 'cursor' | 'limit'>

/** Bytes of UTF-8 that the bundle takes of a search. */
export const WORDS_MAX = 300

const SHORT_SECONDS = 4 * 60
const LONG_SECONDS = 20 * 60
/** Both ends of the bundle's range belong to it. */
const RANGES: Record<Length, Pick<ListRequest, 'minDuration' | 'maxDuration'>> = {
  short: { maxDuration: SHORT_SECONDS - 1 },
  medium: { minDuration: SHORT_SECONDS, maxDuration: LONG_SECONDS },
  long: { minDuration: LONG_SECONDS + 1 },
}

/** Reads an address; what is not known counts as not chosen. */
export function readChoice(query: Query): Choice {
  return { ...optional('sort', SORTS.find((sort) => sort === query.sort)), ...optional('length', LENGTHS.find((length) => length === query.length)) }
}

/** What the bundle is asked for it. */
export function choiceParameters({ sort, length }: Choice): ListRequest {
  return { ...optional('sort', sort), ...(length ? RANGES[length] : {}) }
}

/** One text of an address's query; of several the first. `undefined` when there is none. */
export function queryText(query: Query, name: string): string | undefined {
  const value = query[name]
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' && first !== '' ? first : undefined
}

/** A search as it is asked for: well-formed, without control characters and space around it, at most as long as the bundle takes. */
export function searchWords(query: Query): string {
  const clean = (queryText(query, 'q') ?? '')
    .slice(0, WORDS_MAX * 2)
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
  return cutBytes(clean, WORDS_MAX).trim()
}

/** The beginning of a text, of at most `max` bytes in UTF-8, that ends between two characters. */
function cutBytes(text: string, max: number): string {
  let bytes = 0
  let kept = ''
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length
    if (bytes > max) break
    kept += character
  }
  return kept
}
