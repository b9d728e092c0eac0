/** The whole system on loopback; `scripts/dev` is its door and documents the flags. */
import { rm } from 'node:fs/promises'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { check } from './check/check.ts'
import { DEMO_MEDIA, ROOT } from './places.ts'
import { DEFAULT_PORT_BASE, findFreePortBase } from './ports.ts'
import { progress } from './progress.ts'
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
  const system = await startSystem(instance, [DEMO_MEDIA, ...flags.media], progress(process.stderr), (message) => void fail(message))
  if (flags.check) await checkAndLeave(instance, system)
  else await serve(instance, system)
} catch (error) {
  fail((error as Error).message)
}

async function checkAndLeave(instance: Instance, { net, bundle, stop }: System): Promise<never> {
  const { runnerUrl, webUrl, dir } = instance
  const well = await check({ runnerUrl, webUrl, bundle, videos: net.videos }, console.log)
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
