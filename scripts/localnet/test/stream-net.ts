import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNet, type Net } from '../net.ts'
import { findFreePortBase, portsFrom } from '../ports.ts'
import { putRecord, type SignedIn } from '../publish/accounts.ts'
import { procedure } from '../publish/xrpc-client.ts'
import type { JetstreamEvent } from '../stream/event.ts'
import { eventually, listen, type Listener } from './stream-listener.ts'

export const VIDEO = 'place.stream.video'
export const POST = 'app.bsky.feed.post'

/** A local network without videos, two of its creators, and what tests do with them. */
export interface StreamNet {
  net: Net
  aurora: SignedIn
  basalt: SignedIn
  /** Writes a record, a video unless told otherwise. */
  put: (account: SignedIn, rkey: string, record?: object, collection?: string) => Promise<{ cid: string }>
  remove: (account: SignedIn, rkey: string, collection?: string) => Promise<unknown>
  subscribe: (query?: Parameters<typeof listen>[1]) => Promise<Listener>
  admin: (method: string, path: string, body?: object) => Promise<Response>
  health: () => Promise<{ connected: boolean; events: number; newest: number; subscribers: number }>
  inject: (fault: object) => Promise<void>
  /** Writes, and waits until the stream has it. */
  takenIn: (write: () => Promise<unknown>) => Promise<void>
  /** All that the stream can replay now. Writes one more record, which is the last, so that nothing is still on its way. */
  everything: () => Promise<JetstreamEvent[]>
  /** Waits until exactly these repos are listed under a collection. */
  lists: (collection: string, dids: readonly string[]) => Promise<void>
  /** Ends all subscriptions and faults. */
  calm: () => Promise<void>
  stop: () => Promise<void>
}

/** What is compared of an event where its content is beside the point. */
export const place = (event: JetstreamEvent) => (event.kind === 'commit' ? `${event.commit.operation} ${event.commit.rkey}` : event.kind)

export async function startStreamNet(): Promise<StreamNet> {
  const dir = await mkdtemp(join(tmpdir(), 'stream-'))
  const ports = portsFrom(await findFreePortBase())
  const net = await startNet({ ports, dataDir: join(dir, 'data'), logDir: join(dir, 'logs'), mediaDirs: [] })
  const { pds, stream } = net.urls
  const listeners: Listener[] = []

  const signIn = async (label: string): Promise<SignedIn> => {
    const account = net.accounts[`${label}.test`] ?? assert.fail()
    const input = { identifier: account.handle, password: account.password }
    const { accessJwt } = await procedure<{ accessJwt: string }>(pds, 'com.atproto.server.createSession', input)
    return { ...account, displayName: label, authorization: `Bearer ${accessJwt}` }
  }
  const [aurora, basalt] = await Promise.all([signIn('aurora'), signIn('basalt')])

  const put: StreamNet['put'] = (account, rkey, record = { title: rkey }, collection = VIDEO) => putRecord(pds, account, collection, rkey, record)
  const subscribe: StreamNet['subscribe'] = async (query = {}) => {
    const listener = await listen(stream, query)
    listeners.push(listener)
    return listener
  }
  const admin: StreamNet['admin'] = (method, path, body) => fetch(stream + path, { method, ...(body && { body: JSON.stringify(body) }) })
  const health = async () => (await (await admin('GET', '/__health')).json()) as Awaited<ReturnType<StreamNet['health']>>
  const listed = async (collection: string) => {
    const response = await fetch(`${stream}/xrpc/com.atproto.sync.listReposByCollection?${new URLSearchParams({ collection })}`)
    return ((await response.json()) as { repos: { did: string }[] }).repos.map(({ did }) => did).join()
  }
  const everything = async () => {
    const rkey = crypto.randomUUID()
    await put(aurora, rkey, {}, 'com.example.mark')
    const { events } = await subscribe({ cursor: 0 })
    await eventually(() => events.some((event) => place(event) === `create ${rkey}`), () => `no mark in ${events.length} events`)
    return events.slice()
  }
  // What the creation of the accounts says is heard by none of the tests.
  await everything()

  return {
    net,
    aurora,
    basalt,
    put,
    remove: ({ did, authorization }, rkey, collection = VIDEO) =>
      procedure(pds, 'com.atproto.repo.deleteRecord', { repo: did, collection, rkey }, authorization),
    subscribe,
    admin,
    health,
    inject: async (fault) => {
      const response = await admin('POST', '/__faults', fault)
      assert.equal(response.status, 200, await response.text())
    },
    takenIn: async (write) => {
      const { newest } = await health()
      await write()
      await eventually(async () => (await health()).newest > newest, () => 'not taken in')
    },
    everything,
    lists: async (collection, dids) => {
      let told = ''
      const wanted = [...dids].sort().join()
      await eventually(async () => (told = await listed(collection)) === wanted, () => `${collection}: ${told}, not ${wanted}`)
    },
    calm: async () => {
      await admin('DELETE', '/__faults')
      for (const { socket } of listeners.splice(0)) socket.terminate()
    },
    stop: async () => {
      await net.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
