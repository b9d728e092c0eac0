/** Answers as they may come: what can't be told apart from trouble is never taken for "not there". */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../../localnet/places.ts'
import * as atRun from '../answers/at-run.ts'
import * as cloudflare from '../answers/cloudflare.ts'
import * as runner from '../answers/runner.ts'
import { Refusal } from '../stage.ts'
import { failed, said, type Answer } from '../step.ts'

const TROUBLE = [failed('fetch failed'), failed('A request to the Cloudflare API failed. Authentication error [code: 10000]'), failed('')]
const READERS: Record<string, (answer: Answer) => unknown> = {
  accounts: cloudflare.accounts,
  bucketThere: cloudflare.bucketThere,
  queueThere: cloudflare.queueThere,
  secretNames: cloudflare.secretNames,
  deployedTag: (answer) => cloudflare.deployedTag(answer, answer),
  projectDomains: (answer) => cloudflare.projectDomains(answer, 'x'),
  deployedSite: cloudflare.deployedSite,
  loggedIn: atRun.loggedIn,
  standing: (answer) => atRun.standing(answer, 'latest'),
  openSecrets: (answer) => atRun.openSecrets(answer, 'x'),
  installations: runner.installations,
}
for (const [name, reader] of Object.entries(READERS)) {
  test(`${name}: trouble is a refusal`, () => {
    for (const answer of TROUBLE) assert.throws(() => reader(answer), Refusal)
  })
}
for (const name of ['accounts', 'secretNames', 'projectDomains', 'deployedSite', 'loggedIn', 'standing', 'openSecrets', 'installations']) {
  test(`${name}: what makes no sense is a refusal`, () => {
    for (const text of ['', 'null', '[', '<html>', '{"installations": 5}', '"text"', '{"secrets": null}']) assert.throws(() => READERS[name]?.(said(text)), Refusal, text)
  })
}

const version = (id: string, tag?: string, by = 'upload') => ({ id, annotations: { 'workers/triggered_by': by, ...(tag !== undefined && { 'workers/tag': tag }) } })
const TAGS: [string, string[], object[], string | undefined][] = [
  ['the live one', ['b'], [version('a', 'old'), version('b', 'new')], 'new'],
  ['after two secrets', ['d'], [version('b', 'new'), version('c', undefined, 'secret'), version('d', undefined, 'secret')], 'new'],
  ['rolled back', ['a'], [version('a', 'old'), version('b', 'new')], 'old'],
  ['without a tag', ['b'], [version('a', 'old'), version('b')], undefined],
  ['two at once', ['a', 'b'], [version('a', 'old'), version('b', 'new')], undefined],
  ['too old to be listed', ['z'], [version('a', 'old')], undefined],
  ['only secrets are listed', ['c'], [version('c', undefined, 'secret')], undefined],
]
for (const [what, live, known, expected] of TAGS) {
  test(`the tag of what is deployed: ${what}`, () => {
    const status = said(JSON.stringify({ versions: live.map((version_id) => ({ version_id })) }))
    assert.equal(cloudflare.deployedTag(status, said(JSON.stringify(known))), expected)
  })
}
test('a draft has no deployments', () => assert.equal(cloudflare.deployedTag(failed('The Worker x has no deployments.'), said('[]')), undefined))

test('a deployment of the site that failed does not count', () => {
  const list = (...statuses: string[]) => said(JSON.stringify(statuses.map((Status, at) => ({ Status, Source: `${at}` }))))
  assert.equal(cloudflare.deployedSite(list('Failure', '2 hours ago')), '1')
  assert.equal(cloudflare.deployedSite(list('Failure')), undefined)
  assert.equal(cloudflare.deployedSite(list()), undefined)
})

test('an account that is not active publishes nothing', () => {
  assert.throws(() => atRun.loggedIn(said('{"did": "d", "service": "s", "active": false, "status": "takendown"}')), /takendown/)
  assert.throws(() => atRun.loggedIn({ code: 3, stdout: '{"error": {"code": "NotLoggedIn", "message": "not logged in"}}', stderr: '' }), /not logged in/)
})

const STANDINGS: [object, object][] = [
  [{ local: { version: '1', state: 'published', publishedAs: '1' }, channels: { latest: '1' } }, { publishedAs: '1', channel: '1' }],
  [{ local: { version: '1', state: 'published', publishedAs: '1-dev.0' }, channels: { next: '1' } }, { publishedAs: '1-dev.0' }],
  [{ local: { version: '1', state: 'differs', publishedAs: null }, channels: { latest: null } }, { taken: '1' }],
  [{ local: { version: '1', state: 'unpublished', publishedAs: null }, channels: {} }, {}],
]
for (const [told, expected] of STANDINGS) test(`standing: ${JSON.stringify(told)}`, () => assert.deepEqual(atRun.standing(said(JSON.stringify(told)), 'latest'), expected))

test('secrets count when they open with the current key, and are those of the bundle', () => {
  const secrets = [['a', 'CURRENT', 'current'], ['a', 'PREVIOUS', 'previous'], ['a', 'OTHER', 'no'], ['b', 'FOREIGN', 'current']].map(([bundle, name, opens]) => ({ bundle, name, opens }))
  assert.deepEqual(atRun.openSecrets(said(JSON.stringify({ secrets })), 'a'), new Set(['CURRENT']))
})

test('installations are the same whatever the order of their fields', () => {
  const wanted = { channel: 'latest', config: { A: '1', B: '2' } }
  assert.ok(runner.sameInstallation({ did: 'd', config: { B: '2', A: '1' }, channel: 'latest', caps: {} }, wanted))
  for (const other of [{ channel: 'next' }, { config: { A: '1' } }, { config: { A: '1', B: '2', C: '3' } }, { caps: { cpuMs: 1 } }, { host: 'x.example' }]) assert.ok(!runner.sameInstallation({ ...wanted, ...other }, wanted))
})

// What at-run says stands in its own snapshots, command by command.
for (const file of ['status', 'secrets', 'session']) {
  const sessions = readFileSync(join(ROOT, `scripts/at-run/tests/snapshots/output/${file}.txt`), 'utf8').split(/^\$ /m)
  for (const session of sessions) {
    const [, command = '', stdout = ''] = /^(at-run (?:status|whoami|secrets list)\b[^\n]*--json[^\n]*)\n\[stdout\]\n([^]*?)\n\[(?:stderr|exit 0)\]/.exec(session) ?? []
    if (command === '' || !session.includes('[exit 0]')) continue
    test(`what it says is read: ${command}`, () => {
      const told = JSON.parse(stdout) as { local?: { version: string; publishedAs: string | null } | null; secrets?: { bundle: string }[]; runner?: unknown }
      if (command.startsWith('at-run whoami')) assert.match(atRun.loggedIn(said(stdout)).did, /^did:/)
      else if (told.secrets !== undefined) assert.ok(atRun.openSecrets(said(stdout), told.secrets[0]?.bundle ?? '').size <= told.secrets.length)
      else if (told.local) assert.equal(atRun.standing(said(stdout), 'latest').publishedAs ?? null, told.local.publishedAs)
      // Of a bundle that isn't built there is nothing to compare.
      else assert.throws(() => atRun.standing(said(stdout), 'latest'), Refusal)
    })
  }
}
