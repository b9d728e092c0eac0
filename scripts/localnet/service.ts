import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { logTail } from './log-tail.ts'
import { startGroup } from './process-group.ts'

/** How to run one service as a child process. */
export interface ServiceSpec {
  name: string
  command: string
  args: readonly string[]
  cwd?: string
  /** The whole environment of the child; by default ours. */
  env?: NodeJS.ProcessEnv
  /** Path of the file that collects stdout and stderr. */
  log: string
  /** A URL that answers 2xx once the service can be used. */
  readyUrl: string
  /** How long the service may take to get ready, in ms (60 s by default). */
  readyWithinMs?: number
  /** Gives the start up. */
  signal?: AbortSignal
}

/** A service that is up. */
export interface Service {
  /** Ends the process and all of its descendants, politely first. */
  stop(): Promise<void>
}

/**
 * Starts a service and waits until it answers. `onLoss` is told when it ends later without having been asked to.
 * Fails with the tail of the log when the process ends early or stays silent too long.
 */
export async function startService(spec: ServiceSpec, onLoss: (message: string) => void = () => {}): Promise<Service> {
  const log = openSync(spec.log, 'a')
  const group = startGroup(spec.command, spec.args, {
    ...(spec.cwd !== undefined && { cwd: spec.cwd }),
    env: spec.env ?? process.env,
    stdio: ['ignore', log, log],
  })
  closeSync(log)

  let phase: 'starting' | 'up' | 'stopping' | 'ended' = 'starting'
  let how = ''
  void group.exited.then(async (end) => {
    how = end.how
    if (phase === 'up') onLoss(`${spec.name} ended (${how})${await logTail(spec.log)}`)
    phase = 'ended'
  })
  const stop = () => {
    if (phase !== 'ended') phase = 'stopping'
    return group.stop()
  }

  const deadline = Date.now() + (spec.readyWithinMs ?? 60_000)
  while (!(await answers(spec.readyUrl))) {
    if ((phase as string) === 'ended') throw new Error(`${spec.name} ended (${how}) before it was ready${await logTail(spec.log)}`)
    if (Date.now() > deadline || spec.signal?.aborted) {
      await stop()
      spec.signal?.throwIfAborted()
      throw new Error(`${spec.name} did not answer at ${spec.readyUrl} in time${await logTail(spec.log)}`)
    }
    await sleep(50)
  }
  phase = 'up'
  return { stop }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
