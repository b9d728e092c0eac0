import type { RecordAddress } from './at-uri.ts'

/*
 * Bluesky shows no card for an address that seems to end in a file type: letters or digits after the last point. So
 * a path whose last part may hold a point ends with a slash; pages are served under both forms.
 */

/** The path of a video's watch page. */
export function watchPath({ did, rkey }: Pick<RecordAddress, 'did' | 'rkey'>): string {
  return `/watch/${segment(did)}/${closed(rkey)}`
}

/** The path of a video's page for frames on other sites. */
export function embedPath({ did, rkey }: Pick<RecordAddress, 'did' | 'rkey'>): string {
  return `/embed/${segment(did)}/${closed(rkey)}`
}

/** The path of a creator's page. */
export function creatorPath(did: string): string {
  return `/creator/${segment(did)}/`
}

/** The path of a creator's RSS feed. */
export function creatorFeedPath(did: string): string {
  return `${creatorPath(did)}rss.xml`
}

/** The path of the page of a tag. No path can name `.` or `..`; a search finds these tags too. */
export function tagPath(tag: string): string {
  return tag === '.' || tag === '..' ? `/search?q=${tag}` : `/tag/${encodeURIComponent(tag)}/`
}

/** True where the page of a path is meant for frames on other sites. */
export function isEmbedded(path: string): boolean {
  return path.startsWith('/embed/')
}

/** A path of this site that a visitor was told to go to, else the home page: never the address of another site. */
export function ownPath(path: string | undefined): string {
  const base = 'https://here.invalid'
  if (path === undefined || path.length > 2_048 || !path.startsWith('/') || !URL.canParse(path, base)) return '/'
  const { origin, pathname, search } = new URL(path, base)
  // A path of two slashes would be read as a host.
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
}

/** Only `%` of a did:web needs escaping: every other character of the grammars of DIDs and record keys may stand in a path. */
function segment(did: string): string {
  return did.replaceAll('%', '%25')
}

function closed(rkey: string): string {
  return rkey.includes('.') ? `${rkey}/` : rkey
}
