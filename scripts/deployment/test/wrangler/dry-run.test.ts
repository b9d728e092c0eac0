/** What would be deployed can be: each part goes through wrangler as far as it goes without an account. It has to be built. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'smol-toml'
import { NODE_MODULES, ROOT } from '../../../localnet/places.ts'
import { plan } from '../../plan.ts'
import { readSettings } from '../../settings.ts'
import { runnerConfig } from '../../stages/runner.ts'
import { siteConfig } from '../../stages/site.ts'

/** Where a deployment has its configurations, from which their paths lead back. */
const FOLDER = join(ROOT, 'target/deploy/dry-run')

const toml = async (path: string) => parse(await readFile(join(ROOT, path), 'utf8')) as Record<string, unknown>

before(() => rm(FOLDER, { recursive: true, force: true }))

async function wrangler(config: string, environment: NodeJS.ProcessEnv, ...argv: string[]): Promise<string> {
  const env = { ...process.env, CI: 'true', NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_API_TOKEN: '', HOME: FOLDER, XDG_CONFIG_HOME: join(FOLDER, 'config'), ...environment }
  const { stdout } = await promisify(execFile)(process.execPath, [join(NODE_MODULES, 'wrangler/bin/wrangler.js'), ...argv], { cwd: dirname(config), env, timeout: 600_000 })
  return stdout
}

async function written(name: string, config: object): Promise<string> {
  const path = join(FOLDER, name, 'wrangler.json')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify(config))
  return path
}

test('the runner, as ./scripts/deploy configures it', async () => {
  const settings = readSettings(await readFile(join(ROOT, 'deploy.example.toml'), 'utf8'))
  const config = await written('runner', runnerConfig({ settings, runner: await toml('wrangler.toml'), site: {} }))
  const said = await wrangler(config, {}, 'deploy', '--dry-run', '--config', config, '--tag', '0123456789ab', '--outdir', 'out')
  for (const binding of ['LEDGER', 'JOURNAL', 'QUEUE', 'streamhut-work', 'BUCKET', 'LOADER', 'OWN_HOSTS']) assert.ok(said.includes(binding), `${binding}: ${said}`)
})

// Without a runner, as their own wrangler.toml has them; the build is done.
for (const [folder, binding] of [['workers/vod', 'streamhut-vod'], ['workers/appview', 'TURSO_URL']] as const) {
  test(`${folder} alone`, async () => {
    const { build, main, ...committed } = await toml(`${folder}/wrangler.toml`)
    assert.deepEqual({ ...(build as object) }, { command: `../../scripts/build ${folder.split('/').at(-1)}` })
    const config = await written(folder, { ...committed, main: join(ROOT, folder, String(main)) })
    const said = await wrangler(config, {}, 'deploy', '--dry-run', '--config', config, '--outdir', 'out')
    assert.ok(said.includes(binding), said)
  })
}

test('the site: its server is compiled, and goes up with the settings of ./scripts/deploy', async () => {
  const settings = readSettings(await readFile(join(ROOT, 'deploy.example.toml'), 'utf8'))
  const config = await written('site', siteConfig({ settings, runner: {}, site: await toml('frontend/wrangler.toml') }))
  const sent: string[] = []
  const api = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://api').pathname
    const result = (value: unknown) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ success: true, errors: [], messages: [], result: value }))
    void buffer(request).then((body) => {
      // A token of three parts whose payload tells a limit of files.
      if (path.endsWith('/upload-token')) return result({ jwt: `x.${Buffer.from(JSON.stringify({ max_file_count_allowed: 20_000, exp: 9_999_999_999 })).toString('base64url')}.x` })
      if (path.endsWith('/check-missing')) return result([])
      if (path.endsWith('/upsert-hashes')) return result({})
      if (path.endsWith('/deployments') && request.method === 'POST') {
        sent.push(body.toString('latin1'))
        return result({ id: 'p', url: 'https://p.streamhut-web.pages.dev' })
      }
      if (path.includes('/deployments/')) return result({ id: 'p', latest_stage: { name: 'deploy', status: 'success' } })
      return result({ name: 'streamhut-web', production_branch: 'main', domains: ['streamhut-web.pages.dev'], deployment_configs: { production: {}, preview: {} } })
    })
  })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  try {
    const [folder, digest] = [dirname(config), '0123456789abcdef0123456789abcdef01234567']
    const deployment = plan({ settings, runner: await toml('wrangler.toml'), site: await toml('frontend/wrangler.toml') }, 'x').split('\n').find((line) => line.includes('wrangler pages deploy '))
    const words = /wrangler (pages deploy .*)\)$/.exec(deployment ?? '')?.[1]?.replace('"$SITE_DIGEST"', digest).split(' ') ?? []
    assert.ok(words.length > 5, deployment)
    const said = await wrangler(join(folder, 'wrangler.json'), { CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}/client/v4`, CLOUDFLARE_API_TOKEN: 'x.y.z', CLOUDFLARE_ACCOUNT_ID: '0123456789abcdef0123456789abcdef' }, ...words)
    assert.equal(sent.length, 1, said)
    for (const part of ['"NUXT_PUBLIC_RUNNER_URL"', 'https://run.example.com', '"NUXT_PUBLIC_VOD_BUNDLE"', '"nodejs_compat"', '_routes.json', digest]) assert.ok(sent[0]?.includes(part), part)
  } finally {
    api.closeAllConnections()
    api.close()
  }
})
