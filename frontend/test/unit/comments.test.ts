import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commentRecord, parseCommentPage, room, type Comment } from '../../shared/comments.ts'

const AUTHOR = 'did:plc:v4mvzo54llbuctyawbra2iaj'
const VIDEO = 'at://did:plc:abc/place.stream.video/3k'
const URI = `at://${AUTHOR}/place.stream.vod.comment/3l`
const ITEM = { uri: URI, cid: 'bafy', author: { did: AUTHOR, handle: 'a.test' }, text: 'Good', createdAt: '2026-03-01T10:00:00+02:00' }
const one = (fields: object): Comment | undefined => parseCommentPage({ comments: [{ ...ITEM, ...fields }] })?.comments[0]

test('a page of comments is what it can be read as', () => {
  assert.deepEqual(parseCommentPage({ comments: [ITEM], cursor: 'c', stale: true }), {
    comments: [{ uri: URI, cid: 'bafy', rkey: '3l', author: { did: AUTHOR, handle: 'a.test' }, text: 'Good', createdAt: '2026-03-01T08:00:00.000Z', likeCount: 0 }],
    cursor: 'c',
  })
  for (const json of [undefined, null, 7, 'x', [], {}, { comments: {} }]) assert.equal(parseCommentPage(json), undefined)
  const odd = [null, 7, {}, { ...ITEM, uri: VIDEO }, { ...ITEM, uri: 'x' }, { ...ITEM, text: ' \u0000 ' }, { ...ITEM, text: 7 }]
  assert.deepEqual(parseCommentPage({ comments: odd, cursor: '' }), { comments: [] })
})

test('an answer names what it answers, as far as that makes sense', () => {
  const parent = `at://did:plc:other/place.stream.vod.comment/3j`
  const answer = one({ root: { uri: parent, cid: 'r' }, parent, replyTo: { uri: parent, author: { did: 'did:plc:other', displayName: 'O' }, text: 'First\nline' }, likeCount: 2 })
  assert.deepEqual([answer?.root, answer?.parent, answer?.replyTo, answer?.likeCount], [{ uri: parent, cid: 'r' }, parent, { author: { did: 'did:plc:other', displayName: 'O' }, text: 'First\nline' }, 2])
  const odd = one({ root: { uri: 'x', cid: 'r' }, parent: 'javascript:alert(1)', replyTo: { author: {}, text: 'x' }, likeCount: -1, createdAt: 'in autumn' })
  assert.deepEqual(Object.keys(odd ?? {}).sort(), ['author', 'cid', 'likeCount', 'rkey', 'text', 'uri'])
})

test('nobody speaks in somebody else’s name', () => {
  assert.deepEqual(one({ author: { did: 'did:plc:other', displayName: 'The creator' } })?.author, { did: AUTHOR })
  for (const author of [undefined, null, 7, {}, { did: 'x' }]) assert.deepEqual(one({ author })?.author, { did: AUTHOR })
})

test('bad_input_25_hostile_comments stay text, of bounded length', () => {
  assert.equal(one({ text: '<img src=x onerror=alert(1)>' })?.text, '<img src=x onerror=alert(1)>')
  assert.equal(one({ text: 'a\u0000b\u001b[2J\nc' })?.text, 'ab[2J\nc')
  const long = one({ text: '🎬'.repeat(100_000) })?.text ?? ''
  assert.ok(Array.from(long).length <= 3_000 && long.isWellFormed())
  assert.equal(one({ author: { did: AUTHOR, avatar: 'javascript:alert(1)' } })?.author.avatar, undefined)
})

test('a comment’s record has what the lexicon asks for, an answer its thread', () => {
  const now = new Date(0)
  const first = one({})!
  assert.deepEqual(commentRecord('Hi', VIDEO, undefined, now), { $type: 'place.stream.vod.comment', text: 'Hi', createdAt: '1970-01-01T00:00:00.000Z', video: VIDEO })
  const ref = { uri: URI, cid: 'bafy' }
  assert.deepEqual((commentRecord('Hi', VIDEO, first, now) as { reply: object }).reply, { root: ref, parent: ref })
  const root = { uri: `at://did:plc:other/place.stream.vod.comment/3j`, cid: 'r' }
  assert.deepEqual((commentRecord('Hi', VIDEO, { ...first, root }, now) as { reply: object }).reply, { root, parent: ref })
})

test('a comment’s room is counted as people count, and in bytes', () => {
  for (const [text, left, fits] of [
    ['', 300, false],
    ['  \n', 297, false],
    ['a', 299, true],
    ['a'.repeat(300), 0, true],
    ['a'.repeat(301), -1, false],
    // A family of four is one to people and 25 bytes to machines.
    ['👨‍👩‍👧‍👦'.repeat(100), 200, true],
    ['👨‍👩‍👧‍👦'.repeat(120), 0, true],
    ['👨‍👩‍👧‍👦'.repeat(121), -25, false],
    ['e\u0301'.repeat(300), 0, true],
    ['\r\n'.repeat(2) + 'x', 297, true],
  ] as const) {
    assert.deepEqual(room(text), { left, fits }, text.slice(0, 20))
  }
})
