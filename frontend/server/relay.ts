import type { BundleUrl, CallOptions, ParametersOf } from '../shared/vod-client.ts'

/** Endpoints that this site serves at addresses of its own, with the media type of their answers. */
const TYPES = { oembed: 'application/json', rss: 'application/rss+xml', sitemap: 'application/xml' } as const
export type RelayedEndpoint = keyof typeof TYPES

/** Parameters as the caller wrote them: the bundle judges. */
export type Written<E extends RelayedEndpoint> = { [K in keyof ParametersOf<E>]?: string }

/** What is asked of this site. */
export type RelayRequest<E extends RelayedEndpoint> = { method: string; parameters: Written<E>; ifNoneMatch?: string | undefined }

const TIMEOUT_MS = 10_000
const RETRY_SECONDS = 10
const METHODS = 'GET, HEAD'
/** Headers that are the bundle's to say; all others on this origin are the site's own. */
const HANDED_ON = ['content-type', 'cache-control', 'etag', 'last-modified', 'retry-after']

/**
 * Hands a request on to the bundle, and its answer back: status, body and the headers above. Without an answer it is
 * 503. Nothing is served from this origin but the endpoint's own type, and errors as JSON.
 */
export async function relay<E extends RelayedEndpoint>(
  bundle: BundleUrl | undefined,
  endpoint: E,
  { method, parameters, ifNoneMatch }: RelayRequest<E>,
  { fetch: send = fetch, timeoutMs = TIMEOUT_MS }: CallOptions = {},
): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return fault(405, 'MethodNotAllowed', `${METHODS} are there`, { allow: METHODS })
  if (!bundle) return away('Unconfigured', 'this site is not set up yet')
  try {
    const answer = await send(address(bundle, endpoint, parameters), {
      method,
      headers: { accept: TYPES[endpoint], ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }) },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body = await answer.arrayBuffer()
    if (isKnown(answer, TYPES[endpoint])) return new Response(method === 'HEAD' || answer.status === 304 ? null : body, { status: answer.status, headers: handedOn(answer) })
    console.error(`[runner] ${endpoint}: status ${answer.status}, ${mediaType(answer)}`)
    // What stands before a runner that is down answers in its place.
    return answer.status >= 500 ? away('Unreachable', 'the runner is away') : fault(502, 'UnknownShape', 'the runner answered in a shape that is not known')
  } catch (error) {
    console.error(`[runner] ${endpoint}: ${String(error)}`)
    return away('Unreachable', 'the runner does not answer')
  }
}

function address<E extends RelayedEndpoint>(bundle: BundleUrl, endpoint: E, parameters: Written<E>): string {
  const written = Object.entries<string | undefined>(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `${bundle}/${endpoint}${written.length > 0 ? '?' : ''}${new URLSearchParams(written)}`
}

function isKnown(answer: Response, type: string): boolean {
  if (answer.status === 304) return true
  return answer.ok ? mediaType(answer) === type : answer.status >= 400 && mediaType(answer) === 'application/json'
}

function mediaType({ headers }: Response): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
}

function handedOn({ headers }: Response): Headers {
  const kept = new Headers()
  for (const name of HANDED_ON) {
    const value = headers.get(name)
    if (value !== null) kept.set(name, value)
  }
  return kept
}

function away(name: string, message: string): Response {
  return fault(503, name, message, { 'retry-after': String(RETRY_SECONDS) })
}

function fault(status: number, error: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error, message }, { status, headers: { 'cache-control': 'no-store', ...headers } })
}
