import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { assertPortsFree, findFreePortBase, portsFrom } from '../ports.ts'
import { progress } from '../progress.ts'
import { localConfig } from '../system/worker-config.ts'

const dir = await mkdtemp(join(tmpdir(), 'instance-'))
after(() => rm(dir, { recursive: true }))

test('ports follow the base in their documented order', () => {
  assert.deepEqual(portsFrom(4400), {
    web: 4400, runner: 4401, pds: 4402, plc: 4403, streamplace: 4404, sqld: 4405, runnerInspector: 4406, webInspector: 4407, stream: 4408,
  })
})

for (const base of [80, 65_528, 4400.5, Number.NaN]) {
  test(`port base ${base} is refused by name`, () => assert.throws(() => portsFrom(base), new RegExp(`port base ${base}:`)))
}

test('a port in use is named with its purpose and the way out', async () => {
  const ports = portsFrom(await findFreePortBase())
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(ports.plc, '127.0.0.1', resolve))
  await assert.rejects(assertPortsFree(ports), { message: `port ${ports.plc} (PLC directory) already in use; choose other ports with --port-base N` })
  await new Promise((resolve) => squatter.close(resolve))
  await assertPortsFree(ports)
})

test('a local configuration keeps bindings, merges variables, drops build and environments', async () => {
  const toml = join(dir, 'wrangler.toml')
  await writeFile(toml, 'name = "w"\nmain = "a.js"\n[build]\ncommand = "x"\n[vars]\nKEEP = "1"\nPLC_URL = "https://plc.directory"\n[[r2_buckets]]\nbinding = "B"\n[env.staging]\nname = "s"\n')
  const config = await localConfig(toml, { main: '/b.js', vars: { PLC_URL: 'http://127.0.0.1:1' } })
  assert.deepEqual(JSON.parse(JSON.stringify(config)), {
    name: 'w',
    main: '/b.js',
    vars: { KEEP: '1', PLC_URL: 'http://127.0.0.1:1' },
    r2_buckets: [{ binding: 'B' }],
  })
})

test('progress prints one line per step, in the order in which they end, off a terminal', async () => {
  let text = ''
  const step = progress({ write: (part) => (text += part) })
  let endSlow = () => {}
  const slow = step('slow', () => new Promise<void>((resolve) => (endSlow = resolve)))
  assert.equal(await step('quick', async () => 7), 7)
  await assert.rejects(step('bad', async () => Promise.reject(new Error('no'))), /no/)
  endSlow()
  await slow
  assert.match(text, /^✓ quick  \d+\.\d s\n✗ bad  \d+\.\d s\n✓ slow  \d+\.\d s\n$/)
})
