import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ask, askJson, assertCommon, assertFault } from './ask.ts'
import { newAuthor } from './identity.ts'
import { pointChannel, publish, putRecord, type Author, type Published } from './publish.ts'
import { PDS_URL, PLC_URL, RUNNER_URL } from './system.ts'

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const HOSTILE = `"><script>alert(1)</script></title></style><img src=x onerror=alert(2)>'`

let author: Author
let first: Published
let second: Published

const RELEASE = {
  name: 'shown',
  modules: { 'index.js': 'export default { fetch: () => new Response("hello") }' },
  endpoints: ['hello', 'POST save'],
  net: ['stream.place', '*'],
  blobs: { maxBytes: 1_000_000 },
  config: ['SOME_URL'],
}

before(async () => {
  author = await newAuthor('describer')
  first = await publish(author, { ...RELEASE, version: '1.9.0', more: { message: 'The first.' } })
  second = await publish(author, {
    ...RELEASE,
    version: '1.10.0',
    more: {
      message: HOSTILE,
      jobs: [{ name: 'tick', cron: '*/10 * * * *' }],
      tasks: [{ name: 'work', concurrency: 2, retries: 3 }],
      secrets: ['TOKEN'],
      endpoints: [{ name: 'hello', method: 'GET', input: [{ name: 'who' }, { name: HOSTILE }] }, { name: 'save', method: 'POST', input: [{ name: 'text' }] }],
    },
  })
  await pointChannel(author, 'shown', 'latest', second)
  await pointChannel(author, 'shown', 'stable', first)
})

test('a release is described with the whole chain from the identity to the code', async () => {
  const about = await askJson(second.path)
  const plc = (await (await fetch(`${PLC_URL}/${author.did}/data`)).json()) as { verificationMethods: { atproto: string } }
  const commit = (await (await fetch(`${PDS_URL}/xrpc/com.atproto.sync.getLatestCommit?did=${author.did}`)).json()) as { cid: string; rev: string }
  assert.deepEqual([about['did'], about['name'], about['version'], about['cid'], about['record']], [author.did, 'shown', '1.10.0', second.cid, second.uri])
  assert.equal(`did:key:${String(about['signingKey'])}`, plc.verificationMethods.atproto)
  assert.deepEqual([about['commit'], about['rev']], [commit.cid, commit.rev])
  assert.deepEqual([about['stale'], about['installed'], about['message']], [false, false, HOSTILE])
  assert.ok(Date.parse(String(about['checkedAt'])) > Date.now() - 300_000, String(about['checkedAt']))
  assert.deepEqual(about['jobs'], [{ name: 'tick', cron: '*/10 * * * *' }])
  assert.deepEqual(about['tasks'], [{ name: 'work', concurrency: 2, retries: 3 }])
  assert.deepEqual(about['secrets'], [{ name: 'TOKEN', state: 'absent' }])
  assert.deepEqual((about['permissionsInWords'] as string[]).slice(0, 3), [
    'It may send requests to stream.place.',
    'It may send requests to any public host on the internet.',
    'It may keep files of its own on this runner, up to 1 MB.',
  ])
  const { cid } = (about['modules'] as { cid: string }[])[0] ?? { cid: '' }
  assert.equal((await fetch(`${PDS_URL}/xrpc/com.atproto.sync.getBlob?did=${author.did}&cid=${cid}`)).status, 200)
})

test('a channel is described as the release that it points at', async () => {
  for (const [channel, version] of [['latest', '1.10.0'], ['stable', '1.9.0']] as const) {
    assert.equal((await askJson(`/bundle/${author.did}/shown/${channel}`))['version'], version)
  }
})

test('the versions of a bundle are listed, newest first', async () => {
  const path = `/bundle/${author.did}/shown`
  await putRecord(author, 'run.at.release', 'shown:nonsense', { name: 'shown' })
  const list = await askJson<{ versions: { version: string; url: string }[]; channels: object[] }>(path)
  assert.deepEqual(list.versions.map(({ version }) => version), ['1.10.0', '1.9.0'])
  assert.deepEqual(list.channels, [{ name: 'latest', version: '1.10.0', cid: second.cid }, { name: 'stable', version: '1.9.0', cid: first.cid }])
  assert.deepEqual([(list as Record<string, unknown>)['proven'], (list as Record<string, unknown>)['truncated']], [false, false])
  for (const { version, url } of list.versions) assert.equal((await askJson(url))['version'], version)
  assertFault(await ask(`/bundle/${author.did}/hidden`), 404, 'UnknownBundle')
})

test('a browser gets a page, and everybody else JSON', async () => {
  for (const path of [second.path, `/bundle/${author.did}/shown`]) {
    for (const [accept, type] of [
      [BROWSER.accept, 'text/html; charset=utf-8'],
      ['*/*', 'application/json'],
      ['application/json', 'application/json'],
      ['application/json, text/html', 'application/json'],
      ['', 'application/json'],
    ] as const) {
      const answer = await ask(path, { headers: { accept } })
      assert.deepEqual([answer.status, answer.headers.get('content-type'), answer.headers.get('vary')], [200, type, 'Accept'], accept)
      assertCommon(answer)
    }
  }
})

test('a page says what a bundle may do, how it is asked and where it comes from', async () => {
  const { text } = await ask(`/bundle/${author.did}/shown/latest`, { headers: BROWSER })
  const { signingKey, commit, cid } = await askJson(second.path)
  for (const part of [
    'any public host on the internet', 'up to 1 MB', '*/10 * * * *', 'TOKEN', String(signingKey), String(commit), String(cid),
    `${RUNNER_URL}/bundle/${author.did}/shown/latest/hello?who=`, `${RUNNER_URL}/bundle/${author.did}/shown/latest/save`, `href="${RUNNER_URL}/bundle/${author.did}/shown"`,
  ]) {
    assert.ok(text.includes(part), `${part} is not in ${text}`)
  }
})

test('bad_input_25_hostile_text_on_a_page_is_text_and_the_page_runs_nothing', async () => {
  for (const path of [second.path, `/bundle/${author.did}/shown`]) {
    const { text, headers } = await ask(path, { headers: BROWSER })
    assert.ok(text.includes('&#60;script&#62;alert(1)'), text)
    assert.deepEqual(text.match(/<(script|img)/gi), null)
    assert.equal(text.split('</style>').length, 2)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/=]+'; /)
    assert.doesNotMatch(policy, /script|unsafe/)
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
  }
})
