/** One session of an author and an operator, from logging in to logging out, by the command line wherever there is a command. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { newAuthor, TIMEOUT_MS, type Author } from './tutorial/author.ts'
import { atServer, begin, HANDLE } from './tutorial/login.ts'
import { told, type Answer } from './tutorial/told.ts'

const SECRET = `secret-${crypto.randomUUID()}`

interface Line {
  level: string
  request?: string
  text: string
}

test('a bundle is published, installed, watched, verified, changed, taken back and deleted', { timeout: TIMEOUT_MS }, async (t) => {
  const author = await newAuthor()
  t.after(() => rm(author.folder, { recursive: true, force: true }))
  const { runner } = author.net
  const atRun = (args: string[], code = 0) => told(author, args, code)

  const login = await begin(author, t)
  await atServer(login.page)
  await login.page.getByRole('button', { name: 'Authorize' }).click()
  const session = await login.done(0)
  assert.deepEqual([session['handle'], session['login']], [HANDLE, 'oauth'])
  const did = String(session['did'])

  const name = `watched-${Date.now()}`
  const bundle = `${did}/${name}`
  const at = (version: string) => `${runner}/bundle/${bundle}/${version}`
  const deploy = async (version: string) => {
    await write(author, name, version)
    return patient(() => atRun(['deploy', '-C', name, '--prebuilt', '--manifest', join(author.folder, name, 'manifest.json'), '--runner', runner]))
  }
  await deploy('0.1.0')
  const doctor = (await atRun(['doctor', '-C', name, '--runner', runner])) as { checks?: { name: string; state: string }[] }
  assert.ok(JSON.stringify(doctor).includes('runner'), 'the runner was looked at')
  await told(author, ['secrets', 'set', 'TOKEN', '--bundle', name, '--runner', runner], 0, SECRET)
  // The runner noted at the deployment that there was none.
  await operate(author, 'POST', `purge/${bundle}`)
  const installed = await operate(author, 'PUT', `installations/${bundle}`, { channel: 'latest', config: { WHO: 'everybody' } })
  assert.equal(installed['version'], '0.1.0')

  // What it prints is in its log, its secret is not; the request's id leads there.
  const first = await fetch(`${at('latest')}/hello`)
  assert.equal(await first.text(), 'hello everybody from 0.1.0')
  const id = first.headers.get('x-request-id') ?? assert.fail('no id')
  const logs = async (...args: string[]) => ((await atRun(['logs', name, '--runner', runner, ...args])) as unknown as { lines: Line[] }).lines
  const [line] = await eventually(() => logs('--search', id), (lines) => lines.length > 0)
  assert.deepEqual([line?.level, line?.request, line?.text], ['warn', id, 'the token is [TOKEN]'])
  assert.deepEqual(await logs('--search', id, '--level', 'error'), [])
  assert.deepEqual(await logs('--search', SECRET), [])

  // Who follows it sees what comes; the operator follows by their token.
  const followed = follow(author, t, ['logs', bundle, '--follow', '--limit', '1', '--runner', runner])
  await eventually(async () => followed.lines.length, (count) => count > 0)
  const second = await fetch(`${at('latest')}/hello`)
  await second.text()
  await eventually(async () => followed.lines.some(({ request }) => request === second.headers.get('x-request-id')), Boolean)
  assert.ok(!followed.said().includes(SECRET))

  const metrics = await operate(author, 'GET', `metrics/${bundle}`)
  const calls = metrics['calls'] as { name: string; outcome: string; count: number }[]
  assert.deepEqual(calls, [{ kind: 'endpoint', name: 'hello', outcome: '200', count: 2 }])

  // Anybody may see what runs, and recompute it.
  const verified = await told({ ...author, env: { ...author.env, AT_RUN_PLC: process.env['PLC_URL'], AT_RUN_SERVICE: author.net.pds } }, ['verify', `${bundle}@latest`, '--runner', runner], 0)
  const home = await (await fetch(runner, { headers: { accept: 'text/html' } })).text()
  assert.ok(home.includes(name), 'the runner’s page names what is installed')
  const page = await (await fetch(at('latest'), { headers: { accept: 'text/html' } })).text()
  for (const part of ['at-run verify', String((verified as { cid?: string }).cid ?? did)]) assert.ok(page.includes(part), `the page lacks ${part}`)

  // The next release answers by itself soon, and the one before when it is taken back.
  const answers = async () => (await fetch(`${at('latest')}/hello`)).text()
  await deploy('0.2.0')
  await eventually(answers, (text) => text === 'hello everybody from 0.2.0', 120)
  const status = (await atRun(['status', name, '--runner', runner])) as { runner: { current: boolean } }
  assert.equal(status.runner.current, true)
  await atRun(['rollback', name, '--yes'])
  await operate(author, 'POST', `purge/${bundle}`)
  assert.equal(await answers(), 'hello everybody from 0.1.0')

  await operate(author, 'DELETE', `installations/${bundle}`)
  await atRun(['delete', name, '--all', '--yes'])
  await operate(author, 'POST', `purge/${bundle}`)
  assert.equal((await fetch(`${at('latest')}/hello`)).status, 404)
  assert.equal((await atRun(['logout']))['ended'], true)
  await atRun(['whoami'], 3)
  await atRun(['logs', name, '--runner', runner], 3)
})

/** A bundle that needs no compiler: it greets, and is careless with its secret. */
async function write({ folder }: Author, name: string, version: string): Promise<void> {
  const manifest = JSON.stringify({ name, version, endpoints: [{ name: 'hello', method: 'GET' }], permissions: {}, config: ['WHO'], secrets: ['TOKEN'], limits: { cpuMs: 50, subRequests: 5 } })
  const code = `import code from './index_bg.wasm'
import { WorkerEntrypoint } from 'cloudflare:workers'
export class AtRun { static manifest() { return ${JSON.stringify(manifest)} } }
export default class extends WorkerEntrypoint {
  fetch(request) {
    if (!new URL(request.url).pathname.startsWith('/endpoint/')) return new Response(null, { status: 404 })
    console.warn('the token is ' + this.env.TOKEN)
    return new Response('hello ' + this.env.WHO + ' from ${version}')
  }
}
`
  await mkdir(join(folder, name, 'build'), { recursive: true })
  const wasm = Buffer.concat([Buffer.from('\0asm\x01\0\0\0\0', 'latin1'), Buffer.from([name.length + 1, name.length]), Buffer.from(name)])
  const files = { 'wrangler.toml': 'name = "x"\ncompatibility_date = "2020-01-31"\n', 'manifest.json': manifest, 'build/index.js': code, 'build/index_bg.wasm': wasm }
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, name, path), content)
}

