import { boxesIn, findBox } from './boxes.ts'

/** What an initialisation segment says about one track. */
export interface TrackDescription {
  trackId: number
  kind: 'video' | 'audio' | 'other'
  /** RFC 6381: `avc1.64002a`, `mp4a.40.2`, `opus`; the bare sample entry type where we know no better. */
  codec: string
  /** Ticks per second. */
  timescale: number
  /** Presentation size in pixels, of video. */
  size?: { width: number; height: number }
  /** Channels of audio. */
  channels?: number
  /** Ticks per sample when fragments don't say (`trex`); 0 means they do. */
  defaultSampleDuration: number
}

/** Describes the tracks of an initialisation segment (ISO/IEC 14496-12). Fails when it holds none. */
export function describeInit(init: Buffer): TrackDescription[] {
  const movie = findBox(init, 'moov')
  const tracks = movie ? [...boxesIn(movie)].filter((box) => box.type === 'trak').map((box) => describeTrack(box.body)) : []
  if (!movie || tracks.length === 0) throw new Error(`initialisation segment of ${init.length} bytes: no moov with a trak`)
  for (const box of boxesIn(findBox(movie, 'mvex') ?? Buffer.alloc(0))) {
    const track = box.type === 'trex' && tracks.find((candidate) => candidate.trackId === box.body.readUInt32BE(4))
    if (track) track.defaultSampleDuration = box.body.readUInt32BE(12)
  }
  return tracks
}

/** The ids of the tracks that a segment's fragments carry (`moof`/`traf`/`tfhd`). */
export function tracksIn(segment: Buffer): Set<number> {
  const ids = new Set<number>()
  for (const fragment of boxesIn(segment)) {
    if (fragment.type !== 'moof') continue
    for (const { type, body } of boxesIn(fragment.body)) {
      const header = type === 'traf' && findBox(body, 'tfhd')
      if (header) ids.add(header.readUInt32BE(4))
    }
  }
  return ids
}

/**
 * The initialisation segment without the tracks that `keep` doesn't name: their `trak` and `trex` become `free` boxes of the same size.
 * A player waits for media of every track that it is told of.
 */
export function onlyTracks(init: Buffer, keep: ReadonlySet<number>): Buffer {
  const only = Buffer.from(init)
  const movie = findBox(only, 'moov') ?? Buffer.alloc(0)
  const free = (body: Buffer) => Buffer.from(body.buffer, body.byteOffset - 4, 4).write('free', 'latin1')
  for (const { type, body } of boxesIn(movie)) {
    if (type === 'trak' && !keep.has(describeTrack(body).trackId)) free(body)
  }
  for (const { type, body } of boxesIn(findBox(movie, 'mvex') ?? Buffer.alloc(0))) {
    if (type === 'trex' && !keep.has(body.readUInt32BE(4))) free(body)
  }
  return only
}

/** Frames per second of `track`, from the first whole `moof` among a segment's first bytes; undefined when it can't be told. */
export function frameRate(track: TrackDescription, segmentStart: Buffer): number | undefined {
  for (const fragment of boxesIn(segmentStart)) {
    if (fragment.type !== 'moof') continue
    for (const { type, body } of boxesIn(fragment.body)) {
      if (type !== 'traf') continue
      const header = findBox(body, 'tfhd')
      const run = findBox(body, 'trun')
      if (!header || !run || header.readUInt32BE(4) !== track.trackId) continue
      const ticks = meanSampleDuration(header, run, track.defaultSampleDuration)
      return ticks > 0 ? track.timescale / ticks : undefined
    }
  }
  return undefined
}

/** The mean duration in ticks of the samples of a `trun`. */
function meanSampleDuration(header: Buffer, run: Buffer, fallback: number): number {
  const flags = header.readUIntBE(1, 3)
  const durationAt = 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0)
  const common = flags & 0x8 ? header.readUInt32BE(durationAt) : fallback
  const runFlags = run.readUIntBE(1, 3)
  if (!(runFlags & 0x100)) return common
  const count = run.readUInt32BE(4)
  const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => runFlags & flag).length
  let at = 8 + (runFlags & 0x1 ? 4 : 0) + (runFlags & 0x4 ? 4 : 0)
  let sum = 0
  for (let sample = 0; sample < count; sample++, at += 4 * fields) sum += run.readUInt32BE(at)
  return count > 0 ? sum / count : common
}

function describeTrack(track: Buffer): TrackDescription {
  const header = need(findBox(track, 'tkhd'), 'tkhd')
  const media = need(findBox(track, 'mdia', 'mdhd'), 'mdhd')
  const handler = need(findBox(track, 'mdia', 'hdlr'), 'hdlr').toString('latin1', 8, 12)
  const entry = [...boxesIn(need(findBox(track, 'mdia', 'minf', 'stbl', 'stsd'), 'stsd').subarray(8))][0]
  if (!entry) throw new Error('initialisation segment: stsd without a sample entry')
  const long = header[0] === 1
  const common = {
    trackId: header.readUInt32BE(long ? 20 : 12),
    timescale: media.readUInt32BE(media[0] === 1 ? 20 : 12),
    defaultSampleDuration: 0,
  }
  if (handler === 'vide') {
    // Width and height are the last two fields, as 16.16 fixed point.
    const size = { width: header.readUInt32BE(header.length - 8) >>> 16, height: header.readUInt32BE(header.length - 4) >>> 16 }
    return { ...common, kind: 'video', codec: videoCodec(entry.type, entry.body.subarray(78)), size }
  }
  if (handler === 'soun') {
    return { ...common, kind: 'audio', codec: audioCodec(entry.type, entry.body.subarray(28)), channels: entry.body.readUInt16BE(16) }
  }
  return { ...common, kind: 'other', codec: entry.type }
}

function videoCodec(type: string, extensions: Buffer): string {
  const configuration = type === 'avc1' || type === 'avc3' ? findBox(extensions, 'avcC') : undefined
  return configuration ? `${type}.${configuration.toString('hex', 1, 4)}` : type
}

function audioCodec(type: string, extensions: Buffer): string {
  if (type === 'Opus') return 'opus'
  const descriptor = type === 'mp4a' ? findBox(extensions, 'esds') : undefined
  if (!descriptor) return type
  const config = decoderConfig(descriptor.subarray(4))
  if (!config) return type
  const [objectType, audioObjectType] = config
  return audioObjectType === undefined ? `mp4a.${objectType.toString(16)}` : `mp4a.${objectType.toString(16)}.${audioObjectType}`
}

/** Object type indication and, of MPEG-4 audio, the audio object type (ISO/IEC 14496-1, 7.2.6). */
function decoderConfig(descriptors: Buffer): [number, number?] | undefined {
  let at = 0
  let objectType: number | undefined
  while (at + 2 <= descriptors.length) {
    const tag = descriptors[at++]
    // The length is written in groups of seven bits.
    while (((descriptors[at++] ?? 0) & 0x80) !== 0);
    if (tag === 0x03) {
      const flags = descriptors[at + 2] ?? 0
      at += 3 + (flags & 0x80 ? 2 : 0) + (flags & 0x20 ? 2 : 0)
    } else if (tag === 0x04) {
      objectType = descriptors[at]
      at += 13
    } else if (tag === 0x05 && objectType !== undefined) {
      return [objectType, (descriptors[at] ?? 0) >> 3]
    } else {
      break
    }
  }
  return objectType === undefined ? undefined : [objectType]
}

function need(box: Buffer | undefined, type: string): Buffer {
  if (!box) throw new Error(`initialisation segment: a track without ${type}`)
  return box
}
