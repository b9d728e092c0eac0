import { parseListingPage, parseRegistered, parseStats, type IndexStats, type Listing } from './appview.ts'
import type { Outcome } from './fault.ts'
import { askAt, type BundleUrl, type CallOptions } from './vod-client.ts'

const PAGE = 100
/** How many pages of creators are gone through to find one. */
const PAGES_MAX = 20
const TIMEOUT_MS = 20_000

/** How the AppView keeps a creator; `null` when it doesn't. Its answers may be some seconds old. */
export async function findListing(bundle: BundleUrl | undefined, did: string, options?: CallOptions): Promise<Outcome<Listing | null>> {
  const query = new URLSearchParams({ all: 'true', limit: String(PAGE) })
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await askAt(bundle && `${bundle}/listCreators?${query}`, 'listCreators', parseListingPage, { cache: 'no-store' }, options)
    if (!page.ok) return page
    const found = page.value.listings.find((listing) => listing.did === did)
    const { cursor } = page.value
    if (found || cursor === undefined) return { ok: true, value: found ?? null }
    query.set('cursor', cursor)
  }
  return { ok: true, value: null }
}

/** What the AppView has in all. */
export function getStats(bundle: BundleUrl | undefined, options?: CallOptions): Promise<Outcome<IndexStats>> {
  return askAt(bundle && `${bundle}/getStats`, 'getStats', parseStats, {}, options)
}

/** Has a creator indexed, or no more, by their own word: `token` is one of service auth for that very method. Gives whether they are registered now. */
export function setRegistered(bundle: BundleUrl | undefined, did: string, registered: boolean, token: string, options?: CallOptions): Promise<Outcome<boolean>> {
  const endpoint = registered ? 'registerCreator' : 'unregisterCreator'
  return askAt(bundle && `${bundle}/${endpoint}`, endpoint, parseRegistered, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ did }),
  }, { timeoutMs: TIMEOUT_MS, ...options })
}
