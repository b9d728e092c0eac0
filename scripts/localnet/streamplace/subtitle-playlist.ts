import type { CaptionTrack } from './captions.ts'
import { decodeTime } from './decode-time.ts'
import type { Media, Segment, Track } from './ingest.ts'
import type { Part } from './playable.ts'
import { withinPart } from './playlist-writer.ts'
import { readSlices } from './slices.ts'

/** Enough for the first fragment header behind any provenance boxes. */
const FRAGMENT_SEARCH_BYTES = 256 * 1024
const MPEGTS_PER_SECOND = 90_000
const MPEGTS_MODULUS = 2 ** 33

/**
 * The media playlist of a caption track: for each segment of the first video track within `part` a WebVTT file, which tells the media time
 * that its cues count from. `begins` is where the video's own timeline starts on that of the media, in milliseconds: 0 but for a clip.
 */
export async function writeSubtitlePlaylist(media: Media, { view }: CaptionTrack, uri: string, part: Part, begins: number): Promise<string> {
  const track = media.variants[0]?.track
  const placed = track ? withinPart(track.segments, part.startMs, part.endMs) : []
  const lines: string[] = []
  let mpegts = 0
  for (const [index, { segment, startsAt }] of placed.entries()) {
    const from = startsAt - begins
    if (track && (index === 0 || segment.discontinuity)) mpegts = await timestampOfZero(media, track, segment, startsAt, from)
    if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY')
    lines.push(`#EXTINF:${segment.seconds.toFixed(6)},`, cuesPath(uri, view.id, from, from + segment.seconds * 1000, mpegts))
  }
  const head = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${Math.max(1, ...placed.map(({ segment }) => Math.ceil(segment.seconds)))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
  ]
  return `${[...head, ...lines, '#EXT-X-ENDLIST'].join('\n')}\n`
}

/** The 90 kHz media time of the video's time zero, by a segment that begins `from` ms behind it. Media counts from 0 where it doesn't tell. */
async function timestampOfZero(media: Media, { described = [] }: Track, segment: Segment, startsAt: number, from: number): Promise<number> {
  const video = described.find(({ kind }) => kind === 'video')
  const bytes = readSlices(media.blob.slices, segment.offset, segment.offset + Math.min(segment.length, FRAGMENT_SEARCH_BYTES))
  const ticks = video && decodeTime(video.trackId, Buffer.concat(await Array.fromAsync(bytes)))
  const seconds = video && ticks !== undefined ? ticks / video.timescale : startsAt / 1000
  const zero = Math.round((seconds - from / 1000) * MPEGTS_PER_SECOND)
  return ((zero % MPEGTS_MODULUS) + MPEGTS_MODULUS) % MPEGTS_MODULUS
}

/** The suffix makes players take the URI for a caption file; `track` stays last so that nothing follows it. */
function cuesPath(uri: string, id: string, from: number, to: number, mpegts: number): string {
  const query = new URLSearchParams({
    video: uri,
    format: 'vtt',
    start: String(Math.floor(Math.max(from, 0))),
    end: String(Math.ceil(Math.max(to, 0))),
    mpegts: String(mpegts),
  })
  return `/xrpc/place.stream.caption.getCaptions?${query}&track=${encodeURIComponent(id)}.vtt`
}
