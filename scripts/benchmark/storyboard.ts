import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jpegAt, type Cinema } from './cinema.ts'
import { ffmpeg } from './ffmpeg.ts'
import { against, costOf, middle, type Cost } from './recipes.ts'
import type { Row } from './row.ts'
import { scaled } from './slope.ts'
import type { Stage } from './stage.ts'
import { inTurns } from './turns.ts'

export const ROWS = ['storyboard_1h', 'storyboard_1h_bytes', 'storyboard_1h_other', 'storyboard_1h_other_bytes'] as const

const ROUNDS = 3
const WARM_UP = 12
const HOUR_SECONDS = 3_600
const TILES = 100
const WIDTH = 160
/** Tiles that the peer is measured at, of those that it would make. */
const SAMPLED = 10
const POLL_MS = 100
const GIVE_UP_MS = 180_000
/** The hour is read as a whole when that takes less than this; else a tenth of it is. */
const WHOLE_MS = 180_000

/** The whole storyboard of an hour, held against ffmpeg. */
export async function storyboard(stage: Stage): Promise<Row[]> {
  const [cinema, { hour, clip }] = [await stage.cinema(), await stage.videos()]
  const fresh = await stage.step('an hour on the node (minutes, the first time)', async () => {
    const uris: string[] = []
    for (let video = 0; video < ROUNDS; video++) uris.push(await cinema.publish(hour))
    return uris
  })
  const [known] = fresh
  if (known === undefined) throw new Error('no video')
  const folder = await stage.folder('storyboard')
  return stage.step('storyboard_1h', async () => {
    for (let video = 0; video < WARM_UP; video++) {
      await jpegAt(cinema.bundle(`getThumbnail?${new URLSearchParams({ uri: await cinema.publish(clip), width: '320' })}`))
    }
    const part = await inOneGo(cinema, known, folder, HOUR_SECONDS / SAMPLED)
    const read = scaled({ pieces: 1, took: part.wall }, SAMPLED) < WHOLE_MS ? HOUR_SECONDS : HOUR_SECONDS / SAMPLED
    const costs: Record<'ours' | 'clips' | 'keyframes', Cost[]> = { ours: [], clips: [], keyframes: [] }
    const take = (name: keyof typeof costs, run: () => Promise<Cost>) => async () => {
      const cost = await run()
      costs[name].push(cost)
      return cost.wall
    }
    await inTurns(
      {
        ours: take('ours', () => ours(cinema, fresh.pop() ?? '')),
        clips: take('clips', () => tileByTile(cinema, known, folder)),
        keyframes: take('keyframes', async () => costOf(await inOneGo(cinema, known, folder, read), read, HOUR_SECONDS)),
      },
      ROUNDS,
    )
    const whole = read === HOUR_SECONDS ? '' : `, measured on ${read} s and scaled up`
    return against(
      'storyboard_1h',
      { what: `${TILES} tiles of an hour of 1920x1080, from the first getVtt until the whole board and its sheet are there`, cost: middle(costs.ours) },
      [
        { what: `ffmpeg with the node's own clip for each tile, measured on ${SAMPLED} of them and scaled up, and the tiling`, cost: middle(costs.clips) },
        { what: `ffmpeg that reads all of it, keyframes only${whole}`, cost: middle(costs.keyframes) },
      ],
      { wall: 0.5, bytes: 0.2 },
    )
  })
}

function ours(cinema: Cinema, uri: string): Promise<Cost> {
  return cinema.cost(async () => {
    const began = performance.now()
    while (performance.now() - began < GIVE_UP_MS) {
      const response = await fetch(cinema.bundle(`getVtt?${new URLSearchParams({ uri })}`))
      const cues = await response.text()
      if (!response.ok) throw new Error(`getVtt answered ${response.status}: ${cues.slice(0, 500)}`)
      // A coarse board comes first, with a sheet of another name.
      const [sheet] = /getSprite\?\S*\bsheet=0\b[^#\s]*/.exec(cues) ?? []
      if (sheet !== undefined) {
        const tiles = cues.split('#xywh=').length - 1
        if (tiles !== TILES) throw new Error(`a storyboard of ${tiles} tiles`)
        return jpegAt(cinema.bundle(sheet))
      }
      await sleep(POLL_MS)
    }
    throw new Error(`no storyboard in ${GIVE_UP_MS / 1_000} s`)
  })
}

/**
 * A process for each tile, then one that puts them together. The node cuts clips, since ffmpeg 5.1 can't seek in a playlist of fMP4; so a
 * tile costs it one segment and a short playlist.
 */
async function tileByTile(cinema: Cinema, uri: string, folder: string): Promise<Cost> {
  const path = (tile: number) => join(folder, `tile-${String(tile).padStart(3, '0')}.jpg`)
  const some = await cinema.cost(async () => {
    for (let tile = 0; tile < SAMPLED; tile++) {
      const start = Math.floor(((tile + 0.5) * HOUR_SECONDS * 1_000) / SAMPLED)
      const input = ['-skip_frame', 'nokey', '-i', cinema.playlist(uri, { start, end: start + 1 })]
      await ffmpeg([...input, '-frames:v', '1', '-vf', `scale=${WIDTH}:-2`, path(tile)])
    }
  })
  for (let tile = SAMPLED; tile < TILES; tile++) await copyFile(path(tile % SAMPLED), path(tile))
  const tiled = await ffmpeg(['-i', join(folder, 'tile-%03d.jpg'), '-vf', 'tile=10x10', '-frames:v', '1', join(folder, 'sheet.jpg')])
  const { wall, bytes } = costOf(some, SAMPLED, TILES)
  return { wall: wall + tiled.wall, bytes }
}

/** One process that reads the first `seconds` of the video and decodes their keyframes. */
function inOneGo(cinema: Cinema, uri: string, folder: string, seconds: number): Promise<Cost> {
  const tiles = (TILES * seconds) / HOUR_SECONDS
  const filter = `fps=${TILES}/${HOUR_SECONDS},scale=${WIDTH}:-2,tile=10x${tiles / 10}`
  const input = ['-t', String(seconds), '-skip_frame', 'nokey', '-i', cinema.playlist(uri)]
  return cinema.cost(() => ffmpeg([...input, '-vf', filter, '-frames:v', '1', join(folder, 'board.jpg')]))
}
