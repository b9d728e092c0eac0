import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** What a run of ffmpeg took, in milliseconds. */
export interface Took {
  /** From its start to its end. */
  wall: number
  /** Of all its threads, as it says itself. */
  cpu: number
}

/** Whether there is an ffmpeg to measure against. */
export async function hasFfmpeg(): Promise<boolean> {
  const child = spawn('ffmpeg', ['-version'], { stdio: 'ignore' })
  return new Promise((resolve) => child.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0)))
}

/** Runs ffmpeg to its end. Fails with what it wrote. */
export async function ffmpeg(args: readonly string[]): Promise<Took> {
  const began = performance.now()
  const child = spawn('ffmpeg', ['-hide_banner', '-nostats', '-nostdin', '-y', '-benchmark', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  const wall = performance.now() - began
  if (code !== 0) throw new Error(`ffmpeg ${args.join(' ')} ended with ${code}: ${said.slice(-2_000)}`)
  return { wall, cpu: cpuOf(said) }
}

/** The milliseconds of CPU in what ffmpeg says under `-benchmark`. */
export function cpuOf(said: string): number {
  const [, user, system] = /^bench: utime=([\d.]+)s stime=([\d.]+)s/m.exec(said) ?? []
  if (user === undefined || system === undefined) throw new Error(`ffmpeg doesn't say what it took: ${said.slice(-500)}`)
  return (Number(user) + Number(system)) * 1_000
}
