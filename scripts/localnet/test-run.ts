/**
 * Runs test files against the whole system: starts it on free ports, runs them one after the other, stops it. Exits as the tests do.
 * Usage: node scripts/localnet/test-run.ts [--] <glob>…
 *
 * The tests find in their environment:
 * `WEB_URL`, `RUNNER_URL`, `PDS_URL`, `PLC_URL`, `STREAMPLACE_URL`, `SQLD_URL`; `VOD_BUNDLE`, as did/name/channel; `STREAMHUT_NET`, the path
 * of `net.json` (accounts, videos); `CONTROL_URL`, which takes parts down and up (`system/control.ts`); `STAGE_URL`, an origin where nothing
 * listens: a test may stand a server there, which the runner may ask and which the operator set as `STAGE_URL` for the bundles
 * operator.test/stage and operator.test/probe, and where the runner asks for DNS records (`/dns-query`); `ADMIN_TOKEN`, which opens its
 * `/admin`; `RUNNER_LOG`, the path of its log.
 *
 * The bundle operator.test/probe (`bundles/probe`) is published and installed. It may call operator.test/probed, which a test may publish.
 *
 * Anybody's bundles run, and have four seconds to answer, as jobs and tasks have.
 */
import { rm } from 'node:fs/promises'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { DEMO_MEDIA, ROOT } from './places.ts'
import { findFreePort, findFreePortBase } from './ports.ts'
import { startGroup } from './process-group.ts'
import { progress } from './progress.ts'
import { startControl } from './system/control.ts'
import { instanceAt } from './system/instance.ts'
import type { Adjust } from './system/runner.ts'
import { startSystem, type System } from './system/start-system.ts'

const { positionals: globs } = parseArgs({ allowPositionals: true })
if (globs.length === 0) {
  console.error('usage: node scripts/localnet/test-run.ts [--] <glob>…')
  process.exit(2)
}

// Whatever is running ends with us.
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) process.once(signal, () => process.exit(code))

const instance = instanceAt(await findFreePortBase())
const stageUrl = `http://127.0.0.1:${await findFreePort()}`

try {
  const system = await startSystem(instance, [DEMO_MEDIA], progress(process.stderr), fail, onStage)
  await system.deploy('scripts/localnet/bundles/probe')
  const code = await runTests(system)
  await system.stop()
  if (code === 0) await rm(instance.dir, { recursive: true, force: true })
  else console.error(`logs: ${relative(ROOT, instance.logDir)}/`)
  process.exit(code)
} catch (error) {
  fail((error as Error).message)
}

async function runTests(system: System): Promise<number> {
  const { net, bundle, adminToken, appview } = system
  const control = await startControl(system)
  const env = {
    ...process.env,
    WEB_URL: instance.webUrl,
    RUNNER_URL: instance.runnerUrl,
    PDS_URL: net.urls.pds,
    PLC_URL: net.urls.plc,
    STREAMPLACE_URL: net.urls.streamplace,
    SQLD_URL: net.urls.sqld,
    STREAM_URL: net.urls.stream,
    VOD_BUNDLE: `${bundle.did}/${bundle.name}/${bundle.channel}`,
    STREAMHUT_NET: net.file,
    CONTROL_URL: control.url,
    STAGE_URL: stageUrl,
    ADMIN_TOKEN: adminToken,
    APPVIEW_URL: appview.url,
    OPERATOR_TOKEN: appview.token,
    RUNNER_LOG: instance.log('runner'),
  }
  const { exited } = startGroup(process.execPath, ['--test', '--test-concurrency=1', ...globs], {
    cwd: process.cwd(),
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const { code, how } = await exited
  control.server.close()
  if (code === null) throw new Error(`the tests ended by ${how}`)
  return code
}

function onStage(...[vars, net]: Parameters<Adjust>): ReturnType<Adjust> {
  const did = net.accounts['operator.test']?.did
  const stage = { did, name: 'stage', channel: 'latest', config: { STAGE_URL: stageUrl, UNNAMED: 'not in the release' } }
  const other = `${instance.runnerUrl}/bundle/${did}/probed/latest`
  const probe = { did, name: 'probe', channel: 'latest', config: { STAGE_URL: stageUrl, TICK_URL: `${stageUrl}/tick`, OTHER: other } }
  return {
    ...vars,
    LOOPBACK_ORIGINS: `${vars.LOOPBACK_ORIGINS} ${stageUrl}`,
    // Other tests' triggers would have it read for seconds; its own test sets it.
    BUNDLES: JSON.stringify([...(JSON.parse(vars.BUNDLES) as { config: object }[]).map((bundle) => ({ ...bundle, config: { ...bundle.config, STREAM_URL: undefined } })), stage, probe]),
    POLICY: 'open',
    DEADLINE_MS: '4000',
    JOB_DEADLINE_MS: '4000',
    DOH_URL: `${stageUrl}/dns-query`,
    // As a handle it has DNS records, and no host that anybody asks: it is the runner's own.
    OWN_HOSTS: `${vars.OWN_HOSTS} by-dns.example-site.dev`,
  }
}

function fail(message: string): never {
  console.error(`error: ${message}`)
  console.error(`logs: ${relative(ROOT, instance.logDir)}/`)
  process.exit(1)
}
