import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startNet, type Net } from '../net.ts'
import { findFreePortBase, portsFrom } from '../ports.ts'
import { muxedFolder } from './made-media.ts'

let dir: string
let net: Net

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'net-'))
  const media = join(dir, 'media')
  for (const generation of ['A', 'B', 'C']) {
    const { folder } = await muxedFolder(media, `generation-${generation}`)
    const told = { title: `Video ${generation}`, creator: 'aurora', generation, createdAt: `2026-01-0${1 + 'ABC'.indexOf(generation)}T00:00:00Z` }
    await writeFile(join(folder, 'video.json'), JSON.stringify(told))
  }
  await mkdir(join(media, 'no-video'))
  net = await startNet({ ports: portsFrom(await findFreePortBase()), dataDir: join(dir, 'data'), logDir: join(dir, 'logs'), mediaDirs: [media] })
})
after(async () => {
  await net?.stop()
  await rm(dir, { recursive: true, force: true })
})

interface Listed {
  records: { uri: string; cid: string; value: Record<string, unknown> & { source: { $type: string; tracks?: { uri: string }[] } } }[]
}

async function listed(collection: string): Promise<Listed['records']> {
  const query = new URLSearchParams({ repo: 'aurora.test', collection })
  return ((await (await fetch(`${net.urls.pds}/xrpc/com.atproto.repo.listRecords?${query}`)).json()) as Listed).records
}

test('all three generations of records lie on the PDS, newest first', async () => {
  const records = (await listed('place.stream.video')).map(({ value }) => value)
  assert.deepEqual(records.map(({ title }) => title), ['Video C', 'Video B', 'Video A'])
  const [c, b, a] = records
  assert.deepEqual([c?.['durationMs'], c?.['duration'], typeof c?.['createdAt']], [6000, undefined, 'string'])
  assert.deepEqual([b?.['durationMs'], b?.['duration'], typeof b?.['createdAt']], [undefined, 6000, 'undefined'])
  assert.deepEqual([a?.['duration'], a?.['creator'], a?.source.$type], [6e9, net.accounts['aurora.test']?.did, 'place.stream.muxl.defs#archiveBlob'])
})

test('the tracks that a record names exist', async () => {
  const tracks = new Set((await listed('place.stream.media.track')).map(({ uri }) => uri))
  const named = (await listed('place.stream.video')).flatMap(({ value }) => value.source.tracks ?? [])
  assert.equal(named.length, 2)
  assert.ok(named.every(({ uri }) => tracks.has(uri)))
})

test("Streamplace lists what the PDS has, under the PDS's CIDs", async () => {
  const { videos } = (await (await fetch(`${net.urls.streamplace}/xrpc/place.stream.media.getVideoList`)).json()) as { videos: { uri: string; cid: string; record: unknown }[] }
  const stored = await listed('place.stream.video')
  assert.deepEqual(videos.map(({ uri, cid, record }) => ({ uri, cid, value: record })), stored)
})

test('handles resolve both ways, the reserved one too, and keys are Multikey', async () => {
  for (const { did, handle } of Object.values(net.accounts)) {
    const resolved = await (await fetch(`${net.urls.pds}/xrpc/com.atproto.identity.resolveHandle?handle=${handle}`)).json()
    assert.deepEqual(resolved, { did })
    const document = (await (await fetch(`${net.urls.plc}/${did}`)).json()) as Record<string, unknown[]>
    assert.deepEqual(document['alsoKnownAs'], [`at://${handle}`])
    const key = document['verificationMethod']?.[0] as Record<string, string>
    assert.deepEqual([key['id'], key['type']], [`${did}#atproto`, 'Multikey'])
    assert.match(key['publicKeyMultibase'] ?? '', /^zQ3sh/)
    assert.deepEqual(document['service'], [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: net.urls.pds }])
  }
  assert.ok(net.accounts['operator.test'])
})

test('unknown DIDs and the directory\'s other answers stay as the server has them', async () => {
  const { did } = net.accounts['operator.test'] ?? assert.fail()
  assert.equal((await fetch(`${net.urls.plc}/did:plc:${'z'.repeat(24)}`)).status, 404)
  const data = (await (await fetch(`${net.urls.plc}/${did}/data`)).json()) as { did: string }
  assert.equal(data.did, did)
  assert.equal((await fetch(`${net.urls.plc}/${did}/log/last`)).status, 200)
})

test('every service comes back with its data', async () => {
  const urls = {
    pds: `${net.urls.pds}/xrpc/com.atproto.repo.describeRepo?repo=aurora.test`,
    plc: `${net.urls.plc}/${net.accounts['aurora.test']?.did}`,
    streamplace: `${net.urls.streamplace}/xrpc/place.stream.media.getVideoList`,
  }
  for (const [name, url] of Object.entries(urls) as [keyof typeof urls, string][]) {
    const answered = await (await fetch(url)).text()
    await net.stopService(name)
    await assert.rejects(fetch(url))
    await net.startService(name)
    assert.equal(await (await fetch(url)).text(), answered)
  }
})

test('a port that is taken is named', async () => {
  await assert.rejects(startNet({ ports: net.ports, dataDir: join(dir, 'second'), logDir: join(dir, 'logs'), mediaDirs: [] }), (error: Error) =>
    error.message.includes(`${net.ports.pds} (PDS)`),
  )
})
