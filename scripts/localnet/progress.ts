/** Runs a step of some length under a name that people read. */
export type Step = <T>(name: string, run: () => Promise<T>) => Promise<T>

/** Where progress goes, as much of a terminal as is needed. */
export interface ProgressOutput {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

/** Runs steps in silence. */
export const quietly: Step = (_name, run) => run()

/**
 * Prints `✓ name  2.1 s` as each step ends, `✗ name` when it fails. On a terminal a last line tells what is going on meanwhile.
 */
export function progress(output: ProgressOutput): Step {
  const running = new Map<string, number>()
  let ticker: NodeJS.Timeout | undefined
  const draw = () => {
    if (!output.isTTY) return
    const waiting = [...running].map(([name, began]) => `${name} ${seconds(performance.now() - began, 0)}`).join(', ')
    const line = waiting && `… ${waiting}`
    output.write(`\r\u001b[K${line.slice(0, (output.columns ?? 80) - 1)}`)
  }
  const finish = (mark: string, name: string) => {
    const took = performance.now() - (running.get(name) ?? performance.now())
    running.delete(name)
    if (output.isTTY) output.write('\r\u001b[K')
    output.write(`${mark} ${name}  ${seconds(took, 1)}\n`)
    draw()
    if (running.size === 0) clearInterval(ticker)
  }
  return async (name, run) => {
    if (running.size === 0 && output.isTTY) ticker = setInterval(draw, 1_000).unref()
    running.set(name, performance.now())
    draw()
    try {
      const result = await run()
      finish('✓', name)
      return result
    } catch (error) {
      finish('✗', name)
      throw error
    }
  }
}

/** `2134` ms → `2.1 s`. */
export function seconds(ms: number, digits: number): string {
  return `${(ms / 1000).toFixed(digits)} s`
}
