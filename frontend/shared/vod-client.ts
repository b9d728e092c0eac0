import { isDid } from './at-uri.ts'
import type { Endpoints, GetThumbnailParameters } from './contract.ts'
import { parseProfile, type CreatorProfile } from './creator.ts'
import type { Fault, FaultKind, Outcome } from './fault.ts'
import { fields, optional } from './foreign.ts'
import { parseShareHead, type ShareHead } from './share-head.ts'
import { parseVideo, parseVideoPage, type Video, type VideoPage } from './video.ts'

/** What an endpoint of the bundle is asked for. */
export type ParametersOf<E extends keyof Endpoints> = Endpoints[E]['parameters']

/** Widths in pixels that `getThumbnail` gives. */
export type ThumbnailWidth = NonNullable<GetThumbnailParameters['width']>

/** Where the bundle's endpoints live: `{runnerUrl}/bundle/{did}/{name}/{version}`, without a slash at the end. */
export type BundleUrl = string & { readonly bundleUrl: unique symbol }

/** How a call is made; tests put their own `fetch` here. `timeoutMs` covers the whole answer. */
export type CallOptions = { fetch?: typeof fetch; timeoutMs?: number }

const TIMEOUT_MS = 8_000
/** No page waits longer than this for what other sites are told of it. */
const SHARE_HEAD_TIMEOUT_MS = 2_000
/** A 403 of this name is the node's word that the video is taken down. */
const WITHHELD: Endpoints['getVideo']['error'] = 'VideoUnavailable'
/** Of a bundle that lists what a node tells, and has nothing to search in. */
const NO_INDEX: Endpoints['listVideos']['error'] = 'NoAppView'

/**
 * Joins the runner's base URL and the bundle's `did/name/version`.
 * `undefined` when either is unset or malformed.
 */
export function bundleUrl(runnerUrl: string, vodBundle: string): BundleUrl | undefined {
  if (!URL.canParse(runnerUrl)) return undefined
  const { protocol, origin, pathname } = new URL(runnerUrl)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  const [did = '', name = '', version = '', ...rest] = vodBundle.split('/')
  if (!isDid(did) || !/^[a-z0-9-]{1,64}$/.test(name) || !/^[A-Za-z0-9.-]{1,128}$/.test(version) || rest.length > 0) return undefined
  return `${origin}${pathname.replace(/\/+$/, '')}/bundle/${did.replaceAll('%', '%25')}/${name}/${version}` as BundleUrl
}

/** The address of an endpoint with its parameters; those that are `undefined` are left out, lists are repeated. */
export function endpointUrl<E extends keyof Endpoints>(bundle: BundleUrl, endpoint: E, parameters: ParametersOf<E>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) query.append(name, String(one))
  }
  return query.size > 0 ? `${bundle}/${endpoint}?${query}` : `${bundle}/${endpoint}`
}

/** A page of videos, the newest first unless another order is asked for. */
export function listVideos(bundle: BundleUrl | undefined, query: ParametersOf<'listVideos'>, options?: CallOptions): Promise<Outcome<VideoPage>> {
  return ask(bundle, 'listVideos', { ...query, cursor: query.cursor || undefined }, parseVideoPage, options)
}

/** One video by its at-uri, with description and tags. */
export function getVideo(bundle: BundleUrl | undefined, uri: string, options?: CallOptions): Promise<Outcome<Video>> {
  return ask(bundle, 'getVideo', { uri }, parseVideo, options)
}

/** A creator by DID or handle. */
export function getProfile(bundle: BundleUrl | undefined, actor: string, options?: CallOptions): Promise<Outcome<CreatorProfile>> {
  return ask(bundle, 'getProfile', { actor }, parseProfile, options)
}

/** What other sites are told about a video or a creator. */
export function getShareHead(bundle: BundleUrl | undefined, of: ParametersOf<'getShareHead'>, options?: CallOptions): Promise<Outcome<ShareHead>> {
  return ask(bundle, 'getShareHead', of, parseShareHead, { timeoutMs: SHARE_HEAD_TIMEOUT_MS, ...options })
}

