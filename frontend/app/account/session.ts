/**
 * Signing in at the viewer's own server, and calling it. Everything that needs the OAuth library is in here, and this file is
 * loaded when somebody does something that needs it. Tokens stay in the library's store, bound to a key that scripts can't read.
 */
import {
  BrowserOAuthClient,
  DidError,
  OAuthCallbackError,
  OAuthResponseError,
  TokenInvalidError,
  TokenRefreshError,
  TokenRevokedError,
  asAtprotoDid,
  type OAuthClientMetadataInput,
} from '@atproto/oauth-client-browser'
import { optional, text } from '#shared/foreign.ts'
import { didOfHandle } from '#shared/handles.ts'
import { BROAD_SCOPE, clientAt, isEnough, isLoopback, wantedScope } from '#shared/oauth.ts'
import { audienceOf } from '#shared/appview.ts'
import { ownPath } from '#shared/paths.ts'
import { isHandle } from '#shared/at-uri.ts'
import type { Viewer } from '#shared/viewer.ts'

/** What this site is configured with. */
export type Settings = { appviewBundle: string; handleResolver: string; plcUrl: string }

/**
 * Why nobody was signed in:
 * - `unknown`: nobody has that handle; `directory`: who has it can't be asked now
 * - `server`: their server doesn't answer, or speaks no OAuth; `refused`: it said no, with its own words
 * - `coarse`: it knows no fine permissions
 * - `insecure`: this site is at an address where nobody can sign in
 */
export type SignInFault = { why: 'unknown' | 'directory' | 'server' | 'refused' | 'coarse' | 'insecure'; words?: string }

/** Why a sign-in that came back is none: declined there, not begun here (or used already), or broken on the way. */
export type ReturnFault = { why: 'declined' | 'stale' | 'broken'; back: string }

/** Why the viewer's server didn't do something. `ended`: the session is over; `forbidden`: the viewer didn't allow this site to do that. */
export type Refusal = 'ended' | 'forbidden' | 'refused' | 'away'

/** What the viewer's server said, or why it did not. */
export type Answer = { ok: true; body: unknown } | { ok: false; why: Refusal }

const WORDS_MAX = 200
/** Of a server, for each thing that it is asked. */
const TIMEOUT_MS = 15_000
let opened: BrowserOAuthClient | undefined

/** Asks the server of whoever has that handle or DID to let them in; gives the address where it asks them. */
export async function begin(name: string, { broad, back, settings }: { broad: boolean; back: string; settings: Settings }): Promise<{ to: URL } | SignInFault> {
  const client = open(settings)
  if (!client) return { why: 'insecure' }
  try {
    await client.identityResolver.resolve(name, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (error) {
    return { why: isUnknown(error) ? 'unknown' : 'directory' }
  }
  try {
    return { to: await client.authorize(name, { scope: broad ? BROAD_SCOPE : wanted(settings), state: back, signal: AbortSignal.timeout(TIMEOUT_MS) }) }
  } catch (error) {
    if (!(error instanceof OAuthResponseError)) return { why: 'server' }
    if (error.error === 'invalid_scope' && !broad) return { why: 'coarse' }
    return { why: 'refused', ...optional('words', text(error.errorDescription, WORDS_MAX)) }
  }
}

/** Takes up a sign-in that came back in this page's address. `enough`: whether all was allowed that was asked for. */
export async function finish(settings: Settings): Promise<{ viewer: Viewer; back: string; enough: boolean } | ReturnFault> {
  const client = open(settings)
  if (!client?.readCallbackParams()) return { why: 'stale', back: '/' }
  try {
    const { session, state } = await client.initCallback()
    const [{ aud, scope }, handle] = await Promise.all([session.getTokenInfo(false), handleOf(client, session.did)])
    return {
      viewer: { did: session.did, ...optional('handle', handle), pds: new URL(aud).origin, scope },
      back: ownPath(state ?? undefined),
      enough: isEnough(scope, wanted(settings)),
    }
  } catch (error) {
    const [state, code] = error instanceof OAuthCallbackError ? [error.state, error.params.get('error')] : []
    const back = ownPath(state ?? undefined)
    if (code === 'access_denied') return { why: 'declined', back }
    // The library forgets a sign-in as soon as it has come back.
    return { why: state === undefined ? 'stale' : 'broken', back }
  }
}

/** Calls a method of the viewer's server: a procedure when there is `input`, else a query. */
export async function call(did: string, method: string, { parameters, input }: { parameters?: Record<string, string>; input?: object }, settings: Settings): Promise<Answer> {
  const client = open(settings)
  if (!client) return { ok: false, why: 'ended' }
  const query = parameters ? `?${new URLSearchParams(parameters)}` : ''
  try {
    const session = await client.restore(did)
    const response = await session.fetchHandler(`/xrpc/${method}${query}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(input && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) }),
    })
    if (!response.ok) return { ok: false, why: reason(response.status) }
    return { ok: true, body: await response.json().catch(() => undefined) }
  } catch (error) {
    return { ok: false, why: isOver(error) ? 'ended' : 'away' }
  }
}

/** Ends the session, here for certain, and at the server if that answers. */
export async function end(did: string, settings: Settings): Promise<void> {
  await open(settings)?.revoke(did).catch(() => undefined)
}

function open(settings: Settings): BrowserOAuthClient | undefined {
  const clientMetadata = clientAt(location.origin, wanted(settings))
  if (!clientMetadata) return undefined
  opened ??= new BrowserOAuthClient({
    clientMetadata: clientMetadata as OAuthClientMetadataInput,
    handleResolver: {
      resolve: async (handle, options) => {
        const did = await didOfHandle(settings.handleResolver, handle, options)
        return did === null ? null : asAtprotoDid(did)
      },
    },
    plcDirectoryUrl: settings.plcUrl,
    allowHttp: isLoopback(location.hostname),
  })
  return opened
}

function wanted({ appviewBundle }: Settings): string {
  return wantedScope(audienceOf(appviewBundle))
}

/** `undefined` when the account has none that leads back to it. */
async function handleOf(client: BrowserOAuthClient, did: string): Promise<string | undefined> {
  const { handle } = await client.identityResolver.resolve(did).catch(() => ({ handle: '' }))
  return isHandle(handle) && handle !== 'handle.invalid' ? handle : undefined
}

function reason(status: number): Refusal {
  if (status === 401) return 'ended'
  if (status === 403) return 'forbidden'
  return status < 500 && status !== 429 ? 'refused' : 'away'
}

function isOver(error: unknown): boolean {
  return error instanceof TokenRefreshError || error instanceof TokenRevokedError || error instanceof TokenInvalidError
}

/** The handle leads to nobody, or who it leads to isn't there any more or claims another. */
function isUnknown(error: unknown): boolean {
  if (error instanceof DidError) return error.status === 404 || error.status === 410
  // Its class is not among what the library exports.
  return error instanceof Error && error.name === 'IdentityResolverError'
}
