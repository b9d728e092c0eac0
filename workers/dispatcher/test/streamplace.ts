/** The network's Streamplace node: videos of a test's own, what it was asked, and how it goes wrong. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { putRecord, type SignedIn } from '../../../scripts/localnet/publish/accounts.ts'
import { publishVideo, type PublishedVideo } from '../../../scripts/localnet/publish/publish-video.ts'
import { DEMO_MEDIA } from '../../../scripts/localnet/places.ts'
import type { Fault } from '../../../scripts/localnet/streamplace/faults.ts'
import { signIn } from './publish.ts'
import { PDS_URL, account } from './system.ts'

const NODE = process.env['STREAMPLACE_URL'] ?? ''

/** A request that the node got. */
export interface Seen {
  method: string
  url: string
  range?: string
}

/** Publishes a demo video once more, as a new video that nobody has seen; `extra` goes into its record. */
export async function publishDemo(slug: string, ordinal: number, extra: object = {}): Promise<PublishedVideo & { creator: string }> {
  const creator = await creatorOf('aurora.test')
  const about = JSON.parse(await readFile(join(DEMO_MEDIA, slug, 'video.json'), 'utf8')) as { title: string; durationMs: number }
  const video = { title: `${about.title} (${ordinal})`, description: '', tags: [], generation: 'C' as const, createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, ordinal)), durationMs: about.durationMs, folder: join(DEMO_MEDIA, slug), creator: 'aurora' }
  const published = await publishVideo(PDS_URL, NODE, creator, video as never, ordinal)
  return Object.keys(extra).length === 0 ? published : edit(published, extra)
}

/** Rewrites a video's record with other fields: a new version under the same address, which the node indexes. */
export async function edit(video: PublishedVideo, fields: object): Promise<PublishedVideo> {
  const creator = await creatorOf('aurora.test')
  const shown = (await (await fetch(`${NODE}/xrpc/place.stream.media.getVideo?${new URLSearchParams({ uri: video.uri })}`)).json()) as { record: object; author: object }
  const record = { ...shown.record, ...fields }
  const rkey = video.uri.slice(video.uri.lastIndexOf('/') + 1)
  const { cid } = await putRecord(PDS_URL, creator, 'place.stream.video', rkey, record)
  await administer('POST', '/__videos', { uri: video.uri, cid, record, author: shown.author, folder: video.folder })
  return { ...video, cid }
}

/** Takes a video out of the node's index. */
export const forget = (uri: string) => administer('DELETE', `/__videos?${new URLSearchParams({ uri })}`)

/** Has the next requests go wrong. */
export const fault = (how: Fault) => administer('POST', '/__faults', how)
export const clearFaults = () => administer('DELETE', '/__faults')

/** What the node was asked while `work` ran. */
export async function askedDuring<T>(work: () => Promise<T>): Promise<{ value: T; seen: Seen[] }> {
  await administer('DELETE', '/__requests')
  const value = await work()
  const { requests } = (await (await fetch(`${NODE}/__requests`)).json()) as { requests: Seen[] }
  return { value, seen: requests }
}

async function creatorOf(handle: string): Promise<SignedIn> {
  const { authorization } = await signIn(handle)
  return { ...account(handle), authorization, displayName: 'Aurora' }
}

async function administer(method: string, path: string, body?: object): Promise<void> {
  const response = await fetch(`${NODE}${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
}
