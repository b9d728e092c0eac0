import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ROOT } from '../places.ts'
import { seconds } from '../progress.ts'
import type { Instance } from './instance.ts'
import type { System } from './start-system.ts'

/** What to tell whoever started the system: where everything is, and what to try next. */
export function summary(instance: Instance, { net, bundle, adminToken, appview }: System, tookMs: number): string {
  const bundleUrl = `${instance.runnerUrl}/bundle/${bundle.did}/${bundle.name}/${bundle.channel}`
  const operator = net.accounts['operator.test']
  const logs = readdirSync(instance.logDir).filter((name) => name.endsWith('.log'))
  const rows: [string, string][] = [
    ['Web player', `${instance.webUrl}/`],
    ['Runner', instance.runnerUrl],
    ['Bundle', bundleUrl],
    ['AppView', `${appview.url}   (Authorization: Bearer ${appview.token})`],
    ['Admin', `${instance.runnerUrl}/admin/installations   (Authorization: Bearer ${adminToken})`],
    ['PDS', `${net.urls.pds}   (${operator?.handle}, password ${operator?.password})`],
    ['PLC directory', net.urls.plc],
    ['Streamplace stand-in', net.urls.streamplace],
    ['Relay, Jetstream', `${net.urls.stream}   (stand-in: /subscribe, com.atproto.sync.listReposByCollection)`],
    ['libSQL server', net.urls.sqld],
    ['Accounts, videos', relative(ROOT, net.file)],
    ['Logs', `${relative(ROOT, instance.logDir)}/{${logs.map((name) => name.replace(/\.log$/, '')).join(',')}}.log`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return `
Streamhut is up with ${net.videos.length} videos, after ${seconds(tookMs, 1)}.

${rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`).join('\n')}

Three things to try next:
  1. Open ${instance.webUrl}/ and play a video.
  2. Ask the bundle itself:  curl '${bundleUrl}/listVideos?limit=3'
  3. Change ${join('workers', 'vod')}, then start again; or show your own:  ./scripts/dev --media DIR

Ctrl-C stops everything.`
}
