import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServiceName } from '../net-services.ts'
import type { System } from './start-system.ts'

/** What a test may take down and bring up. */
type Part = ServiceName | 'runner'

const PARTS: readonly Part[] = ['plc', 'pds', 'sqld', 'streamplace', 'stream', 'runner']

/**
 * Lets other processes take parts of the system down and up: `POST /stop/{part}` and `POST /start/{part}` answer 204 when it is done,
 * 500 with the reason when it can't be. Parts are `plc`, `pds`, `sqld`, `streamplace`, `stream`, `runner`; each keeps its data.
 */
export async function startControl(system: System): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const [, verb, named] = /^\/(stop|start)\/([a-z]+)$/.exec(request.url ?? '') ?? []
    const part = PARTS.find((part) => part === named)
    if (request.method !== 'POST' || part === undefined) {
      response.writeHead(404).end(`no ${request.method} ${request.url}; POST /stop/ or /start/ one of ${PARTS.join(', ')}\n`)
      return
    }
    const done = verb === 'stop' ? stop(system, part) : start(system, part)
    done.then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(`${(error as Error).message}\n`),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

function stop({ net, stopRunner }: System, part: Part): Promise<void> {
  return part === 'runner' ? stopRunner() : net.stopService(part)
}

function start({ net, startRunner }: System, part: Part): Promise<void> {
  return part === 'runner' ? startRunner() : net.startService(part)
}
