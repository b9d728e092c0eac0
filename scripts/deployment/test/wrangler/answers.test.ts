/** What wrangler itself says, to a stand-in for Cloudflare's API: the formats that the deployment reads are those. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { NODE_MODULES } from '../../../localnet/places.ts'
import * as read from '../../answers/cloudflare.ts'
import type { Answer } from '../../step.ts'

const ACCOUNT = '0123456789abcdef0123456789abcdef'
const VERSION = { upload: '11111111-1111-4111-8111-111111111111', secret: '22222222-2222-4222-8222-222222222222' }

/** What the stand-in has, by the path after the account's. */
const THERE: Record<string, unknown> = {
  '/r2/buckets/streamhut': { name: 'streamhut', creation_date: '2026-11-26T20:00:00.000Z', location: 'WEUR', storage_class: 'Standard' },
  '/workers/scripts/streamhut-runner/secrets': [{ name: 'ADMIN_TOKEN', type: 'secret_text' }, { name: 'RUNNER_KEYS', type: 'secret_text' }],
  '/workers/scripts/streamhut-runner/deployments': { deployments: [{ id: 'd', source: 'wrangler', created_on: '2026-11-26T20:00:00.000Z', versions: [{ version_id: VERSION.secret, percentage: 100 }] }] },
  '/workers/scripts/streamhut-runner/versions': {
    items: [
      { id: VERSION.secret, number: 2, metadata: { created_on: '2026-11-26T20:01:00.000Z', source: 'wrangler' }, annotations: { 'workers/triggered_by': 'secret' } },
      { id: VERSION.upload, number: 1, metadata: { created_on: '2026-11-26T20:00:00.000Z', source: 'wrangler' }, annotations: { 'workers/triggered_by': 'upload', 'workers/tag': '0123456789ab' } },
    ],
  },
  '/pages/projects': [{ name: 'streamhut-web', domains: ['streamhut-web.pages.dev', 'streamhut.example'], created_on: '2026-11-26T20:00:00.000Z', production_branch: 'main' }],
  '/pages/projects/streamhut-web/deployments': [
    { id: 'p', environment: 'production', url: 'https://p.streamhut-web.pages.dev', project_name: 'streamhut-web', deployment_trigger: { metadata: { branch: 'main', commit_hash: 'abcdef0123456789abcdef0123456789abcdef01' } }, latest_stage: { status: 'success', ended_on: '2026-11-26T20:00:00.000Z' } },
  ],
}
const QUEUE = { queue_id: 'q', queue_name: 'streamhut-work', created_on: '2026-11-26T20:00:00.000Z', modified_on: '2026-11-26T20:00:00.000Z', producers_total_count: 0, producers: [], consumers_total_count: 0, consumers: [] }

let api: Server
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wrangler-'))
  api = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://api')
    const path = url.pathname.replace(`/client/v4/accounts/${ACCOUNT}`, '')
    const answer = (status: number, body: object) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const result = (value: unknown) => answer(200, { success: true, errors: [], messages: [], result: value })
    const error = (status: number, code: number, message: string) => answer(status, { success: false, errors: [{ code, message }], messages: [], result: null })
    request.resume()
    if (path === '/queues') return result(url.searchParams.get('name') === QUEUE.queue_name ? [QUEUE] : [])
    if (path === '/client/v4/graphql') return answer(200, { data: { viewer: { accounts: [{ r2StorageAdaptiveGroups: [] }] } }, errors: null })
    if (path === '/client/v4/user') return result({ id: 'u', email: 'operator@example.com' })
    if (path === '/client/v4/user/tokens/verify') return result({ id: 't', status: 'active' })
    if (path === '/client/v4/memberships') return result([{ id: 'm', account: { id: ACCOUNT, name: 'Streamhut' } }])
    if (path === '/client/v4/accounts') return result([{ id: ACCOUNT, name: 'Streamhut' }])
    const there = THERE[path]
    if (there !== undefined) return result(there)
    if (path.startsWith('/r2')) return error(404, 10006, 'The specified bucket does not exist.')
    if (path.startsWith('/workers')) return error(404, 10007, 'This Worker does not exist on your account.')
    if (path.startsWith('/pages')) return error(404, 8000007, 'Project not found.')
    error(404, 7003, `no ${path} here`)
  })
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
})
after(async () => {
  api.closeAllConnections()
  api.close()
  await rm(folder, { recursive: true, force: true })
})

const CASES: [string, string[], (answer: Answer) => unknown, unknown][] = [
  ['who is logged in', ['whoami', '--json'], read.accounts, [{ id: ACCOUNT, name: 'Streamhut' }]],
  ['a bucket', ['r2', 'bucket', 'info', 'streamhut', '--json'], read.bucketThere, true],
  ['no bucket', ['r2', 'bucket', 'info', 'other', '--json'], read.bucketThere, false],
  ['a queue', ['queues', 'info', 'streamhut-work'], read.queueThere, true],
  ['no queue', ['queues', 'info', 'streamhut-dead'], read.queueThere, false],
  ['secrets', ['secret', 'list', '--name', 'streamhut-runner', '--format', 'json'], read.secretNames, new Set(['ADMIN_TOKEN', 'RUNNER_KEYS'])],
  ['no Worker for secrets', ['secret', 'list', '--name', 'other', '--format', 'json'], read.secretNames, new Set()],
  ['projects', ['pages', 'project', 'list', '--json'], (answer) => read.projectDomains(answer, 'streamhut-web'), ['streamhut-web.pages.dev', 'streamhut.example']],
  ['a site', ['pages', 'deployment', 'list', '--project-name', 'streamhut-web', '--environment', 'production', '--json'], read.deployedSite, 'abcdef0'],
  ['no site', ['pages', 'deployment', 'list', '--project-name', 'other', '--environment', 'production', '--json'], read.deployedSite, undefined],
]
for (const [what, argv, reader, expected] of CASES) {
  test(`wrangler tells of ${what}`, async () => {
    const answer = await wrangler(argv)
    assert.deepEqual(reader(answer), expected, JSON.stringify(answer))
  })
}

test('wrangler tells what is deployed, past a change of a secret', async () => {
  const asked = (name: string) => Promise.all([wrangler(['deployments', 'status', '--name', name, '--json']), wrangler(['versions', 'list', '--name', name, '--json'])])
  assert.equal(read.deployedTag(...(await asked('streamhut-runner'))), '0123456789ab')
  assert.equal(read.deployedTag(...(await asked('other'))), undefined)
})

async function wrangler(argv: string[]): Promise<Answer> {
  const { port } = api.address() as AddressInfo
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4`,
    CLOUDFLARE_API_TOKEN: 'a-token',
    CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    CI: 'true',
  }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [join(NODE_MODULES, 'wrangler/bin/wrangler.js'), ...argv], { cwd: folder, env, timeout: 300_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, stdout, stderr }),
    )
    child.stdin?.end()
  })
}
