/** Taps in a row: how many on which side, and when the last one was (ms). */
export type Taps = { side: 'left' | 'middle' | 'right'; count: number; at: number }

export const NO_TAPS: Taps = { side: 'middle', count: 0, at: Number.NEGATIVE_INFINITY }

const TOGETHER_MS = 350
const STEP_SECONDS = 10
const EDGE = 0.4

/**
 * A tap at `x` of `width` pixels. The second and each further one of a quick row on the same side seeks; `total` is what the row
 * has come to, for the hint. The sides are those of the picture, in every language.
 */
export function addTap(taps: Taps, { x, width, at }: { x: number; width: number; at: number }): { taps: Taps; seek?: { seconds: number; total: number } } {
  const side = x < width * EDGE ? 'left' : x > width * (1 - EDGE) ? 'right' : 'middle'
  const count = side === taps.side && at - taps.at <= TOGETHER_MS ? taps.count + 1 : 1
  const next: Taps = { side, count, at }
  if (side === 'middle' || count < 2) return { taps: next }
  const seconds = side === 'left' ? -STEP_SECONDS : STEP_SECONDS
  return { taps: next, seek: { seconds, total: seconds * (count - 1) } }
}
