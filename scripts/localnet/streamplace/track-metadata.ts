import type { Track } from './ingest.ts'

const CODECS: [prefix: string, word: string][] = [
  ['avc', 'h264'],
  ['mp4a', 'aac'],
]

/** `place.stream.media.track#commonMetadata` of a track; undefined where its initialisation segment can't be read. */
export function trackMetadata({ described = [], frameRate, segments }: Track): object | undefined {
  const video = described.find(({ kind }) => kind === 'video')
  const audio = described.find(({ kind }) => kind === 'audio')
  if (!video && !audio) return undefined
  return {
    $type: 'place.stream.media.track#commonMetadata',
    durationMs: Math.round(segments.reduce((sum, { seconds }) => sum + seconds, 0) * 1000),
    ...(video && { video: { codec: word(video.codec), ...video.size, ...(frameRate !== undefined && { framerate: fraction(frameRate) }) } }),
    ...(audio && { audio: { codec: word(audio.codec), rate: audio.timescale, channels: audio.channels ?? 2 } }),
  }
}

function word(codec: string): string {
  return CODECS.find(([prefix]) => codec.startsWith(prefix))?.[1] ?? codec
}

/** Frames per second as a fraction of whole numbers, to three decimals. */
function fraction(rate: number): { num: number; den: number } {
  const num = Math.round(rate * 1000)
  const common = greatestCommonDivisor(num, 1000)
  return { num: num / common, den: 1000 / common }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
