import assert from 'node:assert/strict'
import { join } from 'node:path'
import { playlists, type Playlist } from './playlist-bodies.ts'
import { playersMaster, playersMedia, playersParser, type PlayersParser } from './playlist-players.ts'
import { buildPlaylist, openPlaylist, type PlaylistCrate } from './playlist-wasm.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { inTurns, type Measure } from './turns.ts'

export const ROWS = ['playlist_rewrite', 'playlist_rewrite_master', 'playlist_rewrite_media'] as const

/** Eight hours in segments of one second. */
const SEGMENTS = 28_800
/** Bytes that arrive at once. */
const PIECE = 64 * 1024
const ROUNDS = 11
/** Playlists in one turn, and before anything counts: an engine makes code quick in the course of some of them. */
const MASTERS = { each: 1_000, warmUp: 20_000 }
const MEDIAS = { each: 4, warmUp: 12 }

/** A playlist as it is served against the same read by the player. */
export async function playlist(stage: Stage): Promise<Row[]> {
  await stage.step('build playlist', async () => buildPlaylist(join(await stage.folder('playlist'), 'build.log')))
  const [crate, parser] = [await openPlaylist(), await playersParser()]
  const { master, media } = playlists(SEGMENTS)
  sameUrls(crate, parser, master, media)
  const bytes = { master: Buffer.from(master.text), media: Buffer.from(media.text) }
  return stage.step('playlist_rewrite', async () => {
    const took = await inTurns(
      {
        master: cpuOf(MASTERS, () => crate.master(bytes.master, master.url)),
        peerMaster: cpuOf(MASTERS, () => playersMaster(parser, master.text, master.url)),
        media: cpuOf(MEDIAS, () => rewritten(crate, bytes.media, media.url, () => {})),
        peerMedia: cpuOf(MEDIAS, () => playersMedia(parser, media.text, media.url)),
      },
      ROUNDS,
    )
    const peer = "peer: hls.js's parser, which is given the text and resolves no segment's URI"
    const what = {
      master: `a master playlist of ${bytes.master.length} bytes, read and written in wasm`,
      media: `a media playlist of ${SEGMENTS} segments and ${(bytes.media.length / 1e6).toFixed(1)} MB, its URIs made absolute in wasm as its bytes pass`,
    }
    const compared = (name: (typeof ROWS)[number], words: string, ours: number, theirs: number, limit?: number) =>
      row({ name, what: `${words}; ${peer}`, unit: 'ms of CPU', ours, peer: theirs, ...(limit !== undefined && { limit }) })
    return [
      compared('playlist_rewrite', `${what.master}; and ${what.media}`, took.master + took.media, took.peerMaster + took.peerMedia, 1),
      compared('playlist_rewrite_master', what.master, took.master, took.peerMaster),
      compared('playlist_rewrite_media', what.media, took.media, took.peerMedia),
    ]
  })
}

/** Rewrites as the bundle does it: a piece comes, a piece goes. */
function rewritten(crate: PlaylistCrate, bytes: Buffer, url: string, to: (piece: Uint8Array) => void): void {
  const rewriting = new crate.Rewriting(url)
  for (let from = 0; from < bytes.length; from += PIECE) to(rewriting.push(bytes.subarray(from, from + PIECE)))
  to(rewriting.finish())
}

/** Both give a player the same URLs; what is written has them as they are, wherever it is read. */
function sameUrls(crate: PlaylistCrate, parser: PlayersParser, master: Playlist, media: Playlist): void {
  const elsewhere = 'https://run.example/bundle/getPlaylist'
  const written = Buffer.from(crate.master(Buffer.from(master.text), master.url)).toString()
  const pieces: Uint8Array[] = []
  rewritten(crate, Buffer.from(media.text), media.url, (piece) => pieces.push(piece))
  const urls = (text: string, url: string) => playersMedia(parser, text, url).fragments.map((one) => `${one.url} ${one.initSegment?.url}`)
  assert.deepEqual(playersMaster(parser, written, elsewhere), playersMaster(parser, master.text, master.url))
  assert.deepEqual(urls(Buffer.concat(pieces).toString(), elsewhere), urls(media.text, media.url))
}

/** Milliseconds of CPU that one call takes, of this process: what else the machine does is no part of them. */
function cpuOf({ each, warmUp }: { each: number; warmUp: number }, call: () => unknown): Measure {
  let warm = false
  return async () => {
    for (let turn = 0; !warm && turn < warmUp; turn++) call()
    warm = true
    const before = process.cpuUsage()
    for (let turn = 0; turn < each; turn++) call()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000 / each
  }
}
