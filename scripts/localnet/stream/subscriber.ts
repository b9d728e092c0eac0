import { zstdCompressSync } from 'node:zlib'
import type { WebSocket } from 'ws'
import type { EventLog } from './event-log.ts'
import type { ConnectionFault, StreamFaults } from './stream-faults.ts'
import { readMessage, type Subscription } from './subscription.ts'
import { wants } from './wanted.ts'

/** One open connection. */
export interface Subscriber {
  strike(fault: ConnectionFault): void
  /** Ends its silence. */
  resume(): void
}

/** How much may wait in a socket before the next event does. */
const MOST_BUFFERED_BYTES = 1 << 20
const MOST_MESSAGE_BYTES = 10_000_000
const PING_EVERY_MS = 30_000

/**
 * Serves one subscriber until it leaves. It reads the log from its own position on, whether that lies behind (replay) or at the end (live),
 * so there is nothing between the two that could be lost or doubled. One that falls behind what is kept is cut off.
 */
export function serveSubscriber(socket: WebSocket, asked: Subscription, log: EventLog, faults: StreamFaults): Subscriber {
  let { wanted, helloFirst: waiting } = asked
  let next = asked.cursor === undefined ? log.end : log.positionAt(asked.cursor)
  let sent = 0
  let silent = false
  const planned = faults.planned()

  const isSilent = () => silent || faults.stalled
  const pump = () => {
    while (socket.readyState === socket.OPEN && !waiting && !isSilent() && socket.bufferedAmount < MOST_BUFFERED_BYTES) {
      const due = planned.findIndex(({ after = 0 }) => sent >= after)
      if (due >= 0) {
        for (const fault of planned.splice(due, 1)) strike(fault)
        continue
      }
      if (next < log.first) return socket.terminate()
      const event = log.at(next)
      if (!event) return
      next++
      if (!wants(wanted, event)) continue
      sent++
      // Without Jetstream's dictionary; a frame names the dictionary that it needs, and these name none.
      socket.send(asked.compressed ? zstdCompressSync(event.text) : event.text, pump)
    }
  }

  const strike = (fault: ConnectionFault) => {
    switch (fault.stream) {
      case 'drop':
        return fault.code === undefined ? socket.terminate() : socket.close(fault.code, fault.reason)
      case 'stall':
        silent = true
        return
      case 'garbage':
        return socket.send(fault.text ?? '{"did":"did:plc:', { binary: fault.binary ?? false })
      case 'repeat':
        for (let left = fault.events; left > 0 && next > log.first; ) {
          const event = log.at(--next)
          if (event && wants(wanted, event)) left--
        }
        return pump()
    }
  }

  const hear = (text: string) => {
    const message = readMessage(text)
    if (message.type === 'heartbeat' && !isSilent()) socket.send(JSON.stringify({ kind: 'heartbeat', payload: message.payload }))
    if (message.type !== 'options_update') return
    ;({ wanted } = message)
    waiting = false
    pump()
  }
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary || data.length > MOST_MESSAGE_BYTES) return
    try {
      hear(data.toString())
    } catch (error) {
      // A close frame holds 123 bytes of reason.
      socket.close(1000, (error as Error).message.replace(/[^ -~]/g, '?').slice(0, 123))
    }
  })
  socket.on('error', () => socket.terminate())

  const stopReading = log.onGrowth(pump)
  const pings = setInterval(() => isSilent() || socket.ping(), PING_EVERY_MS)
  socket.once('close', () => {
    stopReading()
    clearInterval(pings)
  })
  pump()
  return {
    strike,
    resume: () => {
      silent = false
      pump()
    },
  }
}
