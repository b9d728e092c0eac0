import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { Faults, strike, type Fault } from '../streamplace/faults.ts'
import { allowEveryOrigin, answerError, answerJson, answerPreflight, answerText, required, wholeNumber, XrpcError } from '../streamplace/xrpc.ts'
import type { Feed } from './feed.ts'
import { readStreamFault } from './stream-faults.ts'
import { serveSubscriber, type Subscriber } from './subscriber.ts'
import { readSubscription, type Subscription } from './subscription.ts'
import { isDid, isNsid } from './wanted.ts'

/** A request that arrived, for tests that count what a client asks for. */
interface SeenRequest {
  method: string
  url: string
}

/** What the server keeps while it runs. */
interface State {
  feed: Feed
  faults: Faults
  seen: SeenRequest[]
  subscribers: Set<Subscriber>
  sockets: WebSocketServer
}

const MOST_SEEN = 10_000
/** Ten thousand wanted DIDs go into a URL. */
const MOST_HEADER_BYTES = 1 << 20

/**
 * A stand-in for a relay and for Jetstream (v1), over the feed of one PDS: `GET /subscribe`, `com.atproto.sync.listReposByCollection`, and
 * under `/__…` what makes a stand-in useful: `POST|DELETE /__faults` injects faults, `GET|DELETE /__requests` tells which requests came,
 * `GET /__health` how far it is. Faults with `stream` are the stream's own (`StreamFault`); those with `method` (`subscribe`, an XRPC
 * method, `*`) strike requests before they are looked at (`Fault`).
 */
export function streamServer(feed: Feed): Server {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1 << 24 })
  const state: State = { feed, faults: new Faults(), seen: [], subscribers: new Set(), sockets }
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES }, (request, response) => {
    allowEveryOrigin(response)
    answer(state, request, response).catch((error: unknown) => answerError(request, response, error))
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => void upgrade(state, request, socket, head))
  return server
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request)
  if (url.pathname.startsWith('/__')) return administer(state, url, request, response)
  if (request.method === 'OPTIONS') return answerPreflight(response)
  const name = url.pathname === '/subscribe' ? 'subscribe' : /^\/xrpc\/([a-zA-Z0-9.-]+)$/.exec(url.pathname)?.[1]
  if (name === undefined) throw new XrpcError(404, 'NotFound', `nothing at ${url.pathname}`)
  if (await interfere(state, name, request, response)) return
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new XrpcError(405, 'InvalidRequest', `${name} is a query: use GET`)
  switch (name) {
    case 'subscribe':
      if (admit(state, url, request, response)) answerPlain(request, response, 400, 'Bad Request')
      return
    case 'com.atproto.sync.listReposByCollection':
      return answerJson(request, response, 200, reposByCollection(state.feed, url.searchParams))
    default:
      throw new XrpcError(501, 'MethodNotImplemented', `no method ${name}`)
  }
}

/** Counts a request, and lets a fault strike it; true when nothing more is to be answered. */
async function interfere({ faults, seen }: State, name: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  seen.push({ method: request.method ?? '', url: request.url ?? '' })
  if (seen.length > MOST_SEEN) seen.shift()
  const fault = faults.next(name, request.url ?? '')
  return fault !== undefined && strike(fault, request, response)
}

async function upgrade(state: State, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const url = urlOf(request)
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(request.socket)
  response.once('finish', () => socket.end())
  socket.on('error', () => socket.destroy())
  if (url.pathname !== '/subscribe') return answerPlain(request, response, 404, 'Not Found')
  if (await interfere(state, 'subscribe', request, response)) return
  const asked = admit(state, url, request, response)
  if (!asked) return
  response.detachSocket(request.socket)
  state.sockets.handleUpgrade(request, socket, head, (client) => {
    const subscriber = serveSubscriber(client, asked, state.feed.log, state.feed.faults)
    state.subscribers.add(subscriber)
    client.once('close', () => state.subscribers.delete(subscriber))
  })
}

/** What a subscriber asks for; nothing when it is refused, which is answered then. */
function admit({ feed }: State, url: URL, request: IncomingMessage, response: ServerResponse): Subscription | undefined {
  try {
    const asked = readSubscription(url.searchParams, request.headers, Date.now() * 1000)
    if (asked.cursor !== undefined && feed.faults.refuses(asked.cursor)) throw new Error(`invalid cursor: ${asked.cursor}`)
    return asked
  } catch (error) {
    answerPlain(request, response, 400, (error as Error).message)
    return undefined
  }
}

function reposByCollection({ repos }: Feed, query: URLSearchParams): object {
  const collection = required(query, 'collection')
  if (!isNsid(collection)) throw new XrpcError(400, 'InvalidRequest', `parameter "collection" is ${JSON.stringify(collection)}: expected an NSID`)
  const cursor = query.get('cursor') ?? undefined
  if (cursor !== undefined && !isDid(cursor))
    throw new XrpcError(400, 'InvalidRequest', `parameter "cursor" is ${JSON.stringify(cursor)}: not one of ours`)
  const { dids, more } = repos.page(collection, wholeNumber(query, 'limit', 1, 2000) ?? 500, cursor)
  return { repos: dids.map((did) => ({ did })), ...(more && { cursor: dids.at(-1) }) }
}

async function administer(state: State, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { feed, seen, subscribers } = state
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /__health': {
      const { log, connected, seq } = feed
      const progress = { connected, seq, events: log.end - log.first, newest: log.newest ?? null, subscribers: subscribers.size }
      return answerJson(request, response, 200, { ok: true, ...progress })
    }
    case 'POST /__faults':
      addFault(state, (await json(request)) as object)
      return answerJson(request, response, 200, {})
    case 'DELETE /__faults':
      state.faults.clear()
      feed.faults.clear()
      for (const subscriber of subscribers) subscriber.resume()
      return answerJson(request, response, 200, {})
    case 'GET /__requests':
      return answerJson(request, response, 200, { requests: seen })
    case 'DELETE /__requests':
      seen.length = 0
      return answerJson(request, response, 200, {})
    default:
      throw new XrpcError(404, 'NotFound', `nothing at ${request.method} ${url.pathname}`)
  }
}

function addFault({ feed, faults, subscribers }: State, value: object): void {
  if ('method' in value) return faults.add(value as Fault)
  try {
    const fault = readStreamFault(value)
    if (fault.stream === 'forget') return feed.log.keep(fault.keep)
    const now = feed.faults.add(fault)
    if (now) for (const subscriber of subscribers) subscriber.strike(now)
  } catch (error) {
    throw new XrpcError(400, 'InvalidRequest', (error as Error).message)
  }
}

function answerPlain(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  answerText(request, response, status, 'text/plain; charset=utf-8', text)
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://localhost')
}
