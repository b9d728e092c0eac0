/** Log-in by OAuth at the real PDS, in a real browser, and what it is good for. */
import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { newAuthor, TIMEOUT_MS, type Author } from './tutorial/author.ts'
import { atServer, begin, HANDLE } from './tutorial/login.ts'
import { told } from './tutorial/told.ts'

const SCOPE = 'atproto repo:run.at.release repo:run.at.channel repo:run.at.secret blob:*/* rpc:run.at.getLogs?aud=*'

test('an author logs in at their server’s own page, publishes, is renewed and logs out', { timeout: TIMEOUT_MS }, async (t) => {
  const author = await newAuthor()
  t.after(() => rm(author.folder, { recursive: true, force: true }))
  const login = await begin(author, t)
  await atServer(login.page)
  await login.page.getByRole('button', { name: 'Authorize' }).click()
  await login.page.getByText('You can close this window').waitFor()
  assert.match(login.page.url(), /^http:\/\/127\.0\.0\.1:\d+\/callback\?/)
  const session = await login.done(0)
  const { did } = session
  assert.deepEqual({ ...session, did: '…', file: '…' }, { did: '…', handle: HANDLE, service: author.net.pds, profile: 'default', login: 'oauth', scope: SCOPE, file: '…', keyring: null })

  const me = async (code = 0) => told(author, ['whoami'], code)
  assert.deepEqual(await me(), { did, handle: HANDLE, service: author.net.pds, profile: 'default', active: true, status: null, login: 'oauth', scope: SCOPE })

  // Modules, records and their deletion.
  const name = await bundle(author)
  const bundles = async () => ((await told(author, ['list'])) as { bundles: { name: string }[] }).bundles.filter((listed) => listed.name === name).length
  await deploy(author, name)
  assert.equal(await bundles(), 1)
  await told(author, ['delete', name, '--all', '--yes'])
  assert.equal(await bundles(), 0)

  // A token that the server takes no longer is renewed, by one of all that notice; a second try with what made it would end the session.
  const file = String(session['file'])
  const read = async () => JSON.parse(await readFile(file, 'utf8')) as { oauth: Record<string, string> }
  const before = await read()
  await writeFile(file, JSON.stringify({ ...before, oauth: { ...before.oauth, accessToken: 'stale' } }))
  await Promise.all([me(), me(), me()])
  const after = await read()
  assert.equal(after.oauth['key'], before.oauth['key'])
  assert.notEqual(after.oauth['refreshToken'], before.oauth['refreshToken'])
  await me()

  const { ended } = await told(author, ['logout'])
  assert.equal(ended, true)
  await me(3)
  // The server knows the tokens no more, whoever kept them.
  await writeFile(file, JSON.stringify(after))
  assert.equal(((await me(3)) as { error: { code: string } }).error.code, 'SessionEnded')
})

test('who denies is not logged in', { timeout: TIMEOUT_MS }, async (t) => {
  const author = await newAuthor()
  t.after(() => rm(author.folder, { recursive: true, force: true }))
  const login = await begin(author, t)
  await atServer(login.page)
  await login.page.getByRole('button', { name: 'Deny access' }).click()
  await login.page.getByText('Not logged in').first().waitFor()
  const { error } = (await login.done(3)) as { error: { code: string; message: string } }
  assert.equal(error.code, 'LogInRefused')
  assert.match(error.message, /access_denied/)
  await told(author, ['whoami'], 3)
})

/** A bundle that needs no compiler: its module does nothing. */
async function bundle({ folder }: Author): Promise<string> {
  const name = `oauth-${Date.now()}`
  const manifest = JSON.stringify({ name, version: '0.1.0', endpoints: [{ name: 'hello', method: 'GET' }], permissions: {}, limits: { cpuMs: 50, subRequests: 5 } })
  const code = `import code from './index_bg.wasm'
import { WorkerEntrypoint } from 'cloudflare:workers'
export class AtRun { static manifest() { return ${JSON.stringify(manifest)} } }
export default class extends WorkerEntrypoint { fetch() { return new Response('hello') } }
`
  await mkdir(join(folder, name, 'build'), { recursive: true })
  const wasm = Buffer.concat([Buffer.from('\0asm\x01\0\0\0\0', 'latin1'), Buffer.from([name.length + 1, name.length]), Buffer.from(name)])
  const files = { 'wrangler.toml': 'name = "x"\ncompatibility_date = "2020-01-31"\n', 'manifest.json': manifest, 'build/index.js': code, 'build/index_bg.wasm': wasm }
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, name, path), content)
  return name
}

/** Publishes the bundle. The reference PDS now and then answers 500 to a small gzip file, for longer than the command tries. */
async function deploy(author: Author, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await told(author, ['deploy', '-C', name, '--prebuilt', '--manifest', join(author.folder, name, 'manifest.json')])
      return
    } catch (error) {
      if (tries === 5 || !/can't answer now: 500/.test(String(error))) throw error
    }
  }
}
