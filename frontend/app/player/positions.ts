/** The speeds that can be chosen, slowest first. */
export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const

/** The next speed up or down; at either end it stays. A speed between two counts as in between. */
export function nextSpeed(now: number, step: 1 | -1): number {
  const further = step > 0 ? SPEEDS.find((speed) => speed > now) : SPEEDS.findLast((speed) => speed < now)
  return further ?? (step > 0 ? SPEEDS.at(-1)! : SPEEDS[0])
}

/** The volume (0 to 1) after a step of `hundredths`, without the dust of binary fractions. */
export function nextVolume(now: number, hundredths: number): number {
  return Math.min(100, Math.max(0, Math.round(now * 100) + hundredths)) / 100
}

/** A moment within a video, in seconds. Without a known duration only the beginning is a bound. */
export function within(seconds: number, duration: number): number {
  const end = Number.isFinite(duration) && duration > 0 ? duration : Number.POSITIVE_INFINITY
  return Math.min(end, Math.max(0, seconds))
}

const USUAL_FRAMES = 30

/** The middle of the picture before or after the one that is shown, in seconds: an edge could show either. */
export function framePosition(seconds: number, framesPerSecond: number | undefined, step: 1 | -1): number {
  const rate = framesPerSecond && framesPerSecond > 0 && framesPerSecond <= 240 ? framesPerSecond : USUAL_FRAMES
  const shown = Math.floor(seconds * rate + 1e-6)
  return Math.max(0, (shown + step + 0.5) / rate)
}
