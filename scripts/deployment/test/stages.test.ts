/** What the stages decide where something is already there, or wrong; plans show what they do where nothing is. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../../localnet/places.ts'
import { readSettings } from '../settings.ts'
import { commandLine } from '../shell.ts'
import { Refusal, type Stage } from '../stage.ts'
import { bundles } from '../stages/bundles.ts'
import { indexDatabase } from '../stages/index-database.ts'
import { runner, runnerConfig } from '../stages/runner.ts'
import { site, siteAddress, siteConfig } from '../stages/site.ts'
import { storage } from '../stages/storage.ts'
import { tools } from '../stages/tools.ts'
import { failed, said, SECRETS, type Answer, type SecretName } from '../step.ts'

const EXAMPLE = readFileSync(join(ROOT, 'deploy.example.toml'), 'utf8')
const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const json = (value: unknown) => said(JSON.stringify(value))
const author = json({ did: DID, service: 'https://pds.example.com', active: true })
const accounts = (...ids: string[]) => json({ loggedIn: true, accounts: ids.map((id) => ({ id, name: 'x' })) })
const published = json({ local: { version: '0.1.0', state: 'published', publishedAs: '0.1.0' }, channels: { latest: '0.1.0' } })
const differs = json({ local: { version: '0.1.0', state: 'differs', publishedAs: null }, channels: { latest: '0.1.0' } })
const sealed = (opens: string) => json({ secrets: ['TURSO_AUTH_TOKEN', 'OPERATOR_TOKEN'].map((name) => ({ bundle: 'streamhut-appview', name, opens })) })
const installed = (config: object) => ({
  installations: json({
    installations: [
      { did: DID, name: 'streamhut-appview', channel: 'latest', config: { STREAM_URL: 'https://jetstream2.us-east.bsky.network/subscribe', TURSO_URL: 'https://streamhut-you.turso.io', AUTHOR_DID: DID } },
      { did: DID, name: 'atmosphereconf-vod', channel: 'latest', config },
      { did: 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb', name: 'atmosphereconf-vod', channel: 'latest', config: {} },
    ],
  }),
})
const vodConfig = { STREAMPLACE_URL: 'https://stream.place', APPVIEW_URL: `https://run.example.com/bundle/${DID}/streamhut-appview/latest`, FRONTEND_ORIGIN: 'https://streamhut-web.pages.dev' }
const whole = { ...installed(vodConfig), 'atmosphereconf-vod': published, 'streamhut-appview': published, 'streamhut-appview secrets': sealed('current') }
const deployed = { digest: said('d1'), done: said('d1\n'), status: json({ versions: [{ version_id: 'v' }] }), versions: json([{ id: 'v', annotations: { 'workers/tag': 'd1' } }]), secrets: json([{ name: 'ADMIN_TOKEN' }, { name: 'RUNNER_KEYS' }]) }

interface Case {
  what: string
  stage: Stage
  answers: Record<string, Answer>
  known?: readonly SecretName[]
  settings?: string
  /** The beginnings of the commands that change something; or why not. */
  expected: string[] | RegExp
}

