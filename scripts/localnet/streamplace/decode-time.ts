import { boxesIn, findBox } from './boxes.ts'

/** When, in ticks of its track, the first sample of a segment is decoded (`tfdt`): from its first bytes; undefined when they don't tell. */
export function decodeTime(trackId: number, segmentStart: Buffer): number | undefined {
  for (const fragment of boxesIn(segmentStart)) {
    if (fragment.type !== 'moof') continue
    for (const { type, body } of boxesIn(fragment.body)) {
      if (type !== 'traf' || findBox(body, 'tfhd')?.readUInt32BE(4) !== trackId) continue
      const time = findBox(body, 'tfdt')
      return time && (time[0] === 1 ? Number(time.readBigUInt64BE(4)) : time.readUInt32BE(4))
    }
  }
  return undefined
}