/** Asks the operator's side of the runner. */
async function operate({ net }: Author, method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${net.runner}/admin/${path}`, { method, headers: { authorization: `Bearer ${net.adminToken}` }, ...(body && { body: JSON.stringify(body) }) })
  const text = await answer.text()
  assert.equal(answer.status, 200, `${method} ${path}: ${text}`)
  return JSON.parse(text) as Answer
}

/** Runs a command that goes on, as the operator; it ends with the test. */
function follow({ env, folder, net }: Author, t: TestContext, args: string[]): { lines: Line[]; said: () => string } {
  const child = spawn('at-run', [...args, '--json'], { cwd: folder, env: { ...env, AT_RUN_ADMIN_TOKEN: net.adminToken }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill())
  const lines: Line[] = []
  let [said, read] = ['', 0]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    const end = said.lastIndexOf('\n') + 1
    for (const line of said.slice(read, end).split('\n')) if (line !== '') lines.push(JSON.parse(line) as Line)
    read = end
  })
  return { lines, said: () => said }
}

/** Asks until the answer is what was waited for. */
async function eventually<T>(ask: () => Promise<T>, holds: (answer: T) => boolean, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1_000
  for (;;) {
    const answer = await ask()
    if (holds(answer)) return answer
    assert.ok(Date.now() < end, `still ${JSON.stringify(answer)} after ${seconds} s`)
    await pause(250)
  }
}

/** Publishes. The reference PDS now and then answers 500 to a small gzip file, for longer than the command tries. */
async function patient(publish: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await publish()
    } catch (error) {
      if (tries === 5 || !/can't answer now: 500/.test(String(error))) throw error
    }
  }
}
