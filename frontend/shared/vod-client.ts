import type { Fault, FaultKind, Outcome } from './fault.ts'
import { isDid } from './at-uri.ts'
import { parseVideo, parseVideoPage, type Video, type VideoPage } from './video.ts'

/** Widths in pixels that `getThumbnail` gives. */
export type ThumbnailWidth = 160 | 320 | 480 | 640 | 960 | 1280

/** Where the bundle's endpoints live: `{runnerUrl}/bundle/{did}/{name}/{version}`, without a slash at the end. */
export type BundleUrl = string & { readonly bundleUrl: unique symbol }

/** How a call is made; tests put their own `fetch` here. `timeoutMs` covers the whole answer. */
export type CallOptions = { fetch?: typeof fetch; timeoutMs?: number }

const TIMEOUT_MS = 8_000

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

/** The newest videos first, `limit` at a time, from `cursor` on. */
export function listVideos(bundle: BundleUrl | undefined, query: { limit: number; cursor?: string }, options?: CallOptions): Promise<Outcome<VideoPage>> {
  const parameters = new URLSearchParams({ limit: String(query.limit) })
  if (query.cursor) parameters.set('cursor', query.cursor)
  return ask(bundle, `listVideos?${parameters}`, parseVideoPage, options)
}

/** One video by its at-uri, with description and tags. */
export function getVideo(bundle: BundleUrl | undefined, uri: string, options?: CallOptions): Promise<Outcome<Video>> {
  return ask(bundle, `getVideo?${new URLSearchParams({ uri })}`, parseVideo, options)
}

/** The address of a video's HLS master playlist (`application/vnd.apple.mpegurl`, absolute URIs). */
export function playlistUrl(bundle: BundleUrl, uri: string): string {
  return `${bundle}/getPlaylist?${new URLSearchParams({ uri })}`
}

/** The address of a video's picture (JPEG, its own aspect ratio). With a CID it names content and never changes. */
export function thumbnailUrl(bundle: BundleUrl, video: Pick<Video, 'uri' | 'cid'>, width: ThumbnailWidth): string {
  return `${bundle}/getThumbnail?${version(video)}&width=${width}`
}

/** The address of the small pictures along a video: WebVTT whose cues name parts of sheets (`…#xywh=x,y,w,h`, relative to it). */
export function previewsUrl(bundle: BundleUrl, video: Pick<Video, 'uri' | 'cid'>): string {
  return `${bundle}/getVtt?${version(video)}`
}

function version({ uri, cid }: Pick<Video, 'uri' | 'cid'>): URLSearchParams {
  return new URLSearchParams(cid === '' ? { uri } : { uri, cid })
}

async function ask<T>(
  bundle: BundleUrl | undefined,
  call: string,
  parse: (json: unknown) => T | undefined,
  { fetch: send = fetch, timeoutMs = TIMEOUT_MS }: CallOptions = {},
): Promise<Outcome<T>> {
  if (!bundle) return failed('unconfigured', 0, 'Unconfigured', 'no runner URL or bundle is set')
  try {
    const response = await send(`${bundle}/${call}`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    })
    const json = await readJson(response)
    if (!response.ok) return refusal(response.status, json)
    const value = parse(json)
    return value === undefined ? failed('nonsense', response.status, 'UnknownShape', `${call} answered in a shape that is not known`) : { ok: true, value }
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError'
    return late ? failed('slow', 0, 'Timeout', `${call}: no answer in ${timeoutMs} ms`) : failed('unreachable', 0, 'Unreachable', `${call}: ${String(error)}`)
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
function refusal(status: number, json: unknown): Outcome<never> {
  const { error, message } = (json ?? {}) as { error?: unknown; message?: unknown }
  const kind: FaultKind = status === 404 || status === 410 ? 'missing' : status < 500 && status !== 429 ? 'refused' : 'failing'
  return failed(kind, status, typeof error === 'string' ? error : 'UnknownError', typeof message === 'string' ? message : `status ${status}`)
}

function failed(kind: FaultKind, status: number, name: string, message: string): { ok: false; fault: Fault } {
  return { ok: false, fault: { kind, status, name, message } }
}
