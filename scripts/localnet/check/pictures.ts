import { setTimeout as sleep } from 'node:timers/promises'

/** How often a storyboard is asked for that is not there yet; the bundle says how long to wait each time. */
const MAX_TRIES = 30
const MAX_WAIT_S = 5

/** Width and height of a JPEG, from its first frame header (ISO/IEC 10918-1, B.2.2). Fails when it is none. */
export function sizeOfJpeg(bytes: Buffer): { width: number; height: number } {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) throw new Error(`no JPEG: ${bytes.length} bytes beginning ${bytes.toString('hex', 0, 8)}`)
  let at = 2
  while (at + 9 <= bytes.length) {
    const marker = bytes.readUInt16BE(at)
    // SOF0 to SOF15, but for DHT, JPG and DAC.
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  throw new Error(`a JPEG of ${bytes.length} bytes without a frame`)
}

/** Fetches a picture that was really made; a stand-in fails with the reason that it names. */
export async function picture(url: string): Promise<{ width: number; height: number; bytes: Buffer }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  const bytes = Buffer.from(await response.arrayBuffer())
  const reason = response.headers.get('x-bundle-reason')
  if (response.status !== 200 || reason !== null) throw new Error(`${response.status}${reason === null ? '' : `, a stand-in: ${reason}`}`)
  return { ...sizeOfJpeg(bytes), bytes }
}

/** One tile of a storyboard, as its WebVTT names it: seconds, and a rectangle of a sheet in pixels. */
export interface Cue {
  start: number
  end: number
  sheet: string
  rectangle: { x: number; y: number; width: number; height: number }
}

/** Asks for a video's storyboard until it is whole; gives its cues, with the sheets' URLs absolute. */
export async function storyboard(url: string): Promise<Cue[]> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
    const text = await response.text()
    const reason = response.headers.get('x-bundle-reason')
    if (reason !== null) throw new Error(`no storyboard: ${reason}`)
    const coarse = response.headers.get('cache-control')?.includes('max-age=10') ?? false
    if (response.status === 200 && !coarse) return cuesOf(text, url)
    if (response.status !== 200 && response.status !== 202) throw new Error(`${response.status} ${text.slice(0, 200)}`)
    await sleep(1_000 * Math.min(Number(response.headers.get('retry-after') ?? 1), MAX_WAIT_S))
  }
  throw new Error(`no whole storyboard after ${MAX_TRIES} tries`)
}

/** The cues of a WebVTT file with media fragments (`#xywh=`). Fails on anything else. */
export function cuesOf(text: string, url: string): Cue[] {
  const [head, ...blocks] = text.trim().split(/\n\n+/)
  if (head !== 'WEBVTT') throw new Error(`no WebVTT: ${text.slice(0, 100)}`)
  return blocks.map((block) => {
    const [times = '', place = ''] = block.split('\n')
    const [start, end] = times.split(' --> ').map(seconds)
    const fragment = /#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(place)
    if (start === undefined || end === undefined || !fragment) throw new Error(`no cue of a storyboard: ${block}`)
    const [x, y, width, height] = fragment.slice(1).map(Number) as [number, number, number, number]
    return { start, end, sheet: new URL(place.slice(0, fragment.index), url).href, rectangle: { x, y, width, height } }
  })
}

function seconds(timestamp: string): number {
  const match = /^(\d{2,}):([0-5]\d):([0-5]\d\.\d{3})$/.exec(timestamp)
  if (!match) throw new Error(`no WebVTT timestamp: ${timestamp}`)
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])
}

/** Holds a storyboard to what it promises: cues one after the other from 0, each rectangle inside its sheet. Gives the sheets' sizes. */
export async function heldTo(cues: readonly Cue[]): Promise<{ width: number; height: number }[]> {
  let until = 0
  for (const { start, end } of cues) {
    if (start !== until || end <= start) throw new Error(`a cue from ${start} to ${end} after ${until}`)
    until = end
  }
  const sheets = new Map<string, { width: number; height: number }>()
  for (const { sheet, rectangle } of cues) {
    const size = sheets.get(sheet) ?? (await picture(sheet))
    sheets.set(sheet, size)
    if (rectangle.x + rectangle.width > size.width || rectangle.y + rectangle.height > size.height) {
      throw new Error(`${JSON.stringify(rectangle)} lies outside of a sheet of ${size.width}x${size.height}`)
    }
  }
  return [...sheets.values()].map(({ width, height }) => ({ width, height }))
}
