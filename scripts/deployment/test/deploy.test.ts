/** ./scripts/deploy as a whole, on fakes of what is beyond this machine. */
import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { checkout, TURSO_AUTH_TOKEN, type Checkout, type Run } from './checkout.ts'

let place: Checkout
before(async () => {
  place = await checkout()
})
after(() => place.close())

const changed = (run: Run) => run.calls.filter(({ changes }) => changes).map(({ argv }) => argv.slice(0, 4).join(' '))
const runs: Run[] = []
const deploy: Checkout['deploy'] = async (options) => {
  const run = await place.deploy(options)
  runs.push(run)
  return run
}

test('a run that fails says what failed, without secrets, and the next goes on there', async () => {
  for (const failing of ['wrangler queues create streamhut-dead', 'wrangler secret put RUNNER_KEYS', 'at-run secrets set OPERATOR_TOKEN', 'wrangler pages deploy --branch']) {
    const run = await deploy({ failing })
    assert.equal(run.code, 1, run.stderr)
    assert.match(run.stderr, new RegExp(`this failed\\n.*${failing.split(' ').slice(1, 3).join('.*')}`))
    assert.match(run.stderr, /run it again to go on/)
  }
  const run = await deploy()
  assert.equal(run.code, 0, run.stderr)
  assert.deepEqual(changed(run), ['wrangler pages deploy --branch'])
  // Each thing was made once, whatever failed in between.
  assert.deepEqual(
    runs.flatMap(changed),
    [
      'wrangler r2 bucket create',
      'wrangler queues create streamhut-work',
      'wrangler queues create streamhut-dead',
      'wrangler deploy --config target/deploy/streamhut/runner/wrangler.json',
      'wrangler secret put ADMIN_TOKEN',
      'wrangler secret put RUNNER_KEYS',
      'at-run deploy -C workers/appview',
      'at-run secrets set TURSO_AUTH_TOKEN',
      'at-run secrets set OPERATOR_TOKEN',
      'at-run deploy -C workers/vod',
      'wrangler pages project create',
      'wrangler pages deploy --branch',
    ],
  )
})

test('what takes a moment is waited for', async () => {
  const curled = await readFile(join(place.folder, 'curled'), 'utf8')
  assert.equal(curled.match(/\/init$/gm)?.length, 2)
})

test('all of it is there, and fits together', async () => {
  const { versions, secrets, sealed, installations, schema } = place.state()
  const kept = await readFile(join(place.folder, 'deploy.secrets'), 'utf8')
  assert.equal(versions.length, 3)
  assert.equal(schema, true)
  assert.equal(sealed['streamhut-appview:TURSO_AUTH_TOKEN'], TURSO_AUTH_TOKEN)
  for (const [name, value] of [...Object.entries(secrets), ['OPERATOR_TOKEN', sealed['streamhut-appview:OPERATOR_TOKEN']]]) assert.ok(kept.includes(`${name}='${value}'`), name)
  assert.ok(!kept.includes(TURSO_AUTH_TOKEN), 'what the environment gives is not kept')
  assert.equal((await stat(join(place.folder, 'deploy.secrets'))).mode & 0o777, 0o600)
  const [did, runner] = ['did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', 'https://run.example.com']
  assert.deepEqual(installations, [
    { did, name: 'streamhut-appview', channel: 'latest', config: { STREAM_URL: 'https://jetstream2.us-east.bsky.network/subscribe', TURSO_URL: 'https://streamhut-you.turso.io', AUTHOR_DID: did } },
    { did, name: 'atmosphereconf-vod', channel: 'latest', config: { STREAMPLACE_URL: 'https://stream.place', APPVIEW_URL: `${runner}/bundle/${did}/streamhut-appview/latest`, FRONTEND_ORIGIN: 'https://streamhut-web.pages.dev' } },
  ])
})

test('a run after that changes nothing', async () => {
  const before = place.state()
  const run = await deploy()
  assert.equal(run.code, 0, run.stderr)
  assert.deepEqual(changed(run), [])
  assert.deepEqual(place.state(), before)
  assert.match(run.stderr, /nothing was changed/)
  assert.match(run.stdout, /^runner {2}https:\/\/run\.example\.com$/m)
})

test('what differs is changed, and nothing else', async () => {
  const settings = join(place.folder, 'deploy.toml')
  await writeFile(join(place.folder, 'frontend/dist/index.js'), '// another site')
  await writeFile(settings, (await readFile(settings, 'utf8')).replace('https://stream.place', 'https://node.example.com'))
  const run = await deploy()
  assert.equal(run.code, 0, run.stderr)
  assert.deepEqual(changed(run), ['wrangler pages deploy --branch'])
  assert.match(run.stderr, /✓ install the video bundle[^]*2 things were changed/)
  assert.equal((place.state().installations.at(-1) as { config?: Record<string, string> }).config?.['STREAMPLACE_URL'], 'https://node.example.com')
})

test('a token that is lost is not replaced', async () => {
  const file = join(place.folder, 'deploy.secrets')
  const kept = await readFile(file, 'utf8')
  await writeFile(file, kept.replace(/^ADMIN_TOKEN.*\n/m, ''))
  const run = await deploy()
  assert.equal(run.code, 1)
  assert.match(run.stderr, /the runner has an ADMIN_TOKEN, and its value is not here/)
  assert.deepEqual(changed(run), [])
  await writeFile(file, kept)
})

test('no secret is an argument or is shown', async () => {
  const { secrets, sealed } = place.state()
  const values = [...Object.values(secrets), ...Object.values(sealed)]
  assert.equal(values.length, 4)
  const seen = [...runs.flatMap(({ stdout, stderr, calls }) => [stdout, stderr, ...calls.flatMap(({ argv }) => argv)]), await readFile(join(place.folder, 'curled'), 'utf8')].join('\n')
  assert.ok(seen.length > 10_000)
  for (const value of values) assert.ok(value.length > 10 && !seen.includes(value))
  // Those that failed had said them.
  assert.match(seen, /it was told \$RUNNER_KEYS/)
})
