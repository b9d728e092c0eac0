import { describeInit, frameRate, type TrackDescription } from './init-segment.ts'
import { readMediaPlaylist, readStart, sliceOf } from './media-folder.ts'
import type { Attributes, MasterPlaylist } from './playlist-reader.ts'

const PLAYLIST = 'index.m3u8'
/** Enough for the first fragment header behind any provenance boxes. */
const FRAGMENT_SEARCH_BYTES = 256 * 1024

/**
 * The master playlist that a folder with `index.m3u8` alone lacks: one variant, its bandwidth from the segments' bytes (the peak),
 * its codecs and size from the initialisation segment, its frame rate from the first fragment.
 */
export async function synthesiseMaster(folder: string): Promise<MasterPlaylist> {
  const { map, segments } = await readMediaPlaylist(folder, PLAYLIST)
  const slices = await Promise.all(segments.map(({ uri, range }) => sliceOf(folder, PLAYLIST, uri, range)))
  const rates = segments.map(({ seconds }, index) => ((slices[index]?.length ?? 0) * 8) / Math.max(seconds, 0.001))

  const init = await sliceOf(folder, PLAYLIST, map.uri, map.range)
  const described = describeInit(await readStart(init, init.length)).filter(({ kind }) => kind !== 'other')
  const attributes: Attributes = {
    BANDWIDTH: String(Math.ceil(Math.max(...rates))),
    CODECS: `"${described.map(({ codec }) => codec).join(',')}"`,
  }
  const video = described.find(({ kind }) => kind === 'video')
  if (video) Object.assign(attributes, pictureAttributes(video, slices[0] && (await readStart(slices[0], FRAGMENT_SEARCH_BYTES))))
  return { variants: [{ attributes, uri: PLAYLIST }], audios: [] }
}

function pictureAttributes(video: TrackDescription, segmentStart: Buffer | undefined): Attributes {
  const rate = segmentStart && frameRate(video, segmentStart)
  return {
    ...(video.size && { RESOLUTION: `${video.size.width}x${video.size.height}` }),
    ...(rate !== undefined && { 'FRAME-RATE': rate.toFixed(3) }),
  }
}
