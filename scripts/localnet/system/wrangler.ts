import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NODE_MODULES } from '../places.ts'
import type { ServiceSpec } from '../service.ts'
import type { WorkerConfig } from './worker-config.ts'

/** What differs between the Workers that run here. */
export interface LocalWorker {
  name: string
  /** `dev` for a Worker, `pages dev` for a site. */
  command: readonly string[]
  config: WorkerConfig
  /** Gets `wrangler.json`, wrangler's state and its scratch files. */
  dir: string
  port: number
  inspectorPort: number
  log: string
  readyPath: string
}

/** Writes a Worker's configuration and tells how to serve it with wrangler's local workerd, on loopback and without calls to Cloudflare. */
export async function wranglerSpec(worker: LocalWorker): Promise<ServiceSpec> {
  await mkdir(worker.dir, { recursive: true })
  await writeFile(join(worker.dir, 'wrangler.json'), `${JSON.stringify(worker.config, null, 2)}\n`)
  // Wrangler compiles a site beside the nearest package.json, and reads the configuration that it finds above that place.
  await writeFile(join(worker.dir, 'package.json'), '{ "private": true }\n')
  const flags: Record<string, string> = {
    ip: '127.0.0.1',
    port: String(worker.port),
    'inspector-port': String(worker.inspectorPort),
    'persist-to': join(worker.dir, 'state'),
    'show-interactive-dev-session': 'false',
  }
  return {
    name: worker.name,
    command: process.execPath,
    args: [join(NODE_MODULES, 'wrangler/bin/wrangler.js'), ...worker.command, ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)],
    cwd: worker.dir,
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      WRANGLER_LOG_PATH: join(worker.dir, 'wrangler-logs'),
      // Instances side by side must not find each other's Workers.
      WRANGLER_REGISTRY_PATH: join(worker.dir, 'registry'),
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      // No update check, no questions.
      CI: 'true',
    },
    log: worker.log,
    readyUrl: `http://127.0.0.1:${worker.port}${worker.readyPath}`,
    readyWithinMs: 120_000,
  }
}
