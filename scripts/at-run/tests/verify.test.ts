/** `at-run verify` and `at-run doctor` against a real PDS, directory and runner, and against a runner that lies. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newAuthor, ROOT, type Author } from './tutorial/author.ts'
import { agrees } from './tutorial/expected.ts'

interface Outcome {
  code: number
  stdout: string
  stderr: string
}

interface Described {
  cid: string
  rev: string
  modules: { path: string; cid: string; size: number }[]
}

const PROBE = join(ROOT, 'scripts/localnet/bundles/probe')

let author: Author
let plc: string
let did: string

before(async () => {
  author = await newAuthor()
  plc = process.env['PLC_URL'] ?? assert.fail('PLC_URL is not set')
  const told = JSON.parse(await readFile(process.env['STREAMHUT_NET'] ?? '', 'utf8')) as { accounts: Record<string, { did: string }> }
  did = told.accounts['operator.test']?.did ?? assert.fail('there is no operator')
})

after(() => rm(author.folder, { recursive: true, force: true }))

/** Runs the program in the author's folder; whatever comes of it is an outcome. */
function atRun(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const options = { cwd: author.folder, env: { ...author.env, AT_RUN_PLC: plc, AT_RUN_SERVICE: author.net.pds, ...env } }
  return new Promise((resolve, reject) => {
    execFile('at-run', args, options, (error, stdout, stderr) => {
      const code = error ? error.code : 0
      if (typeof code === 'number') resolve({ code, stdout, stderr })
      else reject(error ?? new Error('it did not end'))
    })
  })
}

/** The one JSON object that came with this exit code; it has to be as `expected`. */
async function told(args: string[], code: number, expected: object, env?: NodeJS.ProcessEnv): Promise<Record<string, unknown>> {
  const outcome = await atRun([...args, '--json'], env)
  const shown = [`at-run ${args.join(' ')}`, JSON.stringify(outcome, null, 2), '── expected ──', JSON.stringify(expected)].join('\n')
  assert.equal(outcome.code, code, shown)
  const value = JSON.parse(outcome.stdout) as Record<string, unknown>
  assert.ok(agrees(value, expected), shown)
  return value
}

