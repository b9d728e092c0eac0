import type { Highlights as HighlightsItem, Snippet, TextRange } from './contract.ts'
import { fields } from './foreign.ts'

/** A piece of a text, and whether a search found it. */
export type MarkedPiece = { text: string; marked: boolean }

/** What a search found in a video: in its title, and a part of its description. Joined, the pieces are the text. */
export type Highlights = { title?: MarkedPiece[]; description?: MarkedPiece[] }

const SNIPPET_MAX = 1_000
const RANGES_MAX = 100

/** Reads the `highlights` of a list's item, which has `title`; what does not fit is left out. `undefined` when nothing is marked. */
export function parseHighlights(json: unknown, title: string): Highlights | undefined {
  const found = fields<HighlightsItem>(json)
  const snippet = fields<Snippet>(found?.description)
  const inTitle = markPieces(title, found?.title)
  const inDescription = typeof snippet?.text === 'string' && snippet.text.length <= SNIPPET_MAX ? markPieces(cleaned(snippet.text), snippet.ranges) : undefined
  return inTitle || inDescription ? { ...(inTitle && { title: inTitle }), ...(inDescription && { description: inDescription }) } : undefined
}

/**
 * Cuts a text at ranges of its UTF-8 bytes. A range that is empty, lies outside, cuts a character or begins
 * before the one ahead of it ends is left out; `undefined` when none is left.
 */
export function markPieces(text: string, ranges: unknown): MarkedPiece[] | undefined {
  if (!Array.isArray(ranges)) return undefined
  const offsets = byteOffsets(text)
  const pieces: MarkedPiece[] = []
  let end = 0
  for (const range of ranges.slice(0, RANGES_MAX)) {
    const { startByte, endByte } = fields<TextRange>(range) ?? {}
    const [from, to] = [offsets.get(startByte), offsets.get(endByte)]
    if (from === undefined || to === undefined || from < end || to <= from) continue
    if (from > end) pieces.push({ text: text.slice(end, from), marked: false })
    pieces.push({ text: text.slice(from, to), marked: true })
    end = to
  }
  if (end === 0) return undefined
  if (end < text.length) pieces.push({ text: text.slice(end), marked: false })
  return pieces
}

/** Where each character begins: from bytes in UTF-8 to units in the string; the end is there too. */
function byteOffsets(text: string): Map<unknown, number> {
  const offsets = new Map<unknown, number>([[0, 0]])
  let [bytes, units] = [0, 0]
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    units += character.length
    offsets.set(bytes, units)
  }
  return offsets
}

/** Control characters become spaces: of each there is one byte, so that ranges keep their places. */
function cleaned(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u001f\u007f]/g, ' ')
}
