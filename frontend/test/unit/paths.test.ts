import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDid, isHandle, isRecordKey } from '../../shared/at-uri.ts'
import { creatorFeedPath, creatorPath, embedPath, isEmbedded, tagPath, watchPath } from '../../shared/paths.ts'

test('each page has one path', () => {
  const did = 'did:web:a.example%3A8080'
  assert.equal(watchPath({ did, rkey: '3k:x~y' }), '/watch/did:web:a.example%253A8080/3k:x~y')
  assert.equal(watchPath({ did, rkey: 'clip.mp4' }), '/watch/did:web:a.example%253A8080/clip.mp4/')
  assert.equal(embedPath({ did, rkey: '3k' }), '/embed/did:web:a.example%253A8080/3k')
  assert.equal(embedPath({ did, rkey: 'a.b' }), '/embed/did:web:a.example%253A8080/a.b/')
  assert.equal(creatorPath('did:web:alice.com'), '/creator/did:web:alice.com/')
  assert.equal(creatorFeedPath('did:plc:abc'), '/creator/did:plc:abc/rss.xml')
})

test('no path of a page ends in what looks like a file type', () => {
  let seed = 11
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
  const word = (characters: string, length: number) => Array.from({ length }, () => characters[random(characters.length)]).join('')
  let held = 0
  for (let round = 0; round < 3_000; round += 1) {
    const did = `did:web:${word('ab1.-:%3A', 1 + random(12))}`
    const rkey = word('aZ9._:~-', 1 + random(10))
    if (!isDid(did) || !isRecordKey(rkey)) continue
    held += 1
    for (const path of [watchPath({ did, rkey }), embedPath({ did, rkey }), creatorPath(did)]) {
      assert.doesNotMatch(path, /\.[A-Za-z0-9]{1,5}$/)
      // What a router makes of it is what went in.
      assert.deepEqual(path.split('/').filter(Boolean).slice(1).map(decodeURIComponent), path.startsWith('/creator') ? [did] : [did, rkey])
    }
  }
  assert.ok(held > 500, `${held} were paths`)
})

test('any tag has a page, whose path is one part and ends with a slash', () => {
  for (const tag of ['sea', 'a/b', '50%', '%2F', 'über', '#1', '?q', 'a.mp4', '...', ' ', '"><script>', '\\', '🎬']) {
    const { pathname, search, hash } = new URL(tagPath(tag), 'https://hut.example')
    assert.deepEqual([search, hash], ['', ''], tag)
    assert.deepEqual(pathname.split('/').map(decodeURIComponent), ['', 'tag', tag, ''], tag)
  }
  for (const tag of ['.', '..']) assert.equal(tagPath(tag), `/search?q=${tag}`)
})

test('only pages for frames are embedded', () => {
  assert.ok(isEmbedded('/embed/did:plc:abc/3k?t=1'))
  for (const path of ['/', '/embed', '/embedded/x', '/watch/did:plc:abc/3k', '/watch/embed/3k', '/EMBED/did:plc:abc/3k', '/creator/embed/', '/?/embed/']) assert.ok(!isEmbedded(path), path)
})

test('handles by their grammar', () => {
  for (const handle of ['aurora.test', 'a.b.example', 'Xn--ls8h.example', '1.example']) assert.ok(isHandle(handle), handle)
  for (const text of ['', 'aurora', '.test', 'a..test', 'a.test.', '-a.test', 'a.1', 'a_b.test', 'did:plc:abc', 'a.test/x', `${'a.'.repeat(130)}test`]) assert.ok(!isHandle(text), text)
})
