import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Net } from '../net.ts'
import { ROOT } from '../places.ts'
import type { ServiceSpec } from '../service.ts'
import type { Built } from './build.ts'
import type { Instance } from './instance.ts'
import { localConfig } from './worker-config.ts'
import { wranglerSpec } from './wrangler.ts'

/** A bundle by its author, name and channel. */
export interface BundleRef {
  did: string
  name: string
  channel: string
}

/** The runner's settings, by the names that the root `wrangler.toml` documents. */
export interface RunnerVars extends Record<string, string> {
  PLC_URL: string
  /** Read by local builds only: the origins, parted by spaces, that may be called beside public hosts. */
  LOOPBACK_ORIGINS: string
  BUNDLES: string
  POLICY: string
  OWN_HOSTS: string
  RUNNER_KEYS: string
  ADMIN_TOKEN: string
  /** Read by local builds only: who knows the handles under `.test`. */
  HANDLE_URL: string
}

/** Changes the settings of a local runner. */
export type Adjust = (vars: RunnerVars, net: Net) => RunnerVars

/** The video bundle's settings: whom to ask on this network, and nobody beyond it. */
export function vodConfig({ urls: { pds, plc, streamplace } }: Net, webUrl: string): Record<string, string> {
  return {
    STREAMPLACE_URL: streamplace,
    PLC_URL: plc,
    PDS_URL: pds,
    FRONTEND_ORIGIN: webUrl,
    // Profiles come from the repos here, and no DNS knows this network's handles.
    PROFILES_URL: 'off',
    DOH_URL: `${plc}/dns-query`,
  }
}

/** The bundle that indexes creators' videos. */
export const APPVIEW = 'streamhut-appview'

/** Its settings: the local database, and nobody beyond this network. */
function appviewConfig({ urls: { pds, plc, sqld, stream } }: Net, author: string): Record<string, string> {
  return { TURSO_URL: sqld, AUTHOR_DID: author, PLC_URL: plc, PDS_URL: pds, PROFILES_URL: 'off', DOH_URL: `${plc}/dns-query`, STREAM_URL: `${stream}/subscribe`, RELAY_URL: stream }
}

/**
 * How to run the runner: the root `wrangler.toml` with the local build, the local PLC directory,
 * and leave to call exactly the loopback origins of this network.
 */
export async function runnerSpec(
  instance: Instance,
  net: Net,
  built: Built,
  bundle: BundleRef,
  adminToken: string,
  adjust: Adjust = (vars) => vars,
): Promise<ServiceSpec> {
  const { pds, plc, streamplace, sqld, stream } = net.urls
  const vars: RunnerVars = {
    PLC_URL: plc,
    LOOPBACK_ORIGINS: [pds, plc, streamplace, sqld, stream].join(' '),
    BUNDLES: JSON.stringify([
      { ...bundle, config: vodConfig(net, instance.webUrl) },
      { did: bundle.did, name: APPVIEW, channel: bundle.channel, config: appviewConfig(net, bundle.did) },
    ]),
    POLICY: 'installed',
    OWN_HOSTS: `127.0.0.1:${instance.ports.runner}`,
    // A deployed runner has its keys as a secret; this one has a new key with each start.
    RUNNER_KEYS: randomBytes(32).toString('base64'),
    ADMIN_TOKEN: adminToken,
    HANDLE_URL: pds,
  }
  const config = await localConfig(join(ROOT, 'wrangler.toml'), { main: built.runnerEntry, vars: adjust(vars, net) })
  return wranglerSpec({
    name: 'runner',
    command: ['dev'],
    config,
    dir: join(instance.dir, 'runner'),
    port: instance.ports.runner,
    inspectorPort: instance.ports.runnerInspector,
    log: instance.log('runner'),
    readyPath: '/health',
  })
}
