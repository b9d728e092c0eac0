/** A runner that trusts whom its operator follows, over the accounts and follows of a real PDS. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ROOT } from '../../../scripts/localnet/places.ts'
import { findFreePortBase } from '../../../scripts/localnet/ports.ts'
import { procedure } from '../../../scripts/localnet/publish/xrpc-client.ts'
import { startService, type Service } from '../../../scripts/localnet/service.ts'
import { localConfig } from '../../../scripts/localnet/system/worker-config.ts'
import { wranglerSpec } from '../../../scripts/localnet/system/wrangler.ts'
import { newAuthor } from './identity.ts'
import { publish, putRecord, type Author } from './publish.ts'
import { PDS_URL, PLC_URL } from './system.ts'

const FOLLOW = 'app.bsky.graph.follow'

interface About {
  policy: string
  trusts: { spelled: string; admitted?: number; follows?: { did: string; rev: string; ageSeconds: number; stale: boolean; second?: { read: number } } }
}

let dir: string
let operator: Author
let friend: Author
let author: Author
let path: string
const running: Service[] = []

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'follows-'))
  operator = await newAuthor('trusting')
  friend = await newAuthor('trusted')
  author = await newAuthor('trustworthy')
  path = (await publish(author, { name: 'here', endpoints: ['hello'], modules: { 'index.js': 'export default { fetch: () => new Response("hello") }' } })).path
})
after(async () => {
  await Promise.all(running.map((service) => service.stop()))
  await rm(dir, { recursive: true, force: true })
})

/** Starts a runner of this network with a policy, and an empty bucket. */
async function runner(name: string, POLICY: string): Promise<string> {
  const port = await findFreePortBase()
  const url = `http://127.0.0.1:${port}`
  const config = await localConfig(join(ROOT, 'wrangler.toml'), {
    main: join(ROOT, 'target/localnet/dispatcher/entry.js'),
    vars: { PLC_URL, LOOPBACK_ORIGINS: `${PDS_URL} ${PLC_URL}`, BUNDLES: '[]', POLICY, FOLLOWS_FRESH_MS: '1000', OWN_HOSTS: `127.0.0.1:${port}` },
  })
  await mkdir(join(dir, name))
  running.push(
    await startService(
      await wranglerSpec({ name: `runner ${name}`, command: ['dev'], config, dir: join(dir, name), port, inspectorPort: port + 1, log: join(dir, `${name}.log`), readyPath: '/health' }),
    ),
  )
  return url
}

const follow = ({ did }: Author, by: Author, rkey: string) => putRecord(by, FOLLOW, rkey, { subject: did, createdAt: new Date().toISOString() })

const unfollow = (by: Author, rkey: string) => procedure(PDS_URL, 'com.atproto.repo.deleteRecord', { repo: by.did, collection: FOLLOW, rkey }, by.authorization)

async function outcome(url: string): Promise<string> {
  const response = await fetch(`${url}${path}/hello`, { signal: AbortSignal.timeout(30_000) })
  const text = await response.text()
  return response.ok ? text : (JSON.parse(text) as { error: string }).error
}

/** Asks until the answer is this one: a confirmation comes after the answer that wanted it. */
async function becomes(url: string, expect: string): Promise<void> {
  const until = Date.now() + 60_000
  let last = ''
  while (Date.now() < until) {
    last = await outcome(url)
    if (last === expect) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  assert.equal(last, expect)
}

const about = async (url: string) => (await (await fetch(`${url}/.well-known/at-run.json`, { signal: AbortSignal.timeout(30_000) })).json()) as About

test('who is followed runs, and is refused when followed no more', async () => {
  await follow(author, operator, '3kaaaaaaaaa2a')
  const url = await runner('first', `follows:${operator.did}`)
  const asked = await about(url)
  assert.deepEqual([asked.policy, asked.trusts], ['follows', { spelled: `follows:${operator.did}` }])
  assert.equal(await outcome(url), 'hello')
  const { admitted, follows } = (await about(url)).trusts
  assert.deepEqual([admitted, follows?.did, follows?.stale], [2, operator.did, false])
  assert.match(follows?.rev ?? '', /^[2-7a-z]{13}$/)

  await unfollow(operator, '3kaaaaaaaaa2a')
  await becomes(url, 'NotAdmitted')
  const later = (await about(url)).trusts
  assert.equal(later.admitted, 1)
  assert.ok((later.follows?.rev ?? '') > (follows?.rev ?? ''), 'a later commit')

  await follow(author, operator, '3kaaaaaaaaa2b')
  await becomes(url, 'hello')
})

test('whom a friend follows runs under the policy that says so, and under no other', async () => {
  await unfollow(operator, '3kaaaaaaaaa2b')
  await follow(friend, operator, '3kaaaaaaaaa2c')
  await follow(author, friend, '3kaaaaaaaaa2a')
  assert.equal(await outcome(await runner('one-degree', `follows:${operator.did}`)), 'NotAdmitted')
  const url = await runner('two-degrees', `follows-of-follows:${operator.did}`)
  assert.equal(await outcome(url), 'hello')
  const { trusts } = await about(url)
  assert.deepEqual([trusts.admitted, trusts.follows?.second?.read], [3, 1])
})
