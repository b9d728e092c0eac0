import type { VideoFolder } from './media-dirs.ts'

/** A reference to one version of a record: `com.atproto.repo.strongRef`. */
export interface StrongRef {
  uri: string
  cid: string
}

/** What a video record says beside the folder's own words. */
export interface Hosted {
  creatorDid: string
  durationMs: number
  blob: { cid: string; size: number }
}

/** A `place.stream.video` record of generation A (beta): nanoseconds, the archive named by CID, no description. */
export function recordA({ title, createdAt }: VideoFolder, { creatorDid, durationMs, blob }: Hosted): object {
  return {
    title,
    creator: creatorDid,
    createdAt: createdAt.toISOString(),
    duration: durationMs * 1_000_000,
    source: { $type: 'place.stream.muxl.defs#archiveBlob', ref: blob.cid, size: blob.size, mimeType: 'video/mp4' },
  }
}

/** Generation B: milliseconds in `duration`, no `createdAt`. */
export function recordB(video: VideoFolder, { durationMs }: Hosted, tracks: readonly StrongRef[]): object {
  return { ...described(video), duration: durationMs, source: sourceTracks(tracks) }
}

/** Generation C (current): `durationMs` and `createdAt`. */
export function recordC(video: VideoFolder, { durationMs }: Hosted, tracks: readonly StrongRef[]): object {
  return { ...described(video), createdAt: video.createdAt.toISOString(), durationMs, source: sourceTracks(tracks) }
}

/** A `place.stream.media.track` record: one track of a MUXL container, the blob named by its BLAKE3 CID. */
export function trackRecord(blobCid: string, { id, kind, metadata }: { id: string; kind: 'video' | 'audio'; metadata?: object }): object {
  return { track: { $type: 'place.stream.media.defs#muxlTrack', blob: blobCid, trackId: id, mediaType: kind }, ...(metadata && { metadata }) }
}

function described({ title, description, tags }: VideoFolder): object {
  return { title, ...(description !== undefined && { description }), ...(tags.length > 0 && { tags }) }
}

function sourceTracks(tracks: readonly StrongRef[]): object {
  return { $type: 'place.stream.media.defs#sourceTracks', tracks: tracks.map(({ uri, cid }) => ({ uri, cid })) }
}
