/** Plans, against the texts in plans/: BLESS=1 writes them anew. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'smol-toml'
import { ROOT } from '../../localnet/places.ts'
import { plan } from '../plan.ts'
import { readSettings } from '../settings.ts'

const toml = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const given = (settings: string) => ({ settings: readSettings(settings), runner: parse(toml('wrangler.toml')), site: parse(toml('frontend/wrangler.toml')) })

const AUTHOR = '[author]\ndid = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"\n'
const PLANS: Record<string, string> = {
  whole: toml('deploy.example.toml'),
  'runner-alone': `name = "staging"\naccount = "0123456789abcdef0123456789abcdef"\n${AUTHOR}profile = "work"\nchannel = "next"\nsnapshot = true\n[runner]\nurl = "https://staging-runner.someone.workers.dev/"\n[runner.vars]\nPOLICY = "open"\n[vod.caps]\ncpuMs = 5000\n`,
}

for (const [name, settings] of Object.entries(PLANS)) {
  const path = join(import.meta.dirname, 'plans', `${name}.sh`)
  test(`the plan ${name} is as it was, and a shell reads it`, () => {
    const text = plan(given(settings), 'deploy.secrets')
    if (process.env['BLESS'] === '1') writeFileSync(path, text)
    assert.equal(text, readFileSync(path, 'utf8'))
    execFileSync('bash', ['--norc', '-n'], { input: text })
  })
}

test('./scripts/deploy --plan prints the plan, runs nothing and shows no secret', () => {
  const env = { ...process.env, TURSO_AUTH_TOKEN: 'token.of.the-database', ADMIN_TOKEN: 'token.of.the.operator' }
  const main = [join(ROOT, 'scripts/deployment/main.ts'), '--plan', '--settings', join(ROOT, 'deploy.example.toml')]
  // Without a path there is nothing that it could run.
  const printed = execFileSync(process.execPath, main, { env: { ...env, PATH: '' }, encoding: 'utf8' })
  assert.equal(printed, readFileSync(join(import.meta.dirname, 'plans/whole.sh'), 'utf8'))
  assert.ok(!printed.includes('token.of.the'))
})
