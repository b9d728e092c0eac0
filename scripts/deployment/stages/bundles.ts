import { openSecrets, standing } from '../answers/at-run.ts'
import { installations, sameInstallation } from '../answers/runner.ts'
import type { Installed, Settings } from '../settings.ts'
import { answerOf, Refusal, type Stage } from '../stage.ts'
import { ask, said, type Look, type SecretName, type Step } from '../step.ts'
import { APPVIEW, atRun, bundleUrl, curl, PATIENT, VOD } from './commands.ts'

/** A bundle of ours, as the settings want it. */
interface Wanted {
  name: string
  folder: string
  what: string
  installed: Installed
  secrets: readonly SecretName[]
}

function wanted(settings: Settings): Wanted[] {
  const { author, vod, appview, site } = settings
  const videos: Installed = {
    ...vod,
    config: { ...vod.config, ...(appview && { APPVIEW_URL: bundleUrl(settings, APPVIEW) }), ...(site && { FRONTEND_ORIGIN: site.url }) },
  }
  const bundles: Wanted[] = [{ name: VOD, folder: 'workers/vod', what: 'the video bundle', installed: videos, secrets: [] }]
  if (appview) {
    const { database, ...installed } = appview
    // The same server by another scheme, which Turso tells: what the index may ask is named by what it is asked over.
    const config = { ...installed.config, TURSO_URL: database.replace(/^libsql:/, 'https:'), AUTHOR_DID: author.did }
    // First, for the video bundle asks it.
    bundles.unshift({ name: APPVIEW, folder: 'workers/appview', what: 'the index', installed: { ...installed, config }, secrets: ['TURSO_AUTH_TOKEN', 'OPERATOR_TOKEN'] })
  }
  return bundles
}

/** The bundles: published in the author's repo, given their secrets, installed. */
export const bundles: Stage = {
  title: 'Bundles',
  looks: ({ settings }) => {
    const looks: Record<string, Look> = { installations: { kind: 'ask', command: curl(`${settings.runner.url}/admin/installations`, PATIENT, 'ADMIN_TOKEN'), empty: said('{"installations": []}') } }
    for (const { name, folder, secrets } of wanted(settings)) {
      looks[name] = ask(said('{"local": {"version": "", "state": "unpublished"}, "channels": {}}'), ...atRun(settings, 'status', '-C', folder, '--json'))
      if (secrets.length > 0) looks[`${name} secrets`] = ask(said('{"secrets": []}'), ...atRun(settings, 'secrets', 'list', '--bundle', name, '--runner', settings.runner.url, '--json'))
    }
    return looks
  },
  decide: ({ settings }, answers, known) => {
    const { author, runner } = settings
    const installed = installations(answerOf(answers, 'installations'))
    const steps: Step[] = []
    for (const { name, folder, what, installed: wants, secrets } of wanted(settings)) {
      const { publishedAs, taken, channel } = standing(answerOf(answers, name), author.channel)
      if (taken !== undefined && !author.snapshot) {
        throw new Refusal(`${name} ${taken} is published already, with other content`, 'raise the version in Cargo.toml, or set author.snapshot, which makes versions from the content')
      }
      const publish = publishedAs === undefined || channel !== publishedAs
      if (publish) {
        const words = ['deploy', '-C', folder, '--prebuilt', '--channel', author.channel, ...(author.snapshot ? ['--snapshot'] : [])]
        steps.push({ kind: 'run', why: `publish ${what}`, command: { argv: atRun(settings, ...words) }, changes: true })
      }
      const open = secrets.length === 0 ? new Set() : openSecrets(answerOf(answers, `${name} secrets`), name)
      const missing = secrets.filter((secret) => !open.has(secret))
      for (const secret of missing) {
        if (!known.has(secret)) steps.push(madeHere(secret, name))
        const argv = atRun(settings, 'secrets', 'set', secret, '--bundle', name, '--runner', runner.url)
        steps.push({ kind: 'run', why: `${secret}, sealed to the runner`, command: { argv, stdin: { before: '', secret } }, changes: true })
      }
      const admin = (path: string) => `${runner.url}/admin/${path}/${author.did}/${name}`
      const here = installed.find((one) => one['did'] === author.did && one['name'] === name)
      // What the runner knows would else go on for half a minute.
      if (here !== undefined && (publish || missing.length > 0)) {
        steps.push({ kind: 'run', why: `the runner looks anew for ${what}`, command: curl(admin('purge'), [...PATIENT, '--request', 'POST'], 'ADMIN_TOKEN'), changes: true })
      }
      const body = { channel: author.channel, config: wants.config, ...(Object.keys(wants.caps).length > 0 && { caps: wants.caps }), ...(wants.host !== undefined && { host: wants.host }) }
      if (here === undefined || !sameInstallation(here, body)) {
        steps.push({ kind: 'run', why: `install ${what}`, command: curl(admin('installations'), [...PATIENT, '--request', 'PUT', '--data', JSON.stringify(body)], 'ADMIN_TOKEN'), changes: true })
      }
    }
    return { steps }
  },
}

function madeHere(secret: SecretName, bundle: string): Step {
  if (secret === 'OPERATOR_TOKEN') return { kind: 'make', why: 'the token with which the index is operated', secret, by: 'random' }
  throw new Refusal(`${secret} of ${bundle} is not published for this runner's key, and its value is not here`, 'give it in the environment; Turso makes one: turso db tokens create NAME')
}
