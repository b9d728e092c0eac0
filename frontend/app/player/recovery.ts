/** What hls.js reports of an error, reduced to what a remedy depends on. */
export type StreamError = {
  fatal: boolean
  type: 'network' | 'media' | 'other'
  /** Set when what failed is the master playlist: without it there is nothing to resume. */
  manifest: boolean
  /** The HTTP status of the answer; 0 without one. */
  status: number
}

/** What to do about an error; `give-up` carries what to tell the viewer. */
export type Remedy =
  | { kind: 'none' }
  | { kind: 'resume'; afterMs: number }
  | { kind: 'recover-media' }
  | { kind: 'give-up'; reason: StopReason }

/**
 * `slow` is not final: playback may yet begin by itself. `gone`: the stream is not there; `deleted`: nor is the video any more.
 */
export type StopReason = 'gone' | 'deleted' | 'unreachable' | 'unplayable' | 'slow'

/** What has been tried since playback last went well. */
export type Attempts = { network: number; mediaAt: number }

export const NO_ATTEMPTS: Attempts = { network: 0, mediaAt: Number.NEGATIVE_INFINITY }

const NETWORK_DELAYS_MS = [1_000, 2_000, 4_000, 8_000]
const MEDIA_PAUSE_MS = 5_000

const LATER_MS = [15_000, 30_000, 60_000]

/** After how many milliseconds an origin that was given up is tried once more by itself; `tries` so far. `undefined` where waiting won't help. */
export function laterTry(reason: StopReason, tries: number): number | undefined {
  return reason === 'unreachable' ? LATER_MS[Math.min(tries, LATER_MS.length - 1)] : undefined
}

/**
 * The ladder: a network error is answered by loading on after a growing pause, a media error by
 * rebuilding the decoder at most once in five seconds; what is left is told to the viewer.
 * `now` is in milliseconds on any steady clock.
 */
export function chooseRemedy(error: StreamError, attempts: Attempts, now: number): { remedy: Remedy; attempts: Attempts } {
  if (!error.fatal) return { remedy: { kind: 'none' }, attempts }
  if (error.type === 'media') {
    if (now - attempts.mediaAt < MEDIA_PAUSE_MS) return { remedy: { kind: 'give-up', reason: 'unplayable' }, attempts }
    return { remedy: { kind: 'recover-media' }, attempts: { ...attempts, mediaAt: now } }
  }
  if (error.type === 'other') return { remedy: { kind: 'give-up', reason: 'unplayable' }, attempts }
  if (error.status === 404 || error.status === 410) return { remedy: { kind: 'give-up', reason: 'gone' }, attempts }
  const afterMs = error.manifest ? undefined : NETWORK_DELAYS_MS[attempts.network]
  if (afterMs === undefined) return { remedy: { kind: 'give-up', reason: 'unreachable' }, attempts }
  return { remedy: { kind: 'resume', afterMs }, attempts: { ...attempts, network: attempts.network + 1 } }
}
