import { eventsOf } from './event.ts'
import type { Feed } from './feed.ts'
import { followFrames, type Told } from './frames.ts'

/** Follows a PDS into a feed, from what the feed has seen on. Ends by the signal alone, and throws its reason. */
export function follow(pdsUrl: string, feed: Feed, signal?: AbortSignal): Promise<void> {
  return followFrames(pdsUrl, feed, (frame) => take(frame, pdsUrl, feed), signal)
}

async function take(frame: Told, pdsUrl: string, feed: Feed): Promise<void> {
  feed.repos.take(frame)
  if (frame.kind === 'sync' && !feed.repos.knows(frame.did, frame.rev)) await readRepo(pdsUrl, frame, feed)
  for (const event of eventsOf(frame, feed.timeOf)) if (!feed.faults.swallows(event)) feed.log.append(event)
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
