import assert from 'node:assert/strict'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { JetstreamEvent } from '../stream/event.ts'

type Query = Record<string, string | number | readonly string[]>

/** A subscriber that keeps all that it hears. */
export interface Listener {
  socket: WebSocket
  /** Every message, as it came. */
  messages: { data: Buffer; binary: boolean }[]
  /** Its text messages that are JSON. */
  events: JetstreamEvent[]
  /** Waits until there are `count` events; fails when there are more. */
  hears: (count: number) => Promise<JetstreamEvent[]>
  /** Waits for the end of the connection. */
  ends: Promise<{ code: number; reason: string }>
}

/** The query of a subscription. */
export function queryOf(query: Query): string {
  return String(new URLSearchParams(Object.entries(query).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, String(one)]))))
}

/** Subscribes, and waits until the connection stands. */
export async function listen(origin: string, query: Query = {}): Promise<Listener> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/subscribe?${queryOf(query)}`)
  const messages: Listener['messages'] = []
  const events: JetstreamEvent[] = []
  socket.on('message', (data: Buffer, binary) => {
    messages.push({ data, binary })
    try {
      events.push(JSON.parse(data.toString()) as JetstreamEvent)
    } catch {
      // Not an event.
    }
  })
  // A broken connection ends, too.
  socket.on('error', () => {})
  const ends = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await once(socket, 'open')
  const hears = async (count: number) => {
    await eventually(() => events.length >= count, () => `${events.length} of ${count} events: ${JSON.stringify(events)}`)
    assert.equal(events.length, count, JSON.stringify(events))
    return events
  }
  return { socket, messages, events, hears, ends }
}

/** The status and text with which a connection is refused. */
export async function refusal(origin: string, query: Query): Promise<{ status: number; text: string }> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/subscribe?${queryOf(query)}`)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, AsyncIterable<Buffer> & { statusCode: number }]
  let text = ''
  for await (const chunk of response) text += chunk.toString()
  return { status: response.statusCode, text }
}

/** Waits until `holds`, and fails with what `otherwise` says when that takes half a minute. */
export async function eventually(holds: () => boolean | Promise<boolean>, otherwise: () => string): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await holds())) {
    if (Date.now() > deadline) assert.fail(otherwise())
    await sleep(10)
  }
}
