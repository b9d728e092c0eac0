import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, assertCommon, assertFault } from './ask.ts'
import { bear, newAuthor } from './identity.ts'
import { publish, type Author } from './publish.ts'
import { openBackdoor, openStage, type Stage } from './stage.ts'
import { VOD_BUNDLE } from './system.ts'

const [did = '', name = ''] = VOD_BUNDLE.split('/')

/** As a handle it is asked for in DNS alone: its host is the runner's own. */
const BY_DNS = 'by-dns.example-site.dev'

let stage: Stage
let author: Author
let records: object[] = []

before(async () => {
  stage = await openStage((_, response) => response.setHeader('content-type', 'application/dns-json').end(JSON.stringify({ Status: 0, Answer: records })))
  author = await newAuthor('name-bearer')
  await publish(author, {
    name: 'here',
    endpoints: ['hello', 'POST save'],
    modules: { 'index.js': 'export default { fetch: async (request) => new Response(request.method + await request.text() + new URL(request.url).search) }' },
  })
})
after(() => stage.close())

test('a handle leads to the same place under its DID', async () => {
  for (const [path, expect] of [
    [`/bundle/operator.test/${name}`, `/bundle/${did}/${name}`],
    [`/bundle/operator.test/${name}/latest`, `/bundle/${did}/${name}/latest`],
    [`/bundle/OPERATOR.test/${name}/latest/listVideos?limit=3&cursor=a%2Fb`, `/bundle/${did}/${name}/latest/listVideos?limit=3&cursor=a%2Fb`],
    [`/bundle/operator.test/${name}/%6Catest/listVideos?`, `/bundle/${did}/${name}/latest/listVideos?`],
    [`/bundle/operator.test/nothing-here/1.0.0/x`, `/bundle/${did}/nothing-here/1.0.0/x`],
  ] as const) {
    const answer = await ask(path)
    assert.deepEqual([answer.status, answer.headers.get('location'), answer.text], [307, expect, ''], path)
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=60')
    assertCommon(answer)
  }
})

test('method and body go along', async () => {
  const url = new URL(`/bundle/name-bearer.test/here/1.0.0/save?a=1`, process.env['RUNNER_URL'])
  const response = await fetch(url, { method: 'POST', body: 'text' })
  assert.deepEqual([response.status, response.redirected, await response.text()], [200, true, 'POSTtext?a=1'])
})

test('the rest of the path is read before anybody is asked', async () => {
  for (const [path, status, error] of [
    ['/bundle/nobody.test/NAME', 400, 'InvalidName'],
    ['/bundle/nobody.test/here/0.1', 400, 'InvalidName'],
    ['/bundle/nobody.test/here/latest/a-b', 400, 'InvalidEndpoint'],
    ['/bundle/nobody.test/here/latest/a/b', 404, 'NotFound'],
    ['/bundle/nobody.test', 404, 'NotFound'],
    ['/bundle/nobody..test/here', 400, 'InvalidHandle'],
    ['/bundle/-nobody.test/here', 400, 'InvalidHandle'],
    [`/bundle/${'a'.repeat(64)}.test/here`, 400, 'InvalidHandle'],
  ] as const) {
    assertFault(await ask(path), status, error, path)
  }
  assertFault(await ask('/bundle/nobody.test/here', { method: 'DELETE' }), 405, 'MethodNotAllowed')
})

test('a handle that nobody has is 404', async () => {
  assertFault(await ask('/bundle/nobody.test/here/latest'), 404, 'UnknownHandle')
})

test('a handle counts only when the identity bears it too', async () => {
  const taken = await newAuthor('name-taker')
  await bear(taken, 'somebody-else.test', 'name-taker.test')
  const message = assertFault(await ask('/bundle/name-taker.test/here/latest'), 404, 'UnknownHandle')
  assert.match(message, /somebody-else\.test/)
})

test('a handle is found by DNS', async () => {
  await bear(author, BY_DNS)
  records = [{ name: 'x', type: 5, data: 'elsewhere.dev.' }, { name: 'x', type: 16, TTL: 60, data: `"did=${author.did}"` }]
  const answer = await ask(`/bundle/${BY_DNS}/here/1.0.0/hello?a=1`)
  assert.deepEqual([answer.status, answer.headers.get('location')], [307, `/bundle/${author.did}/here/1.0.0/hello?a=1`], answer.text)
  assert.deepEqual(stage.seen, [`GET /dns-query?name=_atproto.${BY_DNS}&type=TXT`], 'its host is the runner itself, and is not asked')
  records = []
  assert.equal((await ask(`/bundle/${BY_DNS}/here`)).status, 307)
  assert.equal(stage.seen.length, 1, 'remembered for a minute')
})

test('bad_input_01_handles_of_private_hosts_are_400_and_nobody_is_asked', async () => {
  const door = await openBackdoor((_, response) => response.end(did))
  stage.seen.length = 0
  for (const handle of ['app.localhost', 'printer.local', 'metadata.google.internal', '127.0.0.1.nip.io', 'handle.invalid', 'a.onion', 'a.example']) {
    assertFault(await ask(`/bundle/${handle}/here/latest`), 400, 'InvalidHandle', handle)
  }
  for (const spelling of ['127.0.0.1', '10.0.0.1', '169.254.169.254', `127.0.0.1:${door.port}`, `localhost%3A${door.port}`, '%5B::1%5D', 'u@alice.dev', 'alice.dev%2Fx', 'alice.dev%23']) {
    const answer = await ask(`/bundle/${spelling}/here/latest`)
    assert.equal(answer.status, 400, `${spelling}: ${answer.text}`)
  }
  assert.equal(door.connections, 0)
  assert.deepEqual(stage.seen, [])
  await door.close()
})
