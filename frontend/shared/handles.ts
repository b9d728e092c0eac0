import { isDid } from './at-uri.ts'
import { fields } from './foreign.ts'

/**
 * Asks a service (an origin) by `com.atproto.identity.resolveHandle` whom a handle leads to: a DID, or `null` for nobody,
 * which services say in different words. Rejects when they say neither.
 */
export async function didOfHandle(service: string, handle: string, options: { fetch?: typeof fetch; signal?: AbortSignal; noCache?: boolean } = {}): Promise<string | null> {
  const { fetch: send = fetch, signal, noCache } = options
  const response = await send(new URL(`/xrpc/com.atproto.identity.resolveHandle?${new URLSearchParams({ handle })}`, service), {
    redirect: 'error',
    ...(signal && { signal }),
    ...(noCache && { cache: 'no-cache' }),
  })
  if (response.status === 400 || response.status === 404) return null
  const did = response.ok ? fields<{ did: string }>(await response.json())?.did : undefined
  if (typeof did !== 'string' || !isDid(did)) throw new Error(`resolveHandle: status ${response.status}, and no DID`)
  return did
}
