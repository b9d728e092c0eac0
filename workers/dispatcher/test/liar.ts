/** A server below HTTP: it writes what it is told to, true or not. */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What comes after the bytes of an answer. */
export type Then =
  /** The connection stays open for the next request. */
  | 'keep'
  /** It is closed as it should be. */
  | 'end'
  /** It is broken off. */
  | 'reset'
  /** More never comes. */
  | 'stall'
  /** A byte comes each second, without end. */
  | 'drip'

/** An answer as it goes over the wire. */
export interface Wire {
  bytes: string | Buffer
  then: Then
}

export interface Liar {
  /** Paths that were asked for. */
  seen: string[]
  close(): Promise<void>
}

/** Stands a server that answers GET requests; requests without a body are all that it understands. */
export async function openLiar(port: number, answer: (path: string, head: string) => Wire | Promise<Wire>): Promise<Liar> {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let heard = ''
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1')
      for (let end = heard.indexOf('\r\n\r\n'); end >= 0; end = heard.indexOf('\r\n\r\n')) {
        const head = heard.slice(0, end)
        heard = heard.slice(end + 4)
        const path = head.split(' ')[1] ?? ''
        seen.push(path)
        void Promise.resolve(answer(path, head)).then((wire) => say(socket, wire))
      }
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The bytes of a head and a body; the lines of the head are parted by `\n`. */
export function wire(head: string, body: string | Buffer, then: Then = 'keep'): Wire {
  return { bytes: Buffer.concat([Buffer.from(`${head}\n\n`.replaceAll('\n', '\r\n')), Buffer.from(body)]), then }
}

async function say(socket: Socket, { bytes, then }: Wire): Promise<void> {
  if (bytes.length > 0) await new Promise((resolve) => socket.write(bytes, resolve))
  switch (then) {
    case 'end':
      socket.end()
      break
    case 'reset':
      // Else the bytes before it may be lost with it.
      await sleep(50)
      socket.resetAndDestroy()
      break
    case 'drip':
      while (!socket.destroyed) {
        socket.write('x')
        await sleep(1_000)
      }
  }
}
