import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { test } from 'node:test'
import { Connection, get } from '../connection.ts'
import { Load } from '../load.ts'

async function withServer(answer: RequestListener, use: (port: number, seen: string[], close: () => void) => Promise<void>): Promise<void> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host}`)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use((server.address() as { port: number }).port, seen, () => server.closeAllConnections())
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('an answer is read to its end, with a length and in chunks', async () => {
  await withServer(
    (request, response) => {
      if (request.url === '/chunks') {
        response.write('one ')
        setTimeout(() => response.end('two'), 20)
      } else response.writeHead(404, { 'content-length': 7 }).end('nothing')
    },
    async (port, seen) => {
      const connection = await Connection.to(port)
      const chunks = await connection.send(get('/chunks', 'runner.dev'))
      assert.equal(chunks.status, 200)
      assert.match(chunks.text, /one [^]*two/)
      assert.deepEqual(await connection.send(get('/length', 'runner.dev')).then(({ status, text }) => ({ status, text })), { status: 404, text: 'nothing' })
      assert.deepEqual(seen, ['GET /chunks runner.dev', 'GET /length runner.dev'])
      connection.close()
    },
  )
})

test('a load asks on all its connections, opens those again that were closed, and takes no other status', async () => {
  await withServer(
    (_request, response) => response.writeHead(200, { 'content-length': 2 }).end('ok'),
    async (port, seen, close) => {
      const load = await Load.open({ port, request: get('/', 'runner.dev'), status: 200 }, 3)
      assert.ok((await load.p50(4)) > 0)
      assert.equal(seen.length, 12)
      close()
      await new Promise((resolve) => setTimeout(resolve, 50))
      await load.p50(1)
      assert.equal(seen.length, 15)
      load.close()

      const wrong = await Load.open({ port, request: get('/', 'runner.dev'), status: 201 }, 1)
      await assert.rejects(wrong.p50(1), /answered 200: ok/)
      wrong.close()
    },
  )
})

test('a connection that ends before the answer does is an error', async () => {
  await withServer(
    (request) => request.socket.destroy(),
    async (port) => {
      const connection = await Connection.to(port)
      await assert.rejects(connection.send(get('/', 'runner.dev')), /closed before/)
      await assert.rejects(connection.send(get('/', 'runner.dev')), /is closed/)
    },
  )
})
