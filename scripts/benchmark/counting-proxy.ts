import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A way to a server of this machine that counts what comes back. */
export interface CountingProxy {
  origin: string
  /** Bytes that the server has sent so far, heads and bodies, as soon as nothing is on its way. */
  fetched(): Promise<number>
  close(): void
}

/** Silence after which nothing is on its way any more. */
const SILENCE_MS = 50

/** Passes connections on to `port`, byte for byte. Nothing need listen there yet. */
export async function countingProxy(port: number): Promise<CountingProxy> {
  let count = 0
  const open = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true })
    upstream.on('data', (chunk) => (count += chunk.length))
    client.pipe(upstream).pipe(client)
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fetched: async () => {
      for (let before = -1; before !== count; ) {
        before = count
        await sleep(SILENCE_MS)
      }
      return count
    },
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
