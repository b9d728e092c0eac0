import { row, type Row } from './row.ts'
import { scaled } from './slope.ts'
import { median } from './turns.ts'

/** What it takes to get pictures. */
export interface Cost {
  /** Milliseconds from asking to having them. */
  wall: number
  /** Bytes that the node sent. */
  bytes: number
}

/** One way to get them. */
export interface Recipe {
  /** What is done, in words. */
  what: string
  cost: Cost
}

/** The medians of what rounds took. */
export function middle(costs: readonly Cost[]): Cost {
  return { wall: median(costs.map(({ wall }) => wall)), bytes: median(costs.map(({ bytes }) => bytes)) }
}

/** What `all` pieces cost, when `pieces` of them cost so much. */
export function costOf({ wall, bytes }: Cost, pieces: number, all: number): Cost {
  return { wall: scaled({ pieces, took: wall }, all), bytes: scaled({ pieces, took: bytes }, all) }
}

/** The recipes, the quickest first. */
export function ranked(recipes: readonly Recipe[]): Recipe[] {
  return recipes.toSorted((a, b) => a.cost.wall - b.cost.wall)
}

/** Ratios to stay under. */
export interface Limits {
  wall: number
  bytes: number
}

/**
 * The rows `{name}` and `{name}_bytes`, ours against the quickest of the peer's recipes, and for the next one `{name}_other` and
 * `{name}_other_bytes`, without a limit.
 */
export function against(name: string, ours: Recipe, peers: readonly Recipe[], limits: Limits): Row[] {
  const names = [name, `${name}_other`]
  return ranked(peers).slice(0, names.length).flatMap((peer, rank) => {
    const what = `${ours.what}; peer: ${peer.what}`
    const limited = rank === 0
    return [
      row({ name: `${names[rank]}`, what, unit: 'ms', ours: ours.cost.wall, peer: peer.cost.wall, ...(limited && { limit: limits.wall }) }),
      row({
        name: `${names[rank]}_bytes`,
        what: 'what the node sent for it',
        unit: 'bytes',
        ours: ours.cost.bytes,
        peer: peer.cost.bytes,
        ...(limited && { limit: limits.bytes }),
      }),
    ]
  })
}
