import { LIKES, parseLikes, type Like } from './likes.ts'
import type { CallOptions } from './vod-client.ts'
import type { Viewer } from './viewer.ts'

const PAGE = 100
/** Of somebody who likes more than this many pages, older likes are not looked for: a second like counts as none. */
const PAGES_MAX = 5
const TIMEOUT_MS = 8_000

/** The viewer's own like of a record, from their repo, newest first: `null` when there is none, `undefined` when that can't be said now. */
export async function findLike(
  { did, pds }: Pick<Viewer, 'did' | 'pds'>,
  subject: string,
  { fetch: send = fetch, timeoutMs = TIMEOUT_MS }: CallOptions = {},
): Promise<Like | null | undefined> {
  const signal = AbortSignal.timeout(timeoutMs)
  const query = new URLSearchParams({ repo: did, collection: LIKES, limit: String(PAGE) })
  try {
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const response = await send(`${pds}/xrpc/com.atproto.repo.listRecords?${query}`, { signal })
      const page = response.ok ? parseLikes(await response.json()) : undefined
      if (!page) return undefined
      const like = page.likes.find((one) => one.subject === subject)
      if (like) return like
      if (page.cursor === undefined || page.cursor === query.get('cursor')) return null
      query.set('cursor', page.cursor)
    }
    return null
  } catch {
    return undefined
  }
}
