import { readFile } from 'node:fs/promises'
import { parse } from 'smol-toml'

/** A Worker's configuration as wrangler reads it from TOML or JSON. */
export type WorkerConfig = Record<string, unknown> & { vars?: Record<string, unknown>; queues?: Queues }

interface Queues {
  producers?: object[]
  consumers?: object[]
}

/** The local queue waits for a batch's end before it brings the next one: batches stand in for consumers side by side. */
const BATCHES = { max_batch_size: 4, max_batch_timeout: 1 }

/**
 * The configuration in a `wrangler.toml`, changed for a local run: `overrides` replace fields, `vars` are merged into its own, queues bring
 * batches, and the build step and deployment environments are left out (the build is done by then, and a local run is no environment).
 */
export async function localConfig(tomlPath: string, overrides: WorkerConfig): Promise<WorkerConfig> {
  const { build: _build, env: _environments, queues, ...committed } = parse(await readFile(tomlPath, 'utf8')) as WorkerConfig
  const consumers = (queues?.consumers ?? []).map((consumer) => ({ ...consumer, ...BATCHES }))
  return { ...committed, ...(queues && { queues: { ...queues, consumers } }), ...overrides, vars: { ...committed.vars, ...overrides.vars } }
}
