import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import type { AddressInfo } from 'node:net'
import { countingProxy } from '../counting-proxy.ts'

test('what a server sends is counted, with its heads, and what it is sent is not', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/gone') request.socket.destroy()
    else request.resume().on('end', () => response.end('x'.repeat(100_000)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy = await countingProxy((server.address() as AddressInfo).port)
  try {
    assert.equal(await proxy.fetched(), 0)
    const body = await fetch(proxy.origin, { method: 'POST', body: 'y'.repeat(50_000) }).then((response) => response.text())
    assert.equal(body.length, 100_000)
    const first = await proxy.fetched()
    assert.ok(first > 100_000 && first < 101_000, `${first}`)
    await Promise.all([1, 2, 3].map(() => fetch(proxy.origin).then((response) => response.text())))
    assert.equal(await proxy.fetched(), first * 4)

    await assert.rejects(fetch(`${proxy.origin}/gone`))
    assert.equal(await proxy.fetched(), first * 4)
  } finally {
    proxy.close()
    server.closeAllConnections()
    server.close()
  }
})

test('a server that is not there yet ends a connection, and is found when it is', async () => {
  const server = createServer((_request, response) => response.end('there'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const proxy = await countingProxy(port)
  try {
    await assert.rejects(fetch(proxy.origin))
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    assert.equal(await fetch(proxy.origin).then((response) => response.text()), 'there')
  } finally {
    proxy.close()
    server.closeAllConnections()
    server.close()
  }
})
