/** Takes one figure of one variant. */
export type Measure = () => Promise<number>

/**
 * Measures variants in turns, so that whatever else the machine does meets all of them alike: each round takes every variant once, in the
 * order opposite to the round before, so that each comes after each other one. Gives each variant's median over the rounds.
 */
export async function inTurns<Name extends string>(variants: Record<Name, Measure>, rounds: number): Promise<Record<Name, number>> {
  const names = Object.keys(variants) as Name[]
  const taken = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) taken.get(name)?.push(await variants[name]())
  }
  return Object.fromEntries([...taken].map(([name, figures]) => [name, median(figures)])) as Record<Name, number>
}

/** The middle one, or the mean of the two in the middle. Fails on an empty list. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  if (low === undefined || high === undefined) throw new Error('no median of nothing')
  return (low + high) / 2
}
