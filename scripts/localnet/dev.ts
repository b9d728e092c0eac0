/** The whole system on loopback; `scripts/dev` is its door and documents the flags. */
import { rm } from 'node:fs/promises'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { check } from './check/check.ts'
import { DEMO_MEDIA, ROOT } from './places.ts'
import { DEFAULT_PORT_BASE, findFreePortBase } from './ports.ts'
import { progress } from './progress.ts'
import type { Account } from './publish/accounts.ts'
import { indexCreators, listFromAppview } from './system/appview.ts'
import { instanceAt, type Instance } from './system/instance.ts'
import { startSystem, type System } from './system/start-system.ts'
import { summary } from './system/summary.ts'

const began = performance.now()
const flags = readFlags()
const instance = instanceAt(flags.portBase ?? (flags.check ? await findFreePortBase() : DEFAULT_PORT_BASE))

// While things start, exiting ends whatever has started.
const interrupt = () => process.exit(130)
process.once('SIGINT', interrupt).once('SIGTERM', interrupt).once('SIGHUP', interrupt)

try {
  const step = progress(process.stderr)
  const system = await startSystem(instance, [DEMO_MEDIA, ...flags.media], step, (message) => void fail(message), listFromAppview(instance))
  if (flags.check) await checkAndLeave(instance, system)
  else {
    await step('creators registered with the AppView', () => indexCreators(system.appview, creatorsOf(system).map(({ did }) => did)))
    await serve(instance, system)
  }
} catch (error) {
  fail((error as Error).message)
}

/** The accounts that publish videos. */
function creatorsOf({ net }: System): Account[] {
  const creators = new Set(net.videos.map(({ creator }) => creator))
  return Object.values(net.accounts).filter(({ handle }) => creators.has(handle))
}

async function checkAndLeave(instance: Instance, system: System): Promise<never> {
  const { net, bundle, appview, stop } = system
  const { runnerUrl, webUrl, dir } = instance
  const indexed = { appview, pds: net.urls.pds, creators: creatorsOf(system), videos: net.videos }
  const well = await check({ runnerUrl, webUrl, bundle, videos: net.videos, indexed }, console.log)
  await stop()
  if (well) await rm(dir, { recursive: true, force: true })
  else console.error(`logs: ${relative(ROOT, instance.logDir)}/`)
  process.exit(well ? 0 : 1)
}

async function serve(instance: Instance, system: System): Promise<void> {
  console.log(summary(instance, system, performance.now() - began))
  const leave = async () => {
    // A second Ctrl-C no longer waits.
    process.once('SIGINT', interrupt)
    console.error('\nstopping…')
    await system.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt).once(signal, () => void leave())
}

function fail(message: string): never {
  console.error(`error: ${message}`)
  console.error(`logs: ${relative(ROOT, instance.logDir)}/`)
  process.exit(1)
}

function readFlags(): { portBase?: number; media: string[]; check: boolean } {
  try {
    const { values } = parseArgs({
      options: { 'port-base': { type: 'string' }, media: { type: 'string', multiple: true, default: [] }, check: { type: 'boolean', default: false } },
    })
    const base = values['port-base']
    if (base !== undefined && !/^\d+$/.test(base)) throw new Error(`--port-base ${base}: expected a whole number`)
    if (base !== undefined) instanceAt(Number(base))
    return { ...(base !== undefined && { portBase: Number(base) }), media: values.media, check: values.check }
  } catch (error) {
    console.error(`error: ${(error as Error).message}\nTry ./scripts/dev --help`)
    process.exit(2)
  }
}
