/** Does what `docs/runtime.md` tells its readers to do, and looks whether they would see what it shows. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { newAuthor, ROOT, TIMEOUT_MS } from './tutorial/author.ts'
import { assertPrinted } from './tutorial/expected.ts'
import { Shell } from './tutorial/shell.ts'
import { stepsOf } from './tutorial/steps.ts'

test('the tutorial does what it says', { timeout: TIMEOUT_MS }, async () => {
  const steps = stepsOf(await readFile(join(ROOT, 'docs/runtime.md'), 'utf8'))
  const [files, runs] = [steps.filter(({ kind }) => kind === 'file'), steps.filter(({ kind }) => kind === 'run')]
  assert.ok(files.length >= 3 && runs.length > 20, `too few steps were found: ${files.length} files, ${runs.length} runs`)

  const { folder, env } = await newAuthor()
  const shell = new Shell(folder, await mkdtemp(join(folder, '.scripts-')), env)
  try {
    for (const step of steps) {
      const what = `docs/runtime.md:${step.line}`
      if (step.kind === 'file') {
        const path = join((await shell.run('pwd')).trim(), step.path)
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, step.text)
      } else {
        const printed = await shell.run(step.script).catch((error: Error) => assert.fail(`${what}: ${error.message}`))
        if (step.expected) assertPrinted(printed, step.expected, what)
      }
    }
    // What the last steps deleted is gone for everybody.
    const bundle = (await shell.run('echo "$BUNDLE"')).trim()
    for (const path of ['/latest/greet?who=Eira', '/0.1.0/greet?who=Eira', '/0.2.0/entries']) {
      const answer = await fetch(`${bundle}${path}`)
      const { error } = (await answer.json()) as { error: string }
      assert.deepEqual([answer.status, error, path], [404, 'UnknownBundle', path])
    }
  } finally {
    shell.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('what the tutorial shows is compared as it says', () => {
  const passes = (as: 'text' | 'json', text: string, printed: string) => {
    try {
      assertPrinted(printed, { as, text }, 'a test')
      return true
    } catch {
      return false
    }
  }
  for (const [as, text, printed, expect] of [
    ['text', 'a … c\n', 'a b c\n', true],
    ['text', 'a … c\n', 'a\nc\n', false],
    ['text', '…\nlast\n', 'one\ntwo\nlast\n', true],
    ['text', '…\nlast\n', 'last\n', true],
    ['text', '…\nlast\n', 'last\nmore\n', false],
    ['text', 'a.c\n', 'abc\n', false],
    ['text', 'a\n', 'a  \n\n', true],
    ['json', '{"a": 1}', '{ "a": 1 }', true],
    ['json', '{"a": 1}', '{"a": 1, "b": 2}', false],
    ['json', '{"a": 1, "…": "…"}', '{"a": 1, "b": 2}', true],
    ['json', '{"a": "…"}', '{"a": [1]}', true],
    ['json', '{"a": "did:…"}', '{"a": "did:plc:x"}', true],
    ['json', '{"a": "did:…"}', '{"a": 1}', false],
    ['json', '[1]', '[1, 2]', false],
    ['json', '{}', 'no JSON', false],
  ] as const) {
    assert.equal(passes(as, text, printed), expect, `${text} and ${printed}`)
  }
})

test('a tutorial is read as its readers read it', () => {
  const fence = (info: string, text: string) => `\`\`\`${info}\n${text}\n\`\`\`\n`
  const markdown = [
    fence('sh ignore', 'not run'),
    fence('sh', 'echo a'),
    'which prints\n',
    fence('text', 'a'),
    fence('rust src/lib.rs', 'fn f() {}'),
    fence('sh', 'echo b'),
    fence('', 'for readers'),
  ].join('\n')
  assert.deepEqual(
    stepsOf(markdown).map(({ line: _, ...step }) => step),
    [
      { kind: 'run', script: 'echo a\n', expected: { as: 'text', text: 'a\n' } },
      { kind: 'file', path: 'src/lib.rs', text: 'fn f() {}\n' },
      { kind: 'run', script: 'echo b\n' },
    ],
  )
  assert.throws(() => stepsOf(fence('text', 'printed by whom?')), /line 1/)
  assert.throws(() => stepsOf('```sh\necho a\n'), /not closed/)
})