/** A runner that tells of every bundle what the real one tells, changed. */
async function lying(change: (described: Described) => void): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    void fetch(`${author.net.runner}${request.url}`, { headers: { accept: 'application/json' } }).then(async (answer) => {
      const described = (await answer.json()) as Described
      if (answer.ok) change(described)
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(described))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

const RECORD = { uri: 'at://…', cid: 'bafyrei…', commit: 'bafyrei…', rev: '3…' }
const MODULES = [
  { path: 'index.js', type: 'esm', cid: 'bafkrei…', stored: '…', size: '…' },
  { path: 'index_bg.wasm', type: 'wasm', cid: 'bafkrei…', stored: '…', size: '…' },
]

test('what the operator published verifies, from the key to the bytes that the runner runs', async () => {
  for (const name of ['atmosphereconf-vod', 'probe']) {
    const channel = await told(['verify', `${did}/${name}`, '--runner', author.net.runner], 0, {
      verified: true,
      name,
      asked: 'latest',
      account: { did, handle: null, directory: plc, signingKey: 'did:key:z…', pds: author.net.pds },
      channel: { name: 'latest', ...RECORD, version: '0.1.0…', release: 'bafyrei…' },
      release: { version: '0.1.0…', createdAt: '20…', ...RECORD },
      modules: MODULES,
      runner: { url: author.net.runner, agrees: true, stale: false, differences: [] },
      checkout: null,
    })
    const version = (channel['release'] as { version: string }).version
    const exact = await told(['verify', `operator.test/${name}@${version}`], 0, {
      '…': '…',
      verified: true,
      asked: version,
      account: { '…': '…', handle: 'operator.test' },
      channel: null,
      runner: null,
    })
    assert.deepEqual(exact['modules'], channel['modules'])
  }
})

test('people see each step with its values', async () => {
  const { code, stdout } = await atRun(['verify', `${did}/probe`, '--runner', author.net.runner])
  assert.equal(code, 0, stdout)
  for (const part of [/^✓ +account +did:plc:/m, /key did:key:zQ3sh/, /^✓ +channel +latest points at /m, /in the signed commit bafyrei.*, rev 3/, /^✓ +release /m, /^✓ +module +index_bg\.wasm, wasm, .* stored, .* loaded$/m, /CID bafkrei/, /^✓ +runner +.* runs what the author signed$/m, /probe latest: verified$/m]) {
    assert.match(stdout, part)
  }
})

test('a runner that runs something else is found out', async () => {
  const other = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
  const lies: [string, (described: Described) => void, object][] = [
    ['another module', ({ modules: [first] }) => first && (first.cid = other), { what: 'module index.js', signed: 'bafkrei…', runner: `${other}…` }],
    ['another record', (described) => (described.cid = 'bafyother'), { what: 'record', signed: 'bafyrei…', runner: 'bafyother' }],
    ['a module more', ({ modules }) => modules.push({ ...modules[0]!, path: 'more.js' }), { what: 'module more.js', signed: 'nothing', runner: '…' }],
    ['a later commit', (described) => (described.rev = '3zzzzzzzzzzzz'), { what: 'commit…', signed: '3…', runner: '3zzzzzzzzzzzz' }],
  ]
  for (const [what, change, difference] of lies) {
    const runner = await lying(change)
    try {
      await told(['verify', `${did}/probe`, '--runner', runner.url], 7, {
        '…': '…',
        verified: false,
        release: { '…': '…' },
        runner: { url: runner.url, agrees: false, stale: false, differences: [difference] },
        error: { code: 'NotVerified', message: '…does not run what the author signed…', hint: '…' },
      })
    } catch (error) {
      throw new Error(what, { cause: error })
    } finally {
      runner.close()
    }
  }
})

test('what is not there is not found, and who does not answer is not reached', async () => {
  const cases: [string[], number, string, NodeJS.ProcessEnv?][] = [
    [[`${did}/probe@9.9.9`], 4, 'NotFound'],
    [[`${did}/probe@nowhere`], 4, 'NotFound'],
    [[`${did}/no-such-bundle`], 4, 'NotFound'],
    [['did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/probe'], 4, 'NotFound'],
    [['nobody.test/probe'], 4, 'NotFound'],
    [[`${did}/probe`, '--plc', 'http://127.0.0.1:1'], 6, 'Unreachable'],
    [[`${did}/probe`, '--runner', 'http://127.0.0.1:1'], 6, 'Unreachable'],
    // The DID's document names a PDS on this machine, which nobody has said is to be asked.
    [[`${did}/probe`], 7, 'NotVerified', { AT_RUN_SERVICE: undefined }],
  ]
  for (const [args, code, name, env] of cases) {
    await told(['verify', ...args], code, { '…': '…', verified: false, error: { code: name, message: '…', hint: '…' } }, env)
  }
})

test('a checkout builds to what is published, or says which module differs', async () => {
  const folder = await mkdtemp(join(author.folder, 'checkout-'))
  await cp(join(PROBE, 'build'), join(folder, 'build'), { recursive: true })
  await cp(join(PROBE, 'wrangler.toml'), join(folder, 'wrangler.toml'))
  const manifest = join(folder, 'manifest.json')
  await writeFile(manifest, await publishedManifest())
  const verify = ['verify', `${did}/probe`, '--checkout', folder, '--prebuilt', '--manifest', manifest]
  await told(verify, 0, { '…': '…', verified: true, checkout: { '…': '…', matches: true, declaration: null } })

  const main = join(folder, 'build/index.js')
  await writeFile(main, `${await readFile(main, 'utf8')}\n`)
  await told(verify, 7, {
    '…': '…',
    verified: false,
    checkout: {
      dir: folder,
      matches: false,
      modules: [
        { path: 'index.js', same: false, published: 'bafkrei…', built: 'bafkrei…' },
        { path: 'index_bg.wasm', same: true, published: 'bafkrei…', built: 'bafkrei…' },
      ],
      declaration: null,
    },
    error: { code: 'NotVerified', message: '…module index_bg.wasm: the same…', hint: '…' },
  })
})

test('a build has no path of the machine that it was made on', async () => {
  const wasm = await readFile(join(PROBE, 'build/index_bg.wasm'), 'latin1')
  for (const place of [homedir(), ROOT, process.env['CARGO_HOME'], process.env['RUSTUP_HOME']]) {
    assert.ok(place === undefined || !wasm.includes(join(place, '/')), `${place} stands in it`)
  }
})

/** What the probe says of itself, as its release has it. */
async function publishedManifest(): Promise<string> {
  const published = await fetch(`${author.net.pds}/xrpc/com.atproto.repo.listRecords?repo=${did}&collection=run.at.release&limit=100`)
  const { records } = (await published.json()) as { records: { value: Record<string, unknown> }[] }
  const release = records.find(({ value }) => value['name'] === 'probe')?.value ?? assert.fail('the probe is not published')
  const { $type: _, modules: __, main: ___, compatibilityDate: ____, createdAt: _____, message: ______, ...manifest } = release
  return JSON.stringify(manifest)
}

test('the doctor finds a machine fit, and what is amiss on another', async () => {
  const password = { AT_RUN_PASSWORD: 'operator-local-password' }
  const login = await atRun(['login', '--app-password', '--identifier', 'operator.test'], password)
  assert.equal(login.code, 0, login.stderr)
  const checks = async (code: number, args: string[] = [], env?: NodeJS.ProcessEnv) => {
    const answer = await told(['doctor', ...args], code, { ok: code === 0, checks: '…' }, env)
    const checks = answer['checks'] as { name: string; state: string; message: string; next: string | null }[]
    return new Map(checks.map((check) => [check.name, check]))
  }
  const fit = await checks(0, ['-C', PROBE, '--runner', author.net.runner])
  for (const name of ['settings', 'rust', 'target', 'worker-build', 'node', 'login', 'pds', 'clock', 'project', 'runner', 'config']) {
    assert.equal(fit.get(name)?.state, 'ok', JSON.stringify(fit.get(name)))
  }
  assert.match(fit.get('pds')?.message ?? '', /version \d.*OAuth by http/)
  assert.match(fit.get('project')?.message ?? '', /^probe 0\.1\.0/)

  const session = join(author.env['AT_RUN_CONFIG_DIR'] ?? '', 'default.session.json')
  const tokens = JSON.parse(await readFile(session, 'utf8')) as Record<string, string>
  await writeFile(session, JSON.stringify({ ...tokens, accessJwt: 'ended', refreshJwt: 'ended' }))
  const broken = await checks(1, ['--runner', 'http://127.0.0.1:1'], { AT_RUN_NODE: '/nowhere/node' })
  for (const name of ['node', 'login', 'runner']) {
    const check = broken.get(name)
    assert.deepEqual([check?.state, typeof check?.next], ['fail', 'string'], JSON.stringify(check))
  }
  assert.ok(!JSON.stringify([...fit.values()]).includes(tokens['accessJwt'] ?? '?'), 'no token is shown')
})
