/** What is used of hls.js: its parser, and what it makes of playlists. Its own types want a browser's. */
export interface PlayersParser {
  parseMasterPlaylist(text: string, url: string): { levels: { url: string }[]; playlistParsingError: Error | null }
  parseMasterPlaylistMedia(text: string, url: string, parsed: unknown): { AUDIO?: { url: string }[] }
  parseLevelPlaylist(text: string, url: string, id: number, type: string, levelUrlId: number, variables: null): PlayersIndex
}

/** A media playlist. The URLs of its fragments are made when they are asked for. */
export interface PlayersIndex {
  fragments: { url: string; initSegment: { url: string } | null }[]
  playlistParsingError: Error | null
}

/** The parser of the player that the site plays with. */
export async function playersParser(): Promise<PlayersParser> {
  const { M3U8Parser } = (await import('hls.js')) as unknown as { M3U8Parser: PlayersParser }
  return M3U8Parser
}

/** The URLs of a master playlist: renditions first, then sounds. */
export function playersMaster(parser: PlayersParser, text: string, url: string): string[] {
  const parsed = parser.parseMasterPlaylist(text, url)
  if (parsed.playlistParsingError !== null) throw parsed.playlistParsingError
  const { AUDIO = [] } = parser.parseMasterPlaylistMedia(text, url, parsed)
  return [...parsed.levels, ...AUDIO].map((one) => one.url)
}

/** The index of a media playlist. */
export function playersMedia(parser: PlayersParser, text: string, url: string): PlayersIndex {
  const index = parser.parseLevelPlaylist(text, url, 0, 'main', 0, null)
  if (index.playlistParsingError !== null) throw index.playlistParsingError
  return index
}
