import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A box of the given type around its parts. */
export function box(type: string, ...parts: (Buffer | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const header = Buffer.alloc(8)
  header.writeUInt32BE(8 + body.length, 0)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, body])
}

/** 32-bit big-endian numbers. */
export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index))
  return bytes
}

const zeros = (count: number) => Buffer.alloc(count)

function track(id: number, timescale: number, handler: string, size: [number, number], entry: Buffer): Buffer {
  return box(
    'trak',
    box('tkhd', u32(0, 0, 0, id), zeros(60), u32(size[0] << 16, size[1] << 16)),
    box(
      'mdia',
      box('mdhd', u32(0, 0, 0, timescale, 0, 0)),
      box('hdlr', u32(0, 0), Buffer.from(handler), zeros(12)),
      box('minf', box('stbl', box('stsd', u32(0, 1), entry))),
    ),
  )
}

/** An H.264 High@3.1 sample entry. */
export const AVC = box('avc1', zeros(78), box('avcC', [1, 0x64, 0x00, 0x1f, 0xff, 0xe1]))
/** An AAC-LC sample entry; descriptor lengths in the long form that ffmpeg writes. */
export const AAC = box(
  'mp4a',
  zeros(16), [0, 2], zeros(10),
  box('esds', u32(0), [0x03, 0x80, 0x80, 0x80, 0x22, 0, 2, 0, 0x04, 0x80, 0x80, 0x80, 0x14, 0x40, 0x15], zeros(11), [0x05, 0x80, 0x80, 0x80, 0x02, 0x11, 0x90]),
)
/** An Opus sample entry. */
export const OPUS = box('Opus', zeros(16), [0, 2], zeros(10), box('dOps', zeros(11)))

/** An initialisation segment: 640x360 video at 12,800 ticks per second, audio at 48 kHz. */
export function initSegment(audio: Buffer = AAC): Buffer {
  return Buffer.concat([
    box('ftyp', Buffer.from('iso5')),
    box(
      'moov',
      track(1, 12_800, 'vide', [640, 360], AVC),
      track(2, 48_000, 'soun', [0, 0], audio),
      box('mvex', box('trex', u32(0, 1, 1, 0, 0, 0)), box('trex', u32(0, 2, 1, 1024, 0, 0))),
    ),
  ])
}

/**
 * A fragment of `samples` video samples of 512 ticks (25 per second), behind a provenance box, with `payload` as its data; `muxed` with
 * audio, whose samples are of no account here.
 */
export function fragment(samples: number, payload: Buffer, muxed = false): Buffer {
  const header = box('tfhd', u32(0x02_0008, 1, 512))
  const run = box('trun', u32(0x00_0200, samples), u32(...Array<number>(samples).fill(1)))
  const audio = muxed ? [box('traf', box('tfhd', u32(0x02_0000, 2)))] : []
  return Buffer.concat([box('uuid', zeros(40)), box('moof', box('traf', header, run), ...audio), box('mdat', payload)])
}

/** `length` bytes that differ from those of another seed. */
export function noise(length: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 31 + seed * 97 + (index >> 8)) & 0xff))
}

/** A folder as ffmpeg's single-file muxer writes it: init and three 2 s segments in `index.m4s`. */
export async function muxedFolder(parent: string, name: string): Promise<{ folder: string; init: Buffer; segments: Buffer[] }> {
  const folder = join(parent, name)
  await mkdir(folder, { recursive: true })
  const init = initSegment()
  const segments = [1, 2, 3].map((seed) => fragment(50, noise(1000 * seed, seed), true))
  let offset = init.length
  const lines = segments.flatMap((segment) => {
    const at = offset
    offset += segment.length
    return ['#EXTINF:2.000000,', `#EXT-X-BYTERANGE:${segment.length}@${at}`, 'index.m4s']
  })
  const head = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:2', `#EXT-X-MAP:URI="index.m4s",BYTERANGE="${init.length}@0"`]
  await writeFile(join(folder, 'index.m3u8'), [...head, ...lines, '#EXT-X-ENDLIST', ''].join('\n'))
  await writeFile(join(folder, 'index.m4s'), Buffer.concat([init, ...segments]))
  return { folder, init, segments }
}

/** A folder with a master playlist: renditions `high` and `low` and audio, ranges without offsets, a map of its own, a discontinuity. */
export async function masterFolder(parent: string, name: string): Promise<{ folder: string; segments: Record<string, Buffer[]> }> {
  const folder = join(parent, name)
  await mkdir(folder, { recursive: true })
  const segments: Record<string, Buffer[]> = {}
  for (const [index, track] of ['high', 'low', 'audio'].entries()) {
    const parts = [0, 1].map((part) => noise(500 + 300 * part, 10 * index + part))
    const ranges = ['#EXT-X-BYTERANGE:500@0', '#EXT-X-BYTERANGE:800']
    const body = ranges.flatMap((range, part) => [...(part === 1 ? ['#EXT-X-DISCONTINUITY'] : []), '#EXTINF:1.5,', range, `${track}.m4s`])
    const playlist = ['#EXTM3U', '#EXT-X-TARGETDURATION:2', `#EXT-X-MAP:URI="${track}-init.mp4"`, ...body, '#EXT-X-ENDLIST', '']
    await writeFile(join(folder, `${track}.m3u8`), playlist.join('\n'))
    await writeFile(join(folder, `${track}.m4s`), Buffer.concat(parts))
    await writeFile(join(folder, `${track}-init.mp4`), noise(64, 100 + index))
    segments[track] = parts
  }
  await writeFile(
    join(folder, 'master.m3u8'),
    `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="mp4a.40.2",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,AUDIO="audio"
high.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,AUDIO="audio"
low.m3u8
`,
  )
  return { folder, segments }
}