const CASES: Case[] = [
  { what: 'the only account', stage: tools, answers: { cloudflare: accounts('a'), author }, expected: [] },
  { what: 'a token that tells no accounts', stage: tools, answers: { cloudflare: accounts(), author }, settings: `account = "${'0'.repeat(32)}"\n${EXAMPLE}`, expected: [] },
  { what: 'several accounts', stage: tools, answers: { cloudflare: accounts('a', 'b'), author }, expected: /several accounts: a \(x\), b \(x\)/ },
  { what: 'another account', stage: tools, answers: { cloudflare: accounts('a'), author }, settings: `account = "${'0'.repeat(32)}"\n${EXAMPLE}`, expected: /no access to the account 0+, only to a/ },
  { what: 'another author', stage: tools, answers: { cloudflare: accounts('a'), author: json({ did: 'did:plc:other', service: 's' }) }, expected: /logged in as did:plc:other/ },
  { what: 'one queue is missing', stage: storage, answers: { bucket: json({ name: 'streamhut' }), work: said('Queue Name: streamhut-work'), dead: failed('Queue "streamhut-dead" does not exist.') }, expected: ['wrangler queues create streamhut-dead'] },
  { what: 'all is deployed', stage: runner, answers: deployed, expected: [] },
  { what: 'other code is deployed', stage: runner, answers: { ...deployed, digest: said('d2') }, expected: ['wrangler deploy'] },
  { what: 'a deployment broke off before its triggers', stage: runner, answers: { ...deployed, done: failed('') }, expected: ['wrangler deploy'] },
  { what: 'one was rolled back', stage: runner, answers: { ...deployed, versions: json([{ id: 'v', annotations: { 'workers/tag': 'd0' } }, { id: 'w', annotations: { 'workers/tag': 'd1' } }]) }, expected: ['wrangler deploy'] },
  { what: 'a token is known here and missing there', stage: runner, answers: { ...deployed, secrets: json([{ name: 'RUNNER_KEYS' }]) }, expected: ["printf %s \"$ADMIN_TOKEN\" | wrangler secret put ADMIN_TOKEN"] },
  { what: 'a token is there and not known here', stage: runner, answers: deployed, known: ['RUNNER_KEYS'], expected: /has an ADMIN_TOKEN, and its value is not here/ },
  { what: 'keys are there and not known here', stage: runner, answers: deployed, known: ['ADMIN_TOKEN'], expected: [] },
  { what: 'all is installed', stage: bundles, answers: whole, expected: [] },
  { what: 'a setting differs', stage: bundles, answers: { ...whole, ...installed({ ...vodConfig, STREAMPLACE_URL: 'https://other.example' }) }, expected: ['printf'] },
  { what: 'new code, and the runner looks anew', stage: bundles, answers: { ...whole, 'atmosphereconf-vod': json({ local: { version: '0.2.0', state: 'unpublished' }, channels: { latest: '0.1.0' } }) }, expected: ['at-run deploy -C workers/vod', 'printf'] },
  { what: 'a channel that was rolled back goes forward', stage: bundles, answers: { ...whole, 'atmosphereconf-vod': json({ local: { version: '0.2.0', state: 'published', publishedAs: '0.2.0' }, channels: { latest: '0.1.0' } }) }, expected: ['at-run deploy -C workers/vod', 'printf'] },
  { what: 'a version that is taken', stage: bundles, answers: { ...whole, 'streamhut-appview': differs }, expected: /streamhut-appview 0\.1\.0 is published already, with other content/ },
  { what: 'a version that is taken, where content makes versions', stage: bundles, answers: { ...whole, 'streamhut-appview': differs }, settings: EXAMPLE.replace('# snapshot = false', 'snapshot = true'), expected: ['at-run deploy -C workers/appview --prebuilt --channel latest --snapshot', 'printf'] },
  { what: 'a rotated key: secrets are sealed anew, with the values that are there', stage: bundles, answers: { ...whole, 'streamhut-appview secrets': sealed('previous') }, expected: ['printf %s "$TURSO_AUTH_TOKEN" | at-run secrets set', 'printf %s "$OPERATOR_TOKEN" | at-run secrets set', 'printf'] },
  { what: "a rotated key, and the database's token isn't here", stage: bundles, answers: { ...whole, 'streamhut-appview secrets': sealed('previous') }, known: ['ADMIN_TOKEN', 'OPERATOR_TOKEN'], expected: /TURSO_AUTH_TOKEN of streamhut-appview is not published for this runner's key/ },
  { what: 'another ADMIN_TOKEN', stage: bundles, answers: { ...whole, installations: { code: 22, stdout: '{"error":"Unauthorized","message":"wrong token"}', stderr: '' } }, expected: /doesn't tell what is installed: wrong token/ },
  { what: 'the index is ready', stage: indexDatabase, answers: { bundle: published, stats: said('{"videos":5}\n200') }, known: [], expected: [] },
  { what: 'it is not', stage: indexDatabase, answers: { bundle: published, stats: { code: 22, stdout: '{"error":"NotInitialised"}\n503', stderr: '' } }, expected: ['printf'] },
  { what: "it is not, and the operator's token isn't here", stage: indexDatabase, answers: { bundle: published, stats: said('{}\n503') }, known: [], expected: /the value of OPERATOR_TOKEN is not here/ },
  { what: 'the site is up', stage: site, answers: { digest: said('abcdef0123'), projects: json([{ 'Project Name': 'streamhut-web', 'Project Domains': 'x' }]), deployments: json([{ Source: 'abcdef0', Status: 'now' }]) }, expected: [] },
  { what: 'another is', stage: site, answers: { digest: said('abcdef0123'), projects: json([{ 'Project Name': 'streamhut-web', 'Project Domains': 'x' }]), deployments: json([{ Source: 'fedcba9', Status: 'now' }]) }, expected: ['(cd target/deploy/streamhut/site && wrangler pages deploy'] },
]

const given = (settings = EXAMPLE) => ({ settings: readSettings(settings), runner: { main: 'workers/dispatcher/entry.mjs' }, site: {} })

for (const { what, stage, answers, known = SECRETS, settings, expected } of CASES) {
  test(`${stage.title}: ${what}`, () => {
    const decide = () => stage.decide(given(settings), answers, new Set(known))
    if (expected instanceof RegExp) {
      assert.throws(decide, (error) => error instanceof Refusal && expected.test(error.message))
      return
    }
    const changes = decide().steps.flatMap((step) => (step.kind === 'run' && step.changes ? [commandLine(step.command)] : []))
    assert.equal(changes.length, expected.length, changes.join('\n'))
    for (const [at, line] of changes.entries()) assert.ok(line.startsWith(expected[at] ?? ''), line)
  })
}

test('a site that does not answer where it shall is told', () => {
  const answers = { projects: json([{ 'Project Name': 'streamhut-web', 'Project Domains': 'streamhut-web-4x2.pages.dev' }]) }
  assert.match(siteAddress.decide(given(), answers, new Set()).notes?.join('') ?? '', /answers at streamhut-web-4x2\.pages\.dev only/)
})

test('the runner answers on workers.dev where it shall, else on its domain alone', () => {
  const configOf = (url: string) => runnerConfig(given(EXAMPLE.replace('https://run.example.com', url)))
  const [dev, own] = [configOf('https://streamhut-runner.someone.workers.dev'), configOf('https://run.example.com')]
  assert.deepEqual([dev['workers_dev'], dev['preview_urls'], dev['routes']], [true, false, undefined])
  assert.deepEqual([own['workers_dev'], own['preview_urls'], own['routes']], [false, false, [{ pattern: 'run.example.com', custom_domain: true }]])
  assert.deepEqual([dev['vars'], own['vars']], [{ OWN_HOSTS: 'streamhut-runner.someone.workers.dev' }, { OWN_HOSTS: 'run.example.com' }])
})

test('variables of the settings go to runner and site, and no secret does', () => {
  const more = given(`${EXAMPLE}[site.vars]\nNUXT_PUBLIC_PLC_URL = "https://plc.example"\n[runner.vars]\nPOLICY = "open"\n`)
  assert.equal((runnerConfig(more)['vars'] as Record<string, string>)['POLICY'], 'open')
  assert.equal((siteConfig(more)['vars'] as Record<string, string>)['NUXT_PUBLIC_PLC_URL'], 'https://plc.example')
  for (const secret of SECRETS) assert.ok(!JSON.stringify([runnerConfig(more), siteConfig(more)]).includes(secret))
})
