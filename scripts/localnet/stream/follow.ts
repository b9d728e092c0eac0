import { websocket } from '@atproto/ws-client'
import { eventsOf } from './event.ts'
import type { Feed } from './feed.ts'
import { readFrame, type Frame } from './frame.ts'

/** The PDS is next door: no use in waiting long before it is asked again. */
const MOST_WAIT_SECONDS = 0.2

/**
 * Follows a PDS's `com.atproto.sync.subscribeRepos` into a feed, from what the feed has seen on: an empty one gets all that the PDS
 * remembers. When the PDS goes away it is asked again until it is back. Ends by the signal alone, and throws its reason.
 */
export async function follow(pdsUrl: string, feed: Feed, signal?: AbortSignal): Promise<void> {
  const subscribe = `${pdsUrl.replace(/^http/, 'ws')}/xrpc/com.atproto.sync.subscribeRepos`
  const frames = websocket(() => `${subscribe}?cursor=${feed.seq}`, {
    dataMode: 'binary',
    maxReconnectSeconds: MOST_WAIT_SECONDS,
    shouldReconnect: () => true,
    ...(signal && { signal }),
    onConnect: () => void (feed.connected = true),
    onDisconnect: () => void (feed.connected = false),
  })
  for await (const bytes of frames) {
    try {
      const frame = await readFrame(bytes)
      if (frame) await take(frame, pdsUrl, feed)
    } catch (error) {
      // Jetstream, too, leaves out what it can't read.
      console.error('a frame was left out:', error)
    }
  }
}

async function take(frame: Frame, pdsUrl: string, feed: Feed): Promise<void> {
  if (frame.kind === 'info' || frame.kind === 'error') {
    console.error('the PDS says', frame)
    // Another PDS answers there than before, with a sequence of its own.
    if (frame.kind === 'error' && frame.error === 'FutureCursor') feed.seq = 0
    return
  }
  if (frame.seq <= feed.seq) return
  feed.repos.take(frame)
  if (frame.kind === 'sync' && !feed.repos.knows(frame.did, frame.rev)) await readRepo(pdsUrl, frame, feed)
  for (const event of eventsOf(frame, feed.timeOf)) if (!feed.faults.swallows(event)) feed.log.append(event)
  // Last: what failed because the PDS went away is told again.
  feed.seq = frame.seq
}

/** An imported repo is announced without its records: they are in the repo only. Commits that are told later than they were read do no harm. */
async function readRepo(pdsUrl: string, { did, rev }: { did: string; rev: string }, { repos }: Feed): Promise<void> {
  const response = await fetch(`${pdsUrl}/xrpc/com.atproto.sync.getRepo?${new URLSearchParams({ did })}`)
  // A repo that can't be read is deactivated by now, or gone.
  if (!response.ok) return void (await response.body?.cancel())
  const { verifyRepoCar } = await import('@atproto/repo')
  const { creates } = await verifyRepoCar(await response.bytes(), did)
  repos.replace(did, rev, creates)
}
