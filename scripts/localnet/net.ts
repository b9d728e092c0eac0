import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LABELS, specsOf, urlsOf, type ServiceName } from './net-services.ts'
import { assertPortsFree, type Ports } from './ports.ts'
import { quietly, type Step } from './progress.ts'
import type { Account } from './publish/accounts.ts'
import { publishComments } from './publish/comments.ts'
import { createAccounts, publishAll } from './publish/demo.ts'
import { findVideoFolders } from './publish/media-dirs.ts'
import type { PublishedVideo } from './publish/publish-video.ts'
import { startService, type Service } from './service.ts'

export interface NetOptions {
  ports: Ports
  /** Emptied at the start; holds databases, blobs and `net.json`. */
  dataDir: string
  logDir: string
  /** Folders whose subfolders are media folders; each becomes a video. */
  mediaDirs: readonly string[]
  /** Wraps every step, to show or time it. */
  onStep?: Step
  /** Told when a service ends without having been asked to. */
  onLoss?: (message: string) => void
}

/** A running network. `net.json` in the data folder holds all but the functions. */
export interface Net {
  urls: Record<ServiceName, string>
  ports: Ports
  /** By handle: `operator.test` and the creators. */
  accounts: Record<string, Account>
  videos: PublishedVideo[]
  /** Log files by service. */
  logs: Record<ServiceName, string>
  /** Path of `net.json`. */
  file: string
  /** Ends one service; its data stays. */
  stopService(name: ServiceName): Promise<void>
  /** Starts a stopped service over the data it had. */
  startService(name: ServiceName): Promise<void>
  /** Ends all of them. */
  stop(): Promise<void>
}

const ADMIN_PASSWORD = 'local-admin-password'

/**
 * Starts PLC, PDS, libSQL server and the stand-ins for Streamplace, a relay and Jetstream on loopback, creates the accounts and
 * publishes the videos. On failure nothing is left running.
 */
export async function startNet(options: NetOptions): Promise<Net> {
  const { ports, onStep = quietly, onLoss } = options
  const dataDir = resolve(options.dataDir)
  const logDir = resolve(options.logDir)
  const folders = await findVideoFolders(options.mediaDirs)
  await assertPortsFree(ports, ['plc', 'pds', 'sqld', 'streamplace', 'stream'])
  await rm(dataDir, { recursive: true, force: true })
  await Promise.all([dataDir, logDir].map((dir) => mkdir(dir, { recursive: true })))

  const urls = urlsOf(ports)
  const specs = specsOf(ports, urls, dataDir, logDir, ADMIN_PASSWORD)
  const names = Object.keys(specs) as ServiceName[]
  const running = new Map<ServiceName, Service>()
  const start = async (name: ServiceName) => {
    if (!running.has(name)) running.set(name, await startService(specs[name], onLoss))
  }
  const stop = async (name: ServiceName) => {
    await running.get(name)?.stop()
    running.delete(name)
  }
  const stopAll = async () => void (await Promise.all([...running.keys()].map(stop)))

  try {
    const started = await Promise.allSettled(names.map((name) => onStep(LABELS[name], () => start(name))))
    const failed = started.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason

    const accounts = await onStep('accounts', () => createAccounts(urls.pds, folders, ADMIN_PASSWORD))
    const videos = await onStep(`${folders.length} videos published`, () => publishAll(urls, accounts, folders))
    await onStep('comments', () => publishComments(urls.pds, accounts, videos))
    const facts = {
      urls,
      ports,
      accounts: Object.fromEntries([...accounts.values()].map(({ did, handle, password }) => [handle, { did, handle, password }])),
      videos,
      logs: Object.fromEntries(names.map((name) => [name, specs[name].log])) as Record<ServiceName, string>,
    }
    const file = join(dataDir, 'net.json')
    await writeFile(file, `${JSON.stringify(facts, null, 2)}\n`)
    return { ...facts, file, stopService: stop, startService: start, stop: stopAll }
  } catch (error) {
    await stopAll()
    throw error
  }
}
