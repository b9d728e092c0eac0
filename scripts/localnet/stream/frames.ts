import { websocket } from '@atproto/ws-client'
import { readFrame, type Frame } from './frame.ts'

/** The PDS is next door: no use in waiting long before it is asked again. */
const MOST_WAIT_SECONDS = 0.2

/** How far somebody is who follows a PDS. */
export interface Progress {
  /** The number of the last frame that was taken in; 0 before the first. */
  seq: number
  /** Whether the PDS is connected. */
  connected: boolean
}

/** A frame that tells what happened. */
export type Told = Exclude<Frame, { kind: 'info' | 'error' }>

/**
 * Follows a PDS's `com.atproto.sync.subscribeRepos` from what was seen on: who has seen nothing gets all that the PDS remembers. When the
 * PDS goes away it is asked again until it is back. Ends by the signal alone, and throws its reason.
 */
export async function followFrames(pdsUrl: string, progress: Progress, take: (frame: Told) => void | Promise<void>, signal?: AbortSignal): Promise<void> {
  const subscribe = `${pdsUrl.replace(/^http/, 'ws')}/xrpc/com.atproto.sync.subscribeRepos`
  const frames = websocket(() => `${subscribe}?cursor=${progress.seq}`, {
    dataMode: 'binary',
    maxReconnectSeconds: MOST_WAIT_SECONDS,
    shouldReconnect: () => true,
    ...(signal && { signal }),
    onConnect: () => void (progress.connected = true),
    onDisconnect: () => void (progress.connected = false),
  })
  for await (const bytes of frames) {
    try {
      const frame = await readFrame(bytes)
      if (frame) await pass(frame, progress, take)
    } catch (error) {
      // Jetstream, too, leaves out what it can't read.
      console.error('a frame was left out:', error)
    }
  }
}

async function pass(frame: Frame, progress: Progress, take: (frame: Told) => void | Promise<void>): Promise<void> {
  if (frame.kind === 'info' || frame.kind === 'error') {
    console.error('the PDS says', frame)
    // Another PDS answers there than before, with a sequence of its own.
    if (frame.kind === 'error' && frame.error === 'FutureCursor') progress.seq = 0
    return
  }
  if (frame.seq <= progress.seq) return
  await take(frame)
  // Last: what failed because the PDS went away is told again.
  progress.seq = frame.seq
}
