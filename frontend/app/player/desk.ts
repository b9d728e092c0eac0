/**
 * What the player and the things around it share: where it stands, what is switched on, and what they may ask of it. The player fills
 * in `seek`, `seconds` and `running`; everything else is also set from outside.
 */
export type Desk = {
  /** The current moment. */
  seconds: number
  /** A first frame was shown. */
  running: boolean
  speed: number
  loop: boolean
  autoplayNext: boolean
  theatre: boolean
  stats: boolean
  help: boolean
  /** Goes to a moment, in seconds; a player that waits begins there. */
  seek: (seconds: number) => void
  /** Says something in the player for a moment, also to screen readers. */
  tell: (words: string) => void
}

/** What plays after a video: whose page, and what to say of it. */
export type NextVideo = { path: string; title: string; by: string }

export function newDesk(): Desk {
  return reactive<Desk>({
    seconds: 0,
    running: false,
    speed: 1,
    loop: false,
    autoplayNext: true,
    theatre: false,
    stats: false,
    help: false,
    seek: () => undefined,
    tell: () => undefined,
  })
}
