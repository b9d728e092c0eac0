import { readFile } from 'node:fs/promises'
import { parse } from 'smol-toml'

/** A Worker's configuration as wrangler reads it from TOML or JSON. */
export type WorkerConfig = Record<string, unknown> & { vars?: Record<string, unknown> }

/**
 * The configuration in a `wrangler.toml`, changed for a local run: `overrides` replace fields, `vars` are merged into its own, and the
 * build step and deployment environments are left out (the build is done by then, and a local run is no environment).
 */
export async function localConfig(tomlPath: string, overrides: WorkerConfig): Promise<WorkerConfig> {
  const { build: _build, env: _environments, ...committed } = parse(await readFile(tomlPath, 'utf8')) as WorkerConfig
  return { ...committed, ...overrides, vars: { ...committed.vars, ...overrides.vars } }
}
