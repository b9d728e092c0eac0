import { pause } from '../../shared/pause.ts'

/** What one answer of `getVtt` means: whether it has pictures, and after how many milliseconds a better one may be there. */
export type PreviewsAnswer = { hasPictures: boolean; againMs?: number }

/** What the network and the clock do here; tests put their own in place. `pause` rejects when the signal aborts. */
export type PreviewsPorts = {
  fetch: typeof fetch
  pause: (ms: number, signal: AbortSignal) => Promise<void>
}

const MAX_TRIES = 12
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** Pictures that may be kept no longer than this are not the final ones. */
const COARSE_MAX_SECONDS = 30

/**
 * Reads an answer: 202 is asked again when it says so; coarse pictures are shown, and asked for again once they
 * are no longer fresh; whatever names a reason, or fails, is final.
 */
export function readPreviews(status: number, headers: Headers, body: string): PreviewsAnswer {
  if (status === 202) return { hasPictures: false, againMs: 1_000 * (whole(headers.get('retry-after')) ?? 0) }
  if (status !== 200 || headers.has('x-bundle-reason')) return { hasPictures: false }
  const hasPictures = body.includes('-->')
  const kept = whole(/\bmax-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1])
  return kept !== undefined && kept <= COARSE_MAX_SECONDS ? { hasPictures, againMs: 1_000 * kept } : { hasPictures }
}

/**
 * Asks for a video's previews until the final ones are there, with growing pauses, at most twelve times. `onPictures`
 * is called whenever the URL has new pictures. Never rejects: a player without previews is a player.
 */
export async function followPreviews(
  url: string,
  signal: AbortSignal,
  onPictures: () => void,
  { fetch: send = fetch, pause: wait = pause }: Partial<PreviewsPorts> = {},
): Promise<void> {
  let shown = ''
  try {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      // What is kept of an earlier answer is what shall be replaced.
      const response = await send(url, { signal, cache: tries === 0 ? 'default' : 'no-cache' })
      const body = await response.text()
      const { hasPictures, againMs } = readPreviews(response.status, response.headers, body)
      if (hasPictures && body !== shown) {
        shown = body
        onPictures()
      }
      if (againMs === undefined) return
      await wait(Math.min(Math.max(againMs, FIRST_PAUSE_MS * 1.5 ** tries), LONGEST_PAUSE_MS), signal)
    }
  } catch {
    // No connection, or the viewer has left.
  }
}

function whole(text: string | null | undefined): number | undefined {
  return text && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}
