import type { Media, Segment, Track } from './ingest.ts'
import type { Attributes } from './playlist-reader.ts'

/** What a playlist's URIs repeat: the video, its repo, the playback session, the clip asked for (ms). */
export interface PlaylistContext {
  uri: string
  did: string
  sid: string
  start?: number
  end?: number
}

/** The master playlist: URIs root-relative, audio groups first, then the variants. */
export function writeMaster(media: Media, context: PlaylistContext): string {
  const audios = media.audios.map(({ attributes, track }) =>
    line('#EXT-X-MEDIA', { ...attributes, ...(track && { URI: `"${mediaPlaylistPath(track, context)}"` }) }),
  )
  const variants = media.variants.map(
    ({ attributes, track }) => `${line('#EXT-X-STREAM-INF', attributes)}\n${mediaPlaylistPath(track, context)}`,
  )
  const blocks = [['#EXTM3U', '#EXT-X-VERSION:6'], audios, variants].filter((block) => block.length > 0)
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}

/** A track's media playlist, of the segments that overlap the clip. */
export function writeMediaPlaylist(media: Media, track: Track, context: PlaylistContext): string {
  const segments = withinClip(track.segments, context.start ?? 0, context.end ?? Infinity)
  const head = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-TARGETDURATION:${Math.max(1, ...segments.map(({ seconds }) => Math.ceil(seconds)))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-MAP:URI="${blobPath(track.init.cid, context)}"`,
    '',
  ]
  const body = segments.flatMap(({ seconds, offset, length, discontinuity }) => [
    ...(discontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
    `#EXTINF:${seconds.toFixed(6)},`,
    `#EXT-X-BYTERANGE:${length}@${offset}`,
    blobPath(media.blob.cid, context),
  ])
  return `${[...head, ...body, '#EXT-X-ENDLIST'].join('\n')}\n`
}

function withinClip(segments: readonly Segment[], startMs: number, endMs: number): Segment[] {
  let at = 0
  return segments.filter(({ seconds }) => {
    const from = at
    at += seconds * 1000
    return at > startMs && from < endMs
  })
}

function mediaPlaylistPath(track: Track, { uri, sid, start, end }: PlaylistContext): string {
  const clip = Object.entries({ start, end }).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams([['sid', sid], ['track', track.id], ...clip.map(([key, value]) => [key, String(value)]), ['uri', uri]] as [string, string][])
  return `/xrpc/place.stream.playback.getVideoPlaylist?${query}`
}

/** The suffix makes players take the URI for a media file; `cid` stays last so that nothing follows it. */
function blobPath(cid: string, { did, sid }: PlaylistContext): string {
  return `/xrpc/place.stream.playback.getVideoBlob?${new URLSearchParams({ did, sid })}&cid=${cid}.m4s`
}

function line(tag: string, attributes: Attributes): string {
  return `${tag}:${Object.entries(attributes).map(([name, value]) => `${name}=${value}`).join(',')}`
}
