import assert from 'node:assert/strict'
import { test } from 'node:test'
import { creatorName, parseProfile } from '../../shared/creator.ts'
import { parseVideo } from '../../shared/video.ts'
import { parseRecordUri, videoUri } from '../../shared/at-uri.ts'

const URI = 'at://did:plc:abc/place.stream.video/3k'

test('only what is needed to address a video is required', () => {
  assert.deepEqual(parseVideo({ uri: URI }), { uri: URI, did: 'did:plc:abc', rkey: '3k', cid: '', title: 'Untitled video', creator: { did: 'did:plc:abc' }, durationMs: 0, tags: [], contentWarnings: [] })
  for (const json of [undefined, null, 7, 'x', [], {}, { uri: 7 }, { uri: 'at://x/y/z' }, { uri: `${URI}/more` }, { uri: `${URI}?q` }]) assert.equal(parseVideo(json), undefined)
})

test('the duration is milliseconds, from either field', () => {
  const cases: [object, number][] = [
    [{ durationMs: 1500, duration: 9e9 }, 1500],
    [{ duration: 2_500_000_000 }, 2500],
    [{ durationMs: -1 }, 0],
    [{ durationMs: Number.NaN }, 0],
    [{ duration: 'long' }, 0],
  ]
  for (const [fields, ms] of cases) assert.equal(parseVideo({ uri: URI, ...fields })?.durationMs, ms, JSON.stringify(fields))
})

test('bad_input_25_hostile_titles are cut on a character boundary, well-formed and without controls', () => {
  const title = (text: unknown) => parseVideo({ uri: URI, title: text })?.title
  assert.equal(title('"><script>alert(1)</script>'), '"><script>alert(1)</script>')
  assert.equal(title('a\u0000b\u0007c\u001b'), 'abc')
  assert.equal(title('lone \ud800 half'), 'lone \ufffd half')
  assert.equal(title('  '), 'Untitled video')
  assert.equal(title({}), 'Untitled video')
  const long = title('🎬'.repeat(1_000_000))!
  assert.equal(Array.from(long).length, 300)
  assert.ok(long.isWellFormed() && long.endsWith('🎬…'))
})

test('dates that cannot be read are left out, tags are unique texts', () => {
  assert.equal(parseVideo({ uri: URI, createdAt: 'yesterday' })?.createdAt, undefined)
  assert.equal(parseVideo({ uri: URI, createdAt: '2026-03-01T10:00:00+02:00' })?.createdAt, '2026-03-01T08:00:00.000Z')
  assert.deepEqual(parseVideo({ uri: URI, tags: ['a', 'a', 7, null, ' b '] })?.tags, ['a', 'b'])
  assert.deepEqual(parseVideo({ uri: URI, tags: 'a' })?.tags, [])
})

test('chapters and captions that cannot be read are left out, and there are not too many', () => {
  const chapters = (list: unknown) => parseVideo({ uri: URI, chapters: list })?.chapters
  assert.deepEqual(chapters([{ startMs: 7_000.4, title: ' Two\nlines ' }, { startMs: 0, title: '<b>One' }]), [{ startMs: 0, title: '<b>One' }, { startMs: 7_000, title: 'Two lines' }])
  for (const odd of [undefined, null, {}, 'x', [], [null], [{ startMs: -1, title: 'x' }], [{ startMs: '1', title: 'x' }], [{ startMs: 1e12, title: 'x' }], [{ startMs: Number.NaN, title: 'x' }], [{ startMs: 1, title: ' ' }], [{ startMs: 1 }]]) assert.equal(chapters(odd), undefined, JSON.stringify(odd))
  assert.equal(chapters(Array.from({ length: 9_999 }, (_, startMs) => ({ startMs, title: 'x'.repeat(9_999) })))?.length, 200)

  const captions = (caption: object) => parseVideo({ uri: URI, captions: [{ id: '1', language: 'en', url: 'https://a.example/1.vtt', ...caption }] })?.captions
  assert.deepEqual(captions({ label: 'en (auto)', extra: 1 }), [{ id: '1', language: 'en', label: 'en (auto)', url: 'https://a.example/1.vtt' }])
  for (const odd of [{ id: 7 }, { language: 'en"' }, { language: '' }, { url: 'javascript:alert(1)' }, { url: '/1.vtt' }, { url: undefined }]) assert.equal(captions(odd), undefined, JSON.stringify(odd))
})

test('a creator is called by the best name known', () => {
  const did = 'did:plc:rbvrr34edl5ddpuwcubjiost'
  assert.equal(creatorName({ did, handle: 'aurora.test', displayName: 'Aurora' }), 'Aurora')
  assert.equal(creatorName({ did, handle: 'aurora.test' }), 'aurora.test')
  assert.equal(creatorName({ did }), 'did:plc:rbvrr34e…iost')
})

test('a profile is whoever has a DID; a picture is of the web', () => {
  const did = 'did:plc:abc'
  assert.deepEqual(parseProfile({ did, handle: 'a.test', displayName: ' A ', avatar: 'https://cdn.example/a.jpg', description: 'Line\none', extra: 1 }), { did, handle: 'a.test', displayName: 'A', avatar: 'https://cdn.example/a.jpg', description: 'Line\none' })
  for (const json of [undefined, null, [], {}, { did: 7 }, { did: 'plc:abc' }]) assert.equal(parseProfile(json), undefined)
  for (const avatar of ['javascript:alert(1)', 'data:image/png,x', 'https://u:p@a.example/', '//a.example', 7]) assert.deepEqual(parseProfile({ did, avatar }), { did })
  assert.equal(parseVideo({ uri: URI, avatar: 'http://127.0.0.1:1/a.jpg' })?.creator.avatar, 'http://127.0.0.1:1/a.jpg')
})

test('a creator who is no DID gives way to the repo’s owner', () => {
  assert.equal(parseVideo({ uri: URI, creator: 'did:plc:other' })?.creator.did, 'did:plc:other')
  assert.equal(parseVideo({ uri: URI, creator: 'other/../..' })?.creator.did, 'did:plc:abc')
})

test('an address of a page names the at-uri of its video', () => {
  const did = 'did:web:a.example%3A8080'
  const uri = videoUri(did, '3k')!
  assert.deepEqual(parseRecordUri(uri), { did, collection: 'place.stream.video', rkey: '3k' })
  for (const [d, r] of [['did:plc:abc', '..'], ['did:plc:abc', 'a/b'], ['plc:abc', '3k'], ['did:plc:abc', ''], ['did:plc:a?b', '3k']] as const) assert.equal(videoUri(d, r), undefined, `${d} ${r}`)
})
