import { isDid, isHandle } from './at-uri.ts'
import { NAME_MAX } from './creator.ts'
import { fields, optional, text, webUrl } from './foreign.ts'

/**
 * Who is signed in, as this browser remembers it. `pds` is the origin of their server, `scope` what they allowed. No secret
 * is in here: the tokens are where scripts can use them and not read them.
 */
export type Viewer = { did: string; handle?: string; displayName?: string; avatar?: string; pds: string; scope: string }

/** Reads what was remembered; `undefined` when it is nobody. */
export function parseViewer(json: unknown): Viewer | undefined {
  const viewer = fields<Viewer>(json)
  const pds = webUrl(viewer?.pds)
  if (typeof viewer?.did !== 'string' || !isDid(viewer.did) || pds === undefined) return undefined
  return {
    did: viewer.did,
    ...optional('handle', typeof viewer.handle === 'string' && isHandle(viewer.handle) ? viewer.handle : undefined),
    ...optional('displayName', text(viewer.displayName, NAME_MAX)),
    ...optional('avatar', webUrl(viewer.avatar)),
    pds: new URL(pds).origin,
    scope: typeof viewer.scope === 'string' ? viewer.scope : '',
  }
}

/** What somebody typed to say who they are: a handle, however decorated, or a DID; `undefined` when it is neither. */
export function identifier(typed: string): string | undefined {
  const plain = typed.replace(/[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '').replace(/^(at:\/\/|@)+/i, '').replace(/\/+$/, '')
  if (isDid(plain)) return plain
  return isHandle(plain) ? plain.toLowerCase() : undefined
}
