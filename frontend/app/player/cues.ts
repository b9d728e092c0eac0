/** A line of captions, in seconds; plain text of one line. */
export type Cue = { start: number; end: number; text: string }

const FILE_MAX = 4_000_000
const CUES_MAX = 20_000
const TEXT_MAX = 1_000
const TIMING = /^(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)[.,](\d{3})[ \t]+-->[ \t]+(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)[.,](\d{3})(?:[ \t].*)?$/

/** Reads a WebVTT file: its cues in order of time, without markup. What is no cue is left out, so nonsense gives none. */
export function parseCues(file: string): Cue[] {
  const cues: Cue[] = []
  for (const block of file.slice(0, FILE_MAX).replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    if (cues.length >= CUES_MAX) break
    const lines = block.split('\n')
    const at = lines.findIndex((line) => line.includes('-->'))
    // A cue has at most a name ahead of its times.
    const times = at >= 0 && at <= 1 ? TIMING.exec(lines[at]!) : null
    if (!times) continue
    const [start, end] = [seconds(times.slice(1, 5)), seconds(times.slice(5, 9))]
    const text = plain(lines.slice(at + 1).join(' ').slice(0, TEXT_MAX))
    if (text !== '' && end > start) cues.push({ start, end, text })
  }
  return cues.sort((one, other) => one.start - other.start)
}

/** The index of the cue that is heard at a moment, else of the last one before it; -1 before the first. */
export function cueAt(cues: readonly Cue[], moment: number): number {
  let [low, high] = [0, cues.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (cues[middle]!.start <= moment + 0.05) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The indexes of the cues in which each word of the query occurs, whatever its case and accents; all of them without a query. */
export function searchCues(cues: readonly Cue[], query: string): number[] {
  const words = folded(query.slice(0, 200)).split(/\s+/).filter(Boolean)
  const all = cues.map((_, index) => index)
  return words.length === 0 ? all : all.filter((index) => {
    const text = folded(cues[index]!.text)
    return words.every((word) => text.includes(word))
  })
}

/** The part of a long list that is shown: `size` entries around `centre`, as `[from, to)`. */
export function windowAround(total: number, centre: number, size: number): [from: number, to: number] {
  const from = Math.max(0, Math.min(total - size, centre - Math.floor(size / 2)))
  return [from, Math.min(total, from + size)]
}

function seconds(parts: (string | undefined)[]): number {
  const [hours, minutes, whole, thousandths] = parts.map((part) => Number(part ?? 0))
  return hours! * 3_600 + minutes! * 60 + whole! + thousandths! / 1_000
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', lrm: '\u200e', rlm: '\u200f' }

function plain(text: string): string {
  return text
    .replace(/<[^>]{0,200}>/g, '')
    .replace(/&([a-z]{2,4});/g, (whole, name: string) => (Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : whole))
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ')
    .trim()
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
