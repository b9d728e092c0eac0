import type { CaptionTrack } from './captions.ts'
import type { Media, Segment, Track } from './ingest.ts'
import { partOf, WHOLE, type Part } from './playable.ts'
import type { Attributes } from './playlist-reader.ts'

/** What a playlist's URIs repeat: the video, the repo of its media, the playback session, and the part asked for (ms of the video's own time). */
export interface PlaylistContext {
  uri: string
  did: string
  sid: string
  start?: number
  end?: number
}

const CAPTIONS_GROUP = '"cc"'

/** The master playlist: URIs root-relative, audio groups first, then captions, then the variants. */
export function writeMaster(media: Media, context: PlaylistContext, captions: readonly CaptionTrack[] = []): string {
  const audios = media.audios.map(({ attributes, track }) =>
    line('#EXT-X-MEDIA', { ...attributes, ...(track && { URI: `"${mediaPlaylistPath('track', track.id, context)}"` }) }),
  )
  const subtitles = captions.map(({ view }) => {
    const attributes = { TYPE: 'SUBTITLES', 'GROUP-ID': CAPTIONS_GROUP, NAME: `"${view.label}"`, LANGUAGE: `"${view.language}"`, AUTOSELECT: 'YES', DEFAULT: 'NO' }
    return line('#EXT-X-MEDIA', { ...attributes, URI: `"${mediaPlaylistPath('captions', view.id, context)}"` })
  })
  const variants = media.variants.map(({ attributes, track }) => {
    const named = { ...attributes, ...(subtitles.length > 0 && { SUBTITLES: CAPTIONS_GROUP }) }
    return `${line('#EXT-X-STREAM-INF', named)}\n${mediaPlaylistPath('track', track.id, context)}`
  })
  const blocks = [['#EXTM3U', '#EXT-X-VERSION:6'], audios, subtitles, variants].filter((block) => block.length > 0)
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}

/** A track's media playlist, of the segments that overlap `part` of the media; without one, the part that the context asks for. */
export function writeMediaPlaylist(media: Media, track: Track, context: PlaylistContext, part: Part = partOf(WHOLE, context)): string {
  const segments = withinPart(track.segments, part.startMs, part.endMs).map(({ segment }) => segment)
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

/** The segments that overlap `[startMs, endMs)`, with the milliseconds at which each starts. */
export function withinPart(segments: readonly Segment[], startMs: number, endMs: number): { segment: Segment; startsAt: number }[] {
  let at = 0
  const placed = segments.map((segment) => {
    const startsAt = at
    at += segment.seconds * 1000
    return { segment, startsAt, endsAt: at }
  })
  return placed.filter(({ startsAt, endsAt }) => endsAt > startMs && startsAt < endMs)
}

function mediaPlaylistPath(kind: 'track' | 'captions', id: string, { uri, sid, start, end }: PlaylistContext): string {
  const clip = Object.entries({ start, end }).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams([['sid', sid], [kind, id], ...clip.map(([key, value]) => [key, String(value)]), ['uri', uri]] as [string, string][])
  return `/xrpc/place.stream.playback.getVideoPlaylist?${query}`
}

/** The suffix makes players take the URI for a media file; `cid` stays last so that nothing follows it. */
function blobPath(cid: string, { did, sid }: PlaylistContext): string {
  return `/xrpc/place.stream.playback.getVideoBlob?${new URLSearchParams({ did, sid })}&cid=${cid}.m4s`
}

function line(tag: string, attributes: Attributes): string {
  return `${tag}:${Object.entries(attributes).map(([name, value]) => `${name}=${value}`).join(',')}`
}
