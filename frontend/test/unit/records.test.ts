/** What this site writes into repos, and what it takes an AppView to say, against the lexicons. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Lexicons, type LexiconDoc } from '@atproto/lexicon'
import { parseListingPage, parseStats } from '../../shared/appview.ts'
import { commentRecord, parseCommentPage } from '../../shared/comments.ts'
import { likeRecord } from '../../shared/likes.ts'

const FOLDER = join(import.meta.dirname, '../../../lexicons')
const NAMES = [
  'external/place/stream/like',
  'external/place/stream/vod/comment',
  'external/place/stream/richtext/facet',
  'app/streamhut/appview/defs',
  'app/streamhut/appview/listCreators',
  'app/streamhut/appview/getStats',
]
const STRONG_REF: LexiconDoc = {
  lexicon: 1,
  id: 'com.atproto.repo.strongRef',
  defs: { main: { type: 'object', required: ['uri', 'cid'], properties: { uri: { type: 'string', format: 'at-uri' }, cid: { type: 'string', format: 'cid' } } } },
}
const lexicons = new Lexicons([...NAMES.map((name) => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as LexiconDoc), STRONG_REF])

const DID = 'did:plc:jtfnthvf2ryakrpavyjd33uu'
const VIDEO = `at://${DID}/place.stream.video/3my65pampecpb`
const CID = 'bafyreig4dbvuazh5i6qsgoow4e6yw5vb2l2bgqh2h2p3w6gmfqllk3hcaq'

test('likes and comments are as their lexicons want them', () => {
  const now = new Date(0)
  lexicons.assertValidRecord('place.stream.like', likeRecord(VIDEO, now))
  lexicons.assertValidRecord('place.stream.vod.comment', commentRecord('Hi', VIDEO, undefined, now))
  const item = { uri: `at://${DID}/place.stream.vod.comment/3my65pampecpb`, cid: CID, author: { did: DID }, text: 'T', createdAt: '' }
  const [first, second] = parseCommentPage({ comments: [item, { ...item, root: { uri: item.uri, cid: CID }, parent: item.uri }] })!.comments
  for (const answered of [first, second]) lexicons.assertValidRecord('place.stream.vod.comment', commentRecord('Hi', VIDEO, answered, now))
})

test('what an AppView may say by its lexicon is understood', () => {
  const creator = { did: DID, handle: 'a.test', state: 'active', videos: 3, registered: true, discovered: false, lastSyncMs: 5, nextSyncMs: 9, failures: 0, lastError: 'x' }
  const page = { creators: [creator], cursor: 'c' }
  lexicons.assertValidXrpcOutput('app.streamhut.appview.listCreators', page)
  assert.deepEqual(parseListingPage(page), { listings: [{ did: DID, registered: true, videos: 3, lastSyncMs: 5, lastError: 'x' }], cursor: 'c' })
  const stats = { videos: 1, creators: 2, registered: 2, failing: 0, due: 0, lagMs: 0, runs: [] }
  lexicons.assertValidXrpcOutput('app.streamhut.appview.getStats', stats)
  assert.deepEqual(parseStats(stats), { videos: 1, creators: 2 })
})
