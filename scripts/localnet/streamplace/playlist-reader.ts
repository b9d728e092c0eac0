/** Attributes of an HLS tag as they are written, quotes included, in their order. */
export type Attributes = Record<string, string>

/** A master playlist as it lies in a media folder. */
export interface MasterPlaylist {
  variants: { attributes: Attributes; uri: string }[]
  /** `EXT-X-MEDIA` of type AUDIO. One without `uri` is carried inside the variants. */
  audios: { attributes: Attributes; uri?: string }[]
}

/** A run of bytes of a resource; `undefined` stands for all of it. */
export interface ByteRange {
  offset: number
  length: number
}

/** A media playlist as it lies in a media folder. */
export interface MediaPlaylist {
  map: { uri: string; range?: ByteRange }
  segments: { uri: string; range?: ByteRange; seconds: number; discontinuity: boolean }[]
}

/** Reads a master playlist (RFC 8216, 4.3.4). Attributes named `URI` are taken out; the rest stays as written. */
export function readMaster(text: string): MasterPlaylist {
  const master: MasterPlaylist = { variants: [], audios: [] }
  let pending: Attributes | undefined
  for (const line of linesOf(text)) {
    if (line.startsWith('#EXT-X-STREAM-INF:')) {
      pending = attributesOf(line)
    } else if (line.startsWith('#EXT-X-MEDIA:')) {
      const { URI, ...attributes } = attributesOf(line)
      if (attributes['TYPE'] === 'AUDIO') master.audios.push({ attributes, ...(URI && { uri: unquote(URI) }) })
    } else if (!line.startsWith('#')) {
      if (!pending) throw new Error(`master playlist: ${line} follows no EXT-X-STREAM-INF`)
      master.variants.push({ attributes: pending, uri: line })
      pending = undefined
    }
  }
  if (master.variants.length === 0) throw new Error('master playlist: no EXT-X-STREAM-INF with a URI')
  return master
}

/**
 * Reads a media playlist of fMP4 segments (RFC 8216, 4.3.2 and 4.3.3).
 * A byte range without an offset continues from the range before it in the same resource.
 * Fails on a missing or second `EXT-X-MAP`, an unfinished playlist, encryption, and a range that continues from nothing.
 */
export function readMedia(text: string): MediaPlaylist {
  let map: MediaPlaylist['map'] | undefined
  const segments: MediaPlaylist['segments'] = []
  let seconds: number | undefined
  let range: { length: number; offset?: number } | undefined
  let discontinuity = false
  let ended = false
  for (const line of linesOf(text)) {
    const [tag, value = ''] = splitTag(line)
    if (tag === '#EXT-X-MAP') {
      const { URI, BYTERANGE } = attributesOf(line)
      if (!URI) throw new Error(`media playlist: EXT-X-MAP without URI: ${line}`)
      if (map) throw new Error(`media playlist: a second EXT-X-MAP: ${line}`)
      const { length, offset = 0 } = BYTERANGE ? byteRange(unquote(BYTERANGE)) : {}
      map = { uri: unquote(URI), ...(length !== undefined && { range: { offset, length } }) }
    } else if (tag === '#EXTINF') {
      seconds = Number.parseFloat(value)
    } else if (tag === '#EXT-X-BYTERANGE') {
      range = byteRange(value)
    } else if (tag === '#EXT-X-DISCONTINUITY') {
      discontinuity = true
    } else if (tag === '#EXT-X-KEY' && attributesOf(line)['METHOD'] !== 'NONE') {
      throw new Error(`media playlist: encrypted segments: ${line}`)
    } else if (tag === '#EXT-X-ENDLIST') {
      ended = true
    } else if (!line.startsWith('#')) {
      if (seconds === undefined || !(seconds >= 0)) throw new Error(`media playlist: ${line} follows no valid EXTINF`)
      const resolved = range && continueRange(range, segments.at(-1), line)
      segments.push({ uri: line, seconds, discontinuity, ...(resolved && { range: resolved }) })
      seconds = range = undefined
      discontinuity = false
    }
  }
  if (!map) throw new Error('media playlist: no EXT-X-MAP; only fMP4 segments are supported')
  if (segments.length === 0) throw new Error('media playlist: no segments')
  if (!ended) throw new Error('media playlist: no EXT-X-ENDLIST; the recording is not finished')
  return { map, segments }
}

function continueRange(
  range: { length: number; offset?: number },
  previous: MediaPlaylist['segments'][number] | undefined,
  uri: string,
): ByteRange {
  if (range.offset !== undefined) return { offset: range.offset, length: range.length }
  if (previous?.uri !== uri || !previous.range) {
    throw new Error(`media playlist: byte range ${range.length} of ${uri} has no offset and no range before it`)
  }
  return { offset: previous.range.offset + previous.range.length, length: range.length }
}

function byteRange(text: string): { length: number; offset?: number } {
  const match = /^(\d+)(?:@(\d+))?$/.exec(text.trim())
  if (!match) throw new Error(`byte range ${JSON.stringify(text)}: expected LENGTH or LENGTH@OFFSET`)
  return { length: Number(match[1]), ...(match[2] !== undefined && { offset: Number(match[2]) }) }
}

function attributesOf(line: string): Attributes {
  const list = line.slice(line.indexOf(':') + 1)
  return Object.fromEntries([...list.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)].map((match) => [match[1], match[2]]))
}

function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/).map((line) => line.trim()).filter(Boolean)
  if (lines[0] !== '#EXTM3U') throw new Error(`playlist: expected #EXTM3U first, found ${JSON.stringify(lines[0] ?? '')}`)
  return lines
}

function splitTag(line: string): [string, string?] {
  const colon = line.indexOf(':')
  return line.startsWith('#') && colon > 0 ? [line.slice(0, colon), line.slice(colon + 1)] : [line]
}

function unquote(text: string): string {
  return text.replace(/^"(.*)"$/, '$1')
}
