import type { IncomingHttpHeaders } from 'node:http'
import { readWanted, type Wanted } from './wanted.ts'

/** What a connection asked for. */
export interface Subscription {
  wanted: Wanted
  /** Where to start, in microseconds; at what comes next when missing. */
  cursor?: number
  /** Binary messages, each a zstd frame. */
  compressed: boolean
  /** Nothing is sent before the first update of the options. */
  helloFirst: boolean
}

/** Reads the query of `GET /subscribe`. Throws what Jetstream answers with 400. `nowUs` tells cursors of the future, which mean none. */
export function readSubscription(query: URLSearchParams, headers: IncomingHttpHeaders, nowUs: number): Subscription {
  const cursor = readCursor(query.get('cursor') ?? '')
  return {
    wanted: readWanted(query.getAll('wantedCollections'), query.getAll('wantedDids'), sizeLimit(query.get('maxMessageSizeBytes') ?? '')),
    ...(cursor !== undefined && cursor <= nowUs && { cursor }),
    compressed: query.get('compress') === 'true' || String(headers['socket-encoding'] ?? '').includes('zstd'),
    helloFirst: query.get('requireHello') === 'true',
  }
}

/** What a subscriber says over the socket. */
export type SubscriberMessage = { type: 'options_update'; wanted: Wanted } | { type: 'heartbeat'; payload: string } | { type: 'unknown' }

/** A heartbeat and its answer have to fit into one small frame. */
const MOST_HEARTBEAT_BYTES = 81

/** Reads a subscriber's message. Throws the reason for which Jetstream hangs up. */
export function readMessage(text: string): SubscriberMessage {
  const { type, payload } = parse(text) as { type?: unknown; payload?: unknown }
  if (type === 'options_update') {
    if (payload === undefined) throw new Error('failed to unmarshal subscriber options update: no payload')
    const { wantedCollections, wantedDids, maxMessageSizeBytes = 0 } = Object(payload) as Record<string, unknown>
    if (!Number.isInteger(maxMessageSizeBytes)) throw new Error('failed to unmarshal subscriber options update: maxMessageSizeBytes')
    return { type, wanted: readWanted(texts(wantedCollections), texts(wantedDids), sizeLimit(String(maxMessageSizeBytes))) }
  }
  if (type === 'heartbeat') {
    const size = Buffer.byteLength(JSON.stringify(payload ?? null))
    if (size > MOST_HEARTBEAT_BYTES) throw new Error(`heartbeat payload of ${size} bytes is too large. maximum is ${MOST_HEARTBEAT_BYTES}`)
    if (typeof payload !== 'string') throw new Error('failed to unmarshal heartbeat payload')
    return { type, payload }
  }
  return { type: 'unknown' }
}

function parse(text: string): object {
  try {
    return Object(JSON.parse(text)) as object
  } catch (error) {
    throw new Error(`failed to unmarshal subscriber sourced message: ${(error as Error).message}`)
  }
}

function texts(value: unknown): string[] {
  const list = value ?? []
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list
  throw new Error('failed to unmarshal subscriber options update: expected a list of strings')
}

function readCursor(text: string): number | undefined {
  if (text === '') return undefined
  if (!/^[+-]?\d{1,19}$/.test(text)) throw new Error(`invalid cursor: ${text}`)
  return Number(text)
}

/** Jetstream takes what is no number, or below zero, for no limit. */
function sizeLimit(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : 0
}
