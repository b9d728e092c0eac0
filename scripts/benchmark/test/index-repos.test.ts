import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRepos } from '../index-repos.ts'

test('a repo is read by its pages, each record once, and what is asked of the PDS is counted', async () => {
  const repos = await startRepos(2, 250)
  try {
    const [did, other] = repos.dids
    assert.notEqual(did, other)
    assert.match(String(did), /^did:plc:[a-z2-7]{24}$/)
    const ask = async (path: string) => {
      const response = await fetch(`${repos.origin}/${path}`)
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    assert.equal((await ask(String(did))).body['id'], did)
    assert.deepEqual(repos.requests(), {}, 'the directory is none')
    assert.equal(typeof (await ask(`xrpc/com.atproto.sync.getLatestCommit?did=${did}`)).body['rev'], 'string')

    const found = new Map<string, string>()
    let cursor: string | undefined
    const sizes: number[] = []
    do {
      const query = new URLSearchParams({ repo: String(did), collection: 'place.stream.video', limit: '100', ...(cursor !== undefined && { cursor }) })
      const page = (await ask(`xrpc/com.atproto.repo.listRecords?${query}`)).body as { records: { uri: string; cid: string }[]; cursor?: string }
      for (const { uri, cid } of page.records) found.set(uri, cid)
      sizes.push(page.records.length)
      cursor = page.cursor
    } while (cursor !== undefined)
    assert.deepEqual(sizes, [100, 100, 50])
    assert.equal(found.size, 250)
    assert.equal(new Set(found.values()).size, 250)
    for (const [uri, cid] of found) {
      assert.ok(uri.startsWith(`at://${did}/place.stream.video/`))
      assert.match(cid, /^bafyrei[a-z2-7]{52}$/)
    }
    assert.equal((await ask('xrpc/com.atproto.repo.getRecord?repo=x')).status, 404)
    assert.deepEqual(repos.requests(), {
      'com.atproto.sync.getLatestCommit': 1,
      'com.atproto.repo.listRecords': 3,
      'com.atproto.repo.getRecord': 1,
    })
  } finally {
    repos.stop()
  }
})
