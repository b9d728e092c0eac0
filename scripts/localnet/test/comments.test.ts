import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Write } from '../stream/frame.ts'
import { Reactions } from '../streamplace/reactions.ts'
import { at, DID, OTHER, startStandIn } from './running-stand-in.ts'

const GET_COMMENTS = 'place.stream.vod.getComments'
const COMMENT = 'place.stream.vod.comment'
const LIKE = 'place.stream.like'
const TIME = '2026-01-02T00:00:00.000Z'

const { reactions, xrpc, put, stop } = await startStandIn()
after(stop)

interface View {
  uri: string
  author: { did: string; handle: string; displayName?: string }
  record: { text: string }
  likeCount: number
  replyTo?: View
}
type Page = { comments: View[]; cursor?: string }

let seq = 0
/** A commit with one write. */
const write = (to: Reactions, did: string, collection: string, rkey: string, record?: object, operation: Write['operation'] = record ? 'create' : 'delete') =>
  to.take({ kind: 'commit', seq: ++seq, time: TIME, did, rev: `${seq}`, writes: [{ operation, collection, rkey, ...(record && { record, cid: `bafy${rkey}` }) }] })
const comment = (did: string, rkey: string, video: string, more: object = {}) =>
  write(reactions, did, COMMENT, rkey, { text: rkey, createdAt: '2026-01-01T00:00:00Z', video, ...more })
const like = (did: string, rkey: string, subject: string) => write(reactions, did, LIKE, rkey, { subject, createdAt: TIME })
const uriOf = (did: string, rkey: string) => `at://${did}/${COMMENT}/${rkey}`

async function comments(video: string, query: Record<string, string> = {}): Promise<Page> {
  const response = await xrpc(GET_COMMENTS, { video, ...query })
  assert.equal(response.status, 200)
  return (await response.json()) as Page
}
const texts = async (video: string) => (await comments(video)).comments.map(({ record }) => record.text)

test('a comment is shown as its record is, with who wrote it and what it answers', async () => {
  const video = at('shown')
  const record = { text: 'First', createdAt: '2026-01-01T00:00:00Z', video }
  write(reactions, DID, COMMENT, 'first', record)
  const strong = { uri: uriOf(DID, 'first'), cid: 'bafyfirst' }
  comment(OTHER, 'second', video, { createdAt: '2026-01-01T00:00:01Z', reply: { root: strong, parent: strong } })
  reactions.take({ kind: 'identity', seq: ++seq, time: TIME, did: DID, handle: 'aurora.test' })
  reactions.take({ kind: 'identity', seq: ++seq, time: TIME, did: DID })
  write(reactions, DID, 'app.bsky.actor.profile', 'self', { displayName: 'Aurora' })
  const author = { did: DID, handle: 'aurora.test', displayName: 'Aurora' }
  const first = { uri: strong.uri, cid: strong.cid, author, record, indexedAt: TIME, likeCount: 0 }
  const { comments: [answer, answered, ...more] } = await comments(video)
  assert.deepEqual(answered, { $type: 'place.stream.vod.defs#commentView', ...first })
  assert.deepEqual(answer?.replyTo, { $type: 'place.stream.vod.defs#commentViewBasic', ...first })
  assert.deepEqual([answer?.author, more], [{ did: OTHER, handle: 'handle.invalid' }, []])

  write(reactions, DID, COMMENT, 'first')
  const [left] = (await comments(video)).comments
  assert.deepEqual([left?.uri, left?.replyTo], [uriOf(OTHER, 'second'), undefined])
})

test('pages go from the newest to the oldest, and none is lost among those of one moment', async () => {
  const video = at('paged')
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  for (const [index, rkey] of keys.entries()) comment(DID, rkey, video, { createdAt: `2026-01-0${1 + Math.floor(index / 3)}T00:00:00Z` })
  comment(DID, 'elsewhere', at('other'))
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await comments(video, { limit: '2', ...(cursor !== undefined && { cursor }) })
    assert.ok(page.comments.length <= 2)
    seen.push(...page.comments.map(({ record }) => record.text))
    cursor = page.cursor
  } while (cursor !== undefined)
  assert.deepEqual(seen, keys.toReversed())
  assert.deepEqual(await comments(at('nobody-knows')), { comments: [] })
})

for (const [name, query] of [
  ['no video', {}],
  ['a video that is none', { video: 'https://example.com' }],
  ['a video by handle', { video: 'at://aurora.test/place.stream.video/x' }],
  ['limit 0', { video: at('x'), limit: '0' }],
  ['limit 101', { video: at('x'), limit: '101' }],
  ['a foreign cursor', { video: at('x'), cursor: 'x' }],
] as [string, Record<string, string>][]) {
  test(`${name}: 400 InvalidRequest`, async () => {
    const response = await xrpc(GET_COMMENTS, query)
    assert.deepEqual([response.status, ((await response.json()) as { error: string }).error], [400, 'InvalidRequest'])
  })
}

test('what is no comment is left out, an edit takes the place of what was, and a deleted account says nothing', async () => {
  const video = at('edited')
  comment(DID, 'kept', video)
  for (const [index, wrong] of [{ text: 1 }, { createdAt: 'soon' }, { createdAt: undefined }, { video: undefined }].entries()) comment(DID, `wrong${index}`, video, wrong)
  comment(OTHER, 'gone', video)
  assert.deepEqual(await texts(video), ['gone', 'kept'])
  write(reactions, DID, COMMENT, 'kept', { text: 'edited', createdAt: '2026-01-01T00:00:00Z', video }, 'update')
  reactions.take({ kind: 'account', seq: ++seq, time: TIME, did: OTHER, active: false, status: 'deleted' })
  assert.deepEqual(await texts(video), ['edited'])
})

test('of each account one like counts, until it is deleted', async () => {
  const video = at('liked')
  await put({ uri: video, likeCount: 3 })
  comment(DID, 'liked', video)
  const counted = async () => {
    const shown = (await (await xrpc('place.stream.media.getVideo', { uri: video })).json()) as { likeCount: number }
    return [shown.likeCount, (await comments(video)).comments[0]?.likeCount]
  }
  assert.deepEqual(await counted(), [3, 0])
  like(DID, 'one', video)
  like(DID, 'again', video)
  like(OTHER, 'two', video)
  like(OTHER, 'three', uriOf(DID, 'liked'))
  like(OTHER, 'none', at('another'))
  write(reactions, OTHER, LIKE, 'wrong', { subject: 1 })
  assert.deepEqual(await counted(), [5, 1])
  write(reactions, DID, LIKE, 'again')
  assert.deepEqual(await counted(), [5, 1], 'the second was never taken')
  write(reactions, DID, LIKE, 'one')
  write(reactions, OTHER, LIKE, 'three')
  assert.deepEqual(await counted(), [4, 0])
  like(DID, 'anew', video)
  reactions.take({ kind: 'account', seq: ++seq, time: TIME, did: OTHER, active: false, status: 'deleted' })
  assert.deepEqual(await counted(), [4, 0])
})
