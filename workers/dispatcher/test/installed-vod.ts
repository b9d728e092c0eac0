/** The video bundle's release once more, under another name: with settings that the network's own installation doesn't have. */
import { vodConfig } from '../../../scripts/localnet/system/runner.ts'
import type { Net } from '../../../scripts/localnet/net.ts'
import { askJson } from './ask.ts'
import { pointChannel, putRecord, signIn } from './publish.ts'
import { operate } from './relay.ts'
import { PDS_URL, PLC_URL, RUNNER_URL, VOD_BUNDLE } from './system.ts'

const [did = ''] = VOD_BUNDLE.split('/')

/** An installation; `path` is `/bundle/{did}/{name}/latest`, `url` the same at the runner. */
export interface InstalledVod {
  path: string
  url: string
  /** Ends its jobs, which else run beside those of other tests. */
  uninstall(): Promise<void>
}

/** Publishes the running release as `name`, and installs it. `settings` go over those of the network's own; undefined takes one away. */
export async function installVod(name: string, settings: Record<string, string | undefined>): Promise<InstalledVod> {
  const operator = await signIn('operator.test')
  const { record: uri, version } = await askJson<{ record: string; version: string }>(`/bundle/${VOD_BUNDLE}`)
  const place = new URLSearchParams({ repo: did, collection: 'run.at.release', rkey: uri.slice(uri.lastIndexOf('/') + 1) })
  const { value } = (await (await fetch(`${PDS_URL}/xrpc/com.atproto.repo.getRecord?${place}`)).json()) as { value: object }
  // Its modules lie in the same repo.
  const release = await putRecord(operator, 'run.at.release', `${name}:${version}`, { ...value, name })
  await pointChannel(operator, name, 'latest', release)

  const urls = { pds: PDS_URL, plc: PLC_URL, streamplace: process.env['STREAMPLACE_URL'] ?? '' }
  // What is installed over `/admin` has a URL for every host of its permissions; the node tells of no profiles.
  const config = { ...vodConfig({ urls } as Net, process.env['WEB_URL'] ?? ''), PROFILES_URL: urls.streamplace, ...settings }
  await operate(`PUT installations/${did}/${name}`, 200, { config })
  const path = `/bundle/${did}/${name}/latest`
  return { path, url: `${RUNNER_URL}${path}`, uninstall: async () => void (await operate(`DELETE installations/${did}/${name}`)) }
}
