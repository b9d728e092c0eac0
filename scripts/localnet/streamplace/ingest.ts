import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captionsIn, type Captions } from './captions.ts'
import { describeInit, frameRate, onlyTracks, tracksIn, type TrackDescription } from './init-segment.ts'
import { readMasterPlaylist, readMediaPlaylist, readStart, sliceOf } from './media-folder.ts'
import type { Attributes, MediaPlaylist } from './playlist-reader.ts'
import { storedBlob, type Slice, type StoredBlob } from './slices.ts'
import { synthesiseMaster } from './synthesise-master.ts'

/** A stretch of a track: a byte range of the video's one blob. */
export interface Segment {
  seconds: number
  offset: number
  length: number
  discontinuity: boolean
}

/** One media playlist: an initialisation segment and its segments. Ids count from "1". */
export interface Track {
  id: string
  kind: 'video' | 'audio'
  init: StoredBlob
  /** What `init` says of the tracks that the segments carry; undefined when their media can't be read. */
  described?: TrackDescription[]
  /** Frames per second of the picture. */
  frameRate?: number
  segments: Segment[]
}

/** A video as it is hosted: one blob, and the renditions of its master playlist. */
export interface Media {
  blob: StoredBlob
  tracks: Track[]
  /** `EXT-X-STREAM-INF` lines: attributes as written, and the track they lead to. */
  variants: { attributes: Attributes; track: Track }[]
  /** `EXT-X-MEDIA` audio lines; without a track where the audio is muxed into the variants. */
  audios: { attributes: Attributes; track?: Track }[]
  /** By language, when the folder has any. */
  captions?: Captions[]
  /** Summed EXTINF of the first variant. */
  durationMs: number
}

/** Where a segment of a folder lies, and when it plays. */
interface Placed {
  track: number
  startsAt: number
  slice: Slice
  segment: Segment
}

/**
 * Takes in a folder with `master.m3u8`, or with `index.m3u8` alone as ffmpeg writes a single file,
 * whose media playlists (fMP4) name files of the same folder. Nothing is copied: the blob is the folder's bytes
 * in playing order, so that ranges of video and audio interleave as they do upstream.
 * Fails with the folder and playlist in the message.
 */
export async function ingest(folder: string): Promise<Media> {
  const { variants, audios } = (await readMasterPlaylist(folder)) ?? (await synthesiseMaster(folder))
  const named = [...variants.map(({ uri }) => uri), ...audios.flatMap(({ uri }) => uri ?? [])]
  const uris = [...new Set(named)]

  const placed: Placed[] = []
  const tracks = await Promise.all(
    uris.map(async (uri, index): Promise<Track> => {
      const kind = variants.some((variant) => variant.uri === uri) ? 'video' : 'audio'
      const playlist = await readMediaPlaylist(folder, uri)
      const pieces = await placeSegments(folder, uri, playlist)
      placed.push(...pieces.map((piece) => ({ ...piece, track: index })))
      return { id: String(index + 1), kind, ...(await initOf(folder, uri, playlist)), segments: pieces.map(({ segment }) => segment) }
    }),
  )

  placed.sort((a, b) => a.startsAt - b.startsAt || a.track - b.track)
  let offset = 0
  for (const { segment } of placed) {
    segment.offset = offset
    offset += segment.length
  }
  const blob = await storedBlob(placed.map(({ slice }) => slice))
  const trackOf = (uri: string) => tracks[uris.indexOf(uri)] as Track
  const captions = await captionsIn(folder)
  const hosted = {
    blob,
    tracks,
    ...(captions.length > 0 && { captions }),
    variants: variants.map(({ attributes, uri }) => ({ attributes, track: trackOf(uri) })),
    audios: audios.map(({ attributes, uri }) => ({ attributes, ...(uri !== undefined && { track: trackOf(uri) }) })),
  }
  const seconds = hosted.variants[0]?.track.segments.reduce((sum, segment) => sum + segment.seconds, 0) ?? 0
  return { ...hosted, durationMs: Math.round(seconds * 1000) }
}

async function placeSegments(folder: string, uri: string, playlist: MediaPlaylist): Promise<Omit<Placed, 'track'>[]> {
  let startsAt = 0
  const pieces: Omit<Placed, 'track'>[] = []
  for (const { uri: file, range, seconds, discontinuity } of playlist.segments) {
    const slice = await sliceOf(folder, uri, file, range)
    pieces.push({ startsAt, slice, segment: { seconds, offset: 0, length: slice.length, discontinuity } })
    startsAt += seconds
  }
  return pieces
}

/** The initialisation segment of a media playlist, telling of the tracks that its segments carry and of no others, as upstream's do. */
async function initOf(folder: string, uri: string, { map, segments }: MediaPlaylist): Promise<Pick<Track, 'init' | 'described' | 'frameRate'>> {
  const slice = await sliceOf(folder, uri, map.uri, map.range)
  const [first] = segments
  if (!first) return { init: await storedBlob([slice]) }
  const [init, segment] = await Promise.all([bytesOf(slice), bytesOf(await sliceOf(folder, uri, first.uri, first.range))])
  const carried = tracksIn(segment)
  if (carried.size === 0) return { init: await storedBlob([slice]) }
  const all = describeInit(init)
  const described = all.filter(({ trackId }) => carried.has(trackId))
  const video = described.find(({ kind }) => kind === 'video')
  const rate = video && frameRate(video, segment)
  const told = { described, ...(rate !== undefined && { frameRate: rate }) }
  if (described.length === all.length) return { init: await storedBlob([slice]), ...told }
  const file = join(await mkdtemp(join(tmpdir(), 'streamhut-init-')), 'init.mp4')
  await writeFile(file, onlyTracks(init, carried))
  return { init: await storedBlob([{ file, offset: 0, length: init.length }]), ...told }
}

function bytesOf(slice: Slice): Promise<Buffer> {
  return readStart(slice, slice.length)
}
