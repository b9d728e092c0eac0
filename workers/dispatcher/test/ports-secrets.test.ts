/** An author's secrets, sealed by `at-run` and opened by the runner: what a bundle sees of them, and when. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runCommand } from '../../../scripts/localnet/command.ts'
import { ROOT } from '../../../scripts/localnet/places.ts'
import { ask, askJson } from './ask.ts'
import { newAuthor } from './identity.ts'
import { PROBE, fault, json, probe, query, until } from './probe.ts'
import { publish, putRecord, signIn } from './publish.ts'
import { ADMIN_TOKEN, PDS_URL, RUNNER_LOG, RUNNER_URL, account } from './system.ts'

/** Values that nothing else says. */
const [FIRST, SECOND, OTHER] = ['first', 'second', 'other'].map((word) => `${word}-${crypto.randomUUID()}`) as [string, string, string]

let dir: string

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'secrets-'))
  const { handle, password } = account('operator.test')
  await atRun(['login', '--app-password', '--service', PDS_URL, '--identifier', handle], password)
})
after(() => rm(dir, { recursive: true, force: true }))

/** Runs the command line as the operator. Gives what it says in JSON. */
async function atRun(args: string[], input = ''): Promise<Record<string, unknown>> {
  const env = { ...process.env, AT_RUN_CONFIG_DIR: dir }
  const told = await runCommand({ name: 'at-run', command: join(ROOT, 'target/debug/at-run'), args: [...args, '--json'], cwd: dir, env, input, log: join(dir, 'log') })
  return JSON.parse(told) as Record<string, unknown>
}

const set = (value: string, name = 'PROBE_SECRET') => atRun(['secrets', 'set', name, '--bundle', 'probe', '--runner', RUNNER_URL], value)
const unset = (name: string) => atRun(['secrets', 'unset', name, '--bundle', 'probe'])
const secret = (name = 'PROBE_SECRET') => probe(`secret${query({ name })}`)
/** What the runner knows of a bundle is asked of its author anew. */
const purge = async (bundle = PROBE) => void (await askJson(`/admin/purge/${bundle}`, { method: 'POST', headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }))

test('a bundle has the secret that its author sealed to the runner, sees it change, and loses it', async () => {
  assert.equal(await fault(secret(), 503), 'SecretMissing')
  await set(FIRST)
  await purge()
  assert.deepEqual(await json(secret()), { value: FIRST })
  await set(OTHER, 'OTHER_SECRET')
  await set(SECOND)
  // Without a word of the operator's it is noticed as well, like a channel that moved.
  const changed = await until(async () => json<{ value: string }>(secret()), ({ value }) => value !== FIRST, 90)
  assert.deepEqual(changed, { value: SECOND })
  assert.equal(await fault(secret('OTHER_SECRET'), 503), 'SecretMissing', 'its release does not name this one')
  await unset('PROBE_SECRET')
  await unset('OTHER_SECRET')
  await purge()
  assert.equal(await fault(secret(), 503), 'SecretMissing')
  const log = await readFile(RUNNER_LOG, 'utf8')
  for (const value of [FIRST, SECOND, OTHER]) assert.ok(!log.includes(value), 'no secret is logged')
})

test('bad_input_37_a_secret_that_was_copied_opens_for_nobody', async () => {
  const { uri, key } = (await set(FIRST)) as { uri: string; key: string }
  const [, , did = '', collection = '', rkey = ''] = uri.split('/')
  const { value } = (await (await fetch(`${PDS_URL}/xrpc/com.atproto.repo.getRecord${query({ repo: did, collection, rkey })}`)).json()) as { value: object }
  const looks = { modules: { 'index.js': 'export default { fetch: (request, env) => Response.json({ value: env.PROBE_SECRET ?? env.RENAMED ?? null }) }' }, more: { secrets: ['PROBE_SECRET', 'RENAMED'] } }
  const operator = await signIn('operator.test')
  const copier = await newAuthor('copier')
  for (const [author, bundle, name] of [[operator, 'copied', 'PROBE_SECRET'], [operator, 'copied', 'RENAMED'], [copier, 'probe', 'PROBE_SECRET']] as const) {
    await putRecord(author, collection, `${bundle}:${name}:${key}`, value)
    const { path } = await publish(author, { name: bundle, version: `1.0.${name.length}`, ...looks })
    await purge(`${author.did}/${bundle}`)
    const answer = await ask(`${path}/run`)
    assert.ok(answer.status !== 200 || (JSON.parse(answer.text) as { value: unknown }).value === null, `${bundle} ${name}: ${answer.text}`)
    const about = JSON.stringify(await askJson(path))
    assert.match(about, /"refused"/, 'the author is told')
    assert.ok(!about.includes(FIRST))
  }
  await purge()
  assert.deepEqual(await json(secret()), { value: FIRST }, 'it opens for whom it was sealed')
  await unset('PROBE_SECRET')
  await purge()
})
