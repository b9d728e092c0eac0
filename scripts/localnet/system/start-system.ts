import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startNet, type Net } from '../net.ts'
import { assertPortsFree } from '../ports.ts'
import type { Step } from '../progress.ts'
import { startService, type Service, type ServiceSpec } from '../service.ts'
import type { AppView } from './appview.ts'
import { build } from './build.ts'
import type { Instance } from './instance.ts'
import { deploy, login, setSecret } from './operator.ts'
import { APPVIEW, runnerSpec, type Adjust, type BundleRef } from './runner.ts'
import { webSpec } from './web.ts'

/** The whole system, running. */
export interface System {
  net: Net
  /** The video bundle as the operator published it. */
  bundle: BundleRef
  /** Opens the runner's `/admin`; another one with each start. */
  adminToken: string
  /** The bundle that indexes, with what opens its operator's side. */
  appview: AppView
  /** Publishes another bundle of the operator's, by its folder (relative to the root). */
  deploy(folder: string): Promise<void>
  /** Ends the runner; what it stored stays. */
  stopRunner(): Promise<void>
  /** Starts the stopped runner, as new but for its store. */
  startRunner(): Promise<void>
  /** Ends all of it. */
  stop(): Promise<void>
}

const VOD = { folder: 'workers/vod', name: 'atmosphereconf-vod', channel: 'latest' }

/**
 * Builds what is out of date, starts the network, the runner and the site, and publishes the video bundle as its author would.
 * The instance's folder is emptied first; `adjust` may change the runner's settings. On failure nothing is left running.
 */
export async function startSystem(
  instance: Instance,
  mediaDirs: readonly string[],
  step: Step,
  onLoss: (message: string) => void,
  adjust?: Adjust,
): Promise<System> {
  await assertPortsFree(instance.ports)
  await rm(instance.dir, { recursive: true, force: true })
  await mkdir(instance.logDir, { recursive: true })

  const abort = new AbortController()
  const pending: Promise<unknown>[] = []
  const services: { stop(): Promise<void> }[] = []
  /** Runs a step whose end `stop` waits for. */
  const begin = <T>(running: Promise<T>): Promise<T> => {
    pending.push(running.catch(() => {}))
    return running
  }
  /** Starts a service that `stop` ends; gives what ends and starts it in between. */
  const serve = async (spec: ServiceSpec) => {
    let service: Service | undefined
    const stop = async () => {
      await service?.stop()
      service = undefined
    }
    const start = async () => {
      service ??= await begin(startService({ ...spec, signal: abort.signal }, onLoss))
    }
    services.push({ stop })
    await step(spec.name, start)
    return { stop, start }
  }
  const stop = async () => {
    abort.abort()
    await Promise.all(pending)
    await Promise.all(services.map((service) => service.stop()))
  }

  try {
    const [built, net] = await Promise.all([
      begin(step('build', () => build(instance.log('build'), abort.signal))),
      begin(startNet({ ports: instance.ports, dataDir: join(instance.dir, 'net'), logDir: instance.logDir, mediaDirs, onStep: step, onLoss }).then(
        (net) => {
          services.push(net)
          return net
        },
      )),
    ])
    const operator = net.accounts['operator.test']
    if (!operator) throw new Error(`no account operator.test among ${Object.keys(net.accounts).join(', ')}`)
    const bundle: BundleRef = { did: operator.did, name: VOD.name, channel: VOD.channel }
    const adminToken = randomBytes(24).toString('base64url')
    const [runner] = await Promise.all([
      serve(await runnerSpec(instance, net, built, bundle, adminToken, adjust)),
      serve(await webSpec(instance, bundle, net)),
      begin(step('login', () => login(instance, built.atRun, net.urls.pds, operator))),
    ])
    const publish = async (folder: string) => void (await step(`deploy ${folder}`, () => begin(deploy(instance, built.atRun, folder))))
    await publish(VOD.folder)
    const appview = { url: `${instance.runnerUrl}/bundle/${operator.did}/${APPVIEW}/latest`, token: randomBytes(24).toString('base64url') }
    // Before the runner first looks for it: what isn't there is not looked for again for half a minute.
    await step('secret of the AppView', () => begin(setSecret(instance, built.atRun, APPVIEW, 'OPERATOR_TOKEN', appview.token)))
    await publish('workers/appview')
    return { net, bundle, adminToken, appview, deploy: publish, stopRunner: runner.stop, startRunner: runner.start, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
