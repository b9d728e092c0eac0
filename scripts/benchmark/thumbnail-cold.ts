import { join } from 'node:path'
import { jpegAt } from './cinema.ts'
import { ffmpeg } from './ffmpeg.ts'
import { against, middle, type Cost } from './recipes.ts'
import type { Row } from './row.ts'
import type { Stage } from './stage.ts'
import { inTurns } from './turns.ts'

export const ROWS = ['thumbnail_cold', 'thumbnail_cold_bytes', 'thumbnail_cold_other', 'thumbnail_cold_other_bytes'] as const

const ROUNDS = 11
/** Thumbnails of other videos before: an engine makes a decoder quick in the course of some keyframes. */
const WARM_UP = 12
/** What the bundle shows of a video, in milliseconds. */
const MOMENT = 3_000
const WIDTH = 320

/** The first thumbnail of a video, held against ffmpeg. */
export async function thumbnailCold(stage: Stage): Promise<Row[]> {
  const [cinema, { clip }] = [await stage.cinema(), await stage.videos()]
  const [known, ...fresh] = await stage.step('videos without pictures', async () => {
    const uris: string[] = []
    for (let video = 0; video < WARM_UP + ROUNDS + 1; video++) uris.push(await cinema.publish(clip))
    return uris
  })
  if (known === undefined) throw new Error('no video')
  const out = join(await stage.folder('thumbnail'), 'thumbnail.jpg')
  const picture = ['-frames:v', '1', '-vf', `scale=${WIDTH}:-2`, out]
  const thumbnail = () => jpegAt(cinema.bundle(`getThumbnail?${new URLSearchParams({ uri: fresh.pop() ?? '', width: String(WIDTH) })}`))
  // Told to seek before it opens a playlist of fMP4 (`-ss` before `-i`), ffmpeg 5.1 reads to the end and finds no picture.
  const peers = {
    clip: ['-skip_frame', 'nokey', '-i', cinema.playlist(known, { start: MOMENT, end: MOMENT + 1 }), ...picture],
    start: ['-skip_frame', 'nokey', '-i', cinema.playlist(known), '-ss', String(MOMENT / 1_000), ...picture],
  }
  return stage.step('thumbnail_cold', async () => {
    for (let video = 0; video < WARM_UP; video++) await thumbnail()
    const costs: Record<'ours' | 'clip' | 'start', Cost[]> = { ours: [], clip: [], start: [] }
    const take = (name: keyof typeof costs, run: () => Promise<unknown>) => async () => {
      const cost = await cinema.cost(run)
      costs[name].push(cost)
      return cost.wall
    }
    await inTurns(
      { ours: take('ours', thumbnail), clip: take('clip', () => ffmpeg(peers.clip)), start: take('start', () => ffmpeg(peers.start)) },
      ROUNDS,
    )
    return against(
      'thumbnail_cold',
      { what: `the first thumbnail of a video of 1920x1080, ${WIDTH} px wide, by a bundle that is loaded and warm`, cost: middle(costs.ours) },
      [
        { what: "ffmpeg with the node's own clip of that second", cost: middle(costs.clip) },
        { what: 'ffmpeg that reads the video from its start, keyframes only', cost: middle(costs.start) },
      ],
      { wall: 1, bytes: 0.2 },
    )
  })
}