/** The address of a video's HLS master playlist (`application/vnd.apple.mpegurl`, absolute URIs). */
export function playlistUrl(bundle: BundleUrl, uri: string): string {
  return endpointUrl(bundle, 'getPlaylist', { uri })
}

/** The address of a video's picture (JPEG, its own aspect ratio). With a CID it names content and never changes. */
export function thumbnailUrl(bundle: BundleUrl, video: Pick<Video, 'uri' | 'cid'>, width: ThumbnailWidth): string {
  return endpointUrl(bundle, 'getThumbnail', { ...version(video), width })
}

/** The address of the small pictures along a video: WebVTT whose cues name parts of sheets (`…#xywh=x,y,w,h`, relative to it). */
export function previewsUrl(bundle: BundleUrl, video: Pick<Video, 'uri' | 'cid'>): string {
  return endpointUrl(bundle, 'getVtt', version(video))
}

function version({ uri, cid }: Pick<Video, 'uri' | 'cid'>): { uri: string; cid?: string } {
  return cid === '' ? { uri } : { uri, cid }
}

async function ask<E extends keyof Endpoints, T>(
  bundle: BundleUrl | undefined,
  endpoint: E,
  parameters: ParametersOf<E>,
  parse: (json: unknown) => T | undefined,
  options?: CallOptions,
): Promise<Outcome<T>> {
  return askAt(bundle && endpointUrl(bundle, endpoint, parameters), endpoint, parse, {}, options)
}

/** Asks an endpoint of any bundle at its whole address, and reads what it says; `undefined` as address while that isn't configured. */
export async function askAt<T>(
  address: string | undefined,
  endpoint: string,
  parse: (json: unknown) => T | undefined,
  { headers, ...request }: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  { fetch: send = fetch, timeoutMs = TIMEOUT_MS }: CallOptions = {},
): Promise<Outcome<T>> {
  if (address === undefined) return failed('unconfigured', 0, 'Unconfigured', 'no runner URL or bundle is set')
  try {
    const response = await send(address, {
      ...request,
      headers: { accept: 'application/json', ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    })
    const json = await readJson(response)
    if (!response.ok) return refusal(response, json)
    const value = parse(json)
    return value === undefined ? failed('nonsense', response.status, 'UnknownShape', `${endpoint} answered in a shape that is not known`) : { ok: true, value }
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError'
    return late ? failed('slow', 0, 'Timeout', `${endpoint}: no answer in ${timeoutMs} ms`) : failed('unreachable', 0, 'Unreachable', `${endpoint}: ${String(error)}`)
  }
}

async function readJson(response: Response): Promise<unknown> {
  const body = await response.text()
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A runner's `{"error": "Name", "message": "…"}` with its status. */
function refusal({ status, headers }: Response, json: unknown): Outcome<never> {
  const { error, message } = fields<{ error: string; message: string }>(json) ?? {}
  const name = typeof error === 'string' ? error : 'UnknownError'
  const gone = status === 404 || status === 410 || name === WITHHELD
  const kind: FaultKind = gone ? 'missing' : name === NO_INDEX ? 'unsupported' : status < 500 && status !== 429 ? 'refused' : 'failing'
  return failed(kind, status, name, typeof message === 'string' ? message : `status ${status}`, seconds(headers.get('retry-after')))
}

function failed(kind: FaultKind, status: number, name: string, message: string, retryAfter?: number): { ok: false; fault: Fault } {
  return { ok: false, fault: { kind, status, name, message, ...optional('retryAfter', retryAfter) } }
}

/** Seconds of `retry-after`; its other form, a date, counts as none. */
function seconds(header: string | null): number | undefined {
  return header !== null && /^\d{1,4}$/.test(header) ? Number(header) : undefined
}
