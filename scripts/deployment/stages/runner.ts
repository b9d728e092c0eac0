import { deployedTag, secretNames } from '../answers/cloudflare.ts'
import { fields } from '../answers/json.ts'
import type { Settings } from '../settings.ts'
import { answerOf, Refusal, type Given, type Stage } from '../stage.ts'
import { ask, failed, type Run, type SecretName, type Step } from '../step.ts'
import { atRun, curl, named } from './commands.ts'

/** Where the configuration lies that wrangler gets. */
const folder = ({ name }: Settings) => `target/deploy/${name}/runner`
const config = (settings: Settings) => `${folder(settings)}/wrangler.json`
/** Holds the digest of what went up whole: `wrangler deploy` that is interrupted leaves a version without its triggers. */
const done = (settings: Settings) => `${folder(settings)}/done`
const SENT = ['workers/dispatcher/entry.mjs', 'workers/dispatcher/warm.mjs', 'workers/dispatcher/journal.mjs', 'workers/dispatcher/build']
const NONE = failed('[code: 10007]')

/** The Worker, with its Durable Objects, trigger and queues, and its secrets. */
export const runner: Stage = {
  title: 'Runner',
  prepare: (given) => [{ kind: 'write', why: "the runner's configuration", path: config(given.settings), text: `${JSON.stringify(runnerConfig(given), null, 2)}\n` }],
  looks: ({ settings }) => {
    const { runner } = named(settings)
    return {
      digest: { kind: 'digest', name: 'RUNNER_DIGEST', paths: [config(settings), ...SENT], digits: 12 },
      done: { kind: 'read', path: done(settings) },
      status: ask(NONE, 'wrangler', 'deployments', 'status', '--name', runner, '--json'),
      versions: ask(NONE, 'wrangler', 'versions', 'list', '--name', runner, '--json'),
      secrets: ask(failed(`Worker "${runner}" not found.`), 'wrangler', 'secret', 'list', '--name', runner, '--format', 'json'),
    }
  },
  decide: ({ settings }, answers, known) => {
    const { runner } = named(settings)
    const digest = answerOf(answers, 'digest').stdout.trim()
    const here = answerOf(answers, 'done').stdout.trim() === digest && deployedTag(answerOf(answers, 'status'), answerOf(answers, 'versions')) === digest
    const secrets = secretNames(answerOf(answers, 'secrets'))
    const steps: Step[] = []
    if (!here) {
      const command: Run['command'] = { argv: ['wrangler', 'deploy', '--config', config(settings), '--tag', digest] }
      steps.push({ kind: 'run', why: 'the runner, with its Durable Objects, trigger and queues', command, changes: true })
      steps.push({ kind: 'write', why: 'what is up', path: done(settings), text: `${digest}\n` })
    }
    const put = (secret: SecretName, why: string): Step => ({ kind: 'run', why, command: { argv: ['wrangler', 'secret', 'put', secret, '--name', runner], stdin: { before: '', secret } }, changes: true })
    if (!secrets.has('ADMIN_TOKEN')) {
      if (!known.has('ADMIN_TOKEN')) steps.push({ kind: 'make', why: 'the token that opens /admin', secret: 'ADMIN_TOKEN', by: 'random' })
      steps.push(put('ADMIN_TOKEN', 'the token goes to the runner'))
    } else if (!known.has('ADMIN_TOKEN')) {
      throw new Refusal('the runner has an ADMIN_TOKEN, and its value is not here', 'give it as ADMIN_TOKEN in the environment; one that is lost: see "A token that is lost" in docs/hosting.md')
    }
    if (!secrets.has('RUNNER_KEYS')) {
      if (!known.has('RUNNER_KEYS')) steps.push({ kind: 'make', why: "the key to which bundles' secrets are sealed", secret: 'RUNNER_KEYS', by: { argv: atRun(settings, 'runner', 'key') } })
      steps.push(put('RUNNER_KEYS', 'the key goes to the runner'))
    }
    // A domain that is new takes minutes until it has a certificate, and a secret some seconds until it is everywhere.
    steps.push({ kind: 'run', why: 'the runner answers, and says to which key secrets are sealed', command: curl(`${settings.runner.url}/.well-known/at-run.json`), changes: false, until: '"publicKey"' })
    return { steps }
  },
}

/** The runner's configuration: the committed one, under the settings' names and address. */
export function runnerConfig({ settings, runner }: Given): Record<string, unknown> {
  const { bucket, work, dead, runner: name } = named(settings)
  // The build is done by then.
  const { build: _build, main, ...committed } = runner
  const { hostname } = new URL(settings.runner.url)
  const onWorkersDev = hostname.endsWith('.workers.dev')
  const queues = fields(committed['queues'])
  const renamed = (queue: unknown) => (typeof queue === 'string' && queue.endsWith('-dead') ? dead : work)
  const consumer = (one: Record<string, unknown>) => ({ ...one, queue: renamed(one['queue']), ...('dead_letter_queue' in one && { dead_letter_queue: dead }) })
  return {
    ...committed,
    name,
    main: `../../../../${String(main)}`,
    ...(settings.account !== undefined && { account_id: settings.account }),
    workers_dev: onWorkersDev,
    // A version's own address would be a host of the runner that it doesn't know.
    preview_urls: false,
    ...(!onWorkersDev && { routes: [{ pattern: hostname, custom_domain: true }] }),
    r2_buckets: list(committed['r2_buckets']).map((one) => ({ ...one, bucket_name: bucket })),
    queues: { producers: list(queues['producers']).map((one) => ({ ...one, queue: work })), consumers: list(queues['consumers']).map(consumer) },
    vars: { ...fields(committed['vars']), OWN_HOSTS: hostname, ...settings.runner.vars },
  }
}

const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value : [])
