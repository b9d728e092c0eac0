import { get } from './requests.ts'

/** A stretch of bytes of a media resource. */
export interface SegmentRange {
  url: string
  offset: number
  length: number
}

/** Boxes that may begin a segment of fragmented MP4. */
const FIRST_BOXES = ['styp', 'sidx', 'emsg', 'prft', 'uuid', 'moof']
const HEADER_BYTES = 64

/** Reads a master playlist and fails unless every URI in it is absolute. Gives the media playlists' URLs. */
export async function mediaPlaylistsOf(masterUrl: string): Promise<string[]> {
  const { text, type } = await get(masterUrl)
  if (!text.startsWith('#EXTM3U') || !text.includes('#EXT-X-STREAM-INF')) throw new Error(`not a master playlist (${type}): ${text.slice(0, 200)}`)
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  const attributes = [...text.matchAll(/URI="([^"]*)"/g)].map((match) => match[1] ?? '')
  const relative = [...lines, ...attributes].filter((uri) => !/^https?:\/\//.test(uri))
  if (relative.length > 0) throw new Error(`not absolute: ${relative[0]}`)
  return lines
}

/** The first segment that a media playlist names. */
export async function firstSegmentOf(playlistUrl: string): Promise<SegmentRange> {
  const { text, url } = await get(playlistUrl)
  const lines = text.split(/\r?\n/)
  const begin = lines.findIndex((line) => line.startsWith('#EXTINF'))
  const uri = lines.slice(begin).find((line) => line !== '' && !line.startsWith('#'))
  if (begin < 0 || uri === undefined) throw new Error(`no segment in ${text.slice(0, 300)}`)
  const [, length, offset] = /#EXT-X-BYTERANGE:(\d+)@(\d+)/.exec(text) ?? []
  if (length === undefined) throw new Error(`no byte range with an offset in ${text.slice(0, 300)}`)
  return { url: new URL(uri, url).href, offset: Number(offset), length: Number(length) }
}

/** Fetches the first bytes of a segment by a range request; fails unless they come as 206 and begin an fMP4 box. Gives the box's type. */
export async function firstBoxOf({ url, offset, length }: SegmentRange): Promise<string> {
  const last = offset + Math.min(HEADER_BYTES, length) - 1
  const response = await fetch(url, { headers: { range: `bytes=${offset}-${last}` }, signal: AbortSignal.timeout(30_000) })
  if (response.status !== 206) {
    await response.body?.cancel()
    throw new Error(`status ${response.status} for a range request`)
  }
  const bytes = Buffer.from(await response.arrayBuffer())
  const range = response.headers.get('content-range') ?? 'none'
  if (!range.startsWith(`bytes ${offset}-${last}/`) || bytes.length !== last - offset + 1) {
    throw new Error(`asked for bytes ${offset}-${last}, got ${bytes.length} bytes, content-range ${range}`)
  }
  const type = bytes.toString('latin1', 4, 8)
  if (!FIRST_BOXES.includes(type) || bytes.readUInt32BE(0) > length) throw new Error(`no fMP4 box header: ${bytes.toString('hex', 0, 16)}`)
  return type
}
