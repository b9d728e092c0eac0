import { isDid } from './at-uri.ts'
import type { Profile } from './contract.ts'
import { fields, optional, text, webUrl } from './foreign.ts'

/** Whom a video is by: all but the DID only where the account could be resolved. `avatar` is an http or https URL. */
export type Creator = { did: string; handle?: string; displayName?: string; avatar?: string }

/** A creator with what they say of themselves. */
export type CreatorProfile = Creator & { description?: string }

/** Characters of a name or an identifier that are shown at most. */
export const NAME_MAX = 128
const ABOUT_MAX = 2_560

/** Reads the body of `getProfile`; `undefined` without a DID. */
export function parseProfile(json: unknown): CreatorProfile | undefined {
  const profile = fields<Profile>(json)
  if (typeof profile?.did !== 'string' || !isDid(profile.did)) return undefined
  return {
    did: profile.did,
    ...optional('handle', text(profile.handle, 253)),
    ...optional('displayName', text(profile.displayName, NAME_MAX)),
    ...optional('avatar', webUrl(profile.avatar)),
    ...optional('description', text(profile.description, ABOUT_MAX)),
  }
}

/** What to call a creator: the display name, else the handle, else the DID, shortened. */
export function creatorName({ did, handle, displayName }: Creator): string {
  if (displayName) return displayName
  if (handle) return handle
  return did.length > 24 ? `${did.slice(0, 16)}…${did.slice(-4)}` : did
}
