/** How long the next video waits before it plays by itself. */
export const COUNTDOWN_SECONDS = 8

/** What happens when a video has ended: nothing, the next one is offered, or it is offered and a clock runs. */
export function afterTheEnd({ loop, hasNext, autoplay }: { loop: boolean; hasNext: boolean; autoplay: boolean }): 'nothing' | 'offer' | 'count' {
  if (loop || !hasNext) return 'nothing'
  return autoplay ? 'count' : 'offer'
}

/** One second of the clock; it stands while nobody looks. `go` when the time is up. */
export function tick(left: number, visible: boolean): { left: number; go: boolean } {
  if (!visible) return { left, go: false }
  return left > 1 ? { left: left - 1, go: false } : { left: 0, go: true }
}
