import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import type { Generation } from '../publish/media-dirs.ts'
import { publishVideo } from '../publish/publish-video.ts'
import { muxedFolder } from './made-media.ts'
import { DID, startStandIn } from './running-stand-in.ts'

const { dir, origin, xrpc, stop } = await startStandIn()
/** What a PDS was asked to keep, by address. */
const kept = new Map<string, Record<string, unknown>>()
const pds = createServer((request, response) => {
  void json(request).then((input) => {
    const { repo, collection, rkey, record } = input as { repo: string; collection: string; rkey: string; record: Record<string, unknown> }
    const uri = `at://${repo}/${collection}/${rkey}`
    kept.set(uri, record)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ uri, cid: `bafy${kept.size}` }))
  })
})
await new Promise<void>((resolve) => pds.listen(0, '127.0.0.1', resolve))
after(async () => {
  pds.closeAllConnections()
  pds.close()
  await stop()
})

const { folder } = await muxedFolder(dir, 'muxed')

async function publish(generation: Generation): Promise<{ uri: string; view: { record: unknown; tracks?: { uri: string; cid: string; record: unknown }[] } }> {
  const account = { did: DID, handle: 'aurora.test', password: 'x', displayName: 'Aurora', authorization: 'Bearer x' }
  const createdAt = new Date('2026-01-01T00:00:00Z')
  const url = `http://127.0.0.1:${(pds.address() as AddressInfo).port}`
  const { uri } = await publishVideo(url, origin, account, { folder, title: generation, generation, createdAt, tags: [] }, 'ABC'.indexOf(generation))
  return { uri, view: (await (await xrpc('place.stream.media.getVideo', { uri })).json()) as Awaited<ReturnType<typeof publish>>['view'] }
}

for (const generation of ['B', 'C'] as const) {
  test(`generation ${generation}: the node shows the records that the PDS keeps, the tracks that the video names among them`, async () => {
    const { uri, view } = await publish(generation)
    assert.deepEqual(view.record, kept.get(uri))
    const [track, ...others] = view.tracks ?? []
    assert.ok(track && others.length === 0)
    assert.deepEqual(track.record, kept.get(track.uri))
    const { source } = view.record as { source: object }
    assert.deepEqual(source, { $type: 'place.stream.media.defs#sourceTracks', tracks: [{ uri: track.uri, cid: track.cid }] })
  })
}

test('generation A has no tracks', async () => {
  const { uri, view } = await publish('A')
  assert.deepEqual([view.record, view.tracks], [kept.get(uri), undefined])
})
