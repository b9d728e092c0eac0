import { rm } from 'node:fs/promises'
import { relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from '../localnet/places.ts'
import { findFreePortBase } from '../localnet/ports.ts'
import type { Step } from '../localnet/progress.ts'
import { createAccount } from '../localnet/publish/accounts.ts'
import type { VideoFolder } from '../localnet/publish/media-dirs.ts'
import { publishVideo } from '../localnet/publish/publish-video.ts'
import { instanceAt } from '../localnet/system/instance.ts'
import type { Adjust } from '../localnet/system/runner.ts'
import { startSystem } from '../localnet/system/start-system.ts'
import { countingProxy } from './counting-proxy.ts'
import type { Cost } from './recipes.ts'

const ADMIN_PASSWORD = 'local-admin-password'

/** The system on loopback, with videos on a node whose answers are counted. */
export interface Cinema {
  /** Publishes a folder as one more video; gives its at-uri. The node takes each folder in once. */
  publish(video: VideoFolder): Promise<string>
  /** The address of one of the bundle's endpoints, by way of the runner; `call` has its name and query. */
  bundle(call: string): string
  /** The address of a page of the web player. */
  site(path: string): string
  /** The address of a video's playlist on the node; clips are milliseconds. */
  playlist(uri: string, clip?: { start: number; end: number }): string
  /** Runs something and says what it cost; what it gives is the end of its time. */
  cost(run: () => Promise<unknown>): Promise<Cost>
  stop(): Promise<void>
}

/** Starts the whole system as `scripts/dev` does, without videos. Both the bundle and its peers get to the node by the same counter. */
export async function openCinema(step: Step): Promise<Cinema> {
  const instance = instanceAt(await findFreePortBase())
  const counter = await countingProxy(instance.ports.streamplace)
  const throughCounter: Adjust = (vars) => {
    const [vod] = JSON.parse(vars.BUNDLES) as { config: object }[]
    const bundles = [{ ...vod, config: { ...vod?.config, STREAMPLACE_URL: counter.origin } }]
    return { ...vars, BUNDLES: JSON.stringify(bundles), LOOPBACK_ORIGINS: `${vars.LOOPBACK_ORIGINS} ${counter.origin}` }
  }
  const lost = (message: string) => {
    console.error(`error: ${message}\nlogs: ${relative(ROOT, instance.logDir)}/`)
    process.exit(1)
  }
  const system = await startSystem(instance, [], step, lost, throughCounter)
  const { urls } = system.net
  const creator = await createAccount(urls.pds, 'projector', 'Shows what is measured.', ADMIN_PASSWORD)
  let ordinal = 0
  return {
    publish: async (video) => (await publishVideo(urls.pds, urls.streamplace, creator, video, ordinal++)).uri,
    bundle: (call) => `${instance.runnerUrl}/bundle/${system.bundle.did}/${system.bundle.name}/${system.bundle.channel}/${call}`,
    site: (path) => `${instance.webUrl}${path}`,
    playlist: (uri, clip) => {
      const query = new URLSearchParams([...Object.entries(clip ?? {}).map(([name, ms]) => [name, String(ms)]), ['uri', uri]] as [string, string][])
      return `${counter.origin}/xrpc/place.stream.playback.getVideoPlaylist?${query}`
    },
    cost: async (run) => {
      const before = await counter.fetched()
      const began = performance.now()
      await run()
      const wall = performance.now() - began
      return { wall, bytes: (await counter.fetched()) - before }
    },
    stop: async () => {
      await system.stop()
      counter.close()
      // A service that is just ending may still write.
      await sleep(100)
      await rm(instance.dir, { recursive: true, force: true })
    },
  }
}

/** Fetches a picture. Fails unless it is a JPEG: what could not be made has a stand-in. */
export async function jpegAt(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) })
  const body = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200 || response.headers.get('content-type') !== 'image/jpeg') {
    throw new Error(`${url} answered ${response.status}: ${body.toString('latin1').slice(0, 500)}`)
  }
  return body
}
