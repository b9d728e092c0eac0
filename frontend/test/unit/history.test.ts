import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHistory, resumePosition, watchedShare, withoutWatched, withWatched, writeHistory, type Watched } from '../../shared/history.ts'
import { parseVideo } from '../../shared/video.ts'

const uri = (rkey: string) => `at://did:plc:abc/place.stream.video/${rkey}`
const watched = (rkey: string, position = 5, durationMs = 100_000): Watched => ({ video: parseVideo({ uri: uri(rkey), title: `Video ${rkey}`, handle: 'a.test', durationMs, contentWarnings: ['nudity'] })!, position, when: 1_700_000_000_000 })

test('what is written is read again', () => {
  const entries = [watched('1'), watched('2', 0.5)]
  assert.deepEqual(parseHistory(writeHistory(entries)), entries)
})

test('a video stands once, the latest first, and the oldest is forgotten', () => {
  const many = Array.from({ length: 200 }, (_, index) => watched(`n${index}`))
  const more = withWatched(many, watched('n7', 9))
  assert.deepEqual([more.length, more[0]!.position, more.filter(({ video }) => video.rkey === 'n7').length], [200, 9, 1])
  const full = withWatched(many, watched('new'))
  assert.deepEqual([full.length, full[0]!.video.rkey, full.at(-1)!.video.rkey], [200, 'new', 'n198'])
  assert.deepEqual(withoutWatched(full, uri('new')).length, 199)
})

test('bad_input_25_what others left in the storage is no entry, or an inert one', () => {
  for (const stored of [null, '', 'off', '{', 'null', '7', '{}', '[null,7,[],{}]', '[{"video":{"uri":"javascript:alert(1)"},"position":1,"when":1}]']) assert.deepEqual(parseHistory(stored), [], String(stored))
  for (const odd of [{ position: -1 }, { position: '7' }, { position: null }, { when: undefined }, { when: 1e300 }]) {
    assert.deepEqual(parseHistory(JSON.stringify([{ video: { uri: uri('1') }, position: 1, when: 1, ...odd }])), [], JSON.stringify(odd))
  }
  const [hostile] = parseHistory(JSON.stringify([{ video: { uri: uri('1'), title: '<b>\u0000', avatar: 'javascript:alert(1)' }, position: 1, when: 1 }]))
  assert.deepEqual([hostile?.video.title, hostile?.video.creator], ['<b>', { did: 'did:plc:abc' }])
  assert.equal(parseHistory(JSON.stringify(Array.from({ length: 1_000 }, (_, index) => ({ video: { uri: uri(`${index}`) }, position: 0, when: 0 })))).length, 200)
})

test('a video goes on where it was left, and from its start once it was seen', () => {
  for (const [position, durationMs, resume, share] of [
    [0, 100_000, 0, 0],
    [50, 100_000, 50, 0.5],
    [91, 100_000, 0, 0.91],
    [970, 1_000_000, 0, 0.97],
    [959, 1_000_000, 959, 0.959],
    [7, 0, 7, 0],
    [70, 20_000, 0, 1],
  ] as const) {
    assert.deepEqual([resumePosition(watched('1', position, durationMs)), watchedShare(watched('1', position, durationMs))], [resume, share], `${position} of ${durationMs}`)
  }
})
