import { NAME_MAX } from './creator.ts'
import { isDid } from './at-uri.ts'
import { count, fields, optional, text } from './foreign.ts'
import { APP_STREAMHUT_APPVIEW_REGISTER_CREATOR, APP_STREAMHUT_APPVIEW_UNREGISTER_CREATOR } from './nsid.ts'

/** To whom a creator's word to the AppView is made out, and for which methods (docs/appview.md). */
export type Audience = { service: string; register: string; unregister: string }

/** How the AppView keeps a creator. Times are milliseconds since 1970. */
export type Listing = {
  did: string
  /** Whether the creator asked for it; otherwise they were found. */
  registered: boolean
  videos: number
  lastSyncMs?: number
  lastError?: string
}

/** A page of `listCreators`. */
export type ListingPage = { listings: Listing[]; cursor?: string }

/** What the AppView has in all. */
export type IndexStats = { videos: number; creators: number }

/** The audience of the AppView whose bundle is `did/name/version`; `undefined` where there is none. */
export function audienceOf(appviewBundle: string): Audience | undefined {
  const [did = ''] = appviewBundle.split('/')
  if (!isDid(did)) return undefined
  return {
    service: `${did}#streamhut_appview`,
    register: APP_STREAMHUT_APPVIEW_REGISTER_CREATOR,
    unregister: APP_STREAMHUT_APPVIEW_UNREGISTER_CREATOR,
  }
}

/** Reads the body of `listCreators`. What is no creator is left out; `undefined` when there is no list at all. */
export function parseListingPage(json: unknown): ListingPage | undefined {
  const page = fields<{ creators: unknown; cursor: unknown }>(json)
  if (!Array.isArray(page?.creators)) return undefined
  const listings = page.creators.map(parseListing).filter((listing) => listing !== undefined)
  return { listings, ...optional('cursor', typeof page.cursor === 'string' && page.cursor !== '' ? page.cursor : undefined) }
}

/** Reads the body of `getStats`. */
export function parseStats(json: unknown): IndexStats | undefined {
  const stats = fields<IndexStats>(json)
  const [videos, creators] = [count(stats?.videos), count(stats?.creators)]
  return videos === undefined || creators === undefined ? undefined : { videos, creators }
}

/** Reads the answer to `registerCreator` and `unregisterCreator`: whether the creator is registered now. */
export function parseRegistered(json: unknown): boolean | undefined {
  const registered = fields<{ registered: boolean }>(json)?.registered
  return typeof registered === 'boolean' ? registered : undefined
}

function parseListing(json: unknown): Listing | undefined {
  const listing = fields<Listing>(json)
  if (typeof listing?.did !== 'string' || !isDid(listing.did)) return undefined
  return {
    did: listing.did,
    registered: listing.registered === true,
    videos: count(listing.videos) ?? 0,
    ...optional('lastSyncMs', count(listing.lastSyncMs)),
    ...optional('lastError', text(listing.lastError, NAME_MAX)),
  }
}
