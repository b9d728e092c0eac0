import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blueskyIntent, embedCode, watchLink } from '../../shared/share-links.ts'

const ORIGIN = 'https://hut.example'
const VIDEO = { did: 'did:web:a.example%3A80', rkey: '3k', title: 'One' }

test('links name the video, and the second when there is one', () => {
  assert.equal(watchLink(ORIGIN, VIDEO), 'https://hut.example/watch/did:web:a.example%253A80/3k')
  for (const [seconds, end] of [[0, ''], [0.9, ''], [1, '?t=1'], [95.7, '?t=95'], [Number.NaN, '']] as const) assert.equal(watchLink(ORIGIN, { did: 'did:plc:abc', rkey: 'a.b' }, seconds), `${ORIGIN}/watch/did:plc:abc/a.b/${end}`)
})

test('bad_input_25_a title ends neither an attribute nor an address', () => {
  for (const title of ['"><script>alert(1)</script>', '</iframe>', '&quot;', "' onload='x"]) {
    const code = embedCode(ORIGIN, { ...VIDEO, title })
    assert.deepEqual([code.match(/</g)?.length, code.match(/"/g)?.length], [2, 14], code)
    const intent = new URL(blueskyIntent(title, watchLink(ORIGIN, VIDEO)))
    assert.deepEqual([intent.origin, intent.searchParams.get('text')], ['https://bsky.app', `${title} ${watchLink(ORIGIN, VIDEO)}`])
  }
})

test('a post fits, whole characters and link kept', () => {
  const link = watchLink(ORIGIN, VIDEO)
  const text = new URL(blueskyIntent('🎬'.repeat(400), link)).searchParams.get('text')!
  assert.equal(Array.from(text).length, 300)
  assert.ok(text.endsWith(`🎬… ${link}`))
})
