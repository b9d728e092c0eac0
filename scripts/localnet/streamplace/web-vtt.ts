/** A caption: plain text that shows from `startMs` up to `endMs` of its video. */
export interface Cue {
  id?: string
  startMs: number
  endMs: number
  /** Lines are joined by LF. */
  text: string
}

const TIMING = /^((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})(?:[ \t].*)?$/

/**
 * Reads WebVTT (W3C, "The Web Video Text Tracks Format") as far as captions need it: cues with their text, without styles, regions,
 * settings and markup. Fails with the block's first line where one is neither a cue nor a note.
 */
export function readWebVtt(text: string): Cue[] {
  const [header = '', ...blocks] = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((block) => block.replace(/^\n+|\n+$/g, ''))
  if (!/^WEBVTT(?:[ \t\n]|$)/.test(header)) throw new Error(`captions: expected WEBVTT first, found ${JSON.stringify(header.slice(0, 40))}`)
  return blocks.filter((block) => block !== '' && !/^(?:NOTE|STYLE|REGION)(?:[ \t\n]|$)/.test(block)).map(readCue)
}

function readCue(block: string): Cue {
  const lines = block.split('\n')
  const id = lines[0]?.includes('-->') ? undefined : lines.shift()
  const [, start, end] = TIMING.exec(lines.shift() ?? '') ?? []
  if (start === undefined || end === undefined) throw new Error(`captions: no cue at ${JSON.stringify(block.split('\n')[0])}`)
  const cue = { ...(id !== undefined && { id }), startMs: milliseconds(start), endMs: milliseconds(end), text: plain(lines.join('\n')) }
  if (cue.endMs <= cue.startMs || cue.text === '') throw new Error(`captions: ${start} --> ${end} shows nothing`)
  return cue
}

/** WebVTT. `mpegts` tells a player at which media time, in 90 kHz, the cues' time zero plays (RFC 8216, 3.5). */
export function writeWebVtt(cues: readonly Cue[], mpegts?: number): string {
  const map = mpegts === undefined ? '' : `X-TIMESTAMP-MAP=MPEGTS:${mpegts},LOCAL:00:00:00.000\n`
  const blocks = cues.map(({ id, startMs, endMs, text }) => `${id === undefined ? '' : `${id}\n`}${clock(startMs, '.')} --> ${clock(endMs, '.')}\n${escape(text)}\n\n`)
  return `WEBVTT\n${map}\n${blocks.join('')}`
}

/** SubRip, numbered from 1. */
export function writeSrt(cues: readonly Cue[]): string {
  return cues.map(({ startMs, endMs, text }, index) => `${index + 1}\n${clock(startMs, ',')} --> ${clock(endMs, ',')}\n${text}\n\n`).join('')
}

/** The cues that show some time within `[startMs, endMs)`. */
export function cuesWithin(cues: readonly Cue[], startMs: number, endMs: number): Cue[] {
  return cues.filter((cue) => cue.endMs > startMs && cue.startMs < endMs)
}

/** The cues of a part of their video, on that part's own timeline. */
export function cuesOfPart(cues: readonly Cue[], startMs: number, endMs: number): Cue[] {
  return cuesWithin(cues, startMs, endMs).map((cue) => ({
    ...cue,
    startMs: Math.max(cue.startMs, startMs) - startMs,
    endMs: Math.min(cue.endMs, endMs) - startMs,
  }))
}

function milliseconds(text: string): number {
  const [seconds = 0, minutes = 0, hours = 0] = text.split(':').map(Number).reverse()
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000)
}

function clock(ms: number, point: string): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${String(ms % 1000).padStart(3, '0')}`
}

const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&nbsp;': '\u00a0', '&lrm;': '\u200e', '&rlm;': '\u200f', '&amp;': '&' }

function plain(text: string): string {
  return text.replace(/<[^>]*>/g, '').replace(/&(?:lt|gt|nbsp|lrm|rlm|amp);/g, (entity) => ENTITIES[entity] ?? entity).trim()
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
