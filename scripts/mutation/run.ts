/**
 * Takes each check out of a copy of the tree and runs the tests that guard it.
 * Usage: ./scripts/mutants [--list] [kind | part of a path]…
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runTests } from './cargo.ts'
import type { Check } from './check.ts'
import { ATPROTO } from './checks/atproto.ts'
import { OUTBOUND } from './checks/outbound.ts'
import { RELEASE } from './checks/release.ts'
import { RUNNER } from './checks/runner.ts'
import { SDK } from './checks/sdk.ts'
import { SERVICE_AUTH } from './checks/service-auth.ts'
import { TREE, syncTree } from './tree.ts'

type Verdict = 'killed' | 'survived' | 'out of date'

const { positionals: wanted, values } = parseArgs({ allowPositionals: true, options: { list: { type: 'boolean' } } })
const all = [...OUTBOUND, ...ATPROTO, ...RELEASE, ...RUNNER, ...SDK, ...SERVICE_AUTH]
const chosen = all.filter(({ kinds, file }) => wanted.length === 0 || wanted.some((want) => kinds.includes(Number(want)) || (isNaN(Number(want)) && file.includes(want))))
if (chosen.length === 0) fail(`no check among ${all.length} has to do with ${wanted.join(' ')}`)

const label = ({ kinds, file, lets }: Check) => `${kinds.join(',').padEnd(6)} ${file.replace(/^shared\//, '')}: ${lets}`

if (values.list) {
  for (const check of chosen) console.log(label(check))
  process.exit(0)
}

await syncTree()
const counts: Record<Verdict, number> = { killed: 0, survived: 0, 'out of date': 0 }
for (const [tests, checks] of Map.groupBy(chosen, ({ tests }) => tests)) {
  await mustPass(tests)
  for (const check of checks) {
    const [verdict, why] = await takeOut(check)
    counts[verdict]++
    console.log(`${verdict.padEnd(11)} ${label(check)}${why ? `\n            ${why}` : ''}`)
  }
}
const { killed, survived, 'out of date': stale } = counts
console.log(`\n${chosen.length} checks taken out: ${killed} killed by a test, ${survived} survived, ${stale} not where the table says`)
process.exit(killed === chosen.length ? 0 : 1)

/** With all checks in, the tests have to pass, and there have to be some. */
async function mustPass(tests: string): Promise<void> {
  const outcome = await runTests(tests)
  if (outcome.kind === 'not compiled') fail(`cargo test ${tests} does not compile as it is:\n${outcome.why.slice(-4_000)}`)
  if (outcome.kind !== 'passed') fail(`cargo test ${tests} has ${outcome.kind} as it is`)
  if (outcome.tests === 0) fail(`cargo test ${tests} finds no test`)
}

async function takeOut({ file, text, without, tests }: Check): Promise<[Verdict, string?]> {
  const path = join(TREE, file)
  const whole = await readFile(path, 'utf8').catch(() => '')
  const places = whole.split(text).length - 1
  if (places !== 1) return ['out of date', `the text is there ${places} times`]
  await writeFile(path, whole.replace(text, () => without))
  try {
    const outcome = await runTests(tests)
    switch (outcome.kind) {
      case 'failed':
        return ['killed']
      case 'endless':
        return ['killed', 'a test never ended']
      case 'passed':
        return ['survived', `cargo test ${tests}: ${outcome.tests} passed`]
      case 'not compiled':
        return ['out of date', `without it nothing compiles: ${/^error.*$/m.exec(outcome.why)?.[0] ?? ''}`]
    }
  } finally {
    await writeFile(path, whole)
  }
}

function fail(message: string): never {
  console.error(`error: ${message}`)
  process.exit(1)
}
