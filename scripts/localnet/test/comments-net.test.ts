/** Comments and likes in the repos of a real PDS, as the Streamplace stand-in tells of them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { publishComments } from '../publish/comments.ts'
import type { SignedIn } from '../publish/accounts.ts'
import { procedure } from '../publish/xrpc-client.ts'
import { eventually } from './stream-listener.ts'
import { startStreamNet } from './stream-net.ts'

const COMMENT = 'place.stream.vod.comment'
const LIKE = 'place.stream.like'

const { net, aurora, basalt, put, remove, stop } = await startStreamNet()
after(stop)

interface View {
  uri: string
  cid: string
  author: object
  record: { text: string; facets?: { index: { byteStart: number; byteEnd: number }; features: object[] }[] }
  likeCount: number
  replyTo?: { uri: string }
}

async function comments(video: string): Promise<View[]> {
  const response = await fetch(`${net.urls.streamplace}/xrpc/place.stream.vod.getComments?${new URLSearchParams({ video })}`)
  return ((await response.json()) as { comments: View[] }).comments
}

/** Waits until the comments are so; gives them. */
async function come(video: string, so: (views: View[]) => boolean): Promise<View[]> {
  let views: View[] = []
  await eventually(async () => so((views = await comments(video))), () => JSON.stringify(views))
  return views
}

const about = (video: string, text: string) => ({ text, createdAt: new Date().toISOString(), video })
const likes = (count: number) => (views: View[]) => views[0]?.likeCount === count

test('what is written to a repo appears, what is deleted there goes, and a restart forgets nothing', async () => {
  const video = `at://${aurora.did}/place.stream.video/3commented`
  const { cid } = await put(basalt, '3comment', about(video, 'Fine!'), COMMENT)
  const uri = `at://${basalt.did}/${COMMENT}/3comment`
  const [view] = await come(video, (views) => views.length === 1)
  assert.deepEqual([view?.uri, view?.cid, view?.record.text], [uri, cid, 'Fine!'])
  assert.deepEqual(view?.author, { did: basalt.did, handle: 'basalt.test', displayName: 'Basalt' })

  await put(aurora, '3like', { subject: uri, createdAt: new Date().toISOString() }, LIKE)
  await put(aurora, '3again', { subject: uri, createdAt: new Date().toISOString() }, LIKE)
  await put(basalt, '3own', { subject: uri, createdAt: new Date().toISOString() }, LIKE)
  const shown = await come(video, likes(2))

  await net.stopService('streamplace')
  await net.startService('streamplace')
  assert.deepEqual(await come(video, likes(2)), shown)

  await procedure(net.urls.pds, 'com.atproto.identity.updateHandle', { handle: 'basalt-renamed.test' }, basalt.authorization)
  await remove(basalt, '3own', LIKE)
  const [renamed] = await come(video, likes(1))
  assert.deepEqual(renamed?.author, { did: basalt.did, handle: 'basalt-renamed.test', displayName: 'Basalt' })
  await remove(basalt, '3comment', COMMENT)
  await come(video, (views) => views.length === 0)
})

test('the demo has comments of its creators, one of them an answer that names somebody', async () => {
  const cirrus = net.accounts['cirrus.test'] ?? assert.fail()
  const { accessJwt } = await procedure<{ accessJwt: string }>(net.urls.pds, 'com.atproto.server.createSession', { identifier: cirrus.handle, password: cirrus.password })
  const accounts = new Map<string, SignedIn>([['aurora', aurora], ['basalt', basalt], ['cirrus', { ...cirrus, displayName: 'Cirrus', authorization: `Bearer ${accessJwt}` }]])
  const uri = `at://${aurora.did}/place.stream.video/3demo`
  await publishComments(net.urls.pds, accounts, [{ uri, cid: 'bafy', title: 'T', creator: aurora.handle, durationMs: 1, folder: '/media/paper-mountains' }])
  await publishComments(net.urls.pds, new Map(), [{ uri, cid: 'bafy', title: 'T', creator: aurora.handle, durationMs: 1, folder: '/media/another' }])
  const views = await come(uri, (found) => found.length === 3 && found.some(({ likeCount }) => likeCount === 1))
  const answer = views.find(({ replyTo }) => replyTo) ?? assert.fail()
  assert.equal(answer.replyTo?.uri, views.at(-1)?.uri)
  const [{ index, features } = assert.fail()] = answer.record.facets ?? []
  assert.equal(Buffer.from(answer.record.text).subarray(index.byteStart, index.byteEnd).toString(), '@basalt.test')
  assert.deepEqual(features, [{ $type: 'app.bsky.richtext.facet#mention', did: basalt.did }])
})
