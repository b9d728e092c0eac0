/** A small picture of a video: the part of a sheet, in its pixels, that shows the time from `start` to `end`, in seconds. */
export type Tile = { start: number; end: number; sheet: string; x: number; y: number; width: number; height: number }

const TILES_MAX = 20_000
const PIXELS_MAX = 16_384
const TIMING = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)\s+-->\s+(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)(?:\s|$)/
const FRAGMENT = /^#xywh=(?:pixel:)?(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})$/

/**
 * Reads a track of thumbnails: WebVTT whose cues name parts of pictures (`sheet.jpg#xywh=x,y,w,h`, relative to `base`). Cues that are
 * none, and pictures of other origins than the track's own, are left out.
 */
export function parseStoryboard(vtt: string, base: string): Tile[] {
  const tiles: Tile[] = []
  if (!/^\ufeff?WEBVTT(?:\s|$)/.test(vtt) || !URL.canParse(base)) return tiles
  const { origin } = new URL(base)
  const lines = vtt.split(/\r\n|\r|\n/)
  for (let at = 0; at < lines.length - 1 && tiles.length < TILES_MAX; at += 1) {
    const [, h1, m1 = '', s1 = '', h2, m2 = '', s2 = ''] = TIMING.exec(lines[at] ?? '') ?? []
    if (m1 === '') continue
    const tile = readTile((lines[at + 1] ?? '').trim(), base, origin)
    const [start, end] = [seconds(h1, m1, s1), seconds(h2, m2, s2)]
    if (tile && end > start) tiles.push({ start, end, ...tile })
  }
  return tiles
}

/**
 * At most `most` tiles, spread evenly over a video's time, out of at most `sheets` sheets: what a glance at the video costs to load.
 */
export function pickTiles(tiles: readonly Tile[], most: number, sheets: number): Tile[] {
  const named = spread([...new Set(tiles.map(({ sheet }) => sheet))], sheets)
  return spread(tiles.filter(({ sheet }) => named.includes(sheet)), most)
}

/** How a tile fills a box: the scale of its sheet's pixels, and where the sheet's corner then is in the box. */
export function placeTile({ x, y, width, height }: Tile, box: { width: number; height: number }): { scale: number; left: number; top: number } {
  const scale = Math.max(box.width / width, box.height / height)
  return { scale, left: (box.width - width * scale) / 2 - x * scale, top: (box.height - height * scale) / 2 - y * scale }
}

function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items]
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!)
}

function readTile(address: string, base: string, origin: string): Omit<Tile, 'start' | 'end'> | undefined {
  if (address.length > 4_096 || !URL.canParse(address, base)) return undefined
  const url = new URL(address, base)
  const [, ...edges] = FRAGMENT.exec(url.hash) ?? []
  const [x, y, width, height] = edges.map(Number)
  if (url.origin !== origin || x === undefined || y === undefined || !width || !height || x + width > PIXELS_MAX || y + height > PIXELS_MAX) return undefined
  url.hash = ''
  return { sheet: url.href, x, y, width, height }
}

function seconds(hours: string | undefined, minutes: string, rest: string): number {
  return 3600 * Number(hours ?? 0) + 60 * Number(minutes) + Number(rest)
}
