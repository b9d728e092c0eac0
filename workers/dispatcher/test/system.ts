/** The running system, as `scripts/localnet/test-run.ts` tells it. */
import { readFileSync } from 'node:fs'
import type { Account } from '../../../scripts/localnet/publish/accounts.ts'
import type { PublishedVideo } from '../../../scripts/localnet/publish/publish-video.ts'

export const RUNNER_URL = told('RUNNER_URL')
export const PDS_URL = told('PDS_URL')
export const PLC_URL = told('PLC_URL')
/** Where a test may stand a server that the runner may ask. */
export const STAGE_URL = told('STAGE_URL')
/** Opens the runner's `/admin`. */
export const ADMIN_TOKEN = told('ADMIN_TOKEN')
/** The runner's log file: what it and its bundles print. */
export const RUNNER_LOG = told('RUNNER_LOG')
/** The video bundle, as did/name/channel. */
export const VOD_BUNDLE = told('VOD_BUNDLE')

const net = JSON.parse(readFileSync(told('STREAMHUT_NET'), 'utf8')) as { accounts: Record<string, Account>; videos: PublishedVideo[] }

/** Every video that was published. */
export const videos: readonly PublishedVideo[] = net.videos

/** The account under a handle. */
export function account(handle: string): Account {
  const found = net.accounts[handle]
  if (!found) throw new Error(`no account ${handle} among ${Object.keys(net.accounts).join(', ')}`)
  return found
}

type Part = 'plc' | 'pds' | 'sqld' | 'streamplace' | 'stream' | 'runner'

/** Takes a part of the system down. */
export const stop = (part: Part) => control('stop', part)

/** Brings it up again over the data it had. */
export const start = (part: Part) => control('start', part)

async function control(verb: string, part: Part): Promise<void> {
  const response = await fetch(`${told('CONTROL_URL')}/${verb}/${part}`, { method: 'POST', signal: AbortSignal.timeout(150_000) })
  if (!response.ok) throw new Error(`${verb} ${part}: ${response.status} ${await response.text()}`)
}

function told(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run these tests by \`node scripts/localnet/test-run.ts 'workers/dispatcher/test/*.test.ts'\``)
  return value
}
