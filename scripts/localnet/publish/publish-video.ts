import type { CatalogEntry } from '../streamplace/catalog.ts'
import type { TakenIn } from '../streamplace/server.ts'
import { putRecord, type SignedIn } from './accounts.ts'
import type { VideoFolder } from './media-dirs.ts'
import { recordA, recordB, recordC, trackRecord, type Hosted, type StrongRef } from './records.ts'
import { tidAt } from './tid.ts'

/** A video that is published and hosted. */
export interface PublishedVideo {
  uri: string
  cid: string
  title: string
  /** The creator's handle. */
  creator: string
  durationMs: number
  folder: string
}

/**
 * Publishes a media folder as Streamplace would: the node takes the media in, records of the tracks and the video go into the creator's repo,
 * and the node indexes the video. `ordinal` keeps record keys apart where videos share a moment.
 */
export async function publishVideo(
  pds: string,
  streamplace: string,
  creator: SignedIn,
  video: VideoFolder,
  ordinal: number,
): Promise<PublishedVideo> {
  const taken = await post<TakenIn>(`${streamplace}/__media`, { folder: video.folder })
  const hosted: Hosted = { creatorDid: creator.did, durationMs: video.durationMs ?? taken.durationMs, blob: taken.blob }
  const moment = BigInt(video.createdAt.getTime()) * 1000n + BigInt(ordinal % 1000)

  const record =
    video.generation === 'A' ? recordA(video, hosted) : await withTracks(pds, creator, video, hosted, taken, moment)
  const rkey = tidAt(moment)
  const { uri, cid } = await putRecord(pds, creator, 'place.stream.video', rkey, record)
  const entry: CatalogEntry = {
    uri,
    cid,
    record: { $type: 'place.stream.video', ...record },
    author: { did: creator.did, handle: creator.handle, displayName: creator.displayName },
    folder: video.folder,
  }
  await post(`${streamplace}/__videos`, entry)
  return { uri, cid, title: video.title, creator: creator.handle, durationMs: hosted.durationMs, folder: video.folder }
}

async function withTracks(
  pds: string,
  creator: SignedIn,
  video: VideoFolder,
  hosted: Hosted,
  { blob, tracks }: TakenIn,
  moment: bigint,
): Promise<object> {
  const refs: StrongRef[] = []
  for (const track of tracks) {
    // Tracks come to be before the video that names them; a millisecond apart leaves room for the ordinal.
    const rkey = tidAt(moment - 1000n * BigInt(tracks.length - refs.length))
    refs.push(await putRecord(pds, creator, 'place.stream.media.track', rkey, trackRecord(blob.cid, track)))
  }
  return video.generation === 'B' ? recordB(video, hosted, refs) : recordC(video, hosted, refs)
}

async function post<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(300_000) })
  const answer = (await response.json()) as T & { message?: string }
  if (!response.ok) throw new Error(`${url}: ${response.status} ${answer.message ?? ''}`)
  return answer
}
