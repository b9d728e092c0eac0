import { optional } from './foreign.ts'
import type { Texts } from './texts/texts.ts'

/**
 * Why a call to the runner gave no answer:
 * - `unconfigured`: this site does not know its runner or bundle
 * - `unreachable`: no connection; `slow`: no answer in time
 * - `missing`: the runner answered 404 or 410, or the node withholds the video
 * - `refused`: another 4xx; `failing`: a 5xx
 * - `unsupported`: what is asked for needs an index, and the bundle has none
 * - `nonsense`: an answer of a shape that the contract does not know
 */
export type FaultKind = 'unconfigured' | 'unreachable' | 'slow' | 'missing' | 'refused' | 'failing' | 'unsupported' | 'nonsense'

/**
 * A failed call as plain data, so that it travels in the page's payload. `status` is the runner's, 0 without an answer;
 * `retryAfter` are the seconds that it asks to wait.
 */
export type Fault = { kind: FaultKind; status: number; name: string; message: string; retryAfter?: number }

/** What a call gives: a value, or why there is none. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; fault: Fault }

const RETRY_SECONDS = 10

/** The HTTP status of a page that could not be made because of this fault, and when to come again, in seconds. */
export function pageStatus({ kind, status, retryAfter }: Fault): { status: number; retryAfter?: number } {
  const away = (as: number) => ({ status: as, retryAfter: retryAfter ?? RETRY_SECONDS })
  switch (kind) {
    case 'missing':
      return { status: status === 404 ? 404 : 410 }
    case 'refused':
      return { status: 400 }
    case 'slow':
      return away(504)
    case 'unconfigured':
    case 'unreachable':
      return away(503)
    case 'failing':
      return status === 503 || status === 429 ? away(503) : status === 504 ? away(504) : { status: 502, ...optional('retryAfter', retryAfter) }
    case 'unsupported':
      return { status: 501 }
    case 'nonsense':
      return { status: 502 }
  }
}

/** What a page is about. */
export type Subject = 'video' | 'creator'

/** What to tell the viewer: a headline, and what it means for them. `retry`: whether trying again may help. */
export function explainFault({ kind }: Fault, texts: Texts['faults'], about: Subject = 'video'): { title: string; detail: string; retry: boolean } {
  switch (kind) {
    case 'unconfigured':
      return { ...texts.unconfigured, retry: false }
    case 'missing':
      return { ...(about === 'video' ? texts.goneVideo : texts.goneCreator), retry: false }
    case 'refused':
      return { ...texts.refused, retry: false }
    case 'slow':
      return { ...texts.slow, retry: true }
    case 'unreachable':
      return { ...texts.unreachable, retry: true }
    case 'unsupported':
      return { ...texts.unsupported, retry: false }
    case 'nonsense':
      return { ...texts.nonsense, retry: true }
    case 'failing':
      return { ...texts.failing, retry: true }
  }
}
