/** The command line of ./scripts/deploy. */
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parse } from 'smol-toml'
import { carryOut, StepFailed, stopRunning } from './carry-out.ts'
import { keptSecrets } from './kept-secrets.ts'
import { plan } from './plan.ts'
import { readSettings, SettingsError } from './settings.ts'
import { Refusal, type Given } from './stage.ts'
import { APPVIEW, bundleUrl, VOD } from './stages/commands.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const from = process.env['DEPLOY_FROM'] ?? process.cwd()
const say = (line: string) => void process.stderr.write(`${line}\n`)

try {
  const { values } = parseArgs({
    options: { plan: { type: 'boolean', default: false }, settings: { type: 'string', default: 'deploy.toml' }, secrets: { type: 'string' }, verbose: { type: 'boolean', short: 'v', default: false } },
  })
  const settingsFile = resolve(from, values.settings)
  const secretsFile = resolve(from, values.secrets ?? join(dirname(settingsFile), 'deploy.secrets'))
  const toml = (path: string) => parse(readFileSync(join(ROOT, path), 'utf8'))
  const given: Given = { settings: readSettings(settingsText(settingsFile)), runner: toml('wrangler.toml'), site: toml('frontend/wrangler.toml') }
  if (values.plan) {
    process.stdout.write(plan(given, relative(ROOT, secretsFile)))
  } else {
    await deploy(given, secretsFile, values.verbose)
  }
} catch (error) {
  process.exitCode = complain(error)
}

async function deploy(given: Given, secretsFile: string, verbose: boolean): Promise<void> {
  const { settings } = given
  const secrets = keptSecrets(secretsFile, process.env)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('interrupted: what is done stays done, and the next run goes on from there')
      stopRunning()
      process.exit(130)
    })
  }
  const { changes, notes } = await carryOut(given, { root: ROOT, secrets, environment: process.env, say, verbose })
  for (const note of notes) say(`note: ${note}`)
  say(changes === 0 ? 'all of it was as it shall be; nothing was changed' : `${changes} ${changes === 1 ? 'thing was' : 'things were'} changed`)
  const rows = [['runner', settings.runner.url], ['videos', bundleUrl(settings, VOD)], ...(settings.appview ? [['index', bundleUrl(settings, APPVIEW)]] : []), ...(settings.site ? [['site', settings.site.url]] : [])]
  for (const [name, url] of rows) console.log(`${name}  ${url}`)
}

function settingsText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new SettingsError(`there is no ${path}: cp deploy.example.toml deploy.toml, and fill it in`)
  }
}

/** Says what went wrong, and gives the exit code. */
function complain(error: unknown): number {
  if (error instanceof Refusal || error instanceof StepFailed) {
    say(`error: ${error.message}`)
    if (error instanceof Refusal) say(`  hint: ${error.hint}`)
    say('what is done stays done; run it again to go on')
    return 1
  }
  if (error instanceof SettingsError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) {
    say(`error: ${error.message}`)
    return 2
  }
  throw error
}
