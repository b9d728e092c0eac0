import type { CatalogEntry, TrackRecord } from '../streamplace/catalog.ts'
import type { TakenIn } from '../streamplace/server.ts'
import { putRecord, type SignedIn } from './accounts.ts'
import type { VideoFolder } from './media-dirs.ts'
import { recordA, recordB, recordC, trackRecord, type Hosted } from './records.ts'
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

  const tracks = video.generation === 'A' ? undefined : await publishTracks(pds, creator, taken, moment)
  const record = !tracks ? recordA(video, hosted) : video.generation === 'B' ? recordB(video, hosted, tracks) : recordC(video, hosted, tracks)
  const rkey = tidAt(moment)
  const { uri, cid } = await putRecord(pds, creator, 'place.stream.video', rkey, record)
  const entry: CatalogEntry = {
    uri,
    cid,
    record: { $type: 'place.stream.video', ...record },
    author: { did: creator.did, handle: creator.handle, displayName: creator.displayName },
    folder: video.folder,
    ...(tracks && { tracks }),
  }
  await post(`${streamplace}/__videos`, entry)
  return { uri, cid, title: video.title, creator: creator.handle, durationMs: hosted.durationMs, folder: video.folder }
}

async function publishTracks(pds: string, creator: SignedIn, { blob, tracks }: TakenIn, moment: bigint): Promise<TrackRecord[]> {
  const published: TrackRecord[] = []
  for (const track of tracks) {
    // Tracks come to be before the video that names them; a millisecond apart leaves room for the ordinal.
    const rkey = tidAt(moment - 1000n * BigInt(tracks.length - published.length))
    const record = trackRecord(blob.cid, track)
    const put = await putRecord(pds, creator, 'place.stream.media.track', rkey, record)
    published.push({ ...put, record: { $type: 'place.stream.media.track', ...record } })
  }
  return published
}

async function post<T>(url: string, body: object): Promise<T> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(300_000) })
  const answer = (await response.json()) as T & { message?: string }
  if (!response.ok) throw new Error(`${url}: ${response.status} ${answer.message ?? ''}`)
  return answer
}
