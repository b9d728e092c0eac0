/** The runner as it is deployed: nothing that anybody sets lets it call this machine. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { ROOT } from '../../../scripts/localnet/places.ts'
import { findFreePortBase } from '../../../scripts/localnet/ports.ts'
import { startService, type Service } from '../../../scripts/localnet/service.ts'
import { localConfig } from '../../../scripts/localnet/system/worker-config.ts'
import { wranglerSpec } from '../../../scripts/localnet/system/wrangler.ts'
import { openStage, type Stage } from './stage.ts'
import { STAGE_URL, VOD_BUNDLE } from './system.ts'

const SETTING = 'LOOPBACK_ORIGINS'
const [did = '', name = ''] = VOD_BUNDLE.split('/')

let dir: string
let stage: Stage
let deployed: Service
let url: string

before(async () => {
  await promisify(execFile)(join(ROOT, 'scripts/build'), ['dispatcher'], { cwd: ROOT, timeout: 1_200_000, maxBuffer: 64 << 20 })
  dir = await mkdtemp(join(tmpdir(), 'deployed-'))
  stage = await openStage((_, response) => response.end('{}'))
  const port = await findFreePortBase()
  url = `http://127.0.0.1:${port}`
  const bundle = { did, name, channel: 'latest', config: { STREAMPLACE_URL: STAGE_URL } }
  const config = await localConfig(join(ROOT, 'wrangler.toml'), {
    main: join(ROOT, 'workers/dispatcher/entry.mjs'),
    vars: { PLC_URL: STAGE_URL, [SETTING]: STAGE_URL, BUNDLES: JSON.stringify([bundle]), POLICY: 'open', HANDLE_URL: STAGE_URL, DOH_URL: STAGE_URL },
  })
  await mkdir(join(dir, 'runner'))
  deployed = await startService(
    await wranglerSpec({ name: 'deployed runner', command: ['dev'], config, dir: join(dir, 'runner'), port, inspectorPort: port + 1, log: join(dir, 'log'), readyPath: '/health' }),
  )
})
after(async () => {
  await deployed?.stop()
  await stage?.close()
  await rm(dir, { recursive: true, force: true })
})

test('the deployed build does not know the setting, the local one does', async () => {
  const holds = async (path: string) => (await readFile(join(ROOT, path))).includes(SETTING)
  assert.equal(await holds('target/localnet/dispatcher/build/index_bg.wasm'), true)
  assert.equal(await holds('workers/dispatcher/build/index_bg.wasm'), false)
  assert.equal(await holds('workers/dispatcher/build/index.js'), false)
  assert.equal(await holds('wrangler.toml'), false)
})

test('a deployed runner asks nobody on this machine, whatever it is told', async () => {
  for (const path of ['latest', 'latest/listVideos']) {
    const response = await fetch(`${url}/bundle/${did}/${name}/${path}`, { signal: AbortSignal.timeout(30_000) })
    const { error } = (await response.json()) as { error: string }
    assert.deepEqual([response.status, error], [502, 'IdentityUnavailable'])
  }
  assert.equal(stage.connections, 0)
})

test('a deployed runner takes no handle for tests, whatever it is told', async () => {
  for (const [handle, status, expect] of [['operator.test', 400, 'InvalidHandle'], ['app.localhost', 400, 'InvalidHandle']] as const) {
    const response = await fetch(`${url}/bundle/${handle}/${name}/latest`, { redirect: 'manual', signal: AbortSignal.timeout(30_000) })
    const { error } = (await response.json()) as { error: string }
    assert.deepEqual([response.status, error], [status, expect])
  }
  assert.equal(stage.connections, 0)
})

test('without a token /admin is closed', async () => {
  for (const authorization of ['', 'Bearer ', 'Bearer undefined']) {
    const response = await fetch(`${url}/admin/installations`, { headers: { authorization }, signal: AbortSignal.timeout(30_000) })
    const { error } = (await response.json()) as { error: string }
    assert.deepEqual([response.status, error], [403, 'AdminClosed'])
    assert.equal(response.headers.get('access-control-allow-origin'), null)
  }
})
