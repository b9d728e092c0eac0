import type { Audience } from './appview.ts'
import { LIKES } from './likes.ts'
import { COMMENTS } from './comments.ts'

/** Where a viewer comes back to from their server, on this site. */
export const CALLBACK_PATH = '/oauth/callback'
/** Where servers read what this site is, when it lives at a public address. */
export const METADATA_PATH = '/oauth/client-metadata.json'

/** What a server is asked for that knows no finer permissions: everything that an app may do. */
export const BROAD_SCOPE = 'atproto transition:generic'

/** What this site is to the viewer's server (AT Protocol, "OAuth", "Client ID Metadata Document"). */
export type ClientMetadata = {
  client_id: string
  client_name?: string
  client_uri?: string
  redirect_uris: [string]
  scope: string
  grant_types: ['authorization_code', 'refresh_token']
  response_types: ['code']
  application_type: 'web' | 'native'
  token_endpoint_auth_method: 'none'
  dpop_bound_access_tokens: true
}

/**
 * What a viewer is asked to allow: to write likes and comments, and to tell the AppView of their channel, where there is
 * one. Spelt as servers spell it (AT Protocol, "Permissions").
 */
export function wantedScope(audience: Audience | undefined): string {
  const written = audience?.service.replaceAll('%', '%25').replaceAll('#', '%23')
  const calls = audience ? [audience.register, audience.unregister].map((method) => `rpc:${method}?aud=${written}`) : []
  return ['atproto', `repo:${LIKES}`, `repo:${COMMENTS}`, ...calls].join(' ')
}

/** True when a server allowed all that was wanted, be it by a broader permission. */
export function isEnough(granted: string, wanted: string): boolean {
  const given = new Set(granted.split(' '))
  return given.has('transition:generic') || wanted.split(' ').every((scope) => given.has(scope))
}

/**
 * The client at an origin: by its own document at a public one, by the protocol's rule for development on loopback.
 * `undefined` where nobody can sign in, at plain http on a network.
 */
export function clientAt(origin: string, wanted: string): ClientMetadata | undefined {
  const { protocol, hostname, port } = new URL(origin)
  const scope = `${wanted} transition:generic`
  if (protocol === 'http:' && isLoopback(hostname)) {
    const redirect = `http://${numbered(hostname)}${port === '' ? '' : `:${port}`}${CALLBACK_PATH}`
    return { ...COMMON, client_id: `http://localhost?${new URLSearchParams({ redirect_uri: redirect, scope })}`, redirect_uris: [redirect], scope, application_type: 'native' }
  }
  if (protocol !== 'https:' || isLoopback(hostname)) return undefined
  return {
    ...COMMON,
    client_id: `${origin}${METADATA_PATH}`,
    client_name: 'Streamhut',
    client_uri: origin,
    redirect_uris: [`${origin}${CALLBACK_PATH}`],
    scope,
    application_type: 'web',
  }
}

/** The origin that a viewer comes back to: servers know loopback by its number alone, and what was begun must end at the same origin. */
export function homeOrigin(origin: string): string {
  const url = new URL(origin)
  url.hostname = numbered(url.hostname)
  return url.origin
}

/** True for the names of this machine. */
export function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

const COMMON = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  dpop_bound_access_tokens: true,
} as const satisfies Partial<ClientMetadata>

function numbered(hostname: string): string {
  return hostname === 'localhost' ? '127.0.0.1' : hostname
}
