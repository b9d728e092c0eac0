import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { Duplex } from 'node:stream'
import { STAGE_URL } from './system.ts'

/** A server of the test's own, at the one origin that the runner may ask beside the network's. */
export interface Stage {
  /** Requests that arrived, as `GET /path`. */
  seen: string[]
  /** Connections that were opened, with or without a request on them. */
  connections: number
  /** What answers from now on. */
  answer: RequestListener
  /** What takes WebSocket handshakes; without it they are requests like any other. */
  upgrade?: (request: IncomingMessage, socket: Duplex) => void
  close(): Promise<void>
}

/** Stands a server at `STAGE_URL`. */
export async function openStage(answer: RequestListener): Promise<Stage> {
  return listen(Number(new URL(STAGE_URL).port), answer)
}

/** Stands a server on loopback where the runner has no leave to go. */
export async function openBackdoor(answer: RequestListener): Promise<Stage & { url: string; port: number }> {
  return listen(0, answer)
}

async function listen(at: number, answer: RequestListener): Promise<Stage & { url: string; port: number }> {
  const upgraded = new Set<Duplex>()
  const server = createServer({ shouldUpgradeCallback: () => stage.upgrade !== undefined }, (request, response) => {
    stage.seen.push(shown(request))
    stage.answer(request, response)
  })
  server.on('connection', () => stage.connections++)
  server.on('upgrade', (request, socket) => {
    stage.seen.push(`UPGRADE ${request.url}`)
    upgraded.add(socket)
    stage.upgrade?.(request, socket)
  })
  server.listen(at, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const stage: Stage & { url: string; port: number } = {
    seen: [],
    connections: 0,
    answer,
    port,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      for (const socket of upgraded) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return stage
}

function shown({ method, url }: IncomingMessage): string {
  return `${method} ${url}`
}
