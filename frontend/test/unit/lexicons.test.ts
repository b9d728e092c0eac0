import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Lexicons, type LexiconDoc } from '@atproto/lexicon'

const FOLDER = join(import.meta.dirname, '../../../lexicons/app/streamhut/vod')
const URI = 'at://did:plc:jtfnthvf2ryakrpavyjd33uu/place.stream.video/3my65pampecpb'
const ITEM = {
  uri: URI,
  cid: 'bafyreig4dbvuazh5i6qsgoow4e6yw5vb2l2bgqh2h2p3w6gmfqllk3hcaq',
  title: '',
  creator: 'did:plc:jtfnthvf2ryakrpavyjd33uu',
  handle: 'aurora.test',
  duration: 20_000_000_000,
  durationMs: 20_000,
  createdAt: 'in autumn',
}

test('the contract is in the lexicon language, and every reference leads somewhere', () => {
  const lexicons = new Lexicons(readdirSync(FOLDER).map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as LexiconDoc))
  assert.equal([...lexicons].length, 21)
  const id = (name: string) => `app.streamhut.vod.${name}`
  lexicons.assertValidXrpcOutput(id('listVideos'), { videos: [ITEM], source: 'node' })
  lexicons.assertValidXrpcOutput(id('getVideo'), { ...ITEM, source: 'clip', clip: { video: URI, startMs: 0, endMs: 5 }, chapters: [{ startMs: 0, title: 'A' }], contentRights: {} })
  lexicons.assertValidXrpcOutput(id('getProfile'), { did: ITEM.creator })
  lexicons.assertValidXrpcOutput(id('getComments'), { comments: [{ uri: URI, cid: ITEM.cid, author: { did: ITEM.creator }, text: 'T', createdAt: '', root: { uri: URI, cid: ITEM.cid }, parent: URI, replyTo: { uri: URI, author: { did: ITEM.creator }, text: 'T' } }] })
  lexicons.assertValidXrpcOutput(id('batchMetadataReady'), { results: [{ uri: URI, ready: false, thumbnail: true, sprite: false, vtt: false, reason: { name: 'X', message: 'x', lasting: true } }] })
  lexicons.assertValidXrpcOutput(id('getShareHead'), { title: 'T', meta: [{ property: 'og:type', content: 'x' }], link: [], jsonLd: {} })
  assert.throws(() => lexicons.assertValidXrpcOutput(id('getVideo'), ITEM), /source/)
  assert.throws(() => lexicons.assertValidXrpcParams(id('batchProfiles'), { actors: Array.from({ length: 51 }, () => 'a.test') }), /actors/)
})
