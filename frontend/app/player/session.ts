/** What a locked screen, a headset's keys and the system's own media panel are told of a video. */
export type SessionTale = { title: string; artist: string; artwork: MediaImage[] }

export type SessionOrders = { seekBy: (seconds: number) => void; seekTo: (seconds: number) => void; next: (() => void) | undefined }

/** Lets the system show and steer a video; the answer ends that. Does nothing where there is no such thing. */
export function tellSession(media: HTMLMediaElement, tale: SessionTale, { seekBy, seekTo, next }: SessionOrders): () => void {
  if (!('mediaSession' in navigator)) return () => undefined
  const session = navigator.mediaSession
  session.metadata = new MediaMetadata(tale)
  const handlers: [MediaSessionAction, MediaSessionActionHandler | null][] = [
    ['play', () => void media.play()],
    ['pause', () => media.pause()],
    ['seekbackward', ({ seekOffset }) => seekBy(-(seekOffset ?? 10))],
    ['seekforward', ({ seekOffset }) => seekBy(seekOffset ?? 10)],
    ['seekto', ({ seekTime }) => seekTime !== undefined && seekTo(seekTime)],
    ['nexttrack', next ?? null],
  ]
  for (const [action, handler] of handlers) handle(session, action, handler)
  const position = () => {
    const { duration, currentTime, playbackRate } = media
    if (Number.isFinite(duration) && duration > 0) session.setPositionState?.({ duration, playbackRate, position: Math.min(duration, currentTime) })
  }
  const state = () => (session.playbackState = media.paused ? 'paused' : 'playing')
  const events: [string, () => void][] = [['loadedmetadata', position], ['seeked', position], ['ratechange', position], ['play', state], ['pause', state]]
  for (const [event, listener] of events) media.addEventListener(event, listener)
  return () => {
    for (const [event, listener] of events) media.removeEventListener(event, listener)
    for (const [action] of handlers) handle(session, action, null)
    session.metadata = null
    session.playbackState = 'none'
  }
}

function handle(session: MediaSession, action: MediaSessionAction, handler: MediaSessionActionHandler | null): void {
  try {
    session.setActionHandler(action, handler)
  } catch {
    // Browsers throw at actions that they don't know.
  }
}
