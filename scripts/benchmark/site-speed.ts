import { judge } from '../localnet/lighthouse.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { median } from './turns.ts'

export const ROWS = ['site_speed_home', 'site_speed_watch'] as const

const ROUNDS = 5
/** Points of a hundred that a page may lose: 90 is what Lighthouse calls good. */
const MAY_LOSE = 10

/** Lighthouse's mobile performance of the home page and a watch page. */
export async function siteSpeed(stage: Stage): Promise<Row[]> {
  const [cinema, video] = [await stage.cinema(), await stage.film()]
  const uri = await cinema.publish(video)
  const [did, , rkey] = uri.slice('at://'.length).split('/')
  const rows: Row[] = []
  for (const [name, path] of [['site_speed_home', '/'], ['site_speed_watch', `/watch/${did}/${rkey}`]] as const) {
    const lost = await stage.step(name, async () => {
      const points: number[] = []
      // The first makes what is made once: pictures, a loaded bundle.
      for (let round = 0; round <= ROUNDS; round++) points.push(100 - 100 * ((await judge(cinema.site(path), ['performance'])).scores.performance ?? 0))
      return median(points.slice(1))
    })
    rows.push(row({ name, what: `points of 100 that Lighthouse takes off for mobile performance, median of ${ROUNDS}; peer: the ${MAY_LOSE} that a good page may lose`, unit: 'points', ours: lost, peer: MAY_LOSE, limit: 1 }))
  }
  return rows
}
